import Foundation
import Testing

@Suite("The judgments of the sample catalogue")
struct SampleJudgmentsTests {
    @Test("at least 80 queries, English and Chinese about half each, all with a language, a kind and an exact product")
    func coverage() throws {
        let topics = try Self.lines("topics.tsv").dropFirst().map { $0.split(separator: "\t").map(String.init) }
        let queries = try Self.lines("queries.tsv").map { $0.split(separator: "\t").map(String.init) }
        let judgments = try Self.judgments()
        #expect(queries.count >= 80)
        #expect(topics.map { $0[0] } == queries.map { $0[0] })
        #expect(Set(queries.map { $0[1] }).count == queries.count)
        for language in ["en", "zh"] {
            let share = Double(topics.count { $0[1] == language }) / Double(topics.count)
            #expect((0.4...0.55).contains(share), "\(language): \(share)")
        }
        #expect(Set(topics.map { $0[1] }).isSuperset(of: ["de", "fr", "es"]))
        #expect(Set(topics.map { $0[2] }).isSuperset(of: ["typo", "code", "attribute", "number", "negation", "need"]))
        for topic in topics { #expect(judgments[topic[0], default: [:]].values.contains(3), "\(topic[0])") }
    }

    /// The products that Corpus/README.md names for its queries to try.
    @Test(
        "grades are those that people gave",
        arguments: [
            ("zh-02", ["BE-17873": 3, "BE-20826": 3]), ("zh-06", ["AU-15892": 3, "AU-15534": 3]),
            ("zh-31", ["CO-17679": 3, "CO-15681": 3, "CO-10829": 2, "CO-22568": 2]),
            ("zh-44", ["HO-10119": 3, "BE-16543": 3, "WO-10334": 3, "BE-10210": 3]),
            ("zh-45", ["ST-10639": 3, "ST-10902": 3]),
            ("en-32", ["CO-16707": 3, "CO-13586": 2, "CO-11543": 2, "CO-10854": 2]),
            ("en-52", ["CO-16197": 3, "CO-18575": 3]), ("en-48", ["AU-15236": 3, "AU-17062": 3, "AU-13171": 3]),
            ("en-56", ["PH-14873": 3, "PH-16626": 3, "PH-21079": 3, "PH-16661": 0]),
            ("en-37", ["SH-14338": 3, "SH-10391": 3, "SH-12445": 3, "SH-16773": 2]),
        ]
    )
    func knownGrades(_ query: String, _ grades: [String: Int]) throws {
        let judged = try #require(Self.judgments()[query])
        for (product, grade) in grades { #expect(judged[product] == grade, "\(product)") }
    }

    @Test("a changed judgment is noticed")
    func changedJudgmentsAreNoticed() throws {
        try Self.withCopy { folder in
            let file = folder.appendingPathComponent("qrels.txt")
            let text = try String(contentsOf: file, encoding: .utf8)
            try Data(text.replacingOccurrences(of: " 3\n", with: " 2\n").utf8).write(to: file)
            let output = try Self.check(folder)
            #expect(output.status == 1)
            #expect(output.text.contains("qrels.txt"), "\(output.text)")
        }
    }

    @Test(
        "what is misspelled is refused with its line",
        arguments: [
            ("asks.txt", "xx-1 | en | type | sofa | type=sofa\n", "unknown product type 'sofa'"),
            ("asks.txt", "xx-1 | en | type | belt | type=belt colour=blakc\n", "unknown colour 'blakc'"),
            ("decisions.txt", "en-01 | XX-1 | E | no such product\n", "unknown product 'XX-1'"),
            ("pool.tsv", "en-999\tBE-17873\n", "unknown query 'en-999'"),
        ]
    )
    func misspelledSources(_ file: String, _ line: String, _ message: String) throws {
        try Self.withCopy { folder in
            let url = folder.appendingPathComponent(file)
            let text = try String(contentsOf: url, encoding: .utf8)
            try Data((text + line).utf8).write(to: url)
            let output = try Self.check(folder)
            #expect(output.status == 1)
            let number = text.split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(output.text.contains("\(file):\(number)"), "\(output.text)")
            #expect(output.text.contains(message), "\(output.text)")
        }
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Eval/judgments/sample")

    private static func lines(_ file: String) throws -> [String] {
        try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8).split(separator: "\n")
            .map(String.init)
    }

    private static func judgments() throws -> [String: [String: Int]] {
        try lines("qrels.txt").reduce(into: [:]) { judgments, line in
            let fields = line.split(separator: " ").map(String.init)
            judgments[fields[0], default: [:]][fields[2]] = Int(fields[3])
        }
    }

    private static func withCopy(_ body: (URL) throws -> Void) throws {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("judgments-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: folder, to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        try body(copy)
    }

    private static func check(_ folder: URL) throws -> (status: Int32, text: String) {
        try SampleCatalogueTests.run(
            SampleCatalogueTests.built("sample-catalogue"),
            ["--check", "--judgments", folder.path]
        )
    }
}
