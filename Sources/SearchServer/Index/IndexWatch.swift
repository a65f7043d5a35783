import Foundation
import Ranking
import Retriever
import ServiceLifecycle

/// Takes up an index that somebody published, while searches go on with the one before.
struct IndexWatch: Service {
    let index: ProductIndex
    let search: SearchService
    let metrics: ServerMetrics
    let log: ServerLog
    /// How often to look.
    let interval: Duration

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            // A file that cannot be opened is reported once, not twice a second.
            var lastFailure: String?
            while !Task.isCancelled {
                try await Task.sleep(for: interval)
                do {
                    try await look()
                    lastFailure = nil
                } catch is CancellationError {
                    return
                } catch {
                    if "\(error)" != lastFailure {
                        metrics.note(reload: false)
                        log.event("index_not_opened", ["error": "\(error)"])
                    }
                    lastFailure = "\(error)"
                }
            }
        }
    }

    /// Changes over if there is a new file.
    func look() async throws {
        let index = index
        let start = ContinuousClock.now
        guard try await BlockingWork.run({ _ in try index.reload() }) else { return }
        search.cache.removeAll()
        metrics.note(reload: true)
        log.event(
            "index_opened",
            ["products": "\(index.productCount)", "ms": "\((ContinuousClock.now - start).milliseconds)"]
        )
    }
}
