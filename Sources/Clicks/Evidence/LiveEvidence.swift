internal import Synchronization

/// The evidence that rankings use, which is replaced as a whole while they run.
public final class LiveEvidence: Sendable {
    private let table: Mutex<EvidenceTable>

    /// Evidence that is known already; by default none.
    public init(_ table: EvidenceTable = EvidenceTable()) {
        self.table = Mutex(table)
    }

    /// What is known now.
    public var current: EvidenceTable { table.withLock { $0 } }

    /// What is known of the products of a query now.
    public func evidence(for query: String) -> QueryEvidence { current.evidence(for: NormalizedQuery(query)) }

    /// Makes it anew from what a store holds; until that is done, and where it fails, the old one stays.
    ///
    /// A server calls this now and then; it takes seconds for millions of impressions, on no thread of Swift's pool.
    ///
    /// - Throws: `ClicksError`.
    public func refresh(from store: EventStore) async throws {
        let settings = current.settings
        let made = try await store.evidence(settings)
        table.withLock { $0 = made }
    }
}
