internal import Catalog

/// What one pass over the index found.
struct Matches {
    /// In order, the best first.
    var documents: [ScoredDocument] = []
    /// Those with all words, where others follow them; nil where none do.
    var withAllWords: Set<DocumentNumber>?
    /// All that match; nil when they were not counted.
    var total: Int?
    /// The same, products of a group counted once; nil where groups are not collapsed.
    var groups: Int?
    var facets: [FacetResult] = []
    /// Whether the pass ended before it had seen everything.
    var isPartial = false
}

/// The terms of a plan with their posting lists, and the passes over them.
struct MatchPass {
    let snapshot: IndexSnapshot
    let session: IndexSession
    let table: FrequencyTable
    let terms: [ScoredTerm]
    let allows: DocumentSet?
    /// The products' groups, where they are collapsed.
    let groups: FieldValues?
    let clock: SearchClock

    /// The best `count` products that have at least one of the terms; nothing is counted.
    func best(_ count: Int) throws -> Matches {
        var top = TopDocuments(count: count, terms: terms.count)
        var matches = Matches()
        do {
            try DisjunctionScorer(terms: terms, table: table, snapshot: snapshot)
                .collect(into: &top, scratch: session.scratch, allows: allows, proceed: clock.proceed)
        } catch RetrieverError.cancelled where !clock.isCancelled {
            matches.isPartial = true
        }
        matches.documents = exact.best(count, of: top.remaining().map(\.number))
        return matches
    }

    /// All products that have the units (no units: one of the terms): the first `count`, counts and facets.
    func all(
        _ count: Int,
        units: [[[Int]]],
        sort: SortKey,
        facets requests: [FacetRequest]
    ) throws -> Matches {
        var matches = Matches(total: 0)
        var counters = try requests.map { try $0.counter(snapshot: snapshot, session: session) }
        var groupCounter = groups.map(GroupCounter.init)
        let sorting = try sort.keys(snapshot: snapshot, session: session)
        var top = TopDocuments(count: sorting == nil ? count : 0, terms: terms.count)
        var ranked = RankedDocuments(count: count, sorting: sorting)
        let scorer = MatchScorer(snapshot: snapshot, table: table, terms: terms, units: units)
        var total = 0
        do {
            try scorer.forEachRange(scratch: session.scratch, allows: allows, proceed: clock.proceed) {
                range,
                documents,
                scores in
                let first = DocumentNumber(range) << 16
                total += documents.count
                for index in documents.indices {
                    let number = first | DocumentNumber(documents[index])
                    if let sorting {
                        ranked.add(number, key: sorting.key(number), order: snapshot.columns.order(number))
                    } else {
                        top.add(scores[index], number)
                    }
                    for counter in counters.indices { counters[counter].count(number) }
                    groupCounter?.count(number)
                }
            }
        } catch RetrieverError.cancelled where !clock.isCancelled {
            matches.isPartial = true
        }
        matches.total = total
        matches.groups = groupCounter?.total
        matches.facets = try counters.map { try $0.result() }
        if sorting == nil {
            matches.documents = exact.best(count, of: top.remaining().map(\.number))
        } else {
            matches.documents = ranked.documents().map { ScoredDocument(number: $0, score: exact.score($0)) }
        }
        return matches
    }

    /// All products that pass the filter, for a search without words: by product id where no other order is asked for.
    func everything(_ count: Int, sort: SortKey, facets requests: [FacetRequest]) throws -> Matches {
        let documents = allows ?? FilterEvaluator(snapshot: snapshot, session: session).live()
        var counters = try requests.map { try $0.counter(snapshot: snapshot, session: session) }
        var groupCounter = groups.map(GroupCounter.init)
        let sorting = try sort.keys(snapshot: snapshot, session: session)
        var ranked = RankedDocuments(count: count, sorting: sorting)
        var total = 0
        var isStopped = false
        documents.forEach { number in
            if isStopped || total & 0xFFF == 0 && !clock.proceed() {
                isStopped = true
                return
            }
            total += 1
            ranked.add(number, key: sorting?.key(number) ?? 0, order: snapshot.columns.order(number))
            for counter in counters.indices { counters[counter].count(number) }
            groupCounter?.count(number)
        }
        if isStopped, clock.isCancelled { throw RetrieverError.cancelled }
        return Matches(
            documents: ranked.documents().map { ScoredDocument(number: $0, score: 0) },
            total: total,
            groups: groupCounter?.total,
            facets: try counters.map { try $0.result() },
            isPartial: isStopped
        )
    }

    var exact: ExactScorer { ExactScorer(terms: terms, table: table, snapshot: snapshot) }
}

/// Says when a search has to end.
struct SearchClock: Sendable {
    private let deadline: ContinuousClock.Instant?
    private let cancelled: @Sendable () -> Bool

    init(budget: Duration?, isCancelled: @escaping @Sendable () -> Bool) {
        deadline = budget.map { ContinuousClock.now + $0 }
        cancelled = isCancelled
    }

    var isCancelled: Bool { cancelled() }

    /// Whether there is time left.
    func proceed() -> Bool {
        if cancelled() { return false }
        guard let deadline else { return true }
        return ContinuousClock.now < deadline
    }
}

/// Numbers to sort documents by.
struct SortValues {
    let isDescending: Bool
    /// By product id, the greatest first; otherwise ids break ties, the smallest first.
    var descendsByID = false
    /// NaN where the document has no value.
    let key: (DocumentNumber) -> Double
}

extension SortKey {
    /// Nil for relevance.
    ///
    /// Throws `RetrieverError.unknownField`, `.notSorted`.
    func keys(snapshot: IndexSnapshot, session: IndexSession) throws -> SortValues? {
        guard case .field(let field, let isDescending) = self else { return nil }
        if let column = NumberColumn(field) {
            return SortValues(isDescending: isDescending) { snapshot.columns.number(column, $0) }
        }
        switch field.standard {
        case .id: return SortValues(isDescending: isDescending, descendsByID: isDescending) { _ in 0 }
        case .title, .description: throw RetrieverError.notSorted(field: field.name)
        default: break
        }
        let values = try snapshot.values(of: field, session: session)
        let ranks = Self.ranks(values.spellings)
        return SortValues(isDescending: isDescending) { number in
            let own = values.codes(of: number).map { ranks[Int($0)] }
            return (isDescending ? own.max() : own.min()) ?? .nan
        }
    }

    /// Numbers by size where all values are numbers; otherwise places in the values' order, which is the keys'.
    private static func ranks(_ spellings: [String]) -> [Double] {
        let quantities = spellings.map { Quantity($0)?.number }
        let numbers = quantities.compactMap { $0 }
        return numbers.count == spellings.count ? numbers : spellings.indices.map(Double.init)
    }
}
