import Foundation
import Testing

@Suite("The files of aisle index")
struct IndexFilesTests {
    @Test("--into replaces no file that is something else, an SQLite database neither")
    func otherFiles() throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        try shop.write("notes.txt", "do not lose me\n")
        let made = try shop.run(
            [
                "python3", "-c",
                "import sqlite3; d = sqlite3.connect('other.db'); d.execute('create table meta (key, value)')",
            ],
            program: URL(fileURLWithPath: "/usr/bin/env")
        )
        try #require(made.status == 0, "\(made.errors)")
        for name in ["notes.txt", "other.db", "dump.csv"] {
            let before = try shop.bytes(name)
            for mode in [[], ["--update"]] {
                let run = try shop.run(["index", "dump.csv", "--into", name] + mode)
                #expect(run.status == 1)
                #expect(run.errors.contains(name), "\(run.errors)")
                #expect(try shop.bytes(name) == before)
                #expect(!shop.exists(name + ".lock"))
            }
            let search = try shop.aisle("search", "--index", name, "bag")
            #expect(search.status == 1)
            #expect(search.errors.contains(name))
            #expect(!search.errors.contains("--into"), "advice to overwrite it: \(search.errors)")
        }
        try shop.write("empty.db", "")
        try shop.done("index", "dump.csv", "--into", "empty.db")
        #expect(try shop.count("empty.db") == 3)
    }

    @Test(
        "an index is replaced whatever state it is in",
        arguments: [
            "cut off", "only its head", "zeros behind its head", "of another version", "of before it was marked",
        ]
    )
    func damaged(state: String) throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        try shop.done("index", "dump.csv", "--into", "shop.db")
        let whole = try shop.bytes("shop.db")
        switch state {
        case "cut off": try whole.prefix(5000).write(to: shop.url("shop.db"))
        case "only its head": try whole.prefix(72).write(to: shop.url("shop.db"))
        case "zeros behind its head":
            try (whole.prefix(100) + Data(count: whole.count - 100)).write(to: shop.url("shop.db"))
        case "of another version": try change(shop, "update meta set value = '1' where key = 'schema'")
        default: try change(shop, "pragma application_id = 0")
        }
        if state != "of before it was marked" {
            let search = try shop.aisle("search", "--index", "shop.db", "bag")
            #expect(search.status == 1)
            #expect(search.errors.contains("build it again"), "\(search.errors)")
        }
        try shop.done("index", "dump.csv", "--into", "shop.db")
        #expect(try shop.count() == 3)
        #expect(try shop.bytes("shop.db")[68..<72] == whole[68..<72])
    }

    /// Changes an index behind the program's back.
    private func change(_ shop: Shop, _ sql: String) throws {
        let script = "import sqlite3, sys; d = sqlite3.connect('shop.db'); d.execute(sys.argv[1]); d.commit()"
        let run = try shop.run(["python3", "-c", script, sql], program: URL(fileURLWithPath: "/usr/bin/env"))
        try #require(run.status == 0, "\(run.errors)")
    }

    @Test("no file is read and written, or written twice, in one run, however it is spelled")
    func sameFiles() throws {
        let shop = try Shop()
        try shop.write("dump.csv", dumpWithBadRow)
        try shop.write("rows.csv", dumpWithBadRow)
        try FileManager.default.linkItem(at: shop.url("rows.csv"), to: shop.url("rows.csv.reasons.tsv"))
        let folder = shop.folder.lastPathComponent
        for (arguments, kept) in [
            (["dump.csv", "--into", "shop.db", "--rejects", "../\(folder)/dump.csv"], "dump.csv"),
            (["rows.csv", "--into", "shop.db", "--rejects", "./rows.csv"], "rows.csv"),
            (["dump.csv", "--into", "./dump.csv"], "dump.csv"),
            (["dump.csv", "--into", "shop.db", "--rejects", "./shop.db"], "dump.csv"),
        ] {
            let before = try shop.bytes(kept)
            let run = try shop.run(["index"] + arguments)
            #expect(run.status == 1)
            #expect(run.errors.contains("is the same file"), "\(run.errors)")
            #expect(try shop.bytes(kept) == before)
            #expect(!shop.exists("shop.db"))
        }
    }

    @Test("--rejects replaces an earlier run's and nothing else; without bad rows nothing is left of them")
    func earlierRejects() throws {
        let shop = try Shop()
        try shop.write("bad.csv", dumpWithBadRow)
        try shop.write("other.csv", "sku;name\n;Nameless\n7;Seven\n")
        try shop.write("good.csv", goodDump)
        try shop.write("mine.txt", "do not lose me\n")
        let refused = try shop.aisle("index", "bad.csv", "--into", "shop.db", "--rejects", "mine.txt")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("mine.txt"))
        #expect(try shop.read("mine.txt") == "do not lose me\n")
        try shop.done("index", "bad.csv", "other.csv", "--into", "shop.db", "--rejects", "r.csv")
        #expect(shop.exists("r.csv") && shop.exists("r.csv.2") && shop.exists("r.csv.reasons.tsv"))
        try shop.done("index", "bad.csv", "--into", "shop.db", "--rejects", "r.csv")
        #expect(shop.exists("r.csv") && !shop.exists("r.csv.2") && shop.exists("r.csv.reasons.tsv"))
        try shop.done("index", "good.csv", "--into", "shop.db", "--rejects", "r.csv")
        #expect(!shop.exists("r.csv") && !shop.exists("r.csv.reasons.tsv"))
    }

    @Test("an empty list of ids to delete is a list: the index is updated, not built anew")
    func emptyList() throws {
        let shop = try Shop()
        try shop.write("all.csv", goodDump)
        try shop.write("delta.csv", "id,title,brand,price\nA-4,Tea pot,Moka,29.00\n")
        try shop.write("gone.txt", "\n  \n")
        try shop.done("index", "all.csv", "--into", "shop.db")
        let run = try shop.done("index", "delta.csv", "--into", "shop.db", "--delete", "@gone.txt", "--json")
        #expect(try run.json()["products"] as? Int == 4)
        #expect(try shop.count() == 4)
        try shop.done("index", "--into", "shop.db", "--delete", "@gone.txt")
        #expect(try shop.count() == 4)
        try shop.write("gone.txt", "\u{feff}A-1  \r\n\t A-2\n")
        let deleted = try shop.done("index", "--into", "shop.db", "--delete", "@gone.txt", "--json").json()
        #expect(deleted["deleted"] as? Int == 2)
        #expect(deleted["not_found"] as? [String] == [])
    }

    @Test("files that are not there are named in a sentence", arguments: ["--synonyms", "--delete"])
    func missingFiles(option: String) throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        try shop.done("index", "dump.csv", "--into", "shop.db")
        let name = option == "--delete" ? "@nowhere.txt" : "nowhere.txt"
        let run = try shop.aisle("index", "dump.csv", "--into", "shop.db", "--update", option, name)
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("aisle: nowhere.txt: there is no such"), "\(run.errors)")
        #expect(!run.errors.contains("("), "an error object is printed: \(run.errors)")
    }
}
