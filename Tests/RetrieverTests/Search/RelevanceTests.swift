import Catalog
import Foundation
import GRDB
import Indexer
import Testing

@testable import Retriever

@Suite("Relevance of the first stage on human judgments")
struct RelevanceTests {
    private static let data = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("shared/data/icecat-electronics")
    private static var isThere: Bool {
        FileManager.default.fileExists(atPath: data.appendingPathComponent("judgments-dev.csv").path)
    }

    private struct Figures {
        var ndcg = 0.0
        var condensed = 0.0
        var judged = 0.0
    }

    private static func ndcg(_ run: [String], _ ratings: [String: Int]) -> Double {
        func gain(_ ratings: [Int]) -> Double {
            ratings.prefix(10).enumerated().reduce(0) {
                $0 + (pow(2, Double($1.element)) - 1) / log2(Double($1.offset) + 2)
            }
        }
        return gain(run.map { ratings[$0] ?? 0 }) / gain(ratings.values.sorted(by: >))
    }

    private static func figures(_ judgments: [String: [String: Int]], _ run: (String) throws -> [String]) rethrows
        -> Figures
    {
        var sum = Figures()
        for (query, ratings) in judgments {
            let ids = try run(query)
            sum.ndcg += ndcg(ids, ratings)
            sum.condensed += ndcg(ids.filter { ratings[$0] != nil }, ratings)
            sum.judged += Double(ids.prefix(10).filter { ratings[$0] != nil }.count) / 10
        }
        let count = Double(judgments.count)
        return Figures(ndcg: sum.ndcg / count, condensed: sum.condensed / count, judged: sum.judged / count)
    }

    /// FTS5 as everybody uses it, over the three texts such feeds have.
    private static func stock(_ path: String) throws -> DatabaseQueue {
        let queue = try DatabaseQueue()
        let source = try FileTextLines(gunzipping: path)
        try queue.write { database in
            try database.execute(
                sql:
                    "CREATE VIRTUAL TABLE stock USING fts5(id UNINDEXED, title, supplier, description, tokenize='porter')"
            )
            for line in source.lines {
                guard let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                    continue
                }
                let values = ["id", "title", "supplier", "short_description"].map { row[$0] as? String ?? "" }
                try database.execute(
                    sql: "INSERT INTO stock VALUES (?, ?, ?, ?)",
                    arguments: StatementArguments(values)
                )
            }
        }
        return queue
    }

    private struct FileTextLines {
        let lines: [Substring]

        init(gunzipping path: String) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["gzip", "-dc", path]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let data = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        }
    }

    @Test("the first 10 are at least as good as stock FTS5's on Icecat's dev queries", .enabled(if: isThere))
    func icecat() throws {
        var judgments: [String: [String: Int]] = [:]
        let csv = try String(contentsOf: Self.data.appendingPathComponent("judgments-dev.csv"), encoding: .utf8)
        for line in csv.split(whereSeparator: \.isNewline).dropFirst() {
            let parts = line.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count >= 3, let rating = Int(parts[parts.count - 1]) else { continue }
            var query = parts.dropLast(2).joined(separator: ",")
            if query.hasPrefix("\"") {
                query = query.dropFirst().dropLast().replacingOccurrences(of: "\"\"", with: "\"")
            }
            judgments[query, default: [:]][String(parts[parts.count - 2])] = rating
        }
        judgments = judgments.filter { $0.value.values.contains { $0 > 0 } }
        #expect(judgments.count == 55)

        let dump = Self.data.appendingPathComponent("products.jsonl.gz").path
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("aisle-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var options = BuildOptions(dumps: [dump], into: folder.appendingPathComponent("shop.db").path)
        options.dump.map = try ["id=id", "title=title"].map { try FieldMapping(parsing: $0) }
        var build = IndexBuild(options)
        #expect(try build.run().products == 19_406)
        let index = try ProductIndex(path: options.into)
        let ours = try Self.figures(judgments) { query in
            var request = SearchRequest(query, top: 100)
            request.wantsProducts = false
            return try index.search(request).hits.map(\.id.rawValue)
        }

        let queue = try Self.stock(dump)
        let stock = try Self.figures(judgments) { query in
            let words = query.matches(of: #/\w+/#).map { "\"\($0.output)\"" }
            return try queue.read { database in
                try String.fetchAll(
                    database,
                    sql: "SELECT id FROM stock WHERE stock MATCH ? ORDER BY bm25(stock, 0, 3, 2, 1), rowid LIMIT 100",
                    arguments: [words.joined(separator: " OR ")]
                )
            }
        }
        for (name, figures) in [("ours", ours), ("stock FTS5", stock)] {
            print(
                String(
                    format: "Icecat, 55 dev queries, \(name): nDCG@10 %.4f, condensed %.4f, Judged@10 %.3f",
                    figures.ndcg,
                    figures.condensed,
                    figures.judged
                )
            )
        }
        // The published reference points: the comparison is with the real thing.
        #expect(abs(stock.ndcg - 0.6965) < 0.002 && abs(stock.condensed - 0.7904) < 0.002)
        #expect(ours.ndcg >= stock.ndcg)
        #expect(ours.condensed >= stock.condensed)
    }
}
