internal import Catalog
internal import Foundation
internal import GRDB
internal import Reranker

extension AlignmentWorker {
    /// Decides every pair, anew at each run: thresholds may change while scores stay.
    ///
    /// - Parameter isModel: Whether there are margins; without them nothing is merged.
    /// - Throws: `AlignmentError.state`, `CatalogError`, `CancellationError`.
    func decide(isModel: Bool) throws {
        try state.write { try $0.execute(sql: "UPDATE pairs SET probability = NULL, decision = 0, conflict = 0") }
        if !isModel { try findBestPartners() }
        var last: Int64 = -1
        while true {
            let rows = try left.numbers(after: last, limit: 256)
            guard let end = rows.last else { break }
            try Task.checkCancellation()
            try state.write { database in
                for row in rows { try decide(row, isModel: isModel, database) }
            }
            last = end
        }
        if options.isOneToOne { try assign(isModel: isModel) }
        try markConflicts()
    }

    private func decide(_ row: Int64, isModel: Bool, _ database: Database) throws {
        let pairs = try PairRow.fetchAll(database, sql: "SELECT * FROM pairs WHERE left = ?", arguments: [row])
        guard !pairs.isEmpty else { return }
        let ofCategories = options.settings.categories?.isEmpty == false
        let product = ofCategories ? try left.product(row) : nil
        let everywhere = options.settings.rules(for: [])
        for pair in pairs {
            var rules = everywhere
            if let product, let other = try right.product(pair.right) { rules = self.rules(product, other) }
            let probability = score(pair, isModel: isModel).flatMap { chance($0, isModel: isModel) }
            let decision: Decision
            if isModel {
                guard let probability else { continue }
                decision = probability >= rules.merge ? .merge : probability >= rules.review ? .review : .drop
            } else if let probability {
                decision = probability >= rules.review ? .review : .drop
            } else {
                let isBest = try isBestOfBoth(pair, database)
                decision = isBest || pair.sources.contains(.code) ? .review : .drop
            }
            try database.cachedStatement(
                sql: "UPDATE pairs SET probability = ?, decision = ? WHERE left = ? AND right = ?"
            )
            .execute(arguments: [probability, decision.rawValue, pair.left, pair.right])
        }
    }

    /// What a pair is ordered by: the mean margin, or the lexical score where there is no model.
    func score(_ pair: PairRow, isModel: Bool) -> Double? { isModel ? pair.margin : pair.lexical }

    /// A score as a probability; nil for a lexical one that nobody calibrated.
    private func chance(_ score: Double, isModel: Bool) -> Double? {
        (options.settings.calibration ?? (isModel ? .identity : nil))?.probability(score)
    }

    // MARK: Without a model

    /// Each row's best partner by lexical score; of equal ones the first.
    private func findBestPartners() throws {
        try state.write { database in
            try database.execute(
                sql: """
                    DROP TABLE IF EXISTS best;
                    CREATE TABLE best (side INTEGER, row INTEGER, partner INTEGER, score REAL, PRIMARY KEY (side, row))
                        WITHOUT ROWID;
                    """
            )
            let right = isOneList ? 0 : 1
            for (side, row, partner) in [(0, "left", "right"), (right, "right", "left")] {
                try database.execute(
                    sql: """
                        INSERT INTO best SELECT \(side), \(row), \(partner), lexical FROM pairs
                            WHERE lexical > 0 ORDER BY \(row), lexical DESC, \(partner)
                        ON CONFLICT (side, row) DO UPDATE SET partner = excluded.partner, score = excluded.score
                            WHERE excluded.score > score
                        """
                )
            }
        }
    }

    private func isBestOfBoth(_ pair: PairRow, _ database: Database) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT partner FROM best WHERE side = ? AND row = ?")
        let right = isOneList ? 0 : 1
        return try Int64.fetchOne(statement, arguments: [0, pair.left]) == pair.right
            && Int64.fetchOne(statement, arguments: [right, pair.right]) == pair.left
    }

    // MARK: One to one

    /// Leaves each row one partner at most; what loses is dropped, and marked as outbid.
    ///
    /// A pair weighs its log-odds above those of the review threshold: then the sum is greatest for the most probable
    /// of all assignments, if pairs are independent, and a pair at the threshold is worth as much as none. Lexical scores
    /// that nobody calibrated weigh what they are.
    private func assign(isModel: Bool) throws {
        let calibration = options.settings.calibration ?? (isModel ? .identity : nil)
        let floor = RelevanceScore(probability: options.settings.rules(for: []).review).margin
        let edges = try state.read { database in
            var edges: [OneToOne.Edge] = []
            let pairs = try PairRow.fetchCursor(
                database,
                sql: calibration == nil
                    ? "SELECT * FROM pairs WHERE lexical > 0 ORDER BY left, right"
                    : "SELECT * FROM pairs WHERE decision > 0 ORDER BY left, right"
            )
            while let pair = try pairs.next() {
                guard let score = score(pair, isModel: isModel) else { continue }
                // A category with a lower threshold still has pairs worth choosing.
                let weight = calibration.map { max($0.slope * score + $0.intercept - floor, Self.leastWeight) } ?? score
                edges.append(OneToOne.Edge(left: pair.left, right: pair.right, weight: weight))
            }
            return edges
        }
        let chosen = Set(OneToOne.best(edges))
        try state.write { database in
            for (place, edge) in edges.enumerated() {
                if !chosen.contains(place) {
                    try database.execute(
                        sql: """
                            UPDATE pairs SET conflict = CASE WHEN decision > 0 THEN \(Conflict.outbid.rawValue) ELSE 0 END,
                                decision = 0 WHERE left = ? AND right = ?
                            """,
                        arguments: [edge.left, edge.right]
                    )
                } else if calibration == nil {
                    try database.execute(
                        sql: "UPDATE pairs SET decision = 1 WHERE left = ? AND right = ?",
                        arguments: [edge.left, edge.right]
                    )
                }
            }
        }
    }

    /// A weight that counts, and decides nothing against a greater one.
    private static let leastWeight = 1e-6

    // MARK: Conflicts

    private func markConflicts() throws {
        let merge = Decision.merge.rawValue
        try state.write { database in
            guard isOneList else {
                for (bit, row, other) in [(Conflict.left, "left", "right"), (.right, "right", "left")] {
                    try database.execute(
                        sql: """
                            UPDATE pairs SET conflict = conflict | \(bit.rawValue) WHERE decision = \(merge) AND EXISTS (
                                SELECT 1 FROM pairs p WHERE p.\(row) = pairs.\(row) AND p.\(other) <> pairs.\(other)
                                    AND p.decision = \(merge))
                            """
                    )
                }
                return
            }
            // Both ways round, so that a row's partners stand together.
            try database.execute(
                sql: """
                    DROP TABLE IF EXISTS merged;
                    CREATE TABLE merged (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
                    INSERT INTO merged SELECT left, right FROM pairs WHERE decision = \(merge);
                    INSERT OR IGNORE INTO merged SELECT right, left FROM pairs WHERE decision = \(merge);
                    UPDATE pairs SET conflict = conflict | \(Conflict.intransitive.rawValue)
                    WHERE decision = \(merge) AND (
                        EXISTS (SELECT 1 FROM merged m WHERE m.a = pairs.left AND m.b <> pairs.right
                            AND NOT EXISTS (SELECT 1 FROM merged n WHERE n.a = m.b AND n.b = pairs.right))
                        OR EXISTS (SELECT 1 FROM merged m WHERE m.a = pairs.right AND m.b <> pairs.left
                            AND NOT EXISTS (SELECT 1 FROM merged n WHERE n.a = m.b AND n.b = pairs.left)))
                    """
            )
        }
    }
}
