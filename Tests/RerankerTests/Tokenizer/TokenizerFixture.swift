import Foundation
import Statistics
import Testing

@testable import Reranker

/// The committed fixtures, and the real tokenizer where it is at hand.
enum TokenizerFixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/tokenizer")

    /// Qwen3's own tokenizer, beside the checkout; nil where there is none.
    static let qwen3: URL? = {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let file = root.appendingPathComponent("../shared/data/qwen3-tokenizer/tokenizer.json").standardizedFileURL
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }()

    /// Loaded once: it is large.
    private static let loadedQwen3 = Result { try Tokenizer(contentsOf: #require(qwen3)) }

    static func realTokenizer() throws -> Tokenizer { try loadedQwen3.get() }

    /// `small` or `trained`; see make_fixtures.py.
    static func tokenizer(_ name: String) throws -> Tokenizer {
        try Tokenizer(contentsOf: folder.appendingPathComponent("tokenizer-\(name).json"))
    }

    /// The text of a fixture's tokenizer.json with one part of it replaced.
    static func json(_ name: String = "small", replacing old: String = "", with new: String = "") throws -> Data {
        let text = try String(contentsOf: folder.appendingPathComponent("tokenizer-\(name).json"), encoding: .utf8)
        guard !old.isEmpty else { return Data(text.utf8) }
        let range = try #require(text.range(of: old), "the fixture has no \(old)")
        return Data(text.replacingCharacters(in: range, with: new).utf8)
    }

    /// What the reference makes of the texts.
    struct Expected: Decodable {
        var texts: [String]
        var small: [[TokenID]]
        var trained: [[TokenID]]
        /// The texts in NFC, and the bytes of each of its words.
        var normalized: [String]
        var words: [[Int]]
    }

    static func expected() throws -> Expected {
        let file = folder.appendingPathComponent("expected.json")
        return try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
    }
}

extension SplitMix64 {
    /// A text of up to `count` pieces that are hard on tokenizers.
    mutating func text(_ count: Int) -> String {
        let pieces = [
            " ", "  ", "\n", "\r\n", "\t", "?", ":", "'s", "'LL", "a", "word", "Größe", "7", "…", "。", "耳机", "наушники",
            "e\u{301}", "\u{301}", "\u{323}", "\u{345}", "\u{1161}", "\u{11A8}", "한", "😀", "\u{200D}", "\u{3000}",
            "\u{A0}", "<", ">", "<Document>:", "<Query>:", "<|im_end|>", "<|im_start|>", "<think>", "|>", "\0",
            "\u{10FFFF}",
        ]
        return (0..<Int.random(in: 0...count, using: &self)).reduce(into: "") { text, _ in
            text += pieces.randomElement(using: &self) ?? ""
        }
    }
}
