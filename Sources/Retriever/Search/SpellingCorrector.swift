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

    /// The plan with misspelt words replaced by their corrections, and the query as it should have been typed; nil when
    /// there is nothing to correct.
    func correct(_ plan: QueryPlan, query: String) throws -> (plan: QueryPlan, query: String)? {
        var corrected = plan
        var text = query
        var changed = false
        for unit in plan.units where unit.mayBeMisspelt {
            guard let index = unit.alternatives.first?.first else { continue }
            let own = plan.terms[index].tokens
            let frequency = try own.map { try snapshot.postings(of: $0, session: session).documentFrequency }.max() ?? 0
            guard frequency <= Self.rare else { continue }
            let near = try corrections(of: unit.text, tokens: own, frequency: frequency)
            guard let best = near.first, let surface = try surface(of: best) else { continue }
            corrected.replace(index, with: PlannedTerm(anyOf: (own + near.prefix(Self.limit)).uniqued()))
            if let range = text.range(of: unit.text) { text.replaceSubrange(range, with: surface) }
            changed = true
        }
        return changed ? (corrected, text) : nil
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
