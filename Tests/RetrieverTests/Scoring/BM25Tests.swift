import Catalog
import Foundation
import GRDB
import Statistics
import Testing

@testable import Retriever

@Suite("Scores are FTS5's bm25()")
struct BM25Tests {
    private static let vocabulary = (0..<300).map { number in
        var word = ""
        var rest = number + 17
        while rest > 0 {
            word.append(["ba", "ko", "mi", "tu", "re", "sal", "von"][rest % 7])
            rest /= 7
        }
        return word
    }

    /// An FTS5 table as anybody would make it, with the analyzer for its tokenizer: what the index's scores are to be
    /// equal to. (The index's own FTS5 table keeps no lengths.)
    private final class Reference {
        private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        private let queue: DatabaseQueue

        init(_ products: [Product]) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            queue = try IndexConnection.creating(folder.appendingPathComponent("reference.db").path)
            try queue.write { database in
                try database.execute(
                    sql: """
                        CREATE VIRTUAL TABLE reference USING fts5(
                            title, brand, category, attributes, description, tokenize = 'aisle language none'
                        )
                        """
                )
                for product in products {
                    let texts = TextColumn.allCases.map { column in
                        var bytes: [UInt8] = []
                        ProductTexts.append(column, of: product, to: &bytes)
                        return String(decoding: bytes, as: UTF8.self)
                    }
                    try database.execute(
                        sql: "INSERT INTO reference VALUES (?, ?, ?, ?, ?)",
                        arguments: StatementArguments(texts)
                    )
                }
            }
        }

        deinit {
            try? FileManager.default.removeItem(at: folder)
        }

        func scores(_ words: [String], weights: ColumnWeights, joinedBy operation: String) throws -> [Double] {
            let match = words.map { "\"\($0)\"" }.joined(separator: " \(operation) ")
            return try queue.read { database in
                try Double.fetchAll(
                    database,
                    sql: "SELECT -bm25(reference, ?, ?, ?, ?, ?) FROM reference WHERE reference MATCH ?",
                    arguments: StatementArguments(weights.values) + [match]
                )
            }
        }
    }

    @Test("every score of every disjunction and conjunction equals FTS5's to the last bit", arguments: [1, 2])
    func scoresEqualFTS5(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let products = (0..<400).map { random.product("P\($0 * 7919 % 10007)", vocabulary: Self.vocabulary) }
        let index = try TemporaryIndex(products, language: Language.none)
        let reference = try Reference(products)
        let weights = [
            ColumnWeights(), ColumnWeights(title: 1.3, brand: 0.7, category: 0, attributes: 2.1, description: 0.1),
        ]
        let opened = try ProductIndex(path: index.path)
        for round in 0..<30 {
            let words = Set(
                (0..<Int.random(in: 1...5, using: &random)).map { _ in random.words(1...1, of: Self.vocabulary) }
            )
            // The order of a query's terms is the order in which FTS5 adds them up.
            let ordered = words.sorted()
            for operation in ["OR", "AND"] {
                let expected = try reference.scores(ordered, weights: weights[round % 2], joinedBy: operation)
                var request = SearchRequest(ordered.joined(separator: " "), top: 400)
                request.wantsProducts = false
                request.matching = operation == "OR" ? .any : .all
                request.weights = weights[round % 2]
                request.correctsSpelling = false
                let response = try opened.search(request)
                let ids = Dictionary(uniqueKeysWithValues: zip(response.hits.map(\.id), response.hits.map(\.score)))
                #expect(response.total == expected.count, "seed \(seed), \(operation) \(ordered)")
                #expect(ids.count == expected.count)
                let scores = response.hits.map(\.score).sorted()
                let isEqual = scores == expected.sorted()
                #expect(isEqual, "seed \(seed), \(operation) \(ordered)")
            }
        }
    }

    @Test("MaxScore finds the very documents that scoring everything finds", arguments: [11, 12])
    func maxScoreIsExact(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let products = (0..<1500).map { random.product("P\($0)", vocabulary: Self.vocabulary) }
        let index = try ProductIndex(path: TemporaryIndexKeeper.keep(products))
        for round in 0..<80 {
            let query = random.words(1...6, of: Self.vocabulary)
            var request = SearchRequest(query, top: Int.random(in: 1...50, using: &random))
            request.matching = .any
            request.correctsSpelling = false
            request.wantsProducts = false
            // No filter, one that few products pass, one that many pass: each takes another way through a range.
            if round % 3 > 0 {
                let limit = Int.random(in: round % 3 == 1 ? 2...12 : 100...400, using: &random)
                request.filter = try Filter(parsing: "price < \(limit)")
            }
            let all = try index.search(request).hits
            request.wantsTotal = false
            let best = try index.search(request).hits
            #expect(best.map(\.id) == all.map(\.id), "seed \(seed): \(query)")
            #expect(best.map(\.score) == all.map(\.score))
        }
    }

    @Test("equal scores are ordered by product id")
    func tiesBreakByID() throws {
        // An id is searchable text: these have the same number of parts, so all products are of the same length.
        let products = ["k4", "k10", "k5", "k2", "k1"].map { Product(id: ProductID($0), title: "red lamp") }
        let index = try TemporaryIndex(products)
        #expect(try index.ids("lamp") == ["k1", "k10", "k2", "k4", "k5"])
        _ = try index.update([Product(id: ProductID("k11"), title: "red lamp")], delete: ["k4"])
        #expect(try index.ids("lamp") == ["k1", "k10", "k11", "k2", "k5"])
    }
}

/// Keeps indexes of parameterised tests alive until the process ends.
enum TemporaryIndexKeeper {
    nonisolated(unsafe) private static var kept: [TemporaryIndex] = []
    private static let lock = NSLock()

    static func keep(_ products: [Product]) throws -> String {
        let index = try TemporaryIndex(products, language: Language.none)
        lock.withLock { kept.append(index) }
        return index.path
    }
}
