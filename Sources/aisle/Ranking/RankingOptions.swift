public import ArgumentParser
import Catalog
import Foundation
public import Ranking
import Retriever

/// How hits are ranked: the options of every command that has both stages.
struct RankingOptions: ParsableArguments {
    @Option(help: "How hits are ranked: bm25, rerank, fused; default: fused with --model, else bm25.")
    var stage: RankingStage?

    @Option(help: "A model's folder, the name of a fetched model, or a server's URL (vllm+http://...).")
    var model: String?

    @OptionGroup var engine: EngineOptions

    @Option(help: "Hits of the first stage that the model sees.")
    var candidates = 100

    @Option(help: "The model's task in a sentence, in English; default: the model's.")
    var instruction: String?

    @Option(
        help: "How stage fused makes one order: weighted:W (margin + W x bm25/best), rrf:K, rerank.",
        transform: { try Fusion(parsing: $0) }
    )
    var fusion = Fusion.standard

    @Option(help: "Leave out hits with a margin below this.")
    var floor: Double?

    @Option(help: "Ids of products shown first where they match, in this order, separated by commas.")
    var pin: String?

    @Option(help: "Ids of products shown below the other candidates, separated by commas.")
    var bury: String?

    @Option(help: "Ids of products never shown, separated by commas.")
    var hide: String?

    @Flag(help: "Neither look scores up nor keep them.")
    var noCache = false

    func validate() throws {
        let most = RankingRequest.mostCandidates
        guard (1...most).contains(candidates) else { throw ValidationError("--candidates is 1 to \(most).") }
        if let floor, !floor.isFinite { throw ValidationError("--floor is a number: 0 is undecided.") }
    }

    /// The request of both stages.
    func request(_ search: SearchRequest, budget: Duration? = nil) -> RankingRequest {
        var request = RankingRequest(search, stage: stage ?? (model == nil ? .bm25 : .fused))
        request.candidates = candidates
        request.fusion = fusion
        request.instruction = instruction
        request.floor = floor
        request.budget = budget
        request.rules = BusinessRules(
            pinned: Self.ids(pin),
            buried: Set(Self.ids(bury)),
            hidden: Set(Self.ids(hide))
        )
        return request
    }

    /// Both stages, ready; the second holds what to finish before the program ends.
    ///
    /// A model that cannot be opened is no error: every answer says what is wrong with it.
    func open(index: ProductIndex) async -> (pipeline: RankingPipeline, backend: OpenedBackend) {
        let opened = await OpenedBackend.open(stage == .bm25 ? nil : model, engine: engine, caches: !noCache)
        let pipeline = RankingPipeline(index: index, backend: opened.backend, unavailable: opened.unavailable)
        return (pipeline, opened)
    }

    private static func ids(_ text: String?) -> [ProductID] {
        (text ?? "").split(separator: ",").map { ProductID($0.trimmingCharacters(in: .whitespaces)) }
    }
}

extension RankingStage: ExpressibleByArgument {}
