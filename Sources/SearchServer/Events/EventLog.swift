import Catalog
public import Clicks
import Foundation
import Ranking
import Retriever
import ServiceLifecycle
import Synchronization

/// What shoppers did and what they were shown, kept in a file, and what it says of products.
public struct EventLog: Sendable {
    let store: EventStore
    let evidence: LiveEvidence
    private let unwritten = Unwritten()

    /// Searches on their way to the disk.
    private final class Unwritten: Sendable {
        let tasks = Mutex<(last: Int, running: [Int: Task<Void, Never>])>((0, [:]))
    }

    /// A log in a store.
    public init(store: EventStore) {
        self.store = store
        evidence = LiveEvidence()
    }

    /// Waits until all searches that were answered are on the disk: before the program ends.
    public func finish() async {
        for task in unwritten.tasks.withLock({ Array($0.running.values) }) { await task.value }
    }

    /// Keeps what a search showed, but for what is shown while somebody still types.
    ///
    /// The answer does not wait for it: a full disk or a long queue costs none.
    func record(_ answer: SearchService.Answer, to search: ShopperSearch, log: ServerLog) {
        let request = search.request
        guard !request.search.completesLastWord else { return }
        let record = SearchRecord(
            Clicks.QueryID(answer.queryID),
            userQuery: request.search.query,
            time: .now,
            shown: answer.hits.map { ObjectID($0.rawValue) },
            firstPosition: request.search.offset + 1,
            configuration: answer.interleaving == nil ? request.stage.rawValue : nil,
            interleaving: answer.interleaving,
            visitor: search.visitor
        )
        unwritten.tasks.withLock { [unwritten] tasks in
            tasks.last += 1
            let number = tasks.last
            tasks.running[number] = Task {
                do {
                    try await store.recordSearch(record)
                } catch {
                    log.event("search_not_recorded", ["error": "\(error)"])
                }
                unwritten.tasks.withLock { $0.running[number] = nil }
            }
        }
    }
}

/// Makes the evidence anew now and then, from the first request on that uses it.
struct EvidenceRefresh: Service {
    let events: EventLog
    let log: ServerLog
    /// How often.
    let interval: Duration

    /// How often to look whether somebody uses it.
    private static let glance = Duration.milliseconds(250)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !events.evidence.isWanted { try await Task.sleep(for: min(Self.glance, interval)) }
            while !Task.isCancelled {
                await refresh()
                try await Task.sleep(for: interval)
            }
        }
    }

    /// Reads what is kept by now; what was kept of rankings and answers knows by itself which evidence it is of.
    func refresh() async {
        do {
            try await events.evidence.refresh(from: events.store)
        } catch {
            log.event("evidence_not_made", ["error": "\(error)"])
        }
    }
}
