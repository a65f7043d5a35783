import Foundation
import Ranking
import Reranker
import Retriever

/// What the endpoints share.
struct ServerParts: Sendable {
    let settings: ServerSettings
    let index: ProductIndex
    /// Answers searches.
    let search: SearchService
    /// Who may change the index now: one at a time.
    let writes: Admission
    /// Scores for the rerank endpoints.
    let rerank: RerankService
    /// The rerank server, where the reranker is one.
    let watched: WatchedReranker?
    let metrics: ServerMetrics
    let log: ServerLog
    /// When the server was made.
    let started = Date.now
    /// The stage of requests that name none.
    let stage: RankingStage
    /// Whether the server takes requests, is starting or stopping.
    let lifecycle: Lifecycle
}
