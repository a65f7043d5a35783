internal import Catalog

/// A query after analysis: the terms to score and what a document should have.
struct QueryPlan {
    /// Distinct terms in the query's order: the order in which scores are added up.
    private(set) var terms: [PlannedTerm] = []
    /// The shopper's words.
    var units: [PlannedUnit] = []
    /// Words and phrases with a minus in front, each a plan of its own: what has all its units is left out.
    var excluded: [QueryPlan] = []

    /// More terms than this are not looked up: no query is slow.
    static let termLimit = 64

    /// The index of a term, added when it is new; nil when the plan is full.
    mutating func index(of term: PlannedTerm) -> Int? {
        if let index = terms.firstIndex(of: term) { return index }
        guard terms.count < Self.termLimit else { return nil }
        terms.append(term)
        return terms.count - 1
    }

    /// Puts another term in a term's place (corrections).
    mutating func replace(_ index: Int, with term: PlannedTerm) {
        terms[index] = term
    }

    /// The units a document must have for "all words", as the scorer takes them.
    var required: [[[Int]]] {
        units.filter { $0.isRequired && !$0.alternatives.isEmpty }.map(\.alternatives)
    }
}

/// One thing to look up in the index: a token, adjacent tokens (a phrase), or several of these taken as one term.
struct PlannedTerm: Hashable {
    /// Stems of several languages, synonyms, corrections, completions: whichever a product has counts the same.
    ///
    /// Each is one token or a phrase of several. Never empty.
    let options: [[[UInt8]]]

    init(_ token: [UInt8]) {
        options = [[token]]
    }

    /// Any of several tokens.
    ///
    /// At least one.
    init(anyOf tokens: [[UInt8]]) {
        options = tokens.map { [$0] }
    }

    /// Adjacent tokens.
    init(phrase tokens: [[UInt8]]) {
        options = [tokens]
    }

    /// Any of several tokens and phrases.
    ///
    /// At least one.
    init(options: [[[UInt8]]]) {
        self.options = options
    }

    /// What to show in an explanation.
    var label: String {
        let labels = options.map { tokens in
            let text = tokens.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
            return tokens.count > 1 ? "\"\(text)\"" : text
        }
        return labels.prefix(8).joined(separator: "|") + (labels.count > 8 ? "|…" : "")
    }

    /// All tokens it looks up.
    var tokens: [[UInt8]] { options.flatMap { $0 } }
}

/// One of the shopper's words (or phrases, or codes).
struct PlannedUnit {
    /// As typed.
    var text: String
    /// All terms of one alternative must be there; indices into the plan's terms.
    var alternatives: [[Int]]
    /// Whether "all words" includes it.
    var isRequired = true
    /// A word of letters that may be misspelt: not a code, phrase or completion.
    var mayBeMisspelt = false
}
