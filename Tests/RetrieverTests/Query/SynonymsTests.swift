import Retriever
import Testing

@Suite("Synonym files")
struct SynonymsTests {
    @Test("groups and one-way rules, with any comma, comments and blank lines")
    func rules() {
        let synonyms = Synonyms(
            parsing: """
                \u{FEFF}# A shop's synonyms
                laptop, notebook ,  note   book
                笔记本，手提电脑、laptop

                tv => television, 电视   # one way
                c#, csharp
                a\\,b, ab
                \t
                """
        )
        #expect(synonyms.problems.isEmpty)
        let expected: [Synonyms.Rule] = [
            .init(from: ["laptop", "notebook", "note book"], to: ["laptop", "notebook", "note book"], line: 2),
            .init(from: ["笔记本", "手提电脑", "laptop"], to: ["笔记本", "手提电脑", "laptop"], line: 3),
            .init(from: ["tv"], to: ["television", "电视"], line: 5),
            .init(from: ["c#", "csharp"], to: ["c#", "csharp"], line: 6),
            .init(from: ["a,b", "ab"], to: ["a,b", "ab"], line: 7),
        ]
        #expect(synonyms.rules == expected)
        #expect(synonyms.rules.map(\.isTwoWay) == [true, true, false, true, true])
    }

    @Test(
        "a line that cannot be used is reported with its number; the others count",
        arguments: [
            ("laptop", SynonymProblem.groupOfOne(line: 2, phrase: "laptop")),
            ("laptop, Laptop ,LAPTOP", .groupOfOne(line: 2, phrase: "laptop")),
            (" , ,", .groupOfOne(line: 2, phrase: "")),
            ("tv =>", .emptySide(line: 2, isLeft: false)),
            ("=> tv", .emptySide(line: 2, isLeft: true)),
            ("a => b => c", .severalArrows(line: 2)),
        ]
    )
    func problems(line: String, problem: SynonymProblem) {
        let synonyms = Synonyms(parsing: "a, b\r\n\(line)\r\nc, d")
        #expect(synonyms.problems == [problem])
        #expect(synonyms.rules.map(\.line) == [1, 3])
        #expect(problem.description.hasPrefix("line 2: "))
    }

    @Test("rules, phrases and their length are bounded")
    func bounds() {
        let many = Synonyms(parsing: String(repeating: "a, b\n", count: 50_010))
        #expect(many.rules.count == 50_000)
        #expect(many.problems == [.tooManyRules(line: 50_001, limit: 50_000)])

        let wide = Synonyms(parsing: (1...70).map { "w\($0)" }.joined(separator: ","))
        #expect(wide.rules.first?.from.count == 64)
        #expect(wide.problems == [.tooManyPhrases(line: 1, limit: 64)])

        let long = Synonyms(parsing: "a, b, " + String(repeating: "x", count: 257))
        #expect(long.rules.first?.from == ["a", "b"])
        #expect(long.problems.count == 1)

        let line = String(repeating: "x", count: 200) + ", b\n"
        let big = Synonyms(parsing: String(repeating: line, count: (4 << 20) / line.utf8.count + 1))
        #expect(big.rules.count == (4 << 20) / line.utf8.count)
        #expect(big.problems.count == 1)
    }

    @Test("a full file ends without a complaint where it is exactly the limit")
    func exactLimit() {
        let synonyms = Synonyms(parsing: String(repeating: "a, b\n", count: 50_000))
        #expect(synonyms.rules.count == 50_000)
        #expect(synonyms.problems.isEmpty)
    }
}
