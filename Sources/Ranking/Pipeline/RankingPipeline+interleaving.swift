internal import Catalog
public import Clicks
internal import Retriever

/// A search whose answer shows the rankings of two configurations in one list.
public struct InterleavedRequest: Sendable {
    /// The configuration in use; page, filter and rules are its.
    public var a: RankingRequest
    /// The challenger's: the same search, ranked in another way.
    public var b: RankingRequest
    /// The configurations' names, and the coins.
    public var experiment: InterleavingExperiment
    /// Who searches: the same shopper gets the same list on each page.
    public var shopper: String

    /// A request.
    public init(a: RankingRequest, b: RankingRequest, experiment: InterleavingExperiment, shopper: String) {
        self.a = a
        self.b = b
        self.experiment = experiment
        self.shopper = shopper
    }
}

extension RankingPipeline {
    /// A page of both rankings in one list, by team draft.
    ///
    /// Where one of them is not all that its configuration says (the reranker failed, time ran out) the page is A's
    /// alone: clicks on it would say nothing about the configurations. Behind the candidates of both, hits follow in
    /// A's first-stage order and without a team.
    ///
    /// - Throws: As `page(_:)` of one request.
    public func page(_ request: InterleavedRequest) async throws -> RankedResponse {
        let start = ContinuousClock.now
        var b = request.b
        (b.search.offset, b.search.top, b.rules) = (request.a.search.offset, request.a.search.top, request.a.rules)
        let plan = request.a.budget.map(BudgetPlan.init)
        let requests = (
            a: request.a.bounded(fusion).dividing(plan, hasSecondStage: true),
            b: b.bounded(fusion).dividing(plan, hasSecondStage: true)
        )
        let both = try await windows(requests, RankingTime(start: start, plan: plan))
        var shown = both.a
        if both.a.window.isComplete, both.b.window.isComplete {
            let draft = request.experiment.draft(
                (a: both.a.window.objects, b: both.b.window.objects),
                shopper: request.shopper,
                query: request.a.search.query
            )
            shown.window = RankedWindow(
                both.a.window,
                both.b.window,
                draft,
                names: request.experiment,
                rules: request.a.rules
            )
            // The one that says more: where A is the first stage's order, B's reranker was asked all the same.
            if both.a.report.scored == 0 { shown.report = both.b.report }
            shown.report.dropped = shown.window.dropped.count
            shown.milliseconds = max(both.a.milliseconds, both.b.milliseconds)
        }
        var response = try await page(of: shown, requests.a)
        response.search.milliseconds = (ContinuousClock.now - start).milliseconds
        return response
    }

    /// Both rankings: candidates that are the same for both are found and scored once.
    private func windows(
        _ requests: (a: RankingRequest, b: RankingRequest),
        _ time: RankingTime
    ) async throws -> (a: MadeWindow, b: MadeWindow) {
        let (a, b) = requests
        let obstacles = (a: obstacle(a), b: obstacle(b))
        guard a.hasCandidates(of: b), kept(a) == nil, kept(b) == nil else {
            async let first = window(a, obstacles.a, time)
            async let second = window(b, obstacles.b, time)
            return (try await first, try await second)
        }
        let shared = try await candidates(a, obstacles.a, time)
        return (keep(shared, for: a), keep(shared, for: b))
    }
}

extension RankingRequest {
    /// Whether another request has the same candidates with the same scores, whatever becomes of them.
    fileprivate func hasCandidates(of other: RankingRequest) -> Bool {
        func essence(_ request: RankingRequest) -> RankingRequest {
            var request = request
            request.stage = request.stage == .bm25 ? .bm25 : .fused
            request.fusion = .standard
            request.clicks = ClickBlend()
            request.floor = nil
            request.budget = nil
            return request
        }
        return essence(self) == essence(other)
    }
}

extension RankedWindow {
    /// The hits as the interleaving knows them.
    fileprivate var objects: [ObjectID] { hits.map { ObjectID($0.hit.id.rawValue) } }

    /// Both rankings in one list: what one of them left out because of its floor is there if the other has it.
    fileprivate init(
        _ a: RankedWindow,
        _ b: RankedWindow,
        _ draft: TeamDraft,
        names: InterleavingExperiment,
        rules: BusinessRules
    ) {
        self = a
        let known = [Team.a: a, .b: b].mapValues { window in
            Dictionary(window.hits.map { (ObjectID($0.hit.id.rawValue), $0) }, uniquingKeysWith: { first, _ in first })
        }
        let drafted = zip(draft.objects, draft.teams).compactMap { object, team in
            known[team]?[object].map { (hit: $0, team: team) }
        }
        let ordered = rules.applied(to: drafted) { $0.hit.hit.id }
        hits = ordered.map(\.hit)
        for index in hits.indices { hits[index].rank = index + 1 }
        teams = InterleavedTeams(a: names.a, b: names.b, teams: ordered.map(\.team))
        // Of what A has not among its hits, some A has left out, and some lies behind its candidates.
        let own = Set(a.hits.map(\.hit.id))
        let added = hits.map(\.hit.id).filter { !own.contains($0) }
        injected.formUnion(added.filter { !a.dropped.contains($0) })
        let revived = added.count { a.dropped.contains($0) }
        dropped.subtract(added)
        found.total = a.found.total.map { max($0 + revived, hits.count) }
    }
}
