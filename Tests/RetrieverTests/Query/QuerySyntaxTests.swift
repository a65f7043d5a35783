import Retriever
import Statistics
import Testing

@Suite("What a shopper typed")
struct QuerySyntaxTests {
    /// A segment in short: `text`, `"phrase"`, `-excluded`, `-"excluded phrase"`.
    private func short(_ query: String) -> [String] {
        QuerySyntax(query).segments.map { segment in
            let text = segment.isPhrase ? "\"\(segment.text)\"" : segment.text
            return (segment.isExcluded ? "-" : "") + text
        }
    }

    @Test(
        "quotes make phrases",
        arguments: [
            (#"red "leather sofa" cheap"#, ["red", #""leather sofa""#, "cheap"]),
            ("“red sofa” x", [#""red sofa""#, "x"]),
            ("„rotes Sofa“", [#""rotes Sofa""#]),
            ("canapé « rouge vif »", ["canapé", #""rouge vif""#]),
            ("红色「真皮沙发」便宜", ["红色", #""真皮沙发""#, "便宜"]),
            (#""red sofa""blue chair""#, [#""red sofa""#, #""blue chair""#]),
            (#""""#, []),
            (#"sofa "" x"#, ["sofa", "x"]),
        ]
    )
    func phrases(query: String, expected: [String]) {
        #expect(short(query) == expected)
    }

    @Test(
        "a quote without its partner, and an inch mark, are text",
        arguments: [
            (#"red "leather sofa"#, [#"red "leather sofa"#]),
            (#"monitor 15""#, [#"monitor 15""#]),
            (#"monitor 15" or 17" black"#, [#"monitor 15" or 17" black"#]),
            (#"27" "curved monitor""#, [#"27""#, #""curved monitor""#]),
            (#""15" monitor""#, [#""15" monitor""#]),
            (#""monitor 15"""#, [#""monitor 15"""#]),
            (#""galaxy s24" "case black""#, [#""galaxy s24""#, #""case black""#]),
            (#""galaxy s24" -"case 15""#, [#""galaxy s24""#, #"-"case 15""#]),
            ("“open", ["“open"]),
        ]
    )
    func inchMarks(query: String, expected: [String]) {
        #expect(short(query) == expected)
    }

    @Test(
        "a minus at the beginning of a word excludes it",
        arguments: [
            ("sofa -leather", ["sofa", "-leather"]),
            ("-leather sofa", ["-leather", "sofa"]),
            (#"sofa -"red leather" cheap"#, ["sofa", #"-"red leather""#, "cheap"]),
            ("沙发 －真皮", ["沙发", "-真皮"]),
            ("USB-C cable", ["USB-C cable"]),
            ("sony - headphones", ["sony - headphones"]),
            ("sofa -", ["sofa -"]),
            ("--verbose", ["--verbose"]),
            ("iphone -13", ["iphone", "-13"]),
            ("ssd -256gb", ["ssd", "-256gb"]),
            ("lamp 10 -20 watt", ["lamp 10 -20 watt"]),
            ("jacket -20°C", ["jacket -20°C"]),
            ("KT-INS114-DRE", ["KT-INS114-DRE"]),
        ]
    )
    func exclusions(query: String, expected: [String]) {
        #expect(short(query) == expected)
    }

    @Test("offsets point at the text of each segment")
    func offsets() {
        let query = "红色 \"真皮 沙发\" -黑色 便宜 "
        let utf8 = Array(query.utf8)
        let segments = QuerySyntax(query).segments
        #expect(segments.count == 4)
        for segment in segments {
            #expect(String(decoding: utf8[segment.bytes], as: UTF8.self) == segment.text)
        }
    }

    @Test("the end of the query is inside a word, or not")
    func endsInWord() {
        #expect(QuerySyntax("red so").endsInWord)
        #expect(!QuerySyntax("red so ").endsInWord)
        #expect(!QuerySyntax("\"red so\"").endsInWord)
        #expect(!QuerySyntax("red -so").endsInWord)
        #expect(!QuerySyntax("").endsInWord)
    }

    @Test("words beyond the 32nd are dropped and counted")
    func words() {
        let query = (1...40).map { "w\($0)" }.joined(separator: " ")
        let syntax = QuerySyntax(query)
        #expect(syntax.segments.map(\.text) == [(1...32).map { "w\($0)" }.joined(separator: " ")])
        #expect(syntax.droppedWords == 8)
        #expect(syntax.droppedBytes == 0)
        #expect(syntax.isTruncated && !syntax.endsInWord)
        #expect(!QuerySyntax("red sofa").isTruncated)
    }

    @Test("bytes beyond the 1,024th are dropped between characters")
    func bytes() {
        // 342 x 3 bytes are 1,026: the 342nd does not fit.
        let chinese = QuerySyntax(String(repeating: "红", count: 500))
        #expect(chinese.segments.map(\.text) == [String(repeating: "红", count: 341)])
        #expect(chinese.droppedBytes == 1_500 - 1_023)
        // A family of 25 bytes is cut as a whole.
        let family = "👨‍👩‍👧‍👦"
        #expect(family.utf8.count == 25)
        let families = QuerySyntax(String(repeating: family, count: 60))
        #expect(families.segments.map(\.text) == [String(repeating: family, count: 40)])
        // One endless character is cut between its scalars.
        let endless = QuerySyntax("a" + String(repeating: "\u{301}", count: 5_000))
        #expect(endless.segments.first?.text.utf8.count == 1_023)
        // Exactly the limit is no cut.
        #expect(!QuerySyntax(String(repeating: "x", count: 1_024)).isTruncated)
    }

    @Test("random input never crashes, keeps its bounds, and loses no letter within them")
    func fuzz() {
        let pieces = [
            "\"", "“", "”", "„", "«", "»", "「", "」", "-", "－", " ", "\t", "\u{3000}", "a", "15", "红", "\0", "\u{301}",
            "👩‍👩‍👧", "°",
        ]
        let seed: UInt64 = 7
        var random = SplitMix64(seed: seed)
        for round in 0..<5_000 {
            let count = Int.random(in: 0...40, using: &random)
            let query = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let syntax = QuerySyntax(query)
            let utf8 = Array(query.utf8)
            for segment in syntax.segments {
                #expect(
                    Array(segment.text.utf8) == Array(utf8[segment.bytes]),
                    "seed \(seed), round \(round): \(query)"
                )
            }
            if !syntax.isTruncated {
                let letters = { (text: String) in text.unicodeScalars.filter { "a15红".unicodeScalars.contains($0) } }
                let kept = syntax.segments.map(\.text).joined()
                #expect(
                    letters(kept).elementsEqual(letters(query)),
                    "seed \(seed), round \(round): \(query)"
                )
            }
        }
    }
}
