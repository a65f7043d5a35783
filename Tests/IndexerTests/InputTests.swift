import Catalog
import Foundation
import Testing

@testable import Indexer

@Suite("Encodings, compression, standard input")
struct InputTests {
    static let text = "id,title,price\n1,Größe „M“ – Kaffee,\"1,99 €\"\n2,Crème brûlée,5\n"

    /// The text in an encoding, made by iconv(1).
    private func encoded(_ name: String, _ text: String = Self.text) throws -> [UInt8] {
        try #require(try Dump.pipe(Array(text.utf8), through: ["iconv", "-f", "UTF-8", "-t", name]))
    }

    @Test(
        "encodings are detected",
        arguments: [
            ("UTF-16LE", TextEncoding.utf16LittleEndian), ("UTF-16BE", .utf16BigEndian), ("CP1252", .windows1252),
        ]
    )
    func detected(name: String, encoding: TextEncoding) throws {
        let dump = try Dump.read(bytes: try encoded(name))
        #expect(dump.titles == ["Größe „M“ – Kaffee", "Crème brûlée"])
        #expect(dump.products[0].price == Price(1.99, "EUR"))
        #expect(dump.only?.encoding == encoding)
    }

    @Test("byte order marks are no part of the first column's name")
    func marks() throws {
        let marked: [[UInt8]] = [
            [0xef, 0xbb, 0xbf] + Array(Self.text.utf8), [0xff, 0xfe] + (try encoded("UTF-16LE")),
            [0xfe, 0xff] + (try encoded("UTF-16BE")),
        ]
        for bytes in marked { #expect(try Dump.read(bytes: bytes).ids == ["1", "2"]) }
    }

    @Test(
        "other encodings are read where they are named",
        arguments: [
            ("GB18030", "gb18030", "化妆包 简单"), ("GBK", "gbk", "化妆包 简单"), ("CP1251", "windows-1251", "Чайник белый"),
            ("SHIFT_JIS", "shift_jis", "炊飯器"), ("BIG5", "big5", "電鍋"), ("KOI8-R", "koi8-r", "Чайник"),
            ("ISO-8859-1", "latin1", "Crème"),
        ]
    )
    func named(name: String, option: String, title: String) throws {
        let encoding = try #require(TextEncoding(name: option))
        let bytes = try encoded(name, "id;title\n1;\(title)\n")
        let dump = try Dump.read(bytes: bytes, options: DumpOptions(encoding: encoding))
        #expect(dump.titles == [title])
        #expect(dump.only?.encoding == encoding)
    }

    @Test("an XML declaration names the encoding")
    func declared() throws {
        let text =
            "<?xml version=\"1.0\" encoding=\"windows-1251\"?><shop><offer id=\"1\"><name>Чайник</name></offer></shop>"
        #expect(try Dump.read(bytes: try encoded("CP1251", text), name: "f.xml").titles == ["Чайник"])
    }

    @Test("a few bad bytes in a UTF-8 file are replaced and counted, and flip nothing")
    func damagedUTF8() throws {
        var bytes = Array("id,title\n".utf8)
        for number in 0..<100 { bytes += Array("\(number),Größe Ü \(number)\n".utf8) }
        bytes += Array("200,Gr".utf8) + [0xf6, 0xdf] + Array("e\n".utf8)
        let dump = try Dump.read(bytes: bytes)
        #expect(dump.only?.encoding == .utf8)
        #expect(dump.titles.first == "Größe Ü 0")
        #expect(dump.titles.last == "Gr\u{fffd}\u{fffd}e")
        #expect(dump.only?.warnings["encoding"] == 1)
        let example = try #require(dump.only?.warningExamples.first)
        #expect(example.contains("dump.csv, line 102, field \"title\""), "\(example)")
    }

    @Test("a NUL or three by accident make no UTF-16 and no binary file of a dump", arguments: [1, 3])
    func strayZeros(count: Int) throws {
        let zeros = String(repeating: "\0", count: count)
        let small = try Dump.read("id,title\n1,On\(zeros)e\n2,Größe\n")
        #expect(small.titles == ["On e", "Größe"])
        #expect(small.only?.encoding == .utf8)
        let rows = (0..<3000).map { "\($0),Title \($0)\n" }.joined()
        #expect(try Dump.read("id,title\nx,a\(zeros)b\n" + rows).titles.first == "a b")
    }

    @Test("Latin letters far behind an ASCII beginning are read as windows-1252")
    func lateLatin() throws {
        var bytes = Array("id,title\n".utf8)
        for number in 0..<40_000 { bytes += Array("\(number),plain\n".utf8) }
        bytes += Array("x,Caf".utf8) + [0xe9, 0x20, 0x80, 0x0a]
        let dump = try Dump.read(bytes: bytes)
        #expect(dump.titles.last == "Café €")
    }

    @Test("gzip is recognized by its magic, also in several members")
    func gzip() throws {
        let one = try #require(try Dump.pipe(Array("id,title\n1,One\n2,T".utf8), through: ["gzip", "-c"]))
        let two = try #require(try Dump.pipe(Array("wo\n3,Three\n".utf8), through: ["gzip", "-9", "-c"]))
        let dump = try Dump.read(bytes: one + two, name: "no-extension")
        #expect(dump.titles == ["One", "Two", "Three"])
        #expect(dump.only?.compressed == true)
        #expect(try Dump.read(bytes: one + two + [0, 0, 0, 0]).titles.count == 3)
    }

    @Test("truncated and damaged gzip are errors with the place")
    func brokenGzip() throws {
        let rows = (0..<50_000).map { "\($0),Product \($0 &* 7919 % 104_729) of many\n" }.joined()
        let whole = try #require(try Dump.pipe(Array(("id,title\n" + rows).utf8), through: ["gzip", "-c"]))
        #expect {
            try Dump.read(bytes: Array(whole.dropLast(whole.count / 3)))
        } throws: { error in
            if case DumpError.truncatedGzip(_, let offset) = error {
                offset == whole.count - whole.count / 3
            } else {
                false
            }
        }
        var damaged = whole
        for index in whole.count / 2..<whole.count / 2 + 64 { damaged[index] ^= 0xff }
        #expect {
            try Dump.read(bytes: damaged)
        } throws: { error in
            if case DumpError.damagedGzip = error { "\(error)".contains("Fetch the file again") } else { false }
        }
    }

    @Test("standard input is read through a pipe, plain and gzipped, with no total")
    func pipes() throws {
        let plain = Array(Self.text.utf8)
        #expect(try Dump.readPiped(plain).ids == ["1", "2"])
        let zipped = try #require(try Dump.pipe(plain, through: ["gzip", "-c"]))
        let dump = try Dump.readPiped(zipped)
        #expect(dump.ids == ["1", "2"])
        #expect(dump.locations.first?.file == "-")
    }

    @Test("several files are recognized each on its own, and progress reaches their sum")
    func several() throws {
        let scratch = try Scratch()
        let paths = [
            try scratch.file("a.csv", Array("id,title\n1,One\n".utf8)),
            try scratch.file("b.jsonl", Array("{\"id\":2,\"title\":\"Two\"}\n".utf8)),
            try scratch.file("c.xml", Array("<r><item><id>3</id><title>Three</title></item></r>".utf8)),
        ]
        let reader = try DumpReader(paths: paths)
        var titles: [String] = []
        while let batch = try reader.nextBatch(limit: 10) {
            for case .product(let product, _, _) in batch { titles.append(product.title) }
        }
        #expect(titles == ["One", "Two", "Three"])
        #expect(reader.report.files.map(\.format) == [.csv, .jsonl, .xml])
        #expect(reader.progress.bytesRead == reader.progress.totalBytes)
        #expect(reader.progress.rows == 3)
        withExtendedLifetime(scratch) {}
    }
}

@Suite("Files that are no dumps")
struct DumpErrorTests {
    private func failure(_ bytes: [UInt8], _ options: DumpOptions = DumpOptions()) throws -> DumpError? {
        do {
            _ = try Dump.read(bytes: bytes, options: options)
            return nil
        } catch let error as DumpError {
            return error
        }
    }

    @Test("missing, empty, a folder: each says so and names the file")
    func files() throws {
        let scratch = try Scratch()
        #expect(throws: DumpError.missingFile(scratch.path("none.csv"))) {
            try Dump.read(paths: [scratch.path("none.csv")])
        }
        #expect(throws: DumpError.isDirectory(scratch.folder.path)) { try Dump.read(paths: [scratch.folder.path]) }
        let empty = try scratch.file("empty.csv", [])
        #expect(throws: DumpError.empty(empty)) { try Dump.read(paths: [empty]) }
        let blank = try scratch.file("blank.csv", Array("\n  \n".utf8))
        #expect(throws: DumpError.empty(blank)) { try Dump.read(paths: [blank]) }
        #expect(throws: DumpError.noFiles) { try Dump.read(paths: []) }
        let good = try scratch.file("good.csv", Array("id,title\n1,One\n".utf8))
        #expect(throws: DumpError.missingFile(scratch.path("none"))) {
            try Dump.read(paths: [good, scratch.path("none")])
        }
    }

    @Test("binary and other compression are told apart")
    func binary() throws {
        guard case .unsupportedCompression(_, "zstd", let command) = try failure([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0])
        else {
            Issue.record("zstd was not recognized")
            return
        }
        #expect(command.contains("zstd -dc"))
        let picture: [UInt8] = [0x89, 0x50, 0x4e, 0x47] + Array(repeating: 7, count: 100)
        guard case .binary(_, let kind) = try failure(picture) else {
            Issue.record("a picture was not recognized")
            return
        }
        #expect(kind.contains("PNG"))
        var seed = SystemRandomNumberGenerator()
        let noise = (0..<4096).map { _ in UInt8.random(in: 0...255, using: &seed) }
        let error = try failure([1, 2] + noise)
        if case .binary = error {} else { Issue.record("noise was read as \(String(describing: error))") }
    }

    @Test("prose and tables without identifier or title name the remedy")
    func unrecognized() throws {
        if case .unrecognized = try failure(Array("hello world\nthis is no dump\n".utf8)) {
        } else {
            Issue.record("prose was not refused")
        }
        guard case .noColumn(.id, _, let columns) = try failure(Array("title,colour\nA,red\n".utf8)) else {
            Issue.record("a table without identifier was not refused")
            return
        }
        #expect(columns == ["title", "colour"])
        let error = try failure(Array("id,colour\nA,red\n".utf8))
        #expect("\(try #require(error))".contains("--map title=COLUMN"))
    }

    @Test("--map: names, numbers, line numbers, ignored columns, and mistakes")
    func mapping() throws {
        let text = "a,b,c\nx,Chair,9\ny,Table,8\n"
        var options = DumpOptions(map: [try FieldMapping(parsing: "id=#line"), try FieldMapping(parsing: "title=b")])
        options.map.append(try FieldMapping(parsing: "ignore=c"))
        let dump = try Dump.read(text, options: options)
        #expect(dump.ids == ["2", "3"])
        #expect(dump.titles == ["Chair", "Table"])
        #expect(dump.products[0].attributes == [Attribute("a", ["x"])])
        #expect(dump.role("c") == .ignored(reason: "by --map"))
        let unknown = DumpOptions(map: [try FieldMapping(parsing: "title=zz")])
        guard case .unknownColumn("zz", _, _) = try failure(Array(text.utf8), unknown) else {
            Issue.record("an unknown column was not refused")
            return
        }
        for bad in ["title", "titel=b", "title=", "title=#line"] {
            #expect(throws: DumpError.badMapping(bad)) { try FieldMapping(parsing: bad) }
        }
    }

    @Test("the report says what was mapped, kept and ignored")
    func report() throws {
        let dump = try Dump.read(
            "id,title,colour,empty,photo,site\n1,One,red,,https://x.example/1.jpg,https://a.example\n"
                + "2,Two,,,https://x.example/2.jpg,https://b.example\n"
        )
        #expect(dump.role("title") == .mapped(.title))
        #expect(dump.role("colour") == .attribute("colour"))
        #expect(dump.role("empty") == .ignored(reason: "empty in every row"))
        #expect(dump.role("photo") == .mapped(.image))
        #expect(dump.role("site") == .ignored(reason: "page address"))
        #expect(dump.only?.columns.map(\.filled) == [2, 2, 1, 0, 2, 2])
    }

    @Test("a price nobody can read is a warning with its place, the product stays")
    func badPrice() throws {
        let dump = try Dump.read("id,title,price\n1,One,on request\n2,Two,5\n")
        #expect(dump.ids == ["1", "2"])
        #expect(dump.products[0].price == nil)
        #expect(dump.only?.warnings == ["price": 1])
        #expect(
            dump.only?.warningExamples.first?.contains("dump.csv, line 2, field \"price\", value \"on request\"")
                == true
        )
    }
}
