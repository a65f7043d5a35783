internal import Catalog
internal import Foundation

extension ProductIndex {
    /// Titles that are looked through: the best hits of what was typed.
    private static let titles = 200
    /// Brands and categories that are looked at.
    private static let values = 5_000

    /// What a search box may offer for what was typed so far: queries, brands, categories.
    ///
    /// Every suggestion comes from products of the index, so none leads nowhere. Nothing typed, nothing suggested.
    ///
    /// - Parameters:
    ///   - request: What was typed, and how much is wanted.
    ///   - isCancelled: As in `search`.
    /// - Returns: Queries first, then brands, then categories, each the commonest first.
    /// - Throws: `RetrieverError.cancelled`, `CatalogError`.
    public func suggestions(
        _ request: SuggestRequest,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> [Suggestion] {
        let text = String(request.typed.prefix(SuggestRequest.longest))
        var typed = FilterText.folded(text)
        guard !typed.isEmpty else { return [] }
        let isWordEnded = text.last?.isWhitespace == true
        var search = SearchRequest(typed, top: Self.titles)
        search.completesLastWord = !isWordEnded
        search.matching = .all
        search.wantsProducts = false
        var response = try self.search(search, isCancelled: isCancelled)
        if response.hits.isEmpty, let (found, corrected) = try corrected(search, isCancelled: isCancelled) {
            response = found
            typed = FilterText.folded(corrected)
        }
        return try withSession { _, session in
            var phrases = TitlePhrases(typed: isWordEnded ? typed + " " : typed)
            for hit in response.hits {
                guard let number = try session.products.number(of: hit.id),
                    let (title, language) = try session.products.title(of: number)
                else { continue }
                phrases.add(title, analyzer: session.analyzer, language: language)
            }
            var suggestions = phrases.best(request.limit).map {
                Suggestion(kind: .query, text: $0, fragments: Self.marked($0, typed), products: nil)
            }
            for (kind, field) in [(Suggestion.Kind.brand, "brand"), (.category, "category")] {
                suggestions += try Self.values(kind, field, typed, session).prefix(request.fieldLimit)
            }
            return suggestions
        }
    }

    /// What is found once misspelt words are corrected: words before the one that is being typed, or that one, if it is
    /// whole; nil where that finds nothing with all words.
    private func corrected(
        _ search: SearchRequest,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> (SearchResponse, query: String)? {
        var search = search
        // Where all words have to be there, none is corrected.
        search.matching = .auto(minimum: 1)
        for completes in search.completesLastWord ? [true, false] : [false] {
            search.completesLastWord = completes
            let found = try self.search(search, isCancelled: isCancelled)
            if let query = found.didYouMean, !found.isRelaxed, !found.hits.isEmpty { return (found, query) }
        }
        return nil
    }

    /// Brands that begin with what was typed, or categories of which a level does; the commonest first.
    private static func values(
        _ kind: Suggestion.Kind,
        _ field: String,
        _ typed: String,
        _ session: IndexSession
    ) throws -> [Suggestion] {
        let prefix = FilterKey.prefix(field: field)
        let start = kind == .brand ? prefix + Array(FilterKey.fold(typed).utf8) : prefix
        var found: [String: (spelling: String, most: Int64, products: Int64)] = [:]
        var seen = 0
        try session.eachFrequency(prefix: start) { key, frequency in
            seen += 1
            let value = key.withUnsafeBytes { FilterKey.value(in: $0, prefixLength: prefix.count) }
            guard let value, !value.isShortened else { return seen < values }
            let fits =
                kind == .brand
                || value.folded.components(separatedBy: " > ").last?.hasPrefix(typed) == true
            guard fits else { return seen < values }
            let known = found[value.folded] ?? ("", 0, 0)
            found[value.folded] = (
                frequency > known.most ? value.spelling : known.spelling, max(known.most, frequency),
                known.products + frequency
            )
            return seen < values
        }
        return found.values.sorted { ($1.products, $0.spelling) < ($0.products, $1.spelling) }.map {
            Suggestion(
                kind: kind,
                text: $0.spelling,
                fragments: marked($0.spelling, typed),
                products: Int($0.products)
            )
        }
    }

    /// A text with what was typed marked, where it stands at the beginning of a word.
    private static func marked(_ text: String, _ typed: String) -> [Fragment] {
        let typed = typed.trimmed
        var range = text.range(of: typed, options: [.caseInsensitive, .widthInsensitive, .anchored])
        if range == nil { range = text.range(of: typed, options: [.caseInsensitive, .widthInsensitive]) }
        var fragments: [Fragment] = []
        guard let range else { return [Fragment(text, isMatch: false)] }
        Fragment.append(text[..<range.lowerBound], false, to: &fragments)
        Fragment.append(text[range], true, to: &fragments)
        Fragment.append(text[range.upperBound...], false, to: &fragments)
        return fragments
    }
}
