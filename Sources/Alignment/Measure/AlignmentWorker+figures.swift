internal import Eval
internal import GRDB
internal import Reranker

extension AlignmentWorker {
    /// Measures the alignment against truth.
    ///
    /// - Parameters:
    ///   - path: The truth.
    ///   - model: The model's name; nil where there is none.
    /// - Returns: The figures of the decisions as they stand.
    /// - Throws: `EvalError` and `AlignmentError` about the truth, `CatalogError`.
    func figures(truth path: String, model: String?) throws -> AlignmentFigures {
        let truth = try Truth(path: path, left: left, right: right, isOneList: isOneList)
        var figures = AlignmentFigures()
        var sums: [String: (accuracy: Double, recall: Double)] = [:]
        var meter = ReliabilityMeter()
        var (merged, mergedRight, wanted, wantedRight, found) = (0, 0, 0, 0, 0)
        var foundBy: [(PairSources, String, Int)] = [
            ([.forward, .backward], "first stage", 0), (.evidence, "evidence", 0), (.price, "price", 0),
            (.exhaustive, "all pairs", 0),
        ]
        for (row, counterparts) in truth.counterparts.sorted(by: { $0.key < $1.key }) {
            figures.judgedRows += 1
            let pairs = try pairs(of: row)
            if !counterparts.isEmpty {
                figures.rowsWithCounterpart += 1
                for (name, order) in orders(pairs, row: row, model: model) {
                    let ranking = JudgedRanking(
                        grades: order.map { counterparts.contains($0) ? 1 : 0 },
                        judged: Array(repeating: 1, count: counterparts.count)
                    )
                    sums[name, default: (0, 0)].accuracy += Success(at: 1).value(of: ranking)
                    sums[name, default: (0, 0)].recall += Recall(at: 3).value(of: ranking)
                }
            }
            // Within one list every pair comes up at both of its rows, and counts at the lower one.
            figures.truePairs += counterparts.count { !isOneList || $0 > row || truth.counterparts[$0] == nil }
            for pair in pairs {
                let other = pair.left == row ? pair.right : pair.left
                if isOneList, other < row, truth.counterparts[other] != nil { continue }
                let isMatch = counterparts.contains(other)
                figures.judgedPairs += 1
                if isMatch {
                    found += 1
                    for place in foundBy.indices where !pair.sources.isDisjoint(with: foundBy[place].0) {
                        foundBy[place].2 += 1
                    }
                }
                if let probability = pair.probability { meter.add(probability, isMatch: isMatch) }
                if pair.decision == .merge {
                    merged += 1
                    mergedRight += isMatch ? 1 : 0
                }
                if pair.decision >= .review {
                    wanted += 1
                    wantedRight += isMatch ? 1 : 0
                }
            }
        }
        let all = figures.truePairs
        figures.candidateRecall = all > 0 ? Double(found) / Double(all) : 0
        figures.foundBy = Dictionary(uniqueKeysWithValues: foundBy.map { ($0.1, $0.2) })
        let rows = Double(max(figures.rowsWithCounterpart, 1))
        figures.orders = ["bm25", "lexical", model].compactMap { $0 }.map { name in
            let sum = sums[name] ?? (0, 0)
            return AlignmentFigures.Order(
                name: name,
                accuracyAt1: sum.accuracy / rows,
                recallAt3: sum.recall / rows
            )
        }
        if model != nil { figures.merge = Self.decided(merged, mergedRight, of: all) }
        figures.mergeOrReview = Self.decided(wanted, wantedRight, of: all)
        figures.reliability = meter.bins
        figures.brier = meter.brier
        figures.calibrationError = meter.calibrationError
        return figures
    }

    /// Judged pairs with the scores that thresholds are fitted to.
    func labelledScores(truth path: String, isModel: Bool) throws -> [LabelledScore] {
        let truth = try Truth(path: path, left: left, right: right, isOneList: isOneList)
        var sample: [LabelledScore] = []
        for (row, counterparts) in truth.counterparts.sorted(by: { $0.key < $1.key }) {
            for pair in try pairs(of: row) {
                let other = pair.left == row ? pair.right : pair.left
                if isOneList, other < row, truth.counterparts[other] != nil { continue }
                guard let score = score(pair, isModel: isModel) else { continue }
                sample.append(LabelledScore(score: score, isMatch: counterparts.contains(other), row: row))
            }
        }
        return sample
    }

    /// A row's candidates; within one list on both sides.
    private func pairs(of row: Int64) throws -> [PairRow] {
        try state.read { database in
            var pairs = try PairRow.fetchAll(
                database,
                sql: "SELECT * FROM pairs WHERE left = ? ORDER BY right",
                arguments: [row]
            )
            if isOneList {
                pairs += try PairRow.fetchAll(
                    database,
                    sql: "SELECT * FROM pairs WHERE right = ? ORDER BY left",
                    arguments: [row]
                )
            }
            return pairs
        }
    }

    /// A row's candidates in each order: those that have its score, best first, equal ones by the other row's number.
    private func orders(_ pairs: [PairRow], row: Int64, model: String?) -> [(name: String, rows: [Int64])] {
        func order(_ score: (PairRow) -> Double?) -> [Int64] {
            pairs.compactMap { pair in score(pair).map { ($0, pair.left == row ? pair.right : pair.left) } }
                .sorted { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 > $1.0 }.map(\.1)
        }
        var orders = [
            ("bm25", order { $0.left == row ? $0.forwardBM25 : $0.backwardBM25 }), ("lexical", order(\.lexical)),
        ]
        if let model { orders.append((model, order(\.margin))) }
        return orders
    }

    private static func decided(_ pairs: Int, _ correct: Int, of all: Int) -> AlignmentFigures.Decided {
        var decided = AlignmentFigures.Decided(
            pairs: pairs,
            correct: correct,
            recall: all > 0 ? Double(correct) / Double(all) : 0
        )
        if pairs > 0 {
            decided.precision = Double(correct) / Double(pairs)
            let interval = ClopperPearson.interval(correct, of: pairs, confidence: 0.95)
            decided.precisionInterval = [interval.lowerBound, interval.upperBound]
        }
        return decided
    }
}
