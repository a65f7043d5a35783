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
    /// Products read to find how a term is spelled.
    private static let productsRead = 20

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
        // A query may have a word many times.
        var known: [String: [(term: [UInt8], surface: String)]] = [:]
        for unit in plan.units where unit.mayBeMisspelt {
            guard let index = unit.alternatives.first?.first else { continue }
            let own = plan.terms[index].tokens
            let frequency = try own.map { try snapshot.postings(of: $0, session: session).documentFrequency }.max() ?? 0
            guard frequency <= Self.rare else { continue }
            let near = try known[unit.text] ?? corrections(of: unit.text, tokens: own, frequency: frequency)
            known[unit.text] = near
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

    /// A term near a misspelt word.
    private struct NearTerm {
        let term: [UInt8]
        /// Of its words from the word as typed: 1 where one of them is one error away; otherwise as far as is known.
        let distance: Int
        let frequency: Int64
    }

    /// Near terms with a spelling, the nearest and then the commonest first.
    ///
    /// Terms are stems, and stems of different words are near each other: only those count of which some product has a
    /// spelling that is near the word as typed.
    private func corrections(
        of typed: String,
        tokens: [[UInt8]],
        frequency: Int64
    ) throws -> [(term: [UInt8], surface: String)] {
        let word = typed.lowercased()
        let allowed = FuzzyTerms.allowedDistance(for: word)
        guard allowed > 0 else { return [] }
        var corrections: [(term: [UInt8], surface: String, distance: Int)] = []
        let near = try nearTerms(word, allowed, tokens, atLeast: max(frequency * Self.commoner, 1))
        for found in near.prefix(4 * Self.limit) where corrections.count < Self.limit {
            // Products may have the word that is meant in another form only, one letter further away.
            let reach = found.distance == 1 ? allowed + 1 : allowed
            if let surface = try surface(of: found.term, near: word, within: reach, wanted: found.distance) {
                corrections.append((found.term, surface.text, surface.distance))
            }
        }
        let best = corrections.filter { $0.distance <= allowed } + corrections.filter { $0.distance > allowed }
        return best.map { ($0.term, $0.surface) }
    }

    /// Terms of the index that stand for words near a word, those of the nearest words and then the commonest first.
    private func nearTerms(
        _ word: String,
        _ allowed: Int,
        _ tokens: [[UInt8]],
        atLeast least: Int64
    ) throws -> [NearTerm] {
        var distances: [[UInt8]: Int] = [:]
        let stems = stems(near: word)
        for stem in try present(stems ?? []) { distances[stem] = 1 }
        // Where words have stems, all words at distance 1 are known by now.
        if stems == nil || allowed > 1, let walk = FuzzyTerms(for: word) {
            for token in tokens {
                let result = try walk.matches(of: String(decoding: token, as: UTF8.self)) {
                    try session.term(atLeast: $0)
                }
                for match in result.matches where match.distance > 0 {
                    let distance = stems == nil ? match.distance : match.distance + 1
                    let term = Array(match.term.utf8)
                    distances[term] = min(distances[term] ?? .max, distance)
                }
            }
        }
        for token in tokens { distances[token] = nil }
        let found = try distances.compactMap { term, distance -> NearTerm? in
            let frequency = try snapshot.postings(of: term, session: session).documentFrequency
            return frequency >= least ? NearTerm(term: term, distance: distance, frequency: frequency) : nil
        }
        return found.sorted { left, right in
            if left.distance != right.distance { return left.distance < right.distance }
            return left.frequency == right.frequency
                ? left.term.lexicographicallyPrecedes(right.term) : left.frequency > right.frequency
        }
    }

    /// The stems, in each of the index's languages, of the words one error away; nil where words have none.
    private func stems(near word: String) -> [[UInt8]]? {
        let stemming = snapshot.languages.filter { $0 != .none }
        guard !stemming.isEmpty, let near = OneEditWords(of: word) else { return nil }
        // One text for all: the analyzer parts it into the words again.
        let text = near.words.joined(separator: " ")
        var stems: Set<[UInt8]> = []
        for language in stemming {
            for token in session.analyzer.analyze(text, language: language) { stems.insert(Array(token.text.utf8)) }
        }
        return stems.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Those of some terms, in byte order, that the index has.
    private func present(_ terms: [[UInt8]]) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        var next: [UInt8]?
        for term in terms {
            // The index has nothing between the last term looked for and the one it gave.
            if let next, term.lexicographicallyPrecedes(next) { continue }
            if next != term {
                next = try session.term(atLeast: term)
                if next == nil { break }
            }
            if next == term { found.append(term) }
        }
        return found
    }

    /// How a product spells a term: index terms are stems, which nobody should read.
    ///
    /// The first spelling at the wanted distance from a word, otherwise the nearest within the limit.
    private func surface(
        of term: [UInt8],
        near word: String,
        within limit: Int,
        wanted: Int
    ) throws -> (text: String, distance: Int)? {
        var looked = 0
        var best: (text: String, distance: Int)?
        let list = try snapshot.postings(of: term, session: session)
        for slice in list.slices {
            let documents = UnsafeRawPointer(slice.documents)
            for index in 0..<slice.count where looked < Self.productsRead {
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
                        let distance = EditDistance.between(word, surface, limit: limit)
                        guard distance < best?.distance ?? (limit + 1) else { continue }
                        best = (surface, distance)
                        if distance <= wanted { return best }
                    }
                }
            }
        }
        return best
    }
}
