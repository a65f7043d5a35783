internal import Foundation
internal import GRDB
internal import Synchronization

/// Events and searches in a file of their own: durable once acknowledged, kept once, bounded, deletable.
///
/// Records that arrive while others are being written share the next transaction, and so its sync of the disk. A
/// transaction is written as a whole or not at all. No thread of Swift's pool ever waits for the disk.
public final class EventStore: Sendable {
    /// The file.
    public let path: String
    /// How much is kept, and for how long.
    public let settings: EventStoreSettings
    let pool: DatabasePool
    let now: @Sendable () -> EventTime

    private struct Batch {
        let records: [LogRecord]
        let continuation: CheckedContinuation<[RecordOutcome], any Error>
    }

    private struct State {
        var batches: [Batch] = []
        /// Records in `batches` and in the transaction under way.
        var waiting = 0
        var isWriting = false
        var commits = 0
        /// Records written since the bounds were looked at; the first transaction looks.
        var written = Int.max
        var maintained = EventTime(milliseconds: 0)
    }

    private let state = Mutex(State())

    /// Records of one transaction: one of some ten milliseconds.
    private static let mostRecords = 5000
    /// The bounds are looked at after so many records, or after an hour.
    private static let maintenanceRecords = 20_000
    private static let maintenanceDays = 1.0 / 24

    /// Opens a file of events, or makes it.
    ///
    /// - Parameters:
    ///   - path: The file; SQLite keeps `-wal` and `-shm` beside it.
    ///   - create: Whether a file that is not there is made.
    ///   - settings: How much is kept.
    ///   - now: The time; tests have their own.
    /// - Returns: The store; its file stays open until it is released.
    /// - Throws: `ClicksError`.
    public static func open(
        path: String,
        create: Bool = true,
        settings: EventStoreSettings = EventStoreSettings(),
        now: @escaping @Sendable () -> EventTime = { .now }
    ) async throws -> EventStore {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        let pool = try EventStoreFile.open(path: path, create: create)
                        return EventStore(path: path, pool: pool, settings: settings, now: now)
                    }
                )
            }
        }
    }

    private init(
        path: String,
        pool: DatabasePool,
        settings: EventStoreSettings,
        now: @escaping @Sendable () -> EventTime
    ) {
        self.path = path
        self.pool = pool
        self.settings = settings
        self.now = now
    }

    /// Keeps events; see `record(_:)`.
    public func record(events: [BehaviorEvent]) async throws -> [RecordOutcome] {
        try await record(events.map { .event($0) })
    }

    /// Keeps what a search showed; see `record(_:)`.
    @discardableResult
    public func recordSearch(_ search: SearchRecord) async throws -> RecordOutcome {
        try await record([.search(search)])[0]
    }

    /// Keeps records, and returns when they are on the disk.
    ///
    /// - Parameter records: In any order; at most some thousand.
    /// - Returns: One outcome a record.
    /// - Throws: `ClicksError`: then none of them is kept. `.overloaded` where too many wait; `.diskFull`.
    public func record(_ records: [LogRecord]) async throws -> [RecordOutcome] {
        guard !records.isEmpty else { return [] }
        return try await withCheckedThrowingContinuation { continuation in
            let (isFull, isFirst) = state.withLock { state in
                guard state.waiting == 0 || state.waiting + records.count <= settings.mostWaiting else {
                    return (state.waiting as Int?, false)
                }
                state.waiting += records.count
                state.batches.append(Batch(records: records, continuation: continuation))
                defer { state.isWriting = true }
                return (nil, !state.isWriting)
            }
            if let isFull {
                continuation.resume(throwing: ClicksError.overloaded(waiting: isFull))
            } else if isFirst {
                Task { await writeBatches() }
            }
        }
    }

    /// Transactions so far: fewer than calls of `record` where calls came together.
    public var commits: Int { state.withLock { $0.commits } }

    /// Writes what waits until nothing does.
    private func writeBatches() async {
        while let batches = nextBatches() {
            let records = batches.map(\.records)
            let count = records.reduce(0) { $0 + $1.count }
            let oldest = now().advanced(days: -settings.retentionDays)
            do {
                let outcomes = try await pool.write { database in
                    let writer = try EventWriter(database, oldest: oldest)
                    return try records.map { try $0.map { try writer.write($0, database) } }
                }
                state.withLock { state in
                    state.commits += 1
                    state.waiting -= count
                    state.written = state.written == .max ? .max : state.written + count
                }
                for (batch, outcome) in zip(batches, outcomes) { batch.continuation.resume(returning: outcome) }
            } catch {
                state.withLock { $0.waiting -= count }
                let error = EventStoreFile.failure(error, path: path)
                for batch in batches { batch.continuation.resume(throwing: error) }
            }
            maintainIfDue()
        }
    }

    /// What the next transaction writes: whole calls, some thousand records; nil where nothing waits.
    private func nextBatches() -> [Batch]? {
        state.withLock { state in
            guard !state.batches.isEmpty else {
                state.isWriting = false
                return nil
            }
            var end = 0
            var records = 0
            while end < state.batches.count, records < Self.mostRecords {
                records += state.batches[end].records.count
                end += 1
            }
            defer { state.batches.removeFirst(end) }
            return Array(state.batches.prefix(end))
        }
    }

    /// Deletes what is too old or too much, now and then, a little at a time between other transactions.
    ///
    /// A disk without room for that is told to the next who records something.
    private func maintainIfDue() {
        let time = now()
        let isDue = state.withLock { state in
            guard state.written >= Self.maintenanceRecords || state.maintained.days(to: time) >= Self.maintenanceDays
            else { return false }
            state.written = 0
            state.maintained = time
            return true
        }
        if isDue { Task { try? await maintain() } }
    }
}
