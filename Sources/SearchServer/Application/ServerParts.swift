import Ranking
import Retriever

/// What the endpoints share.
struct ServerParts: Sendable {
    let settings: ServerSettings
    let index: ProductIndex
    let pipeline: RankingPipeline
    /// The stage of requests that name none.
    let stage: RankingStage
    /// Whether the server takes requests, is starting or stopping.
    let lifecycle: Lifecycle
}
