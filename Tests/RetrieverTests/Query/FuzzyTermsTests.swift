import Foundation
import Retriever
import Statistics
import Testing

@Suite("Terms with typing errors")
struct FuzzyTermsTests {
    /// A sorted dictionary in memory that counts nothing and skips nothing.
    private struct Dictionary {
        let terms: [[UInt8]]

        init(_ words: some Sequence<String>) {
            terms = Set(words).map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        }

        func seek(_ key: [UInt8]) -> [UInt8]? {
            var (low, high) = (0, terms.count)
            while low < high {
                let middle = (low + high) / 2
                if terms[middle].lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
            }
            return low < terms.count ? terms[low] : nil
        }
    }

    private func found(_ word: String, _ words: [String], _ distance: Int) -> [String] {
        let dictionary = Dictionary(words)
        return FuzzyTerms(maxDistance: distance).matches(of: word, seek: dictionary.seek).matches
            .map { "\($0.term) \($0.distance)" }
    }

    @Test("each kind of error costs one, the word itself nothing")
    func kinds() {
        let words = [
            "camera", "camra", "camerra", "camela", "caemra", "acmera", "cameras", "amera", "cam", "camel", "zamera",
        ]
        #expect(
            found("camera", words, 1)
                == [
                    "camera 0", "acmera 1", "amera 1", "caemra 1", "camela 1", "cameras 1", "camerra 1", "camra 1",
                    "zamera 1",
                ]
        )
    }

    @Test("no part is edited twice: ca and abc are 3 apart, not 2")
    func alignment() {
        #expect(found("ca", ["abc"], 2) == [])
        #expect(found("ca", ["abc"], 3) == ["abc 3"])
        #expect(found("abcd", ["badc"], 2) == ["badc 2"])
    }

    @Test("letters of any script count one")
    func scripts() {
        #expect(found("телефон", ["тилефон", "телефоны", "телевизор"], 1) == ["телефоны 1", "тилефон 1"])
        #expect(found("小化妆包", ["小化装包", "化小妆包", "化妆品"], 1) == ["化小妆包 1", "小化装包 1"])
        #expect(found("grüße", ["grüsse", "größe"], 2) == ["größe 1", "grüsse 2"])
    }

    @Test(
        "how many errors a word is allowed",
        arguments: [
            ("tv", 0), ("car", 0), ("cars", 1), ("camera", 1), ("cameras", 1), ("keyboard", 2), ("xm4s", 0),
            ("keyboard2", 0), ("телефон", 1), ("телефоны", 2), ("化妆品", 0), ("一个背包", 1), ("", 0),
            (String(repeating: "a", count: 64), 2), (String(repeating: "a", count: 65), 0),
        ]
    )
    func allowance(word: String, distance: Int) {
        #expect(FuzzyTerms.allowedDistance(for: word) == distance)
        #expect(FuzzyTerms(for: word)?.maxDistance == (distance > 0 ? distance : nil))
    }

    @Test(
        "what a walk finds is what comparing with every term finds",
        arguments: [
            ("abc", 200, 7, 1 as UInt64), ("abcdefghijklmnopqrstuvwxyz", 2_000, 9, 2), ("абвгд", 500, 8, 3),
            ("小化妆包电脑机", 300, 5, 4), ("aé小🙂", 500, 6, 5), ("ab", 400, 12, 6),
            ("\u{0}\u{7F}\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}", 1_000, 4, 7),
        ]
    )
    func bruteForce(alphabet: String, size: Int, length: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let letters = Array(alphabet.unicodeScalars)
        func word() -> String {
            var word = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 1...length, using: &random) {
                word.append(letters.randomElement(using: &random) ?? "a")
            }
            return String(word)
        }
        let dictionary = Dictionary((0..<size).map { _ in word() })
        let terms = dictionary.terms.map { String(decoding: $0, as: UTF8.self) }
        for round in 0..<20 {
            let sought = Bool.random(using: &random) ? word() : terms.randomElement(using: &random) ?? "a"
            let distances = terms.map { Self.distance(Array(sought.unicodeScalars), Array($0.unicodeScalars)) }
            for limit in 0...3 {
                for requiresFirst in [false, true] {
                    let fuzzy = FuzzyTerms(maxDistance: limit, requiresFirst: requiresFirst, maxSeeks: .max)
                    let result = fuzzy.matches(of: sought, seek: dictionary.seek)
                    let expected = zip(terms, distances).compactMap { term, distance -> FuzzyTerms.Match? in
                        if requiresFirst, term.unicodeScalars.first != sought.unicodeScalars.first { return nil }
                        return distance <= limit ? FuzzyTerms.Match(term: term, distance: distance) : nil
                    }
                    // Compared scalar by scalar: Swift takes canonically equivalent strings for equal.
                    let key = { (match: FuzzyTerms.Match) in Array(match.term.utf8) + [UInt8(match.distance)] }
                    #expect(
                        Set(result.matches.map(key)) == Set(expected.map(key)),
                        "seed \(seed), round \(round), \(sought), distance \(limit), first \(requiresFirst)"
                    )
                    #expect(result.matches.count == expected.count && result.isComplete)
                }
            }
        }
    }

    /// The definition of the optimal string alignment distance, by recursion over prefixes.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var known = [Int](repeating: -1, count: (left.count + 1) * (right.count + 1))
        func distance(_ i: Int, _ j: Int) -> Int {
            if i == 0 || j == 0 { return i + j }
            let cell = i * (right.count + 1) + j
            if known[cell] >= 0 { return known[cell] }
            var value = min(distance(i - 1, j) + 1, distance(i, j - 1) + 1)
            value = min(value, distance(i - 1, j - 1) + (left[i - 1] == right[j - 1] ? 0 : 1))
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                value = min(value, distance(i - 2, j - 2) + 1)
            }
            known[cell] = value
            return value
        }
        return distance(left.count, right.count)
    }

    @Test(
        "the first letter may be wrong at distance 1, however long the word; at distance 2 it has to be right",
        arguments: [
            ("geadphones", 1), ("eadphones", 1), ("ehadphones", 1), ("headphnoes", 1), ("heaphone", 2),
            ("geadphone", nil), ("adphones", nil),
        ] as [(String, Int?)]
    )
    func firstLetter(typed: String, distance: Int?) throws {
        let fuzzy = try #require(FuzzyTerms(for: typed))
        let result = fuzzy.matches(of: typed, seek: Dictionary(["headphones", "zebra", "headset"]).seek)
        #expect(result.matches == (distance.map { [FuzzyTerms.Match(term: "headphones", distance: $0)] } ?? []))
    }

    @Test("words one error away are exactly those at distance 1", arguments: ["sony", "aa", "łódź", "мешок", "ab"])
    func oneEditWords(word: String) throws {
        let near = try #require(OneEditWords(of: word)).words
        let own = Array(word.unicodeScalars)
        #expect(Set(near).count == near.count)
        for other in near { #expect(Self.distance(own, Array(other.unicodeScalars)) == 1, "\(other)") }
        // Any string over the alphabet at distance 1 is among them.
        let letters = Array((word.unicodeScalars.first?.value ?? 0 < 0x400 ? "abyz" : "абяё").unicodeScalars)
        var random = SplitMix64(seed: 21)
        for _ in 0..<500 {
            var edited = own
            let place = Int.random(in: 0...own.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: edited.insert(letters[Int.random(in: 0..<3, using: &random)], at: place)
            case 1 where place < own.count: edited[place] = letters[Int.random(in: 0..<3, using: &random)]
            case 2 where place < own.count: edited.remove(at: place)
            case 3 where place + 1 < own.count: edited.swapAt(place, place + 1)
            default: continue
            }
            guard edited != own else { continue }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: edited)
            #expect(near.contains(String(text)), "\(String(text))")
        }
        #expect(OneEditWords(of: "น้ำดื่ม") == nil && OneEditWords(of: "") == nil)
        #expect(OneEditWords(of: "don't") == nil && OneEditWords(of: String(repeating: "a", count: 33)) == nil)
    }

    @Test("the budget of seeks is kept, and its end reported")
    func budget() {
        let dictionary = Dictionary((0..<5_000).map { "term\($0)" })
        var seeks = 0
        let result = FuzzyTerms(maxDistance: 2, maxSeeks: 10).matches(of: "termites") { key in
            seeks += 1
            return dictionary.seek(key)
        }
        #expect(seeks == 10)
        #expect(result.seeks == 10)
        #expect(!result.isComplete)
    }

    @Test(
        "errors of the dictionary are passed on; terms that are no UTF-8, and a dictionary out of order, are survived"
    )
    func badDictionaries() {
        struct Broken: Error {}
        #expect(throws: Broken.self) {
            try FuzzyTerms(maxDistance: 1).matches(of: "word") { _ in throw Broken() }
        }
        let terms: [[UInt8]] = [[0x77, 0xFF], [0xC0, 0x80], Array("word".utf8), [0xFF, 0xFE]]
            .sorted { $0.lexicographicallyPrecedes($1) }
        let result = FuzzyTerms(maxDistance: 1).matches(of: "word") { key in
            terms.first { !$0.lexicographicallyPrecedes(key) }
        }
        #expect(result.matches == [FuzzyTerms.Match(term: "word", distance: 0)])
        #expect(FuzzyTerms(maxDistance: 1).matches(of: "word") { _ in [0x61] }.seeks <= 2)
    }

    @Test("a dictionary of 200,000 words is asked a few hundred times at most")
    func seeks() {
        let seed: UInt64 = 11
        var random = SplitMix64(seed: seed)
        // Syllables, the first ones the likeliest, make words as similar to each other as those of a language.
        let syllables = """
            er en in on an or al el ta te ti to ra re ri ro sa se si so la le li lo ma me mi mo na ne ni no ba be bi bo bu
            ca co da de di do fa fe fi ga go ka ke ki pa pe pi po va ve vi za st tr pl
            """.split(whereSeparator: \.isWhitespace)
        func syllable() -> Substring {
            syllables[Int(Double(syllables.count) * pow(Double.random(in: 0..<1, using: &random), 1.7))]
        }
        var words = Set<String>()
        while words.count < 200_000 {
            words.insert((0..<Int.random(in: 2...6, using: &random)).map { _ in syllable() }.joined())
        }
        let dictionary = Dictionary(words)
        let sample = dictionary.terms.map { String(decoding: $0, as: UTF8.self) }.shuffled(using: &random)
        for (distance, bound) in [(1, 400), (2, 2_000)] {
            var counts: [Int] = []
            for word in sample.filter({ FuzzyTerms.allowedDistance(for: $0) == distance }).prefix(40) {
                guard var fuzzy = FuzzyTerms(for: word) else { continue }
                fuzzy.maxSeeks = .max
                counts.append(fuzzy.matches(of: word, seek: dictionary.seek).seeks)
            }
            counts.sort()
            print(
                "seeks at distance \(distance): median \(counts[counts.count / 2]), max \(counts.last ?? 0), seed \(seed)"
            )
            #expect(counts.last ?? 0 <= bound, "seed \(seed)")
        }
    }
}
