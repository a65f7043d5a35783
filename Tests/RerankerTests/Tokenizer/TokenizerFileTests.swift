import Foundation
import Statistics
import Testing

@testable import Reranker

@Suite struct TokenizerFileTests {
    /// A change to the small fixture, and a part of what the refusal must say.
    struct Refusal: CustomTestStringConvertible {
        var old: String
        var new: String
        var says: String

        init(_ old: String, _ new: String, _ says: String) {
            self.old = old
            self.new = new
            self.says = says
        }

        var testDescription: String { new }
    }

    @Test(arguments: [
        Refusal("\"version\": \"1.0\"", "\"versions\": 1", "versions is not known"),
        Refusal("{\"type\": \"NFC\"}", "{\"type\": \"NFKC\"}", "normalizer.type is \"NFKC\""),
        Refusal("{\"type\": \"NFC\"}", "{\"type\": \"NFC\", \"strip\": true}", "normalizer.strip is not known"),
        Refusal("\"type\": \"Sequence\"", "\"type\": \"Metaspace\"", "pre_tokenizer.type is \"Metaspace\""),
        Refusal("\\\\p{N}| ?", "\\\\p{N}{1,3}| ?", "pre_tokenizer.pretokenizers[0].pattern.Regex is"),
        Refusal("\"Isolated\"", "\"Removed\"", "pretokenizers[0].behavior is \"Removed\""),
        Refusal("\"invert\": false", "\"invert\": true", "invert is true; supported is false"),
        Refusal(
            "\"add_prefix_space\": false",
            "\"add_prefix_space\": true",
            "pretokenizers[1].add_prefix_space is true"
        ),
        Refusal("\"use_regex\": false", "\"use_regex\": true", "pretokenizers[1].use_regex is true"),
        Refusal(
            "\"post_processor\": {\"type\": \"ByteLevel\"",
            "\"post_processor\": {\"type\": \"TemplateProcessing\"",
            "post_processor.type is \"TemplateProcessing\""
        ),
        Refusal("\"decoder\": {\"type\": \"ByteLevel\"", "\"decoder\": {\"type\": \"WordPiece\"", "decoder.type is"),
        Refusal("\"type\": \"BPE\"", "\"type\": \"Unigram\"", "model.type is \"Unigram\"; supported is \"BPE\""),
        Refusal("\"dropout\": null", "\"dropout\": 0.1", "model.dropout is 0.1"),
        Refusal("\"byte_fallback\": false", "\"byte_fallback\": true", "model.byte_fallback is true"),
        Refusal("\"ignore_merges\": false", "\"ignore_merges\": true", "model.ignore_merges is true"),
        Refusal("\"continuing_subword_prefix\": null", "\"continuing_subword_prefix\": \"##\"", "is \"##\""),
        Refusal("\"end_of_word_suffix\": null", "\"end_of_word_suffix\": \"</w>\"", "end_of_word_suffix is \"</w>\""),
        Refusal("\"single_word\": false", "\"single_word\": true", "added_tokens[0].single_word is true"),
        Refusal("\"lstrip\": false", "\"lstrip\": true", "added_tokens[0].lstrip is true"),
        Refusal("\"rstrip\": false", "\"rstrip\": true", "added_tokens[0].rstrip is true"),
        Refusal("\"id\": 700", "\"id\": 701", "the id 701; by its place in the file it is 700"),
        Refusal("\"id\": 700", "\"id\": -1", "added_tokens[0].id is -1"),
        Refusal("\"content\": \"<|im_end|>\"", "\"content\": \"<|im_start|>\"", "\"<|im_start|>\" is there twice"),
        Refusal("\"content\": \"<|im_end|>\"", "\"content\": \"\"", "added_tokens[2].content is \"\""),
        Refusal(
            "\"id\": 700, \"content\": \"<|endoftext|>\"",
            "\"id\": 64, \"content\": \"a\"",
            "\"a\" is also what ordinary text is merged to"
        ),
        Refusal(
            "\"id\": 700, \"content\": \"<|endoftext|>\"",
            "\"id\": 303, \"content\": \"yes\"",
            "\"yes\" is also what ordinary text is merged to"
        ),
        Refusal("\"!\": 0", "\"!\": 1", "the id 1 of the token \"\\\"\" belongs to another"),
        Refusal("\"!\": 0", "\"!\": 0.5", "the token \"!\" has the id 0.5"),
        Refusal("\"!\": 0", "\"!\": 9999999", "with 700 tokens it must be a whole number in 0...699"),
        Refusal("\"!\": 0", "\"!\": {\"a\": [1]}", "the token \"!\" has the id {\"a\": [1]}"),
        Refusal("\"!\": 0", "\"#\": 0", "the token \"#\" is there twice"),
        Refusal("\"!\": 0", "\"\": 0", "the token \"\" is empty"),
        Refusal("\"!\": 0", "\"!!\": 0", "no token for the byte 33"),
        Refusal("\"merges\": [[", "\"merges\": [[\"a\", \"b\", \"c\"], [", "merge 0 is [\"a\", \"b\", \"c\"]"),
        Refusal("\"merges\": [[", "\"merges\": [7, [", "merge 0 is 7"),
        Refusal("\"merges\": [[", "\"merges\": [\"a\", [", "merge 0 is a"),
        Refusal("\"merges\": [[", "\"merges\": [[\"a\", \"nowhere\"], [", "merge 0, [\"a\", \"nowhere\"]: its parts"),
        Refusal("\"merges\": [[", "\"merges\": [[\"!\", \"!\"], [", "merge 0, [\"!\", \"!\"]: its parts and what they"),
        Refusal("\"merges\"", "\"fusions\"", "model.merges is missing"),
        Refusal("\"merges\": [", "\"merges\": {}, \"other\": [", "model.other is not known"),
        Refusal("\"model\": {", "\"model\": {\"type\": 7, ", "model.type is there twice"),
        Refusal("\"vocab\": {", "\"vocab\": [], \"x\": {", "model.x is not known"),
        Refusal("\"model\": {", "\"model\": [], \"x\": {", "x is not known"),
        Refusal("\"version\"", "version", "it is not JSON: a key in quotes is missing at byte 1"),
        Refusal("\"!\": 0", "\"\\u12\": 0", "\\u needs four hexadecimal digits at byte"),
        Refusal("\"!\": 0", "\"!\": 00", "it is not JSON"),
    ])
    func `What is not supported is refused by name`(_ refusal: Refusal) throws {
        let json = try TokenizerFixture.json(replacing: refusal.old, with: refusal.new)
        let error = #expect(throws: TokenizerFileProblem.self) { try Tokenizer(json: json) }
        #expect(error?.description.contains(refusal.says) == true, "\(String(describing: error))")
    }

    @Test func `A merge that stands there twice is refused`() throws {
        let text = String(decoding: try TokenizerFixture.json(), as: UTF8.self)
        let start = try #require(text.range(of: "\"merges\": [")).upperBound
        let first = try #require(text[start...].range(of: "], ")).upperBound
        let doubled = text[..<start] + text[start..<first] + text[start...]
        #expect(throws: TokenizerFileProblem.repeatedMerge(merge: String(text[start..<first].dropLast(2)), rank: 1)) {
            try Tokenizer(json: Data(doubled.utf8))
        }
    }

    @Test func `What does not change ids is accepted`() throws {
        let expected = try TokenizerFixture.expected()
        let changes = [
            ("\"unk_token\": null", "\"unk_token\": \"<|endoftext|>\""), ("\"fuse_unk\": false", "\"fuse_unk\": true"),
            ("\"trim_offsets\": false", "\"trim_offsets\": true"), ("\"special\": true", "\"special\": false"),
            ("\"continuing_subword_prefix\": null", "\"continuing_subword_prefix\": \"\""),
            ("\"padding\": null, ", ""),
            // As a trainer leaves them; the reference (transformers 5.23) encodes the same ids with and without.
            (
                "\"truncation\": null",
                "\"truncation\": {\"direction\": \"Right\", \"max_length\": 2, \"strategy\": \"LongestFirst\", \"stride\": 0}"
            ),
            (
                "\"padding\": null",
                "\"padding\": {\"strategy\": {\"Fixed\": 99}, \"direction\": \"Left\", \"pad_to_multiple_of\": null, "
                    + "\"pad_id\": 700, \"pad_type_id\": 0, \"pad_token\": \"<|endoftext|>\"}"
            ),
            ("\"invert\": false", " \n\t\"invert\" :\rfalse "),
        ]
        for (old, new) in changes {
            let tokenizer = try Tokenizer(json: TokenizerFixture.json(replacing: old, with: new))
            #expect(tokenizer.encode(expected.texts[40], controlTokens: .recognised) == expected.small[40], "\(new)")
        }
    }

    @Test func `Without a normalizer texts stay as they are`() throws {
        let json = try TokenizerFixture.json(replacing: "{\"type\": \"NFC\"}", with: "null")
        let tokenizer = try Tokenizer(json: json)
        #expect(Array(tokenizer.decode(tokenizer.encode("e\u{301}")).unicodeScalars) == ["e", "\u{301}"])
        let normalizing = try TokenizerFixture.tokenizer("small")
        #expect(Array(normalizing.decode(normalizing.encode("e\u{301}")).unicodeScalars) == ["\u{E9}"])
    }

    @Test func `A damaged file is an error, never a crash`() throws {
        let seed: UInt64 = 73
        var numbers = SplitMix64(seed: seed)
        let whole = Array(try TokenizerFixture.json("trained"))
        var refused = 0
        for round in 0..<400 {
            var bytes = whole
            if round % 2 == 0 {
                bytes.removeSubrange(Int.random(in: 0..<bytes.count, using: &numbers)...)
            } else {
                for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                    let at = Int.random(in: 0..<bytes.count, using: &numbers)
                    bytes[at] = [0x22, 0x5C, 0x5B, 0x7D, 0x2C, 0x00, 0xFF, 0x39].randomElement(using: &numbers) ?? 0
                }
            }
            do {
                _ = try Tokenizer(json: Data(bytes)).encode("the <|im_end|> 耳机")
            } catch {
                refused += 1
                #expect(!error.description.isEmpty)
            }
        }
        #expect(refused > 300, "seed \(seed)")
        for text in ["", "  ", "[]", "null", "{", "\"", "[1,]", String(repeating: "[", count: 100_000)] {
            #expect(throws: TokenizerFileProblem.self) { try Tokenizer(json: Data(text.utf8)) }
        }
    }

    @Test func `A missing file is an error with its path`() {
        let error = #expect(throws: TokenizerError.self) {
            try Tokenizer(contentsOf: URL(fileURLWithPath: "/nowhere/tokenizer.json"))
        }
        #expect(error?.description.contains("/nowhere/tokenizer.json cannot be read") == true)
    }
}
