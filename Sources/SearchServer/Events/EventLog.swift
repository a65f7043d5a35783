import Catalog
public import Clicks
import Foundation
import Ranking
import Retriever
import ServiceLifecycle

/// What shoppers did and what they were shown, kept in a file, and what it says of products.
public struct EventLog: Sendable {
    let store: EventStore
    let evidence: LiveEvidence

    /// A log in a store.
    public init(store: EventStore) {
        self.store = store
        evidence = LiveEvidence()
    }

    /// Keeps what a search showed, but for what is shown while somebody still types.
    ///
    /// The answer does not wait for it: a full disk or a long queue costs none.
    func record(_ answer: SearchService.Answer, to request: RankingRequest, log: ServerLog) {
        guard !request.search.completesLastWord else { return }
        let record = SearchRecord(
            Clicks.QueryID(answer.queryID),
            userQuery: request.search.query,
            time: .now,
            shown: answer.hits.map { ObjectID($0.rawValue) },
            firstPosition: request.search.offset + 1,
            configuration: request.stage.rawValue
        )
        Task {
            do {
                try await store.recordSearch(record)
            } catch {
                log.event("search_not_recorded", ["error": "\(error)"])
            }
        }
    }
}

/// Makes the evidence anew now and then.
struct EvidenceRefresh: Service {
    let events: EventLog
    let search: SearchService
    let log: ServerLog
    /// How often.
    let interval: Duration

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await refresh()
                try await Task.sleep(for: interval)
            }
        }
    }

    /// Reads what is kept by now.
    func refresh() async {
        do {
            try await events.evidence.refresh(from: events.store)
            search.cache.removeAll()
        } catch {
            log.event("evidence_not_made", ["error": "\(error)"])
        }
    }
}
