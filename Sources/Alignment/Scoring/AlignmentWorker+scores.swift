internal import Catalog
internal import GRDB

extension AlignmentWorker {
    /// Texts a request may have: a server's timeout is for one request.
    private static let mostDocuments = 64

    /// The next rows to be scored in one direction, at least one, at most `limit`; nil when all are.
    ///
    /// - Returns: The requests, and the last of the rows, to be given to `keep`.
    func nextToScore(_ step: WorkStep, limit: Int) throws -> (queries: [ScoringQuery], last: Int64)? {
        guard let last = try last(step) else { return nil }
        let isSwapped = step == .scoreBackward
        let rows = try state.read { database in
            try Int64.fetchAll(
                database,
                sql: isSwapped
                    ? "SELECT DISTINCT right FROM pairs WHERE right > ? ORDER BY right LIMIT ?"
                    : "SELECT DISTINCT left FROM pairs WHERE left > ? ORDER BY left LIMIT ?",
                arguments: [last, limit]
            )
        }
        guard let end = rows.last else {
            try finish(step, through: nil) { _ in }
            return nil
        }
        return (try rows.flatMap { try queries($0, isSwapped: isSwapped) }, end)
    }

    /// A row's requests: one for each task its candidates' categories ask for, and no longer than a request may be.
    private func queries(_ row: Int64, isSwapped: Bool) throws -> [ScoringQuery] {
        guard let product = try list(isRight: isSwapped).product(row) else { return [] }
        let others = try state.read { database in
            try Int64.fetchAll(
                database,
                sql: isSwapped
                    ? "SELECT left FROM pairs WHERE right = ? ORDER BY left"
                    : "SELECT right FROM pairs WHERE left = ? ORDER BY right",
                arguments: [row]
            )
        }
        let text = RowText.of(product)
        var open: [String: ScoringQuery] = [:]
        var full: [ScoringQuery] = []
        for number in others {
            guard let other = try list(isRight: !isSwapped).product(number) else { continue }
            let pair = isSwapped ? (left: other, right: product) : (left: product, right: other)
            let task = rules(pair.left, pair.right).instruction
            var query =
                open[task] ?? ScoringQuery(row: row, text: text, instruction: task, others: [], documents: [])
            query.others.append(number)
            query.documents.append(RowText.of(other))
            open[task] = query
            if query.others.count == Self.mostDocuments {
                full.append(query)
                open[task] = nil
            }
        }
        return full + open.keys.sorted().compactMap { open[$0] }
    }

    /// What counts for a pair: the left row's category decides, the right one's where the left has none.
    func rules(_ left: Product, _ right: Product) -> AlignmentSettings.Rules {
        options.settings.rules(for: left.categories.isEmpty ? right.categories : left.categories)
    }

    /// Keeps scores, and that all rows up to `last` have theirs.
    func keep(_ scores: [ScoredPair], _ step: WorkStep, through last: Int64) throws {
        let column = step == .scoreBackward ? "backward" : "forward"
        try finish(step, through: last) { database in
            let statement = try database.cachedStatement(
                sql: "UPDATE pairs SET \(column) = ? WHERE left = ? AND right = ?"
            )
            for score in scores { try statement.execute(arguments: [score.margin, score.left, score.right]) }
        }
    }

    /// Pairs, and how many of them have a score in each direction.
    func scoreCounts() throws -> (pairs: Int, forward: Int, backward: Int) {
        try state.read { database in
            let row = try Row.fetchOne(
                database,
                sql: "SELECT count(*), count(forward), count(backward) FROM pairs"
            )
            return (row?[0] ?? 0, row?[1] ?? 0, row?[2] ?? 0)
        }
    }
}
