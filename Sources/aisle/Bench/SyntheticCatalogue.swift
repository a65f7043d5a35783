import Foundation
import Statistics

/// A generated corpus for benchmarks: product-shaped English-looking text with a Zipf vocabulary, the same for a seed.
struct SyntheticCatalogue {
    /// Products there are.
    let count: Int
    private let words: [String]
    /// Cumulative weights of the words, the commonest first.
    private let cumulative: [Double]
    private let seed: UInt64

    /// Distinct words; with exponent 1 a million products of 60 words use most of them.
    private static let vocabulary = 400_000

    init(count: Int, seed: UInt64 = 42) {
        self.count = count
        self.seed = seed
        var random = SplitMix64(seed: seed)
        var seen: Set<String> = []
        var words: [String] = []
        words.reserveCapacity(Self.vocabulary)
        while words.count < Self.vocabulary {
            let word = Self.word(&random)
            if seen.insert(word).inserted { words.append(word) }
        }
        self.words = words
        var sum = 0.0
        cumulative = (1...Self.vocabulary).map { rank in
            sum += 1 / Double(rank)
            return sum
        }
    }

    /// One product's texts: 60 words in five columns, as the index has them.
    struct Item {
        let id: String
        let title: String
        let brand: String
        let category: String
        let attributes: [(name: String, value: String)]
        let description: String

        var attributeText: String { attributes.map(\.value).joined(separator: " ") }

        /// A line of JSONL as a shop would export it.
        var json: String {
            let fields = attributes.map { "\"\($0.name)\":\"\($0.value)\"" }.joined(separator: ",")
            return """
                {"id":"\(id)","title":"\(title)","brand":"\(brand)","category":"\(category)",\(fields),\
                "description":"\(description)"}
                """
        }
    }

    func item(_ number: Int) -> Item {
        var random = SplitMix64(seed: seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        return Item(
            id: "P\(100_000 + number * 7919 % 100_000_007)",
            title: text(8, &random),
            brand: words[Int(random.next() % 2000)],
            category: words[Int(random.next() % 300)] + " > " + words[Int(random.next() % 3000)],
            attributes: [
                ("color", words[Int(random.next() % 30)]), ("material", words[200 + Int(random.next() % 60)]),
                ("style", words[Int(random.next() % 400)]), ("size", words[Int(random.next() % 12)]),
                ("model", words[Int(random.next() % 5000)] + String(random.next() % 10_000)),
                ("season", words[Int(random.next() % 4)]), ("features", text(3, &random)),
            ],
            description: text(40, &random)
        )
    }

    /// Queries of one to five words, each taken from some product's text, so that every word occurs.
    func queries(_ count: Int) -> [String] {
        var random = SplitMix64(seed: seed ^ 0x0051_EE4B)
        return (0..<count).map { _ in
            let item = item(Int(random.next() % UInt64(self.count)))
            let pool = (item.title + " " + item.description).split(separator: " ")
            let length = [1, 2, 2, 3, 3, 3, 4, 5][Int(random.next() % 8)]
            return (0..<length).map { _ in pool[Int(random.next() % UInt64(pool.count))] }.joined(separator: " ")
        }
    }

    private func text(_ count: Int, _ random: inout SplitMix64) -> String {
        (0..<count).map { _ in word(&random) }.joined(separator: " ")
    }

    private func word(_ random: inout SplitMix64) -> String {
        let target = Double(random.next() >> 11) / Double(1 << 53) * (cumulative.last ?? 1)
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] < target { low = middle + 1 } else { high = middle }
        }
        return words[low]
    }

    private static func word(_ random: inout SplitMix64) -> String {
        let onsets = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "st", "tr", "ch"]
        let vowels = ["a", "e", "i", "o", "u", "ai", "ou"]
        let codas = ["", "", "", "n", "r", "l", "x", "m"]
        let syllables = 2 + Int(random.next() % 3)
        return (0..<syllables).map { _ in
            onsets[Int(random.next() % 18)] + vowels[Int(random.next() % 7)] + codas[Int(random.next() % 8)]
        }.joined()
    }
}
