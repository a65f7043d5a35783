public import ArgumentParser
import Catalog
import Clicks
import Foundation
public import Ranking
import Retriever

/// How hits are ranked: the options of every command that has both stages.
struct RankingOptions: ParsableArguments {
    @Option(help: "How hits are ranked: bm25, rerank, fused; default: fused with --model, else bm25.")
    var stage: RankingStage?

    @Option(help: "A model's folder, a fetched model's name, a server's URL (vllm+http://...), or bundled.")
    var model: String?

    @OptionGroup var engine: EngineOptions

    @Option(help: "Hits of the first stage that the model sees.")
    var candidates = 100

    @Option(help: "The model's task in a sentence, in English; default: the model's.")
    var instruction: String?

    @Option(
        help: "How stage fused makes one order: weighted:W (margin + W x bm25/best + W with all words), rrf:K, rerank.",
        transform: { try Fusion(parsing: $0) }
    )
    var fusion: Fusion?

    @Option(
        help: "Weights of the text columns, e.g. title=5,brand=2,category=1.5,attributes=0.5,description=1.",
        transform: { try ColumnWeights(parsing: $0) }
    )
    var weights: ColumnWeights?

    @Option(help: "A file of weights and fusion that `aisle tune` wrote; --weights and --fusion override it.")
    var settings: String?

    @Option(parsing: .unconditional, help: "Leave out hits with a margin below this.")
    var floor: Double?

    @Option(help: "Events of shoppers (see `aisle events`): what they click counts among relevant hits.")
    var clicks: String?

    @Option(help: "Log-odds between the most and the least clicked of equally relevant hits, 0 (off) to 10.")
    var clickWeight = 0.0

    @Option(
        parsing: .unconditional,
        help: "The margin from which a hit is relevant, so that clicks count: 0 is undecided."
    )
    var clickFloor = 0.0

    @Option(help: "Ids of products shown first where they match, in this order, separated by commas.")
    var pin: String?

    @Option(help: "Ids of products shown below the other candidates, separated by commas.")
    var bury: String?

    @Option(help: "Ids of products never shown, separated by commas.")
    var hide: String?

    @Option(
        help: "Condition: products that pass it are never shown.",
        transform: { try Filter(parsing: $0) }
    )
    var hideFilter: Filter?

    @Flag(help: "Neither look scores up nor keep them.")
    var noCache = false

    func validate() throws {
        let most = RankingRequest.mostCandidates
        guard (1...most).contains(candidates) else { throw ValidationError("--candidates is 1 to \(most).") }
        if let floor, !floor.isFinite { throw ValidationError("--floor is a number: 0 is undecided.") }
        guard (0...ClickBlend.mostWeight).contains(clickWeight) else {
            throw ValidationError("--click-weight is 0 to \(Int(ClickBlend.mostWeight)).")
        }
        guard clickFloor.isFinite else { throw ValidationError("--click-floor is a number: 0 is undecided.") }
        if clickWeight > 0, clicks == nil {
            throw ValidationError("--click-weight needs --clicks FILE: the events that `aisle events import` made.")
        }
        if clickWeight > 0, stage == .bm25 || model == nil {
            throw ValidationError("--click-weight is a term on the reranker's margins: name one with --model.")
        }
    }

    /// Refuses a stage that needs a model without one.
    ///
    /// For commands that measure: `aisle search` answers all the same, and says so.
    func requireModel() throws {
        guard resolvedStage == .bm25 || model != nil else {
            throw ValidationError("--stage \(resolvedStage.rawValue) needs --model MODEL.")
        }
    }

    /// The stage asked for, or what the model allows.
    var resolvedStage: RankingStage { stage ?? (model == nil ? .bm25 : .fused) }

    /// The request of both stages.
    ///
    /// Throws `RankingError` for a settings file that cannot be read.
    func request(_ search: SearchRequest, budget: Duration? = nil) throws -> RankingRequest {
        let tuned = try settings.map { try RankingSettings(path: $0) }
        var request = RankingRequest(search, stage: resolvedStage)
        request.search.weights = weights ?? tuned?.weights ?? search.weights
        request.candidates = candidates
        request.fusion = fusion ?? tuned?.fusion
        request.instruction = instruction
        request.floor = floor
        request.clicks = ClickBlend(weight: clickWeight, relevantFrom: clickFloor)
        request.budget = budget
        request.rules = BusinessRules(
            pinned: Self.ids(pin),
            buried: Set(Self.ids(bury)),
            hidden: Set(Self.ids(hide)),
            hiddenFilter: hideFilter
        )
        return request
    }

    /// Both stages, ready; the second holds what to finish before the program ends.
    ///
    /// A model that cannot be opened is no error: every answer says what is wrong with it. With a check, a server's scores
    /// are looked at first.
    ///
    /// Throws `ClicksError` where events are wanted and cannot be read.
    func open(index: ProductIndex, check: ServerCheck?) async throws -> OpenedRanking {
        let clicks = try await openClicks()
        let backend = await OpenedBackend.open(
            stage == .bm25 ? nil : model,
            engine: engine,
            caches: !noCache,
            check: check
        )
        return OpenedRanking(index: index, backend: backend, clicks: clicks)
    }

    /// Both stages, for commands that measure them: a model that cannot be opened is an error.
    ///
    /// With a check, a server's scores are looked at first.
    func openOrFail(
        index: ProductIndex,
        check: ServerCheck?,
        settings: RankingPipeline.Settings = RankingPipeline.Settings()
    ) async throws -> OpenedRanking {
        let clicks = try await openClicks()
        let wanted = stage == .bm25 ? nil : model
        let backend = try await OpenedBackend.openOrFail(
            wanted,
            engine: engine,
            caches: !noCache,
            check: check
        )
        return OpenedRanking(index: index, backend: backend, clicks: clicks, settings: settings)
    }

    /// The evidence of the events, where it counts.
    private func openClicks() async throws -> LiveEvidence? {
        guard let clicks, clickWeight > 0 else { return nil }
        return LiveEvidence(try await EventStore.open(path: clicks, create: false).evidence())
    }

    private static func ids(_ text: String?) -> [ProductID] {
        (text ?? "").split(separator: ",").map { ProductID($0.trimmingCharacters(in: .whitespaces)) }
    }
}

extension RankingStage: ExpressibleByArgument {}

/// Both stages, and the scores to write down before the program ends.
struct OpenedRanking {
    let pipeline: RankingPipeline
    private let backend: OpenedBackend

    init(
        index: ProductIndex,
        backend: OpenedBackend,
        clicks: LiveEvidence?,
        settings: RankingPipeline.Settings = RankingPipeline.Settings()
    ) {
        self.backend = backend
        pipeline = RankingPipeline(
            index: index,
            backend: backend.backend,
            unavailable: backend.unavailable,
            clicks: clicks,
            settings: settings
        )
    }

    /// Waits until new scores are kept.
    func finish() async { await backend.finish() }
}
