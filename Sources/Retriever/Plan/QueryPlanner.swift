internal import Catalog

/// Turns what a shopper typed into a plan, with the very analyzer that made the index.
struct QueryPlanner {
    let session: IndexSession
    /// The languages products were analyzed as: a query word is looked up as each of them stems it.
    let languages: [Language]
    let synonyms: SynonymTable

    /// Terms that a completion may stand for, commonest first; terms looked at to find them.
    private static let completionLimit = 64
    private static let completionScan = 20_000
    /// Bigrams that a single character may stand for: as good as all that there are with the characters in use.
    private static let bigramLimit = 8_192

    /// Plans a query.
    ///
    /// `completesLastWord`: the last word may be the beginning of one (search as you type).
    func plan(_ query: QuerySyntax, completesLastWord: Bool) throws -> QueryPlan {
        var plan = QueryPlan()
        for (index, segment) in query.segments.enumerated() {
            if segment.isExcluded {
                var excluded = QueryPlan()
                if segment.isPhrase {
                    try addPhrase(segment.text, to: &excluded)
                } else {
                    try addExcluded(segment.text, to: &excluded)
                }
                plan.excluded.append(excluded)
            } else {
                let isLast = index == query.segments.count - 1
                try add(segment, completesLastWord: completesLastWord && query.endsInWord && isLast, to: &plan)
            }
        }
        return plan
    }

    private func add(_ segment: QuerySyntax.Segment, completesLastWord: Bool, to plan: inout QueryPlan) throws {
        if segment.isPhrase {
            try addPhrase(segment.text, to: &plan)
        } else {
            try add(segment.text, completesLastWord: completesLastWord, to: &plan)
        }
    }

    /// What a phrase is looked up by among synonyms: its words' tokens.
    func key(of phrase: String) -> [[[UInt8]]] { analyzedUnits(of: phrase).map(\.key) }

    // MARK: Words

    private func add(_ text: String, completesLastWord: Bool, to plan: inout QueryPlan) throws {
        let units = try wordUnits(of: text)
        var index = 0
        while index < units.count {
            let isLast = index == units.count - 1
            if let match = synonyms.match(units[index...].map(\.key)) {
                let matched = Array(units[index..<(index + match.length)])
                addWithSynonyms(matched, match.alternatives, to: &plan)
                index += match.length
                continue
            }
            if isLast, completesLastWord {
                try addCompletion(units[index], to: &plan)
            } else if isAlone(index, in: units) {
                try addIdeograph(units[index], to: &plan)
            } else {
                add(units[index], to: &plan)
            }
            index += 1
        }
    }

    /// Whether a unit is a character that the shopper typed by itself.
    ///
    /// Not the end of a longer run, and not a counter behind a number.
    private func isAlone(_ index: Int, in units: [AnalyzedUnit]) -> Bool {
        guard units[index].isSingleIdeograph else { return false }
        guard index > 0 else { return true }
        return !units[index - 1].runs(into: units[index]) && !units[index].counts(units[index - 1])
    }

    /// What has all words of a text is left out.
    ///
    /// A run of Han, Kana, Hangul or Thai is one word there, as if it stood in quotes: else `-手机壳`, of whose words
    /// only 手机 is a term, would leave out more than was said.
    private func addExcluded(_ text: String, to plan: inout QueryPlan) throws {
        let units = try wordUnits(of: text)
        var start = 0
        while start < units.count {
            var end = start + 1
            while end < units.count, units[end - 1].runs(into: units[end]) { end += 1 }
            let run = Array(units[start..<end])
            let match = synonyms.match(run.map(\.key)).flatMap { $0.length == run.count ? $0.alternatives : nil }
            if run.count == 1, !run[0].isIdeographic {
                if let match { addWithSynonyms(run, match, to: &plan) } else { add(run[0], to: &plan) }
            } else {
                try addRun(run, of: text, synonyms: match ?? [], to: &plan)
            }
            start = end
        }
    }

    private func addRun(
        _ run: [AnalyzedUnit],
        of text: String,
        synonyms: [[[UInt8]]],
        to plan: inout QueryPlan
    ) throws {
        if run.count == 1, run[0].isSingleIdeograph, synonyms.isEmpty { return try addIdeograph(run[0], to: &plan) }
        let ranges = run.flatMap { $0.tokens.map(\.token.range) }
        guard let start = ranges.map(\.lowerBound).min(), let end = ranges.map(\.upperBound).max() else { return }
        let phrase = String(decoding: Array(text.utf8)[start..<end], as: UTF8.self)
        let options = (phraseTokens(of: phrase) + synonyms).uniqued()
        guard !options.isEmpty, let index = plan.index(of: PlannedTerm(options: options)) else { return }
        plan.units.append(PlannedUnit(text: phrase, alternatives: [[index]]))
    }

    /// The words of a text, as the index may have them.
    ///
    /// The letters of a code stand in the index as they were written, unless they look like a word of their own (the
    /// iPhone of iPhone15): a word is looked up so, too, and the letters of a code also as the word they are.
    private func wordUnits(of text: String) throws -> [AnalyzedUnit] {
        var units = analyzedUnits(of: text)
        let written = session.analyzer.analyze(text, language: .none)
        var place = 0
        let isParallel = written.count == units.reduce(0) { $0 + $1.tokens.count }
        for unit in units.indices {
            for index in units[unit].tokens.indices {
                defer { place += 1 }
                let token = units[unit].tokens[index]
                if isParallel {
                    let bytes = Array(written[place].text.utf8)
                    if !token.forms.contains(bytes), try session.term(atLeast: bytes) == bytes {
                        units[unit].tokens[index].asWritten = bytes
                    }
                }
                guard token.token.kinds.contains(.codePart), !token.token.kinds.contains(.stem),
                    token.token.text.unicodeScalars.allSatisfy(\.properties.isAlphabetic),
                    try session.term(atLeast: token.forms[0]) != token.forms[0]
                else { continue }
                let words = languages.compactMap { session.analyzer.analyze(token.token.text, language: $0).first }
                units[unit].tokens[index].forms = (token.forms + words.map { Array($0.text.utf8) }).uniqued()
            }
        }
        return units
    }

    /// The words of a text with their tokens in each of the index's languages.
    private func analyzedUnits(of text: String) -> [AnalyzedUnit] {
        let variants = languages.map { session.analyzer.analyze(text, language: $0) }
        guard let first = variants.first else { return [] }
        // Languages differ in stems, not in where words are; where they do, the first one decides.
        let parallel = variants.filter { $0.count == first.count }
        var units: [AnalyzedUnit] = []
        for (index, token) in first.enumerated() {
            let forms = parallel.map { Array($0[index].text.utf8) }
            let analyzed = AnalyzedToken(token: token, forms: forms.uniqued())
            if let last = units.indices.last, units[last].unit == token.unit {
                units[last].tokens.append(analyzed)
            } else {
                units.append(AnalyzedUnit(unit: token.unit, source: text, tokens: [analyzed]))
            }
        }
        return units
    }

    private func add(_ unit: AnalyzedUnit, to plan: inout QueryPlan) {
        let alternatives = unit.alternatives.map { tokens in tokens.compactMap { plan.index(of: $0.term) } }
        for token in unit.scored { _ = plan.index(of: token.term) }
        plan.units.append(
            PlannedUnit(
                text: unit.text,
                alternatives: alternatives.filter { !$0.isEmpty },
                isRequired: unit.isRequired,
                mayBeMisspelt: unit.isPlainWord
            )
        )
    }

    /// One term stands for the word and its synonyms, as FTS5 has it: a product with several of them gains nothing by it,
    /// and a rare synonym does not outweigh the word itself.
    private func addWithSynonyms(_ units: [AnalyzedUnit], _ synonyms: [[[UInt8]]], to plan: inout QueryPlan) {
        let own = units.flatMap { $0.alternatives.first ?? [] }
        var alternatives: [[Int]] = []
        if own.count == 1, let token = own.first {
            let term = PlannedTerm(options: (token.forms.map { [$0] } + synonyms).uniqued())
            alternatives.append([plan.index(of: term)].compactMap { $0 })
        } else {
            for unit in units {
                for token in unit.scored { _ = plan.index(of: token.term) }
            }
            alternatives.append(own.compactMap { plan.index(of: $0.term) })
            alternatives.append([plan.index(of: PlannedTerm(options: synonyms))].compactMap { $0 })
        }
        let text = units.map(\.text).joined(separator: " ")
        plan.units.append(PlannedUnit(text: text, alternatives: alternatives.filter { !$0.isEmpty }))
    }

    /// The synonyms of a text's words: where the word stands, and each synonym's tokens one by one.
    func synonyms(in text: String) -> [(range: Range<Int>, token: [UInt8])] {
        let units = analyzedUnits(of: text)
        var found: [(Range<Int>, [UInt8])] = []
        var index = 0
        while index < units.count {
            guard let match = synonyms.match(units[index...].map(\.key)) else {
                index += 1
                continue
            }
            let range = units[index].range.lowerBound..<units[index + match.length - 1].range.upperBound
            found += match.alternatives.flatMap { $0 }.map { (range, $0) }
            index += match.length
        }
        return found
    }

    // MARK: Completions

    /// The unit's last token may go on; what stands before it in the unit has to be there as it is.
    private func addCompletion(_ unit: AnalyzedUnit, to plan: inout QueryPlan) throws {
        if unit.isSingleIdeograph { return try addIdeograph(unit, to: &plan) }
        // A character typed so far is in a bigram already: there is nothing to complete.
        guard !unit.isIdeographic, let last = unit.unstemmed(session.analyzer) else { return add(unit, to: &plan) }
        var alternatives: [[Int]] = []
        for tokens in unit.alternatives {
            guard let token = tokens.last else { continue }
            let isWhole = token.token.kinds.contains(.code)
            let start = isWhole ? token.forms[0] : last
            let completions = try commonest(Self.completionLimit, startingWith: start) { _ in true }
            let terms = tokens.dropLast().map(\.term) + [PlannedTerm(anyOf: (token.forms + completions).uniqued())]
            alternatives.append(terms.compactMap { plan.index(of: $0) })
        }
        plan.units.append(PlannedUnit(text: unit.text, alternatives: alternatives.filter { !$0.isEmpty }))
    }

    /// One Han or Kana character on its own: every bigram that starts with it, and the character at the end of a run.
    private func addIdeograph(_ unit: AnalyzedUnit, to plan: inout QueryPlan) throws {
        let character = unit.tokens[0].forms[0]
        let tokens = try commonest(Self.bigramLimit, startingWith: character) {
            String(decoding: $0, as: UTF8.self).unicodeScalars.count <= 2
        }
        guard let index = plan.index(of: PlannedTerm(anyOf: tokens.isEmpty ? [character] : tokens)) else { return }
        plan.units.append(PlannedUnit(text: unit.text, alternatives: [[index]]))
    }

    private func commonest(
        _ limit: Int,
        startingWith prefix: [UInt8],
        where fits: ([UInt8]) -> Bool
    ) throws -> [[UInt8]] {
        var found: [(term: [UInt8], frequency: Int64)] = []
        var scanned = 0
        try session.eachFrequency(prefix: prefix) { term, frequency in
            scanned += 1
            if fits(term) { found.append((term, frequency)) }
            return scanned < Self.completionScan
        }
        found.sort { $0.frequency > $1.frequency }
        return found.prefix(limit).map(\.term)
    }

    // MARK: Phrases

    /// The adjacent tokens that a phrase is, in each of the index's languages.
    func phraseTokens(of text: String) -> [[[UInt8]]] {
        // Whether a code's letters are a word's depends on their case: a product may have either.
        let spellings = [text, text.changingCase(of: "A"..."Z"), text.changingCase(of: "a"..."z")]
        return spellings.uniqued().flatMap { spelling in
            languages.map { phraseTokens(of: spelling, language: $0) }.filter { !$0.isEmpty }
        }.uniqued()
    }

    private func phraseTokens(of text: String, language: Language) -> [[UInt8]] {
        var primaries: [Token] = []
        for token in session.analyzer.analyze(text, language: language) where token.position != primaries.last?.position
        {
            primaries.append(token)
        }
        // A run's last character is a token of its own only at the end of a run.
        if primaries.count > 1, primaries.last?.kinds.contains(.unigram) == true { primaries.removeLast() }
        return primaries.map { Array($0.text.utf8) }
    }

    private func addPhrase(_ text: String, to plan: inout QueryPlan) throws {
        let units = analyzedUnits(of: text)
        if units.count == 1, units[0].isSingleIdeograph { return try addIdeograph(units[0], to: &plan) }
        let options = phraseTokens(of: text)
        guard !options.isEmpty, let index = plan.index(of: PlannedTerm(options: options)) else { return }
        plan.units.append(PlannedUnit(text: text, alternatives: [[index]]))
    }
}

extension String {
    /// With the case of some ASCII letters changed; all bytes stay where they are.
    fileprivate func changingCase(of letters: ClosedRange<Unicode.Scalar>) -> String {
        let bytes = UInt8(ascii: letters.lowerBound)...UInt8(ascii: letters.upperBound)
        return String(decoding: utf8.map { bytes.contains($0) ? $0 ^ 0x20 : $0 }, as: UTF8.self)
    }
}

extension Sequence where Element: Hashable {
    /// The elements in order, each once.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
