import Catalog
import Testing

@testable import Indexer

@Suite("CSV and TSV")
struct DelimitedTests {
    @Test("RFC 4180: quotes, doubled quotes, delimiters and line ends in quoted fields")
    func standard() throws {
        let dump = try Dump.read(
            "id,title,description\r\n1,\"Mug, \"\"Harbour\"\"\",\"first line\r\nsecond\"\r\n2,Plain,x\r\n"
        )
        #expect(dump.titles == ["Mug, \"Harbour\"", "Plain"])
        #expect(dump.products[0].description == "first line second")
        #expect(dump.locations.map(\.line) == [2, 4])
        #expect(dump.rejects.isEmpty)
    }

    @Test(
        "the delimiter is sniffed",
        arguments: [(",", DumpFormat.csv), ("\t", .tsv), (";", .csv), ("|", .csv)]
    )
    func delimiters(delimiter: String, format: DumpFormat) throws {
        let rows = [["id", "title", "colour"], ["a1", "Chair", "red"], ["a2", "Table, round; big", "oak"]]
        let text = rows.map { row in
            row.map { $0.contains(",") && delimiter != "\t" && delimiter != "|" ? "\"\($0)\"" : $0 }
                .joined(separator: delimiter)
        }
        let dump = try Dump.read(text.joined(separator: "\n") + "\n")
        #expect(dump.titles == ["Chair", "Table, round; big"])
        #expect(dump.products[1].values("colour") == ["oak"])
        #expect(dump.only?.format == format)
        #expect(dump.only?.delimiter == delimiter)
    }

    @Test("line ends of every system, and none at the end", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let dump = try Dump.read(["id,title", "1,One", "2,\"Two\"", "3,Three"].joined(separator: end))
        #expect(dump.titles == ["One", "Two", "Three"])
        #expect(dump.locations.map(\.line) == [2, 3, 4])
    }

    @Test("a ragged row is rejected with file, line and both numbers of fields")
    func ragged() throws {
        let dump = try Dump.read("id,title,price\n1,One,1.00\n2,Two\n3,Three,3.00,,\n4,Four,4.00,extra\n5,Five,5.00\n")
        #expect(dump.ids == ["1", "3", "5"])
        #expect(dump.reasons == [.ragged(expected: 3, actual: 2), .ragged(expected: 3, actual: 4)])
        #expect(dump.rejects.map(\.location.line) == [3, 5])
        let message = try #require(dump.rejects.first?.message)
        #expect(message.contains("dump.csv, line 3") && message.contains("2 fields") && message.contains("3"))
        #expect(String(decoding: dump.rejects[0].original, as: UTF8.self) == "2,Two\n")
    }

    @Test("an unclosed quote costs its own row and no other")
    func unclosedQuote() throws {
        let dump = try Dump.read("id,title,price\n1,\"One,1.00\n2,Two,2.00\n3,\"Three\",3.00\n4,\"Four\",4.00\n")
        #expect(dump.ids == ["2", "3", "4"])
        #expect(dump.reasons == [.unclosedQuote])
        #expect(dump.rejects.map(\.location.line) == [2])
    }

    @Test("an unclosed quote in a file that quotes everything costs its own row and no other")
    func unclosedQuoteAmongQuoted() throws {
        let rows = [
            "\"id\",\"title\",\"price\"", "\"1\",\"One,\"1.00\"", "\"2\",\"Two,2.00", "\"3\",\"Three\",\"3.00\"",
        ]
        let dump = try Dump.read((rows + ["\"4\",\"Four\",\"4.00\""]).joined(separator: "\n") + "\n")
        #expect(dump.ids == ["3", "4"])
        #expect(dump.rejects.map(\.location.line) == [2, 3])
    }

    @Test("an unclosed quote on the last line does not hang or swallow")
    func unclosedAtEnd() throws {
        let dump = try Dump.read("id,title\n1,One\n2,\"Two")
        #expect(dump.ids == ["1"])
        #expect(dump.reasons == [.unclosedQuote])
    }

    @Test("quotes inside of quoted fields are taken as text")
    func innerQuotes() throws {
        let dump = try Dump.read("id,title,price\n1,\"17\" monitor\",99\n2,\"the \"best\" one\",5\n")
        #expect(dump.titles == ["17\" monitor", "the \"best\" one"])
    }

    @Test("backslash-escaped quotes are recognized, whatever follows them")
    func backslashes() throws {
        let rows = [
            #""id","title","brand""#, #""1","TV 40\" Class","Acme""#, #""2","Case 17\"","Acme""#,
            #""3","\"Weird Al\" DVD", "#, #""4","Path C:\\","Acme""#,
        ]
        let dump = try Dump.read(rows.joined(separator: "\n") + "\n")
        #expect(dump.titles == ["TV 40\" Class", "Case 17\"", "\"Weird Al\" DVD", "Path C:\\"])
        #expect(dump.rejects.isEmpty)
        #expect(dump.only?.notes.contains { $0.contains("backslash") } == true)
    }

    @Test("a backslash at the end of a quoted field is a backslash where nothing is escaped by it")
    func trailingBackslash() throws {
        let dump = try Dump.read("id,title,path\n1,\"One\",\"C:\\\"\n2,\"Two\",\"D:\\\"\n")
        #expect(dump.titles == ["One", "Two"])
        #expect(dump.products[0].values("path") == ["C:\\"])
    }

    @Test("blank lines and lines of delimiters are no rows")
    func blankLines() throws {
        let dump = try Dump.read("\n\nid,title\n\n1,One\n,\n   \n2,Two\n\n")
        #expect(dump.titles == ["One", "Two"])
        #expect(dump.locations.map(\.line) == [5, 8])
        #expect(dump.only?.rows == 2)
    }

    @Test("Excel's sep= line names the delimiter")
    func separatorLine() throws {
        let dump = try Dump.read("sep=;\r\nid;title\r\n1;One, two\r\n")
        #expect(dump.titles == ["One, two"])
        #expect(dump.locations.map(\.line) == [3])
    }

    @Test("columns of the same name give one attribute with several values")
    func duplicateNames() throws {
        let dump = try Dump.read("id,title,tag,tag,title\n1,One,a,b,Uno\n")
        #expect(dump.products[0].title == "One")
        #expect(dump.products[0].values("tag") == ["a", "b"])
    }

    @Test("inches in a TSV are no quotes, quoted cells are unquoted")
    func tabbedQuotes() throws {
        let dump = try Dump.read(
            "id\ttitle\tsize\n1\t\"Big\" screen\t40\"\n2\t\"a \"\"b\"\" c\"\t\"x\ty\"\n3\t\"open\t5\"\n",
            name: "d.tsv"
        )
        #expect(dump.titles == ["\"Big\" screen", "a \"b\" c", "\"open"])
        #expect(dump.products[1].values("size") == ["x y"])
    }

    @Test("a row over the limit is rejected, the next one is read")
    func tooLarge() throws {
        let long = String(repeating: "x", count: 5000)
        var options = DumpOptions()
        options.recordLimit = 4096
        options.chunkSize = 1024
        let dump = try Dump.read("id,title\n1,One\n2,\(long)\n3,Three\n", options: options)
        #expect(dump.ids == ["1", "3"])
        guard case .tooLarge(_, let limit) = dump.reasons.first else {
            Issue.record("not rejected as too large: \(dump.reasons)")
            return
        }
        #expect(limit == 4096)
    }

    @Test("rows without identifier or title are rejected, naming the column")
    func missing() throws {
        let dump = try Dump.read("sku;name;price\n;No code;1\nA2; ;2\nNULL;x;3\nA4;Four;4\n")
        #expect(dump.ids == ["A4"])
        #expect(
            dump.reasons == [
                .missingID(column: "\"sku\""), .missingTitle(column: "\"name\""), .missingID(column: "\"sku\""),
            ]
        )
        #expect(dump.rejects.map(\.field) == ["sku", "name", "sku"])
        #expect(dump.only?.rejected == ["missing_id": 2, "missing_title": 1])
    }

    @Test(
        "a field of nothing but spaces of any kind gives way to the next column",
        arguments: [" ", "\u{a0} \u{3000}", "\u{7f}", "\u{200b}\t"]
    )
    func blankField(_ blank: String) throws {
        let dump = try Dump.read("sku;title;name\nA1;\(blank);Lamp\nA2;Desk;desk lamp\n")
        #expect(dump.titles == ["Lamp", "Desk"])
    }

    @Test("a file without header line is guessed at, and says so")
    func headerless() throws {
        let dump = try Dump.read("7\tjd\t全自动雨伞 男士商务\n8\tjd\t小化妆包 便携\n9\ttb\t儿童水杯 吸管\n", name: "t.tsv")
        #expect(dump.ids == ["7", "8", "9"])
        #expect(dump.titles.first == "全自动雨伞 男士商务")
        #expect(dump.only?.notes.contains { $0.contains("no header line") } == true)
        let options = DumpOptions(map: [FieldMapping(.title, .named("2")), FieldMapping(.id, .lineNumber)])
        let mapped = try Dump.read("7\tjd\tx\n8\tkd\ty\n", name: "t.tsv", options: options)
        #expect(mapped.titles == ["jd", "kd"])
        #expect(mapped.ids == ["1", "2"])
    }
}
