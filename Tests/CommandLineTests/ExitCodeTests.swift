import Foundation
import Testing

@Suite("Exit codes and messages")
struct ExitCodeTests {
    @Test("a command that is done exits with 0 and leaves standard error empty")
    func success() throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        let index = try shop.aisle("index", "dump.csv", "--into", "shop.db")
        #expect(index.status == 0)
        #expect(index.errors.isEmpty, "\(index.errors)")
        let search = try shop.aisle("search", "--index", "shop.db", "headphones")
        #expect(search.status == 0)
        #expect(search.output.contains("A-1"))
        #expect(search.errors.isEmpty)
        #expect(try shop.aisle("--help").status == 0)
        #expect(try shop.aisle("--version").output.contains("0.1.0"))
    }

    @Test(
        "wrong use exits with 2 and says what is wrong on standard error only",
        arguments: [
            ["search", "bag"], ["index", "dump.csv"], ["index", "--into", "shop.db"], ["sell"],
            ["search", "--index", "shop.db", "bag", "--top", "many"],
            ["search", "--index", "shop.db", "--colour", "red"],
            ["index", "dump.csv", "--into", "shop.db", "--language", "klingon"],
            ["index", "dump.csv", "--into", "shop.db", "--encoding", "ebcdic-7"],
            ["search", "--index", "shop.db", "bag", "--budget-ms", "0"],
            ["index", "dump.csv", "--into", "shop.db", "--map", "title"],
            ["index", "dump.csv", "--into", "shop.db", "--map", "heading=title"],
        ]
    )
    func usage(arguments: [String]) throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        let run = try shop.run(arguments)
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.output.isEmpty, "\(run.output)")
        #expect(!run.errors.isEmpty)
        #expect(!shop.exists("shop.db"))
    }

    @Test("a missing index exits with 1, is named, and the way to build it is said")
    func missingIndex() throws {
        let run = try Shop().aisle("search", "--index", "nowhere.db", "bag", "--json")
        #expect(run.status == 1)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("nowhere.db"))
        #expect(run.errors.contains("aisle index"))
    }

    @Test("a missing dump exits with 1 and is named; no index appears")
    func missingDump() throws {
        let shop = try Shop()
        let run = try shop.aisle("index", "nowhere.csv", "--into", "shop.db")
        #expect(run.status == 1)
        #expect(run.errors.contains("nowhere.csv"))
        #expect(!shop.exists("shop.db"))
        #expect(!shop.exists("shop.db.building"))
    }

    @Test("a file that is no index is named, and nobody is told to write over it")
    func noIndex() throws {
        let shop = try Shop()
        try shop.write("shop.db", String(repeating: "This is not a database. ", count: 100))
        let run = try shop.aisle("search", "--index", "shop.db", "bag")
        #expect(run.status == 1)
        #expect(run.errors.contains("shop.db"), "\(run.errors)")
        #expect(!run.errors.contains("--into"), "\(run.errors)")
    }

    @Test("a wrong filter exits with 2 and a caret stands below the place")
    func wrongFilter() throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        try shop.done("index", "dump.csv", "--into", "shop.db")
        let run = try shop.aisle("search", "--index", "shop.db", "bag", "--filter", "price < AND brand = Sony")
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        let lines = run.errors.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let text = try #require(lines.firstIndex { $0.contains("price < AND brand = Sony") }, "\(run.errors)")
        let caret = try #require(lines.firstIndex { $0.trimmingCharacters(in: .whitespaces).hasPrefix("^") })
        #expect(caret == text + 1)
        let start = try #require(lines[text].range(of: "AND")?.lowerBound)
        let column = lines[text].distance(from: lines[text].startIndex, to: start)
        #expect(
            lines[caret].firstIndex(of: "^").map { lines[caret].distance(from: lines[caret].startIndex, to: $0) }
                == column
        )
    }

    @Test("a filter on a field nobody has names the fields there are")
    func unknownField() throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        try shop.done("index", "dump.csv", "--into", "shop.db")
        let run = try shop.aisle("search", "--index", "shop.db", "bag", "--filter", "horsepower > 3")
        #expect(run.status != 0)
        #expect(run.errors.contains("horsepower"))
        for field in ["brand", "price", "in_stock"] { #expect(run.errors.contains(field), "\(run.errors)") }
    }

    @Test("a path under a file cannot be written: exit 1, the path is named")
    func unwritableFolder() throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        try shop.write("file", "")
        let run = try shop.aisle("index", "dump.csv", "--into", "file/shop.db")
        #expect(run.status == 1)
        #expect(run.errors.contains("file/shop.db"), "\(run.errors)")
    }

    @Test("a read-only folder is refused: exit 1, the path is named", .enabled(if: geteuid() != 0, "root may write"))
    func readOnlyFolder() throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        let closed = shop.url("closed")
        try FileManager.default.createDirectory(
            at: closed,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o555]
        )
        let run = try shop.aisle("index", "dump.csv", "--into", "closed/shop.db")
        #expect(run.status == 1)
        #expect(run.errors.contains("closed/shop.db"), "\(run.errors)")
    }
}
