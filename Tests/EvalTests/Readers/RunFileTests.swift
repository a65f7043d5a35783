import Eval
import Testing

@Suite struct RunFileTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    @Test func `Lines may be in any order, and ranks are not read`() throws {
        let path = try folder.file("x.run", "1 Q0 a 1 0.5 t\n2 Q0 a 9 -1e-3 t\r\n1\tQ0\tb\t2\t7\tt\n")
        let run = try Run(path: path)
        #expect(run.name == "x")
        #expect(run.rankings["1"]?.map(\.id) == ["b", "a"])
        #expect(run.rankings["2"] == [Run.Document(id: "a", score: -0.001)])
    }

    @Test(arguments: [
        ("1 Q0 a 1 0.5\n", ":1: 5 fields where a run has 6"),
        ("1 Q0 a 1 0.5 my run\n", ":1: 7 fields"),
        ("1 Q0 a 1 nan t\n", ":1: score: \"nan\" is not a finite number"),
        ("1 Q0 a 1 inf t\n", ":1: score"),
        ("1 Q0 a 1 0x1p3 t\n", ":1: score"),
        ("1 Q0 a 1 1e39 t\n", ":1: score"),
        ("1 Q0 a 1 0,5 t\n", ":1: score"),
        ("1 Q0 a 1 1 t\n1 Q0 a 2 0.5 t\n", ":2: document: query \"1\" has \"a\" twice"),
        ("\n \n", "is empty. Expected: lines of query Q0 document rank score tag"),
    ])
    func `What is wrong is said with its line, its field and a remedy`(text: String, message: String) throws {
        let path = try folder.file("bad.run", text)
        let error = try #require(throws: EvalError.self) { try Run(path: path) }
        #expect(error.description.contains(message), "\(error)")
    }

    @Test func `A run made in memory is checked as one from a file`() {
        let twice = [Run.Document(id: "a", score: 1), Run.Document(id: "a", score: 2)]
        #expect(throws: EvalError.repeatedDocument(query: "q", document: "a")) {
            try Run(name: "r", documents: ["q": twice])
        }
        #expect(throws: EvalError.unusableScore(query: "q", document: "a")) {
            try Run(name: "r", documents: ["q": [Run.Document(id: "a", score: .nan)]])
        }
    }

    @Test func `Queries are read in order, with blanks in their texts`() throws {
        let path = try folder.file("queries.tsv", "q2\tred  bag\r\nq1\t鞋\n")
        let file = try QueryFile(path: path)
        #expect(file.queries.map(\.id) == ["q2", "q1"])
        #expect(file.texts == ["q2": "red  bag", "q1": "鞋"])
        #expect(file.identifiers["鞋"] == "q1")
    }

    @Test(arguments: [
        ("q1 red bag\n", ":1: there is no tab"),
        ("q1\tbag\nq 2\tbag\n", ":2: identifier: \"q 2\" is empty or has blanks"),
        ("\tbag\n", ":1: identifier"),
        ("q1\t  \n", ":1: query: it is empty"),
        ("q1\ta\tb\n", ":1: query: there is a second tab"),
        ("q1\ta\nq1\tb\n", ":2: identifier: \"q1\" is in line 1 already"),
        ("", "is empty"),
    ])
    func `A wrong line of queries is named`(text: String, message: String) throws {
        let path = try folder.file("queries.tsv", text)
        let error = try #require(throws: EvalError.self) { try QueryFile(path: path) }
        #expect(error.description.contains(message), "\(error)")
    }
}
