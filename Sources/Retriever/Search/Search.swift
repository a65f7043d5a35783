internal import Catalog

/// One search from the typed query to the hits.
struct Search {
    let request: SearchRequest
    let snapshot: IndexSnapshot
    let session: IndexSession
    let synonyms: SynonymTable
    let clock: SearchClock

    func run() throws -> SearchResponse {
        let start = ContinuousClock.now
        if clock.isCancelled { throw RetrieverError.cancelled }
        let syntax = QuerySyntax(request.query)
        let planner = QueryPlanner(session: session, languages: snapshot.languages, synonyms: synonyms)
        var plan = try planner.plan(syntax, completesLastWord: request.completesLastWord)
        let table = snapshot.frequencyTable(request.weights)
        let resolver = TermResolver(snapshot: snapshot, session: session, table: table)
        let allows = try allowed(plan, resolver)

        var response = SearchResponse()
        response.isTruncated = syntax.isTruncated
        // Programs pass on any numbers; no more than all products is ever wanted.
        let products = Int(snapshot.statistics.products)
        let offset = min(max(request.offset, 0), products)
        let top = min(max(request.top, 0), products)
        let wanted = min(offset + top, products)
        var pass = try makePass(plan, resolver, allows)
        var matches: Matches
        // How the first `count` of what is shown in the end are found.
        var find: (_ count: Int) throws -> Matches
        if plan.terms.isEmpty {
            find = { [pass] in try pass.everything($0, sort: request.sort, facets: request.facets) }
            matches = try find(wanted)
        } else {
            matches = try strict(plan, pass, wanted)
            if needsMore(matches, plan), request.correctsSpelling {
                let corrector = SpellingCorrector(session: session, snapshot: snapshot)
                if let correction = try corrector.correct(plan, query: syntax.text) {
                    let correctedPass = try makePass(correction.plan, resolver, allows)
                    let correctedMatches = try strict(correction.plan, correctedPass, wanted)
                    let (before, after) = (matches.total ?? 0, correctedMatches.total ?? 0)
                    // Where no product has all words either way, a word that no product has is no loss.
                    if after > before || after == before && correction.replacesUnknown && request.matching != .all {
                        (plan, pass, matches) = (correction.plan, correctedPass, correctedMatches)
                        response.didYouMean = correction.query
                    }
                }
            }
            find = { [plan, pass] in try strict(plan, pass, $0) }
            if needsMore(matches, plan) {
                let strictTotal = matches.total ?? 0
                matches = try relaxed(after: matches, pass, wanted)
                find = { [plan, pass] in try relaxed(after: try strict(plan, pass, $0), pass, $0) }
                response.isRelaxed = (matches.total ?? .max) > strictTotal && plan.terms.count > 1
            }
        }
        matches = try matches.collapsed(pass.groups, wanted: wanted, of: products, deeper: find)
        response.total = matches.total
        response.facets = matches.facets
        response.isPartial = matches.isPartial
        let presenter = HitPresenter(
            session: session,
            snapshot: snapshot,
            plan: plan,
            exact: pass.exact,
            request: request
        )
        response.hits = try matches.documents.dropFirst(offset).prefix(top).map { document in
            var hit = try presenter.hit(document)
            hit.hasAllWords = matches.withAllWords?.contains(document.number) ?? true
            return hit
        }
        let elapsed = ContinuousClock.now - start
        response.milliseconds = Double(elapsed.components.attoseconds) / 1e15 + Double(elapsed.components.seconds) * 1e3
        return response
    }

    private func makePass(_ plan: QueryPlan, _ resolver: TermResolver, _ allows: DocumentSet?) throws -> MatchPass {
        MatchPass(
            snapshot: snapshot,
            session: session,
            table: resolver.table,
            terms: try plan.terms.map(resolver.resolve),
            allows: allows,
            groups: request.collapsesGroups && snapshot.fields[FilterKey.groupField] != nil
                ? try snapshot.values(of: FilterField(StandardField.groupID.rawValue), session: session) : nil,
            clock: clock
        )
    }

    /// Products with all words.
    ///
    /// Nothing where any word will do, or where no word has to be there.
    private func strict(_ plan: QueryPlan, _ pass: MatchPass, _ wanted: Int) throws -> Matches {
        let required = plan.required
        if request.matching == .any || required.isEmpty { return Matches(total: 0) }
        return try pass.all(wanted, units: required, sort: request.sort, facets: request.facets)
    }

    private func needsMore(_ matches: Matches, _ plan: QueryPlan) -> Bool {
        // A count that is not complete says nothing, and there is no time left.
        if matches.isPartial { return false }
        return switch request.matching {
        case .all: false
        case .any: true
        case .auto(let minimum): matches.total ?? 0 < minimum || plan.required.isEmpty
        }
    }

    /// Products with some of the words, after those with all.
    private func relaxed(after strict: Matches, _ pass: MatchPass, _ wanted: Int) throws -> Matches {
        let counts = request.wantsTotal || !request.facets.isEmpty || request.sort != .relevance
        var matches =
            counts
            ? try pass.all(wanted, units: [], sort: request.sort, facets: request.facets) : try pass.best(wanted)
        guard request.sort == .relevance, !strict.documents.isEmpty else { return matches }
        let first = Set(strict.documents.map(\.number))
        let rest = matches.documents.filter { !first.contains($0.number) }
        matches.documents = Array((strict.documents + rest).prefix(wanted))
        matches.withAllWords = first
        matches.isPartial = matches.isPartial || strict.isPartial
        return matches
    }

    /// The filter's products without those that have an excluded word; nil when everything is allowed.
    private func allowed(_ plan: QueryPlan, _ resolver: TermResolver) throws -> DocumentSet? {
        let evaluator = FilterEvaluator(snapshot: snapshot, session: session)
        var allows = try request.filter.map(evaluator.documents(passing:))
        for excluded in plan.excluded where !excluded.terms.isEmpty {
            let pass = try makePass(excluded, resolver, nil)
            var matching = DocumentSet(rangeCount: snapshot.columns.rangeCount)
            let scorer = MatchScorer(
                snapshot: snapshot,
                table: resolver.table,
                terms: pass.terms,
                units: excluded.required
            )
            // Whatever the budget: products that are not wanted must not be shown.
            try scorer.forEachRange(scratch: session.scratch, allows: nil, proceed: { !clock.isCancelled }) {
                range,
                documents,
                _ in
                for document in documents { matching.insert(DocumentNumber(range) << 16 | DocumentNumber(document)) }
            }
            allows = matching.complement(in: allows ?? evaluator.live())
        }
        return allows
    }
}

/// Finds the posting lists of planned terms.
struct TermResolver {
    let snapshot: IndexSnapshot
    let session: IndexSession
    let table: FrequencyTable

    func resolve(_ term: PlannedTerm) throws -> ScoredTerm {
        ScoredTerm(list: try list(term), products: snapshot.statistics.products)
    }

    private func list(_ term: PlannedTerm) throws -> PostingList {
        let lists = try term.options.map { tokens in
            tokens.count == 1 ? try snapshot.postings(of: tokens[0], session: session) : try phrase(tokens)
        }
        return PostingList.joining(lists, table: table, columns: snapshot.columns)
    }

    /// FTS5 finds phrases: it knows where in the text a term stands.
    private func phrase(_ tokens: [[UInt8]]) throws -> PostingList {
        try snapshot.phrase(tokens, weights: table.weights) {
            // Without this, a phrase of a common and a missing word would read all of the common one.
            for token in tokens where try snapshot.postings(of: token, session: session).documentFrequency == 0 {
                return .empty
            }
            var ranges: [(range: Int, documents: [UInt16], frequencies: [Double])] = []
            var count: Int64 = 0
            try session.eachPhraseMatch(tokens) { number, frequencies in
                let range = DocumentRange.range(of: number)
                if ranges.last?.range != range { ranges.append((range, [], [])) }
                ranges[ranges.count - 1].documents.append(UInt16(truncatingIfNeeded: number))
                ranges[ranges.count - 1].frequencies.append(FrequencyTable.weighted(frequencies, table.weights))
                count += 1
            }
            return PostingList(documentFrequency: count, ranges: ranges)
        }
    }
}
