import Eval
import Foundation
import Testing

@Suite struct QrelsFileTests {
    @Test func `TREC judgments, with tabs, a byte order mark and CRLF`() throws {
        let path = try folder.file("q.txt", "\u{FEFF}1 0 a 2\r\n1\t0\tb\t-1\r\n\r\n2 0 a 0")
        #expect(try Qrels(path: path) == Qrels(["1": ["a": 2, "b": -1], "2": ["a": 0]]))
    }

    @Test func `Quepid's table names queries by text; what is not rated yet is not judged`() throws {
        let path = try folder.file(
            "q.csv",
            "query,docid,rating\n\"bags, \"\"red\"\"\",A-1,3\nbags,A-1,\nbags,A-2,1.0\n"
        )
        #expect(try Qrels(path: path) == Qrels(["bags, \"red\"": ["A-1": 3], "bags": ["A-2": 1]]))
    }

    @Test func `A combining mark behind a separator does not hide it`() throws {
        // The acute accent follows a comma, a tab and a space.
        let table = try folder.file("q.csv", "query,docid,rating\nbag,\u{301}A,2\n")
        #expect(try Qrels(path: table).grades == ["bag": ["\u{301}A": 2]])
        #expect(try Qrels(path: folder.file("q.txt", "1 0 \u{301}A 2\n")).grades == ["1": ["\u{301}A": 2]])
        #expect(try QueryFile(path: folder.file("q.tsv", "1\t\u{301}a\n")).texts == ["1": "\u{301}a"])
    }

    @Test func `ESCI labels have their gains`() throws {
        let path = try folder.file(
            "esci.csv",
            "example_id,query,query_id,product_id,esci_label\n0,x,7,B1,E\n1,x,7,B2,S\n2,x,7,B3,C\n3,x,7,B4,Irrelevant\n"
        )
        let qrels = try Qrels(path: path)
        #expect(qrels.grades == ["7": ["B1": 3, "B2": 2, "B3": 1, "B4": 0]])
        #expect(["B1", "B2", "B3", "B4"].map { qrels.scale.gain(qrels.grades["7"]?[$0] ?? -1) } == [1, 0.1, 0.01, 0])
    }

    @Test func `WANDS labels have their gains; the file is tab-separated`() throws {
        let path = try folder.file(
            "label.csv",
            "id\tquery_id\tproduct_id\tlabel\n0\t0\t25434\tExact\n1\t0\t1\tPartial\n2\t0\t2\tIrrelevant\n"
        )
        let qrels = try Qrels(path: path)
        #expect(qrels.grades == ["0": ["25434": 2, "1": 1, "2": 0]])
        #expect(qrels.scale.gain(1) == 0.5)
    }

    @Test(arguments: [
        ("1 0 a 1\n1 0 a 0\n", ":2: document: query \"1\" judges \"a\" twice"),
        ("1 0 a\n", ":1: 3 fields where TREC judgments have 4"),
        ("1 0 a 1\n\n1 0 b x\n", ":3: grade: \"x\" is not a whole number"),
        ("1 0 a 99999999999999999999\n", ":1: grade"),
        ("1 0 a 1001\n", ":1: grade"),
        ("query,docid,rating\nbag,A\n", ":2: 2 fields where the header has 3"),
        ("query,docid,rating\n\"bag,A,1\n", ":2: a quotation mark is not closed"),
        ("query,docid,rating\nbag,A,good\n", ":2: rating: \"good\" is not known"),
        ("query,docid,rating\nbag,A,1.5\n", ":2: rating"),
        ("query,docid,rating\nbag,A,nan\n", ":2: rating"),
        ("query,docid,rating\nbag,A,1e300\n", ":2: rating"),
        ("query,docid,rating\n,A,1\n", ":2: query: it is empty"),
        ("query,docid,rating\nbag,A,1\nbag,A,1\n", ":3: document"),
        ("query_id,product_id,esci_label\n1,A,X\n", ":2: esci_label: \"X\" is not known. Labels are E, S, C and I."),
        ("id\tquery_id\tproduct_id\tlabel\n0\t1\tA\tExactly\n", "Labels are Exact, Partial and Irrelevant."),
        ("", "is empty. Expected: lines of query 0 document grade"),
        ("query,docid,rating\n", "is empty"),
        ("name,colour\nbag,red\n", "begin a table with a header"),
    ])
    func `What is wrong is said with its line, its field and a remedy`(text: String, message: String) throws {
        let path = try folder.file("bad.txt", text)
        let error = try #require(throws: EvalError.self) { try Qrels(path: path) }
        #expect(error.description.contains(message), "\(error)")
        #expect(error.description.hasPrefix(path))
    }

    @Test func `No file, a folder and bytes that are not UTF-8 are refused`() throws {
        #expect(throws: EvalError.file(path: "/nowhere/x", problem: "there is no such file")) {
            try Qrels(path: "/nowhere/x")
        }
        #expect(throws: EvalError.self) { try Qrels(path: folder.url.path) }
        #expect(throws: EvalError.self) { try Qrels(path: folder.bytes("b", [0x31, 0x20, 0xFF, 0x20])) }
        #expect(throws: EvalError.self) { try Qrels(path: folder.file("long", String(repeating: "x", count: 2 << 20))) }
    }

    @Test func `Queries named by text get their identifiers`() throws {
        let qrels = Qrels(["red bag": ["a": 1], "shoe": ["b": 1]])
        #expect(try qrels.renamingQueries(["red bag": "1"]).queries == ["1", "shoe"])
        #expect(throws: EvalError.renamedTwice(query: "shoe")) { try qrels.renamingQueries(["red bag": "shoe"]) }
    }

    private let folder: Folder

    init() throws { folder = try Folder() }
}
