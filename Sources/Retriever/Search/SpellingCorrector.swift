internal import Catalog
internal import Foundation

/// Finds index terms near words that the index hardly has.
struct SpellingCorrector {
    let session: IndexSession
    let snapshot: IndexSnapshot

    /// A word that more products have than this is taken as meant.
    private static let rare: Int64 = 2
    /// A correction of a rare word has to be this much commoner.
    private static let commoner: Int64 = 10
    /// A word this long that no product has is taken as misspelt even where its correction finds no more products.
    private static let clearLength = 6
    /// Corrections taken together for one word.
    private static let limit = 4

    /// What a query should have been.
    struct Correction {
        var plan: QueryPlan
        /// As it should have been typed.
        var query: String
        /// Whether a corrected word is one that no product has.
        var replacesUnknown = false
    }

    /// The plan with misspelt words replaced by their corrections; nil when there is nothing to correct.
    func correct(_ plan: QueryPlan, query: String) throws -> Correction? {
        var correction = Correction(plan: plan, query: query)
        var changed = false
        for unit in plan.units where unit.mayBeMisspelt {
            guard let index = unit.alternatives.first?.first else { continue }
            let own = plan.terms[index].tokens
            let frequency = try own.map { try snapshot.postings(of: $0, session: session).documentFrequency }.max() ?? 0
            guard frequency <= Self.rare else { continue }
            let near = try corrections(of: unit.text, tokens: own, frequency: frequency)
            guard let best = near.first else { continue }
            correction.plan.replace(index, with: PlannedTerm(anyOf: (own + near.map(\.term)).uniqued()))
            correction.query = Self.replacing(unit.text, with: best.surface, in: correction.query)
            // A short unknown word may well be a name that the shop does not sell: "sony" is not "soy".
            let isClear = frequency == 0 && unit.text.count >= Self.clearLength
            correction.replacesUnknown = correction.replacesUnknown || isClear
            changed = true
        }
        return changed ? correction : nil
    }

    /// Replaces a word where it stands as a word, not where it is part of another.
    private static func replacing(_ word: String, with surface: String, in text: String) -> String {
        var text = text
        var start = text.startIndex
        while let range = text.range(of: word, range: start..<text.endIndex) {
            let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
            let after = range.upperBound == text.endIndex ? nil : text[range.upperBound]
            if ![before, after].contains(where: { $0?.isLetter == true || $0?.isNumber == true }) {
                text.replaceSubrange(range, with: surface)
                return text
            }
            start = range.upperBound
        }
        return text
    }

    /// Near terms with a spelling, the nearest and then the commonest first.
    ///
    /// Terms are stems, and stems of different words are near each other: only those count of which some product has a
    /// spelling that is near the word as typed.
    private func corrections(
        of word: String,
        tokens: [[UInt8]],
        frequency: Int64
    ) throws -> [(term: [UInt8], surface: String)] {
        guard let walk = FuzzyTerms(for: word) else { return [] }
        var found: [[UInt8]: (distance: Int, frequency: Int64)] = [:]
        for token in tokens {
            let result = try walk.matches(of: String(decoding: token, as: UTF8.self)) { try session.term(atLeast: $0) }
            for match in result.matches where match.distance > 0 {
                let term = Array(match.term.utf8)
                guard !tokens.contains(term), found[term].map({ $0.distance > match.distance }) ?? true else {
                    continue
                }
                let count = try snapshot.postings(of: term, session: session).documentFrequency
                if count >= max(frequency * Self.commoner, 1) { found[term] = (match.distance, count) }
            }
        }
        let sorted = found.sorted { left, right in
            let (a, b) = (left.value, right.value)
            if a.distance != b.distance { return a.distance < b.distance }
            return a.frequency == b.frequency
                ? left.key.lexicographicallyPrecedes(right.key) : a.frequency > b.frequency
        }
        var corrections: [(term: [UInt8], surface: String)] = []
        for (term, _) in sorted.prefix(4 * Self.limit) where corrections.count < Self.limit {
            let surface = try surface(of: term) { !walk.matches(of: word.lowercased(), in: $0).isEmpty }
            if let surface { corrections.append((term, surface)) }
        }
        return corrections
    }

    /// How a product spells a term, the first spelling that `fits`: index terms are stems, which nobody should read.
    private func surface(of term: [UInt8], where fits: (String) -> Bool) throws -> String? {
        var looked = 0
        let list = try snapshot.postings(of: term, session: session)
        for slice in list.slices {
            let documents = UnsafeRawPointer(slice.documents)
            for index in 0..<slice.count where looked < 20 {
                looked += 1
                let document = documents.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
                let number = DocumentNumber(slice.range) << 16 | DocumentNumber(document)
                guard let (product, language) = try session.products.product(number) else { continue }
                for column in TextColumn.allCases {
                    var bytes: [UInt8] = []
                    ProductTexts.append(column, of: product, to: &bytes)
                    let text = String(decoding: bytes, as: UTF8.self)
                    let tokens = session.analyzer.analyze(text, language: language)
                    for token in tokens where token.text.utf8.elementsEqual(term) {
                        let surface = String(decoding: bytes[token.range], as: UTF8.self).lowercased()
                        if fits(surface) { return surface }
                    }
                }
            }
        }
        return nil
    }
}

extension FuzzyTerms {
    /// The matches in a dictionary of one term.
    fileprivate func matches(of word: String, in term: String) -> [Match] {
        let bytes = Array(term.utf8)
        return matches(of: word) { key in bytes.lexicographicallyPrecedes(key) ? nil : bytes }.matches
    }
}
