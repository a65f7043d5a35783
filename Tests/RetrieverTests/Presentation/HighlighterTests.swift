import Retriever
import Statistics
import Testing

@Suite("Highlighting")
struct HighlighterTests {
    /// Fragments with matches in brackets.
    private func marked(_ fragments: [Fragment]) -> String {
        fragments.map { $0.isMatch ? "[\($0.text)]" : $0.text }.joined()
    }

    @Test(
        "matches are merged, widened to characters and cut to the text",
        arguments: [
            ("red sofa", [4..<8], "red [sofa]"),
            ("red sofa", [], "red sofa"),
            ("red sofa", [4..<8, 0..<3], "[red] [sofa]"),
            ("red sofa", [0..<3, 3..<4, 2..<5], "[red s]ofa"),
            ("red sofa", [4..<100], "red [sofa]"),
            ("red sofa", [-5..<3, 50..<60], "[red] sofa"),
            ("red sofa", [3..<3], "red sofa"),
            ("红沙发", [3..<9], "红[沙发]"),
            ("红沙发", [4..<5], "红[沙]发"),
            ("红沙发", [2..<4], "[红沙]发"),
            // e and U+0301 are one character of three bytes.
            ("cafe\u{301} x", [3..<4], "caf[e\u{301}] x"),
            ("👨‍👩‍👧 x", [5..<6], "[👨‍👩‍👧] x"),
            ("", [0..<1], ""),
        ]
    )
    func fragments(text: String, matches: [Range<Int>], expected: String) {
        #expect(marked(Highlighter.fragments(of: text, matches: matches)) == expected)
    }

    @Test("HTML is escaped, inside and outside of matches")
    func html() {
        let fragments = Highlighter.fragments(of: #"<b>R&B "5'"</b>"#, matches: [3..<6])
        #expect(
            Highlighter.html(fragments) == "&lt;b&gt;<mark>R&amp;B</mark> &quot;5&#39;&quot;&lt;/b&gt;"
        )
        #expect(
            Highlighter.html([Fragment("a\0", isMatch: true)], open: "<em class=\"hit\">", close: "</em>")
                == "<em class=\"hit\">a\u{FFFD}</em>"
        )
    }

    @Test("a product's own escape sequences do not reach the terminal")
    func ansi() {
        let fragments = [Fragment("a\u{1B}[31m\nb", isMatch: false), Fragment("c\u{7}", isMatch: true)]
        #expect(Highlighter.ansi(fragments) == "a[31m b\u{1B}[1mc\u{1B}[22m")
        #expect(Highlighter.printable("x\u{202E}y\u{9B}z\tw") == "xyz w")
    }

    private func match(_ word: String, in text: String, term: Int) -> [Highlighter.Match] {
        let (haystack, needle) = (Array(text.utf8), Array(word.utf8))
        return (0...max(haystack.count - needle.count, 0)).filter { haystack[$0...].starts(with: needle) }
            .map { Highlighter.Match(bytes: $0..<$0 + needle.count, term: term) }
    }

    @Test("a short text is its own snippet, white space collapsed")
    func short() {
        let text = "  A red\n\n sofa. "
        let snippet = Highlighter.snippet(of: text, matches: match("sofa", in: text, term: 0), width: 40)
        #expect(marked(snippet) == "A red [sofa].")
    }

    @Test("the window with most distinct terms wins over repetitions of one")
    func densest() {
        let filler = Array(repeating: "lorem ipsum dolor", count: 10).joined(separator: " ")
        let text = "sofa sofa sofa \(filler) a red leather sofa for you \(filler)"
        let matches =
            match("sofa", in: text, term: 0) + match("red", in: text, term: 1) + match("leather", in: text, term: 2)
        let snippet = marked(Highlighter.snippet(of: text, matches: matches.reversed(), width: 50))
        #expect(snippet.contains("a [red] [leather] [sofa] for"))
        #expect(snippet.hasPrefix("…") && snippet.hasSuffix("…"))
        // Cut between words: only whole ones are left.
        let words = snippet.filter { !"…[]".contains($0) }.split(separator: " ")
        #expect(words.allSatisfy { text.split(separator: " ").contains($0) }, "\(snippet)")
    }

    @Test("without matches the beginning is shown")
    func beginning() {
        let text = "one two three four five six seven"
        #expect(marked(Highlighter.snippet(of: text, matches: [], width: 15)) == "one two three…")
    }

    @Test("Chinese counts two columns a character and is cut between characters")
    func chinese() {
        let text = String(repeating: "家具", count: 30) + "红色真皮沙发" + String(repeating: "家具", count: 30)
        let snippet = Highlighter.snippet(of: text, matches: match("真皮", in: text, term: 0), width: 21)
        #expect(marked(snippet).contains("红色[真皮]沙发"))
        #expect((18...21).contains(Fragment.width(of: snippet)), "\(marked(snippet))")
    }

    @Test("a match at the end leaves the room to the text before it")
    func atEnd() {
        let text = "one two three four five six seven eight nine sofa"
        let snippet = marked(Highlighter.snippet(of: text, matches: match("sofa", in: text, term: 0), width: 22))
        #expect(snippet == "…seven eight nine [sofa]")
    }

    @Test("random texts and offsets never crash; fragments make up the text, snippets keep their width")
    func fuzz() {
        let pieces = [
            "a", "bc", " ", "\n", "红", "沙发", "e\u{301}", "👨‍👩‍👧", "\u{301}", "\r\n", "ｱ", "\0", "🇩🇪", "longerword",
        ]
        let seed: UInt64 = 99
        var random = SplitMix64(seed: seed)
        for round in 0..<1_500 {
            let count = Int.random(in: 0...40, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let matches = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                let start = Int.random(in: -3...(text.utf8.count + 3), using: &random)
                return Highlighter.Match(
                    bytes: start..<start + Int.random(in: 0...9, using: &random),
                    term: Int.random(in: 0...2, using: &random)
                )
            }
            let note: Comment = "seed \(seed), round \(round): \(text.debugDescription) \(matches.map(\.bytes))"
            let fragments = Highlighter.fragments(of: text, matches: matches.map(\.bytes))
            #expect(Array(fragments.map(\.text).joined().utf8) == Array(text.utf8), note)
            #expect(zip(fragments, fragments.dropFirst()).allSatisfy { $0.isMatch != $1.isMatch }, note)
            let width = Int.random(in: 0...30, using: &random)
            let snippet = Highlighter.snippet(of: text, matches: matches, width: width)
            #expect(Fragment.width(of: snippet) <= width, note)
            #expect(snippet.allSatisfy { !$0.text.isEmpty }, note)
            let isMatched = matches.contains { !$0.bytes.clamped(to: 0..<text.utf8.count).isEmpty }
            if isMatched, width >= 25 {
                let shown = fragments.filter(\.isMatch).contains { !$0.text.allSatisfy(\.isWhitespace) }
                #expect(snippet.contains { $0.isMatch } || !shown, note)
            }
        }
    }
}
