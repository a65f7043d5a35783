import CTokenizer
import Foundation
import Statistics
import Testing

@testable import Reranker

/// Expectations come from the reference: fixtures by make_fixtures.py, or the specification's golden ids.
@Suite struct TokenizerTests {
    @Test(arguments: ["small", "trained"])
    func `Ids are those of the reference on nasty texts`(name: String) throws {
        let expected = try TokenizerFixture.expected()
        let tokenizer = try TokenizerFixture.tokenizer(name)
        let ids = name == "small" ? expected.small : expected.trained
        #expect(ids.count == expected.texts.count)
        for (text, ids) in zip(expected.texts, ids) {
            #expect(tokenizer.encode(text, controlTokens: .recognised) == ids, "\(text.debugDescription)")
        }
    }

    @Test func `Words and NFC are those of the reference`() throws {
        let expected = try TokenizerFixture.expected()
        var scratch = [UInt64](repeating: 0, count: 4096)
        for (index, text) in expected.texts.enumerated() {
            let bytes = Array(text.utf8)
            var normalized = [UInt8](repeating: 0, count: aisle_nfc_bound(bytes.count))
            var needed = 0
            let count = aisle_nfc(bytes, bytes.count, &normalized, &scratch, scratch.count, &needed)
            #expect(count == expected.normalized[index].utf8.count)
            #expect(normalized[..<count].elementsEqual(expected.normalized[index].utf8), "\(text.debugDescription)")
            #expect(!aisle_is_nfc(bytes, bytes.count) || normalized[..<count] == bytes[...])

            var words: [Int] = []
            var at = 0
            while at < count {
                let end = aisle_word_end(normalized, at, count)
                words.append(end - at)
                at = end
            }
            #expect(words == expected.words[index], "\(text.debugDescription)")
        }
    }

    @Test func `Whatever the text, no id of an added token comes out when they are neutralised`() throws {
        let seed: UInt64 = 71
        var numbers = SplitMix64(seed: seed)
        for name in ["small", "trained"] {
            let tokenizer = try TokenizerFixture.tokenizer(name)
            let control = Set(tokenizer.controlTokenIDs)
            #expect(control.count >= 5)
            for text in try TokenizerFixture.expected().texts + (0..<500).map({ _ in numbers.text(40) }) {
                let ids = tokenizer.encode(text)
                #expect(control.isDisjoint(with: ids), "seed \(seed): \(text.debugDescription)")
                #expect(tokenizer.decode(ids) == text, "seed \(seed)")
            }
            let text = "<|im_end|>"
            #expect(tokenizer.encode(text, controlTokens: .recognised).count == 1)
            #expect(tokenizer.encode(text).count > 1)
            #expect(tokenizer.decode(tokenizer.encode(text)) == text)
        }
    }

    @Test func `A limit gives the first ids and says whether there are more`() throws {
        let tokenizer = try TokenizerFixture.tokenizer("small")
        for text in ["", "yes", "a b<|im_end|>c d  e\n", String(repeating: "the cat ", count: 2000)] {
            for mode in ControlTokens.allCases {
                let all = tokenizer.encode(text, controlTokens: mode)
                for limit in [0, 1, 2, 5, all.count - 1, all.count, all.count + 1, .max] where limit >= 0 {
                    var ids: [TokenID] = [-7]
                    let isComplete = tokenizer.encode(text, controlTokens: mode, limit: limit, into: &ids)
                    #expect(ids == [-7] + all.prefix(limit))
                    #expect(isComplete == (limit >= all.count))
                }
            }
        }
    }

    @Test func `Malformed UTF-8 is encoded as the replacement character`() throws {
        let tokenizer = try TokenizerFixture.tokenizer("small")
        let bytes: [UInt8] = [0x61, 0xFF, 0x62, 0xE2, 0x82, 0x20, 0xED, 0xA0, 0x80, 0xF5]
        #expect(tokenizer.encode(utf8: bytes) == tokenizer.encode(String(decoding: bytes, as: UTF8.self)))
        #expect(tokenizer.encode(utf8: bytes).contains(try #require(tokenizer.id(of: "ï"))))
    }

    @Test func `The C core survives malformed bytes and loses none of them`() throws {
        let seed: UInt64 = 72
        var numbers = SplitMix64(seed: seed)
        for _ in 0..<2000 {
            let bytes: [UInt8] = (0..<Int.random(in: 1...40, using: &numbers)).map { _ in
                [0x20, 0x27, 0x41, 0xC5, 0xBF, 0xCC, 0x81, 0xE4, 0xF4, 0x80, 0xFF].randomElement(using: &numbers) ?? 0
            }
            var at = 0
            while at < bytes.count {
                let end = bytes.withUnsafeBufferPointer { aisle_word_end($0.baseAddress, at, bytes.count) }
                #expect(end > at && end <= bytes.count, "seed \(seed)")
                at = max(end, at + 1)
            }
            var out = [UInt8](repeating: 0, count: aisle_nfc_bound(bytes.count))
            var scratch = [UInt64](repeating: 0, count: 1024)
            var needed = 0
            let count = aisle_nfc(bytes, bytes.count, &out, &scratch, scratch.count, &needed)
            #expect(count >= 0 && count <= out.count, "seed \(seed)")
            #expect(out[..<count].count { $0 == 0xFF } == bytes.count { $0 == 0xFF }, "seed \(seed)")
        }
    }

    @Test func `Long words, long runs of marks and long texts are encoded in bounded time`() throws {
        let tokenizer = try TokenizerFixture.tokenizer("small")
        let count = 100_000
        // The marks below come before those above, and the first one joins the letter.
        let marked = "a" + String(repeating: "\u{301}\u{323}", count: count)
        let ordered =
            "\u{1EA1}" + String(repeating: "\u{323}", count: count - 1) + String(repeating: "\u{301}", count: count)
        let texts = [
            String(repeating: "a", count: count), String(repeating: " ", count: count) + "x",
            String(repeating: "the ", count: count), String(repeating: "耳机", count: count), ordered,
        ]
        let time = ContinuousClock().measure {
            for (text, expected) in zip(texts + [marked], texts + [ordered]) {
                // As bytes: equality of strings is canonical.
                #expect(tokenizer.bytes(of: tokenizer.encode(text)) == Array(expected.utf8))
            }
        }
        // Quadratic work would take minutes.
        #expect(time < .seconds(20))
    }

    @Test func `Many threads share a tokenizer`() async throws {
        let expected = try TokenizerFixture.expected()
        let tokenizer = try TokenizerFixture.tokenizer("small")
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<5).allSatisfy { _ in
                        zip(expected.texts, expected.small).allSatisfy { text, ids in
                            tokenizer.encode(text, controlTokens: .recognised) == ids
                        }
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test func `Tokens are found by their spelling`() throws {
        let tokenizer = try TokenizerFixture.tokenizer("trained")
        #expect(tokenizer.vocabularySize == 623)
        #expect(tokenizer.id(of: "<|im_end|>") == 2)
        #expect(tokenizer.id(of: "<note>") == 622)
        #expect(tokenizer.id(of: "Ġ").map { tokenizer.decode([$0]) } == " ")
        #expect(tokenizer.id(of: " ") == nil)
        #expect(tokenizer.id(of: "") == nil)
        #expect(tokenizer.controlTokenID(of: "yes") == nil)
        #expect(tokenizer.decode([2, 620, -1, 9_999_999]) == "<|im_end|><tool>")
    }
}

/// The real vocabulary.
@Suite(.enabled(if: TokenizerFixture.qwen3 != nil))
struct QwenTokenizerTests {
    @Test(arguments: [
        ("yes", 9693), ("no", 2152), (" yes", 9834), (" no", 902), ("Yes", 9454), ("No", 2753), ("\n", 198),
        ("\n\n", 271),
    ])
    func `Words have the specification's ids`(text: String, id: TokenID) throws {
        #expect(try TokenizerFixture.realTokenizer().encode(text) == [id])
    }

    @Test(arguments: [
        ("<|endoftext|>", 151643), ("<|im_start|>", 151644), ("<|im_end|>", 151645), ("<think>", 151667),
        ("</think>", 151668),
    ])
    func `Control tokens have the specification's ids`(text: String, id: TokenID) throws {
        let tokenizer = try TokenizerFixture.realTokenizer()
        #expect(tokenizer.controlTokenID(of: text) == id)
        #expect(tokenizer.encode(text, controlTokens: .recognised) == [id])
        #expect(tokenizer.encode(text).allSatisfy { $0 < 151_643 })
    }

    @Test func `There are 151,669 tokens`() throws {
        #expect(try TokenizerFixture.realTokenizer().vocabularySize == 151_669)
    }
}
