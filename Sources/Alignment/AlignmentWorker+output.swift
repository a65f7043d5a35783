internal import Catalog
internal import GRDB

extension AlignmentWorker {
    /// The next rows' pairs, the best of each row first; nil at the end.
    ///
    /// - Parameters:
    ///   - cursor: Where to go on.
    ///   - isModel: Whether margins order the pairs, or lexical scores.
    /// - Returns: The pairs of some rows, perhaps none, and where to go on.
    /// - Throws: `AlignmentError.state`, `CatalogError`.
    func pairs(after cursor: PairCursor, isModel: Bool) throws -> (pairs: [AlignedPair], next: PairCursor)? {
        let rows = try left.numbers(after: cursor.last, limit: 64)
        guard let end = rows.last else { return nil }
        var next = cursor
        next.last = end
        var found: [AlignedPair] = []
        for row in rows {
            let pairs = try state.read { database in
                try PairRow.fetchAll(
                    database,
                    sql: cursor.includesDropped
                        ? "SELECT * FROM pairs WHERE left = ?" : "SELECT * FROM pairs WHERE left = ? AND decision > 0",
                    arguments: [row]
                )
            }
            guard !pairs.isEmpty, let product = try left.product(row) else { continue }
            let keys = reader.keys(of: product)
            for pair in ordered(pairs, isModel: isModel) {
                guard let other = try right.product(pair.right) else { continue }
                let others = reader.keys(of: other)
                found.append(
                    AlignedPair(
                        leftID: product.id.rawValue,
                        rightID: other.id.rawValue,
                        leftText: product.title,
                        rightText: other.title,
                        decision: pair.decision,
                        probability: pair.probability,
                        forward: pair.forward,
                        backward: pair.backward,
                        lexical: pair.lexical ?? 0,
                        shared: keys.shared(with: others),
                        differences: keys.differences(from: others),
                        conflict: pair.conflict
                    )
                )
            }
        }
        return (found, next)
    }

    /// Best first, equal ones in the order of the right list.
    private func ordered(_ pairs: [PairRow], isModel: Bool) -> [PairRow] {
        pairs.sorted { a, b in
            let (x, y) = (score(a, isModel: isModel) ?? -.infinity, score(b, isModel: isModel) ?? -.infinity)
            return x == y ? a.right < b.right : x > y
        }
    }

    /// What came of it, without figures.
    func summary(scorer: String) throws -> AlignmentSummary {
        var summary = AlignmentSummary()
        summary.lists = reports
        summary.scorer = scorer
        summary.isExhaustive = allPairs <= options.exhaustivePairs
        try state.read { database in
            func count(_ condition: String, of what: String = "*") throws -> Int {
                try Int.fetchOne(database, sql: "SELECT count(\(what)) FROM pairs WHERE \(condition)") ?? 0
            }
            let outbid = Conflict.outbid.rawValue
            summary.candidates = try count("1")
            summary.merged = try count("decision = 2")
            summary.reviewed = try count("decision = 1")
            summary.dropped = try count("decision = 0")
            summary.conflicts = try count("conflict & ~\(outbid) <> 0")
            summary.outbid = try count("conflict & \(outbid) <> 0")
            summary.differing = try count("decision = 2 AND sources & \(PairSources.differing.rawValue) <> 0")
            // Within one list a row may be on either side of its pairs.
            let rows =
                isOneList
                ? "(SELECT left AS row, decision FROM pairs UNION ALL SELECT right, decision FROM pairs)"
                : "(SELECT left AS row, decision FROM pairs)"
            func rowCount(_ having: String) throws -> Int {
                try Int.fetchOne(
                    database,
                    sql: "SELECT count(*) FROM (SELECT row FROM \(rows) GROUP BY row HAVING \(having))"
                ) ?? 0
            }
            summary.rowsMerged = try rowCount("max(decision) = 2")
            summary.rowsToReview = try rowCount("max(decision) = 1")
            summary.rowsWithoutCandidate = try left.count - rowCount("1")
        }
        return summary
    }
}
