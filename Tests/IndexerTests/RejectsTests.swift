import Catalog
import Foundation
import Statistics
import Testing

@testable import Indexer

@Suite("Rejects")
struct RejectsTests {
    /// Reads a dump, writes its rejects, repairs the text of the rejects file and reads that.
    private func roundTrip(
        _ text: String,
        name: String,
        repair: (String) -> String
    ) throws -> (first: DumpResult, second: DumpResult, reasons: String) {
        let scratch = try Scratch()
        let first = try Dump.read(paths: [scratch.file(name, Array(text.utf8))])
        let path = scratch.path("rejected-" + name)
        let writer = RejectsWriter(path: path)
        for reject in first.rejects { try writer.write(reject) }
        try writer.finish()
        #expect(writer.files == [path, path + ".reasons.tsv"])
        let rejected = try String(contentsOfFile: path, encoding: .utf8)
        let second = try Dump.read(paths: [scratch.file("repaired-" + name, Array(repair(rejected).utf8))])
        return (first, second, try String(contentsOfFile: path + ".reasons.tsv", encoding: .utf8))
    }

    @Test("a CSV's rejects can be repaired and read again")
    func table() throws {
        let (first, second, reasons) = try roundTrip(
            "id;title;price\n1;One;1\n2;Two\n;Three;3\n4;Four;4\n5;\"Five;5\n6;Six;6",
            name: "d.csv"
        ) { text in
            #expect(text == "id;title;price\n2;Two\n;Three;3\n5;\"Five;5\n")
            return text.replacingOccurrences(of: "2;Two", with: "2;Two;2").replacingOccurrences(of: "\n;", with: "\n3;")
                .replacingOccurrences(of: "\"", with: "")
        }
        #expect(first.ids == ["1", "4", "6"])
        #expect(second.ids == ["2", "3", "5"])
        #expect(second.products[1].price == Price(3))
        let lines = reasons.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        #expect(lines.map { $0.count } == [9, 9, 9, 9])
        #expect(lines.dropFirst().map { String($0[3]) } == ["3", "4", "6"])
        #expect(lines.dropFirst().map { String($0[6]) } == ["ragged", "missing_id", "unclosed_quote"])
    }

    @Test("a JSON array's rejects make a JSON array")
    func array() throws {
        let (first, second, _) = try roundTrip(
            "[{\"id\":1,\"title\":\"A\"},{\"id\":2},{\"id\":3,\"title\":\"C\"},{\"title\":\"D\"}]",
            name: "d.json"
        ) { text in
            #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil)
            return text.replacingOccurrences(of: "{\"id\":2}", with: "{\"id\":2,\"title\":\"B\"}")
                .replacingOccurrences(of: "{\"title\":\"D\"}", with: "{\"id\":4,\"title\":\"D\"}")
        }
        #expect(first.ids == ["1", "3"])
        #expect(second.ids == ["2", "4"])
    }

    @Test("a feed's rejects make a feed")
    func feed() throws {
        let (first, second, _) = try roundTrip(XMLTests.rss, name: "f.xml") { text in
            text.replacingOccurrences(of: "</titel>", with: "</title>")
        }
        #expect(first.ids == ["A1", "A3"])
        #expect(second.ids == ["A2"])
        #expect(second.only?.format == .xml)
    }

    @Test("JSON lines' rejects are lines")
    func lines() throws {
        let (_, second, _) = try roundTrip(
            "{\"id\":1,\"title\":\"A\"}\n{\"id\":2,\"title\":\"B\"\n{\"id\":3}",
            name: "d.jsonl"
        ) {
            text in
            text.replacingOccurrences(of: "\"B\"", with: "\"B\"}").replacingOccurrences(
                of: "3}",
                with: "3,\"title\":\"C\"}"
            )
        }
        #expect(second.titles == ["B", "C"])
    }

    @Test("rejects of files that do not fit together go to files of their own")
    func layouts() throws {
        let scratch = try Scratch()
        let paths = [
            try scratch.file("a.csv", Array("id,title\n1\n".utf8)),
            try scratch.file("b.csv", Array("id,title\n2\n".utf8)),
            try scratch.file("c.csv", Array("sku;name\n3\n".utf8)),
        ]
        let dump = try Dump.read(paths: paths)
        let writer = RejectsWriter(path: scratch.path("r"))
        for reject in dump.rejects { try writer.write(reject) }
        try writer.finish()
        #expect(try String(contentsOfFile: scratch.path("r"), encoding: .utf8) == "id,title\n1\n2\n")
        #expect(try String(contentsOfFile: scratch.path("r.2"), encoding: .utf8) == "sku;name\n3\n")
    }

    @Test("duplicates found later are written with their original text")
    func duplicates() throws {
        let scratch = try Scratch()
        let dump = try Dump.read(paths: [scratch.file("a.csv", Array("id,title\n1,\"One\"\n1,\"Uno\"\n".utf8))])
        let reject = Reject(
            location: dump.locations[1],
            field: "id",
            value: "1",
            reason: .duplicateID(first: dump.locations[0]),
            original: Array(dump.originals[1].utf8)
        )
        let writer = RejectsWriter(path: scratch.path("r"))
        try writer.write(reject)
        try writer.finish()
        #expect(try String(contentsOfFile: scratch.path("r"), encoding: .utf8) == "id,title\n1,\"Uno\"\n")
        #expect(reject.message.contains("line 3") && reject.message.contains("a.csv:2"))
    }

    @Test("nothing is created when nothing is rejected, and an impossible path is an error")
    func paths() throws {
        let scratch = try Scratch()
        let writer = RejectsWriter(path: scratch.path("r"))
        try writer.finish()
        #expect(!FileManager.default.fileExists(atPath: scratch.path("r")))
        let dump = try Dump.read("id,title\n1\n")
        let lost = RejectsWriter(path: scratch.path("none/r"))
        #expect(throws: DumpError.self) { try lost.write(try #require(dump.rejects.first)) }
    }
}

@Suite("Chunk boundaries")
struct ChunkBoundaryTests {
    private static let pieces = [
        "a", "Größe", "化妆包", " ", "  ", "\"", "\"\"", "\\\"", "\\", ",", "\n", "\r\n", "\t", ";", "<b>x</b>", "&amp;",
        "&",
        "<", ">", "{", "}", "[", "]", ":", "é", "😀", "1,99 €", "null", "]]>", "-->", "\" ", ",\"",
    ]

    private static func noise(_ count: Int, using random: inout SplitMix64) -> String {
        (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    /// Documents of every format, right and wrong.
    private static func documents(using random: inout SplitMix64) -> [(name: String, text: String)] {
        func json(_ text: String) -> String {
            let escaped = text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
            return escaped.replacingOccurrences(of: "\n", with: "\\n").replacingOccurrences(of: "\r", with: "\\r")
                .replacingOccurrences(of: "\t", with: "\\t")
        }
        var csv = "id,title,note\n"
        var tsv = "id\ttitle\tnote\n"
        var lines = ""
        var elements: [String] = []
        var items = ""
        for number in 0..<12 {
            let text = noise(Int.random(in: 0..<8, using: &random), using: &random)
            let isRaw = Bool.random(using: &random)
            let blanks = String(repeating: " ", count: Int.random(in: 0...2, using: &random))
            let quoted = "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
            csv += "\(number),T\(number),\(isRaw ? text : blanks + quoted + blanks)\n"
            tsv += "\(number)\tT\(number)\t\(text)\n"
            let object = "{\"id\":\(number),\"title\":\"T\(number)\",\"note\":\"\(isRaw ? text : json(text))\"}"
            lines += object + "\n"
            elements.append("{\"id\":\(number),\"title\":\"T\(number)\",\"note\":[\"\(json(text))\",{\"x\":1.0}]}")
            items += "<item><id>\(number)</id><title>T\(number)</title><note>"
            items +=
                (isRaw ? text : "<![CDATA[\(text.replacingOccurrences(of: "]]>", with: ""))]]>") + "</note></item>\n"
        }
        return [
            ("d.csv", csv), ("d.tsv", tsv), ("d.jsonl", lines),
            ("d.json", "{\"products\":[" + elements.joined(separator: ",\n") + "]}"),
            ("d.xml", "<rss><channel>\(items)</channel></rss>"),
        ]
    }

    /// What reading gave, or the error it ended with.
    private static func outcome(_ path: String, chunk: Int) -> String {
        var options = DumpOptions()
        options.chunkSize = chunk
        options.recordLimit = 4096
        // Small, so that most of the file is parsed as it comes.
        options.headSize = 180
        do {
            let dump = try Dump.read(paths: [path], options: options)
            let rejects = dump.rejects.map { "\($0.message) \($0.original)" }
            return
                "\(dump.products) \(dump.locations.map { [$0.line, $0.record, $0.byteOffset] }) \(rejects) \(dump.originals)"
        } catch {
            return "\(error)"
        }
    }

    @Test("outcomes do not depend on how many bytes come at once")
    func property() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("chunk boundary seed: \(seed)")
        var random = SplitMix64(seed: seed)
        for round in 0..<8 {
            for document in Self.documents(using: &random) {
                let scratch = try Scratch()
                let encodings: [[UInt8]] = [
                    Array(document.text.utf8),
                    [0xff, 0xfe] + document.text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] },
                ]
                for (index, bytes) in encodings.enumerated() {
                    let path = try scratch.file("\(index)" + document.name, bytes)
                    let whole = Self.outcome(path, chunk: 1 << 20)
                    for chunk in [1, 2, 3, 7, 64, Int.random(in: 1...500, using: &random)] {
                        #expect(
                            Self.outcome(path, chunk: chunk) == whole,
                            "seed \(seed), round \(round), \(document.name), \(chunk) bytes at once:\n\(document.text)"
                        )
                    }
                }
            }
        }
    }
}
