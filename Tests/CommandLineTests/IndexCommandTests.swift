import Foundation
import Testing

@Suite("aisle index")
struct IndexCommandTests {
    @Test("--json prints one document with the report's keys on standard output")
    func jsonReport() throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        let run = try shop.done("index", "dump.csv", "--into", "shop.db", "--json")
        let report = try run.json()
        #expect(report["added"] as? Int == 3)
        #expect(report["products"] as? Int == 3)
        for key in ["dump", "replaced", "deleted", "rejected", "seconds", "bytes", "languages"] {
            #expect(report[key] != nil, "\(key) is missing")
        }
    }

    @Test("a bad row is skipped by default and named with file and line")
    func skipsBadRows() throws {
        let shop = try Shop()
        try shop.write("dump.csv", dumpWithBadRow)
        let run = try shop.done("index", "dump.csv", "--into", "shop.db")
        #expect(run.output.contains("dump.csv, line 3"), "\(run.output)")
        #expect(try shop.count() == 1)
    }

    @Test("the report says what was left out on purpose, and names an attribute of several columns once")
    func leftOut() throws {
        let shop = try Shop()
        try shop.write(
            "shopify.csv",
            """
            Handle,Title,Vendor,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price,Status
            tee,Tee,Acme,Size,S,Color,red,10,active
            hat,Hat,Acme,Size,M,Color,blue,12,draft

            """
        )
        let run = try shop.done("index", "shopify.csv", "--into", "shop.db")
        #expect(run.output.contains("left out: 1 not published"), "\(run.output)")
        #expect(run.output.components(separatedBy: "by the option's name").count == 2, "\(run.output)")
    }

    @Test("--on-error fail stops at the bad row and leaves the index as it was, to the byte")
    func failsAtBadRow() throws {
        let shop = try Shop()
        try shop.write("good.csv", goodDump)
        try shop.write("bad.csv", dumpWithBadRow)
        try shop.done("index", "good.csv", "--into", "shop.db")
        let before = try shop.bytes("shop.db")
        for mode in [[], ["--update"]] {
            let run = try shop.run(["index", "bad.csv", "--into", "shop.db", "--on-error", "fail"] + mode)
            #expect(run.status == 1)
            #expect(run.errors.contains("bad.csv, line 3"), "\(run.errors)")
            #expect(try shop.bytes("shop.db") == before)
            #expect(!shop.exists("shop.db.building"))
        }
    }

    @Test("rejected rows, repaired, become products")
    func rejectsRoundTrip() throws {
        let shop = try Shop()
        try shop.write("dump.csv", dumpWithBadRow)
        try shop.done("index", "dump.csv", "--into", "shop.db", "--rejects", "bad.csv")
        #expect(try shop.read("bad.csv") == "id,title,brand,price\n,A row without an id,Nobody,1.00\n")
        try shop.write(
            "repaired.csv",
            try shop.read("bad.csv").replacingOccurrences(of: "\n,A row", with: "\nB-2,A row")
        )
        try shop.done("index", "repaired.csv", "--into", "shop.db", "--update")
        #expect(try shop.count() == 2)
        #expect(try shop.ids("row") == ["B-2"])
    }

    @Test("a product whose id was there before is among the rejects as it stood in the dump")
    func rejectedDuplicates() throws {
        let shop = try Shop()
        try shop.write("dump.csv", "id,title\nA,Lamp\nB,Sofa\nA,\"Lamp, again\"\n")
        try shop.done("index", "dump.csv", "--into", "shop.db", "--rejects", "bad.csv")
        #expect(try shop.read("bad.csv") == "id,title\nA,\"Lamp, again\"\n")
        #expect(try shop.count() == 2)
    }

    @Test("--update replaces and adds, --delete removes and names what it did not find")
    func updates() throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        try shop.done("index", "dump.csv", "--into", "shop.db")
        try shop.write("changes.csv", "id,title,price\nA-2,Canvas bag,49.00\nA-4,Tea pot,29.00\n")
        let update = try shop.done("index", "changes.csv", "--into", "shop.db", "--update", "--json").json()
        #expect(update["added"] as? Int == 1)
        #expect(update["replaced"] as? Int == 1)
        #expect(try shop.count() == 4)
        #expect(try shop.ids("leather").isEmpty)
        #expect(try shop.ids("canvas") == ["A-2"])

        let delete = try shop.done("index", "--into", "shop.db", "--delete", "A-1, Z-9", "--json").json()
        #expect(delete["deleted"] as? Int == 1)
        #expect(delete["not_found"] as? [String] == ["Z-9"])
        try shop.write("gone.txt", "A-3\nA-4\n")
        try shop.done("index", "--into", "shop.db", "--delete", "@gone.txt")
        #expect(try shop.count() == 1)
        #expect(try shop.ids("") == ["A-2"])
    }

    @Test("--delete @FILE names a file that is not there")
    func missingIdFile() throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        try shop.done("index", "dump.csv", "--into", "shop.db")
        let run = try shop.aisle("index", "--into", "shop.db", "--delete", "@nowhere.txt")
        #expect(run.status == 1)
        #expect(run.errors.contains("nowhere.txt"), "\(run.errors)")
        #expect(try shop.count() == 3)
    }

    @Test("standard input and gzipped dumps give the same products as the file")
    func inputs() throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        try shop.done("index", "-", "--into", "piped.db", input: goodDump)
        #expect(try shop.ids("", index: "piped.db") == ["A-1", "A-2", "A-3"])
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-k", shop.url("dump.csv").path]
        try gzip.run()
        gzip.waitUntilExit()
        try #require(gzip.terminationStatus == 0)
        try shop.done("index", "dump.csv.gz", "--into", "zipped.db")
        #expect(try shop.ids("", index: "zipped.db") == ["A-1", "A-2", "A-3"])
    }

    @Test("synonyms apply at once, and a later file changes them without a dump")
    func synonyms() throws {
        let shop = try Shop()
        try shop.write("dump.csv", goodDump)
        try shop.write("words.txt", "cans, headphones\n")
        try shop.done("index", "dump.csv", "--into", "shop.db", "--synonyms", "words.txt")
        #expect(try shop.ids("cans", "--match", "all") == ["A-1"])
        try shop.write("words.txt", "java, coffee\n")
        try shop.done("index", "--into", "shop.db", "--update", "--synonyms", "words.txt")
        #expect(try shop.ids("java", "--match", "all") == ["A-3"])
        #expect(try shop.ids("cans", "--match", "all").isEmpty)
    }
}
