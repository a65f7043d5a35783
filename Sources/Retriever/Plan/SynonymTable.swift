internal import Catalog

/// Synonym groups after analysis, looked up by the words of a query.
///
/// Applied to queries only, so that a change of the file needs no new index.
struct SynonymTable: Sendable {
    /// Alternatives (token lists) by the tokens of a phrase.
    private var alternatives: [[[UInt8]]: [[[UInt8]]]] = [:]
    private var longest = 0

    /// No synonyms.
    static let none = SynonymTable()

    private init() {}

    /// Analyzes a synonym file's groups with the index's languages.
    init(_ synonyms: Synonyms, session: IndexSession, languages: [Language]) {
        let planner = QueryPlanner(session: session, languages: languages, synonyms: .none)
        for rule in synonyms.rules {
            let targets = rule.to.map { (text: $0, tokens: planner.phraseTokens(of: $0)) }
            for phrase in rule.from {
                let words = planner.key(of: phrase)
                guard !words.isEmpty, words.allSatisfy({ !$0.isEmpty }) else { continue }
                let others = targets.filter { $0.text != phrase }.flatMap(\.tokens)
                guard !others.isEmpty else { continue }
                alternatives[words.flatMap { $0 }, default: []] += others
                longest = max(longest, words.count)
            }
        }
    }

    /// The longest phrase at the beginning of the words that has synonyms.
    func match(_ words: [[[UInt8]]]) -> (length: Int, alternatives: [[[UInt8]]])? {
        guard longest > 0 else { return nil }
        for length in stride(from: min(longest, words.count), to: 0, by: -1) {
            if let found = alternatives[words.prefix(length).flatMap { $0 }] { return (length, found) }
        }
        return nil
    }
}
