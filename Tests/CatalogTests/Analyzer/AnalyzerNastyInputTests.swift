import CAnalyzer
import Catalog
import Foundation
import Statistics
import Synchronization
import Testing

/// Malformed bytes, huge texts, threads; and the fast path against the general one.
@Suite("Nasty input")
struct AnalyzerNastyInputTests {
    /// Tokens of raw bytes, as `text start-end`.
    private func tokens(_ bytes: [UInt8]) throws -> [String] {
        try bytes.withUnsafeBufferPointer { buffer in
            try Analyzer().withTokens(of: buffer, language: .none) { tokens in
                tokens.map { "\(Token($0).text) \($0.start)-\($0.end)" }
            }
        }
    }

    @Test(
        "malformed UTF-8 separates words and loses nothing behind it",
        arguments: [
            ("truncated two bytes", [0xC3]), ("truncated three bytes", [0xE5, 0x8C]),
            ("truncated four bytes", [0xF0, 0x9F, 0x91]), ("a stray continuation byte", [0x80]),
            ("an overlong slash", [0xC0, 0xAF]), ("an overlong NUL", [0xC0, 0x80]),
            ("an overlong three-byte form", [0xE0, 0x80, 0xAF]), ("a lone high surrogate", [0xED, 0xA0, 0x80]),
            ("a surrogate pair", [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]), ("past U+10FFFF", [0xF4, 0x90, 0x80, 0x80]),
            ("a five-byte form", [0xF8, 0x88, 0x80, 0x80, 0x80]), ("no UTF-8 at all", [0xFE, 0xFF]),
            ("NUL", [0x00]), ("U+FFFE", [0xEF, 0xBF, 0xBE]), ("U+FFFF", [0xEF, 0xBF, 0xBF]),
        ] as [(String, [UInt8])]
    )
    func malformed(name: String, bytes: [UInt8]) throws {
        let text = Array("one".utf8) + bytes + Array("two é".utf8)
        let second = 3 + bytes.count
        #expect(try tokens(text) == ["one 0-3", "two \(second)-\(second + 3)", "e \(second + 4)-\(second + 6)"])
        #expect(try tokens(bytes).isEmpty)
    }

    @Test("a text may end anywhere inside a character")
    func cut() throws {
        let whole = Array("化妆 ﬁ é 👍 น้ำ x".utf8)
        for length in 0...whole.count {
            let prefix = Array(whole[..<length])
            let expected = String(decoding: prefix, as: UTF8.self).replacing("\u{FFFD}", with: " ")
            let texts = try tokens(prefix).map { $0.prefix { $0 != " " } }
            let clean = try words(expected).map { $0[...] }
            #expect(texts == clean, "first \(length) bytes")
        }
    }

    @Test("an empty text has no tokens")
    func empty() throws {
        #expect(try words("").isEmpty)
        #expect(try words(" \n\t ... --- ''").isEmpty)
    }

    @Test("a word too long is cut between characters and covers its source")
    func longWord() throws {
        let text = String(repeating: "й", count: 1000)
        let tokens = try Analyzer().analyze(text, language: .russian)
        #expect(tokens.map(\.range) == [0..<2000])
        #expect(tokens.first?.text == String(repeating: "й", count: 48))
    }

    @Test("a cut word never skips a character in its middle")
    func cutBetweenSizes() throws {
        let letters = String(repeating: "a", count: 95)
        #expect(try words(letters + "йb") == [letters])
    }

    @Test("texts of megabytes are analyzed in a second or so, whatever they consist of")
    func megabytes() throws {
        for piece in ["battery ", "化妆包", "e\u{301}\u{316}", "น้ำ", "한국어", "KT-INS114-", "\u{200D}", "ｶﾞ"] {
            let text = String(repeating: piece, count: 1_000_000 / piece.utf8.count)
            let start = ContinuousClock.now
            _ = try Analyzer().analyze(text, language: .english).count
            #expect(ContinuousClock.now - start < .seconds(20), "\(piece)")
        }
    }

    /// Tokens of `bytes` by either path.
    private func both(_ fast: OpaquePointer, _ general: OpaquePointer, _ bytes: [UInt8], _ language: aisle_language)
        -> (fast: [String], general: [String])
    {
        let answers = [fast, general].map { handle in
            bytes.withUnsafeBytes { buffer in
                var tokens: UnsafePointer<aisle_token>?
                let text = buffer.bindMemory(to: CChar.self).baseAddress
                let count = aisle_analyze(handle, text, Int32(buffer.count), language, &tokens)
                return UnsafeBufferPointer(start: tokens, count: Int(count)).map { token in
                    "\(Token(token)) \(token.kind)"
                }
            }
        }
        return (answers[0], answers[1])
    }

    private func withBothPaths(_ body: (OpaquePointer, OpaquePointer) throws -> Void) throws {
        let fast = try #require(aisle_analyzer_create(nil))
        let general = try #require(aisle_analyzer_create(nil))
        defer {
            aisle_analyzer_destroy(fast)
            aisle_analyzer_destroy(general)
        }
        aisle_analyzer_set_general_path_only(general, true)
        try body(fast, general)
    }

    @Test("the fast path and the general path agree on random ASCII")
    func pathsAgreeOnRandomText() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let alphabet = Array("abcdeXYZsxtml0123456789  \n\t-_.,/'&+#:*\"`()%$;@!?|~^\\<>[]{}=\u{0}\u{7F}".utf8)
        try withBothPaths { fast, general in
            for _ in 0..<20_000 {
                let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
                let language = aisle_language(rawValue: UInt32.random(in: 0...12, using: &random))
                let answers = both(fast, general, bytes, language)
                #expect(answers.fast == answers.general, "seed \(seed): \(bytes)")
                if answers.fast != answers.general { return }
            }
        }
    }

    @Test(
        "the fast path and the general path (ICU's own words) agree on real product titles",
        arguments: ["barcodes-ru/sample_200k.tsv.gz", "zh-titles/zh_titles_unique.tsv.gz"]
    )
    func pathsAgreeOnRealText(archive: String) throws {
        guard let titles = lines(of: archive, count: 10_000) else { return }
        try withBothPaths { fast, general in
            for line in titles.split(separator: "\n") {
                let answers = both(fast, general, Array(line.utf8), AISLE_LANGUAGE_EN)
                #expect(answers.fast == answers.general, "\(line)")
                if answers.fast != answers.general { return }
            }
        }
    }

    @Test("several threads with an analyzer each give the same answers")
    func threads() async throws {
        let texts = ["KT-INS114-DRE 化妆包 running", "Мешки für Häuser น้ำดื่ม", "ｶﾞﾗｽ men's 1,5l 3/4\""]
        let expected = try texts.map { notation(of: try Analyzer().analyze($0, language: .english)) }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let analyzer = try Analyzer()
                    return (0..<2_000).allSatisfy { round in
                        let index = round % texts.count
                        return notation(of: analyzer.analyze(texts[index], language: .english)) == expected[index]
                    }
                }
            }
            for try await same in group { #expect(same) }
        }
    }
}

/// The first lines of a file of the data sets beside the checkout, nil where they are not there.
private func lines(of archive: String, count: Int) -> String? {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent("../shared/data/" + archive)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    let unpack = Process()
    let output = Pipe()
    unpack.executableURL = URL(fileURLWithPath: "/bin/sh")
    unpack.arguments = ["-c", "gzip -dc \"$0\" | head -\(count)", file.path]
    unpack.standardOutput = output
    guard (try? unpack.run()) != nil else { return nil }
    return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
}
