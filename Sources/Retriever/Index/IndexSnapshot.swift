internal import CScorer
internal import Catalog
internal import Foundation
internal import GRDB
internal import Synchronization

/// One published index file as searches see it: counts, lengths and numeric columns in memory, posting lists on demand.
///
/// A published file never changes, so neither does a snapshot; `ProductIndex` makes a new one when the file is replaced.
final class IndexSnapshot: Sendable {
    let path: String
    let identity: FileIdentity
    let settings: IndexSettings
    let statistics: IndexStatistics
    /// Frequencies of each pattern, five a pattern.
    let patterns: [[UInt16]]
    /// Field labels by filter name.
    let fields: [String: String]
    let columns: DocumentColumns
    private let defaultTable: FrequencyTable

    private let sessions = Mutex<[IndexSession]>([])
    private let postings = Mutex(PostingCache(limit: 96 << 20))
    let filters = Mutex(LeastRecentlyUsed<String, DocumentSet>(limit: 32))
    let facetFields = Mutex(LeastRecentlyUsed<String, FieldValues>(limit: 64))

    /// Sessions kept open for later searches.
    private static let idleSessions = 8

    init(path: String) throws {
        self.path = path
        identity = try FileIdentity(path: path)
        let session = try IndexSession(path)
        guard try FileIdentity(path: path) == identity else { throw RetrieverError.replaced }
        let content = try session.read { database in
            (
                settings: try IndexMeta.settings(database), statistics: try IndexMeta.statistics(database),
                patterns: try IndexMeta.patterns(database),
                fields: try Row.fetchAll(database, sql: "SELECT name, label FROM fields").map { row in
                    (row["name"] as String, row["label"] as String)
                },
                columns: try DocumentColumns(database)
            )
        }
        settings = content.settings
        statistics = content.statistics
        patterns = content.patterns
        defaultTable = FrequencyTable(patterns: content.patterns, weights: content.settings.weights)
        fields = Dictionary(content.fields, uniquingKeysWith: { first, _ in first })
        columns = content.columns
        columns.setNorms(meanLength: statistics.meanLength)
        let boxed = SessionBox(session: session)
        sessions.withLock { $0.append(boxed.session) }
    }

    /// Guarded by `sessions`: a session is in there or in the hands of the one thread that took it out.
    private struct SessionBox: @unchecked Sendable {
        let session: IndexSession
    }

    /// Runs `body` with a connection of its own.
    func withSession<Value>(_ body: (IndexSession) throws -> Value) throws -> Value {
        let idle = sessions.withLock { sessions in sessions.popLast().map(SessionBox.init) }
        let box = try idle ?? SessionBox(session: newSession())
        defer {
            sessions.withLock { sessions in
                if sessions.count < Self.idleSessions { sessions.append(box.session) }
            }
        }
        return try body(box.session)
    }

    /// A connection to this snapshot's file.
    ///
    /// The name may stand for another file by now: throws `RetrieverError.replaced`.
    private func newSession() throws -> IndexSession {
        let session = try IndexSession(path)
        guard try FileIdentity(path: path) == identity else { throw RetrieverError.replaced }
        return session
    }

    /// The posting list of a term, from the cache where it is.
    func postings(of term: [UInt8], session: IndexSession) throws -> PostingList {
        if let list = postings.withLock({ $0.list(of: term) }) { return list }
        let list = try session.postings(of: term)
        postings.withLock { $0.keep(list, of: term) }
        return list
    }

    /// The posting list of a phrase under some weights, from the cache where it is, else made by `make`.
    func phrase(_ tokens: [[UInt8]], weights: ColumnWeights, make: () throws -> PostingList) rethrows -> PostingList {
        // Terms of the index hold neither a NUL nor an 0xFF byte inside.
        var key: [UInt8] = weights.values.flatMap { withUnsafeBytes(of: $0, Array.init) }
        for token in tokens { key += [0xFF] + token }
        if let list = postings.withLock({ $0.list(of: key) }) { return list }
        let list = try make()
        postings.withLock { $0.keep(list, of: key) }
        return list
    }

    /// Weighted frequencies of all patterns under some weights.
    func frequencyTable(_ weights: ColumnWeights?) -> FrequencyTable {
        guard let weights, weights != settings.weights else { return defaultTable }
        return FrequencyTable(patterns: patterns, weights: weights)
    }
}

/// Tells one file from another that took its name.
struct FileIdentity: Sendable, Hashable {
    private let device: UInt64
    private let inode: UInt64
    private let changed: Int64
    /// Size of the file.
    let bytes: Int

    init(path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw CatalogError.noIndex(path: path) }
        bytes = Int(status.st_size)
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
    }

    /// When the file was last changed or renamed, in seconds since 1970.
    var seconds: Double { Double(changed) / 1e9 }
}
