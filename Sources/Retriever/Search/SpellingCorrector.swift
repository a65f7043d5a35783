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
            guard let best = near.first, let surface = try surface(of: best) else { continue }
            correction.plan.replace(index, with: PlannedTerm(anyOf: (own + near.prefix(Self.limit)).uniqued()))
            correction.query = Self.replacing(unit.text, with: surface, in: correction.query)
            correction.replacesUnknown = correction.replacesUnknown || frequency == 0
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

    /// Near terms, the nearest and then the commonest first.
    private func corrections(of word: String, tokens: [[UInt8]], frequency: Int64) throws -> [[UInt8]] {
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
        return found.sorted { left, right in
            let (a, b) = (left.value, right.value)
            if a.distance != b.distance { return a.distance < b.distance }
            return a.frequency == b.frequency
                ? left.key.lexicographicallyPrecedes(right.key) : a.frequency > b.frequency
        }.map(\.key)
    }

    /// How a product spells a term: index terms are stems, which nobody should read.
    private func surface(of term: [UInt8]) throws -> String? {
        let list = try snapshot.postings(of: term, session: session)
        for slice in list.slices {
            let documents = UnsafeRawPointer(slice.documents)
            for index in 0..<min(slice.count, 50) {
                let document = documents.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
                let number = DocumentNumber(slice.range) << 16 | DocumentNumber(document)
                guard let (product, language) = try session.products.product(number) else { continue }
                for column in TextColumn.allCases {
                    var bytes: [UInt8] = []
                    ProductTexts.append(column, of: product, to: &bytes)
                    let text = String(decoding: bytes, as: UTF8.self)
                    let tokens = session.analyzer.analyze(text, language: language)
                    if let token = tokens.first(where: { $0.text.utf8.elementsEqual(term) }) {
                        return String(decoding: bytes[token.range], as: UTF8.self).lowercased()
                    }
                }
            }
        }
        return nil
    }
}
