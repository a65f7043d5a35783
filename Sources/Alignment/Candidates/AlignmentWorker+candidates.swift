internal import Catalog
internal import Dispatch
internal import Foundation
internal import GRDB
internal import Retriever
internal import Synchronization

extension AlignmentWorker {
    /// Rows of one step forward.
    private static let batch = 128
    /// Rows a key may have on the other side to bring candidates: beyond it says little and costs much.
    private static let commonest = 200
    /// Rows of one list that may have a code that names a product: `Windows11` and `USB3.0` name none.
    private static let mostRowsOfCode = 20
    /// Rows of a key that are counted; commoner ones count as this many.
    private static let mostCounted = 10_000
    /// Counts kept in memory.
    private static let mostKeyCounts = 200_000
    /// Right rows whose evidence is kept in memory, at some 2 kB each.
    private static let mostRightEvidence = 32_768

    /// Takes a step some rows further.
    ///
    /// - Returns: Whether there is more to do.
    func advance(_ step: WorkStep) throws -> Bool {
        guard let last = try last(step) else { return false }
        if isSuperfluous(step) {
            try finish(step, through: nil) { _ in }
            return false
        }
        let rows = try list(isRight: step.isRight).numbers(after: last, limit: Self.batch)
        guard let end = rows.last else {
            try finish(step, through: nil) { _ in }
            return false
        }
        switch step {
        case .leftEvidence, .rightEvidence: try readEvidence(step, rows, through: end)
        case .forward, .backward: try findCandidates(step, rows, through: end)
        case .exhaustive: try pairAll(rows, through: end)
        case .compare: try compare(rows, through: end)
        case .scoreForward, .scoreBackward: return false
        }
        return true
    }

    private func isSuperfluous(_ step: WorkStep) -> Bool {
        switch step {
        case .rightEvidence, .backward: isOneList
        case .exhaustive: allPairs > options.exhaustivePairs
        default: false
        }
    }

    /// Pairs there are without any search.
    var allPairs: Int {
        let (count, overflows) = left.count.multipliedReportingOverflow(by: isOneList ? left.count - 1 : right.count)
        return overflows ? .max : isOneList ? count / 2 : count
    }

    /// The side under which a list's keys and best scores are stored.
    private func side(isRight: Bool) -> Int { isRight && !isOneList ? 1 : 0 }

    // MARK: Evidence

    private func readEvidence(_ step: WorkStep, _ rows: [Int64], through end: Int64) throws {
        let list = list(isRight: step.isRight)
        let side = side(isRight: step.isRight)
        try finish(step, through: end) { database in
            let statement = try database.cachedStatement(sql: "INSERT OR IGNORE INTO keys VALUES (?, ?, ?)")
            for row in rows {
                guard let product = try list.product(row) else { continue }
                for key in reader.keys(of: product) { try statement.execute(arguments: [key.stored, side, row]) }
            }
        }
    }

    /// How many rows of a side have a key.
    private func count(_ key: String, side: Int, _ database: Database) throws -> Int {
        let name = "\(side)\(key)"
        if let known = keyCounts[name] { return known }
        let statement = try database.cachedStatement(
            sql: "SELECT count(*) FROM (SELECT 1 FROM keys WHERE key = ? AND side = ? LIMIT \(Self.mostCounted))"
        )
        let count = try Int.fetchOne(statement, arguments: [key, side]) ?? 0
        if keyCounts.count >= Self.mostKeyCounts { keyCounts.removeAll(keepingCapacity: true) }
        keyCounts[name] = count
        return count
    }

    // MARK: Candidates

    private func findCandidates(_ step: WorkStep, _ rows: [Int64], through end: Int64) throws {
        let isSwapped = step == .backward
        let from = list(isRight: isSwapped)
        let to = list(isRight: !isSwapped)
        var products: [(row: Int64, product: Product)] = []
        for row in rows { if let product = try from.product(row) { products.append((row, product)) } }
        let found = try search(products, to)
        try finish(step, through: end) { database in
            for (place, entry) in products.enumerated() {
                let own = entry.row
                let hits = found[place].filter { !(isOneList && $0.row == own) }.prefix(options.candidates)
                if let best = hits.first {
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO tops VALUES (?, ?, ?)",
                        arguments: [side(isRight: isSwapped), own, best.score]
                    )
                }
                var pairs = hits.map { hit in
                    CandidatePair(row: own, found: hit.row, sources: .forward, score: hit.score)
                }
                pairs += try sharing(entry.product, own, side: side(isRight: !isSwapped), among: to.count, database)
                for pair in pairs { try add(pair, isSwapped: isSwapped, database) }
            }
        }
    }

    /// Adds a pair with its lower row left where both are of one list.
    private func add(_ pair: CandidatePair, isSwapped: Bool, _ database: Database) throws {
        var pair = pair
        let isSwapped = isOneList ? pair.found < pair.row : isSwapped
        if isSwapped, pair.sources == .forward { pair.sources = .backward }
        try pair.add(to: database, isSwapped: isSwapped)
    }

    private struct FirstStageHit: Sendable {
        var row: Int64
        var score: Double
    }

    /// What the first stage finds for each row, on all cores; the lists' own numbers are looked up afterwards.
    private func search(_ rows: [(row: Int64, product: Product)], _ list: AlignedList) throws -> [[FirstStageHit]] {
        let index = list.index
        let queries = rows.map { FirstStageQuery.of($0.product.title) }
        // One more, because a row finds itself within its own list.
        let top = options.candidates + (isOneList ? 1 : 0)
        let results = Mutex<[Result<[Hit], any Error>]>(Array(repeating: .success([]), count: rows.count))
        DispatchQueue.concurrentPerform(iterations: rows.count) { place in
            var request = SearchRequest(queries[place], top: top)
            request.matching = .any
            request.wantsTotal = false
            request.correctsSpelling = false
            request.wantsProducts = false
            let result = Result { try index.search(request).hits }
            results.withLock { $0[place] = result }
        }
        return try results.withLock { $0 }.map { result in
            try result.get().compactMap { hit in
                try list.number(of: hit.id.rawValue).map { FirstStageHit(row: $0, score: hit.score) }
            }
        }
    }

    /// Rows of the other side that share rare keys with a row, those with the greatest sum of weights first.
    private func sharing(
        _ product: Product,
        _ own: Int64,
        side: Int,
        among rows: Int,
        _ database: Database
    ) throws -> [CandidatePair] {
        var sums: [Int64: Double] = [:]
        var priceOnly: [Int64: Bool] = [:]
        // In order: sums of the same numbers in another order may differ in the last bit.
        for key in reader.keys(of: product).sorted() {
            let count = try count(key.stored, side: side, database)
            guard count > 0, count <= Self.commonest else { continue }
            let weight = log(1 + Double(rows) / Double(count))
            let others = try Int64.fetchAll(
                try database.cachedStatement(sql: "SELECT row FROM keys WHERE key = ? AND side = ? ORDER BY row"),
                arguments: [key.stored, side]
            )
            for other in others where !(isOneList && other == own) {
                sums[other, default: 0] += weight
                priceOnly[other] = (priceOnly[other] ?? true) && key.kind == .price
            }
        }
        let best = sums.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(options.candidates)
        return best.map { row, _ in
            CandidatePair(row: own, found: row, sources: priceOnly[row] == true ? .price : .evidence, score: nil)
        }
    }

    private func pairAll(_ rows: [Int64], through end: Int64) throws {
        try finish(.exhaustive, through: end) { database in
            for row in rows {
                var last = isOneList ? row : -1
                while true {
                    let others = try right.numbers(after: last, limit: 1000)
                    guard let end = others.last else { break }
                    for other in others {
                        let pair = CandidatePair(row: row, found: other, sources: .exhaustive, score: nil)
                        try pair.add(to: database, isSwapped: false)
                    }
                    last = end
                }
            }
        }
    }

    // MARK: Comparing

    /// Gives each candidate its lexical score, and notes what speaks for and against it.
    private func compare(_ rows: [Int64], through end: Int64) throws {
        try finish(.compare, through: end) { database in
            for row in rows {
                let pairs = try PairRow.fetchAll(database, sql: "SELECT * FROM pairs WHERE left = ?", arguments: [row])
                guard !pairs.isEmpty, let product = try left.product(row) else { continue }
                let evidence = try weighted(product, database)
                let top = try top(side: 0, row, database)
                for pair in pairs {
                    guard let other = try keptEvidence(ofRight: pair.right, database) else { continue }
                    let bm25 =
                        (ratio(pair.forwardBM25, top)
                            + ratio(pair.backwardBM25, try self.top(side: side(isRight: true), pair.right, database)))
                        / 2
                    var sources = pair.sources
                    if evidence.sharesCode(with: other) { sources.insert(.code) }
                    if !evidence.keys.differences(from: other.keys).isEmpty { sources.insert(.differing) }
                    try database.cachedStatement(
                        sql: "UPDATE pairs SET lexical = ?, sources = ? WHERE left = ? AND right = ?"
                    )
                    .execute(
                        arguments: [(bm25 + evidence.cosine(with: other)) / 2, sources.rawValue, pair.left, pair.right]
                    )
                }
            }
        }
    }

    /// A first-stage score as a share of the best one of its query.
    private func ratio(_ score: Double?, _ top: Double?) -> Double {
        guard let score, let top, top > 0 else { return 0 }
        return min(score / top, 1)
    }

    private func top(side: Int, _ row: Int64, _ database: Database) throws -> Double? {
        try Double.fetchOne(
            try database.cachedStatement(sql: "SELECT score FROM tops WHERE side = ? AND row = ?"),
            arguments: [side, row]
        )
    }

    /// A right row's evidence; most right rows are candidates of many left ones.
    private func keptEvidence(ofRight row: Int64, _ database: Database) throws -> WeightedEvidence? {
        if let known = rightEvidence[row] { return known }
        guard let product = try right.product(row) else { return nil }
        let evidence = try weighted(product, database)
        if rightEvidence.count >= Self.mostRightEvidence { rightEvidence.removeAll(keepingCapacity: true) }
        rightEvidence[row] = evidence
        return evidence
    }

    /// A row's evidence with its weights: the rarer a key among both lists, the heavier.
    private func weighted(_ product: Product, _ database: Database) throws -> WeightedEvidence {
        let rows = Double(left.count + (isOneList ? 0 : right.count))
        let keys = reader.keys(of: product)
        var codes: Set<EvidenceKey> = []
        var weights: [(EvidenceKey, Double)] = []
        for key in keys.sorted() {
            let counts = [
                try count(key.stored, side: 0, database), isOneList ? 0 : try count(key.stored, side: 1, database),
            ]
            if key.kind == .code, counts.allSatisfy({ $0 <= Self.mostRowsOfCode }) { codes.insert(key) }
            weights.append((key, log(1 + rows / Double(max(counts[0] + counts[1], 1)))))
        }
        return WeightedEvidence(keys: keys, codes: codes, weights: weights)
    }
}
