internal import Catalog
internal import GRDB

/// One connection to an index file with its prepared statements.
///
/// One thread at a time.
final class IndexSession {
    private let queue: DatabaseQueue
    private let dictionary: TermDictionary
    private let phrases: RawStatement
    let products: ProductTable
    let analyzer: Analyzer
    let scratch = ScoringScratch()

    init(_ path: String) throws {
        queue = try IndexConnection.reading(path)
        let connection = try queue.unsafeRead { database in
            guard let connection = database.sqliteConnection else {
                throw CatalogError.damagedIndex(path: path, reason: "the connection is closed")
            }
            return SendablePointer(pointer: connection)
        }.pointer
        let segments = try queue.unsafeRead { try IndexMeta.statistics($0).nextSegment }
        dictionary = try TermDictionary(connection, segments: Int(segments))
        phrases = try RawStatement(
            connection,
            "SELECT rowid, aisle_phrase_frequencies(search) FROM search WHERE search MATCH ? ORDER BY rowid"
        )
        products = try ProductTable(connection)
        analyzer = try Analyzer()
    }

    /// Guarded by the session: its one thread is the only one to use the connection.
    private struct SendablePointer: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// Runs GRDB reads.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try queue.unsafeRead(body)
    }

    /// The posting list of a term, empty when no product has it.
    func postings(of term: [UInt8]) throws -> PostingList {
        try dictionary.postings(of: term)
    }

    /// The first term >= `key` in byte order that some product has; nil at the end.
    func term(atLeast key: [UInt8]) throws -> [UInt8]? {
        var found: [UInt8]?
        try dictionary.walk(from: key, withLists: false) { term, _, _ in
            found = [UInt8](term)
            return false
        }
        return found
    }

    /// Calls `body` with every term that starts with `prefix` and its posting list, in byte order, until it returns false.
    func eachTerm(prefix: [UInt8], _ body: ([UInt8], PostingList) throws -> Bool) throws {
        try dictionary.walk(from: prefix, withLists: true) { term, _, list in
            try term.starts(with: prefix) && body([UInt8](term), list)
        }
    }

    /// Every term that starts with `prefix` with the products it is in, in byte order, until `body` returns false.
    func eachFrequency(prefix: [UInt8], _ body: ([UInt8], Int64) throws -> Bool) throws {
        try dictionary.walk(from: prefix, withLists: false) { term, frequency, _ in
            try term.starts(with: prefix) && body([UInt8](term), frequency)
        }
    }

    /// Calls `body` with each product that has the phrase (adjacent tokens) and its frequencies per column.
    func eachPhraseMatch(_ tokens: [[UInt8]], _ body: (DocumentNumber, [UInt16]) -> Void) throws {
        let quoted = tokens.map { "\"" + String(decoding: $0, as: UTF8.self).replacing("\"", with: "\"\"") + "\"" }
        phrases.bind(1, quoted.joined(separator: " + "))
        defer { phrases.reset() }
        while try phrases.step() {
            let bytes = phrases.bytes(1)
            let frequencies = TextColumn.allCases.map { column in
                2 * column.rawValue + 2 <= bytes.count
                    ? bytes.loadUnaligned(fromByteOffset: 2 * column.rawValue, as: UInt16.self) : 0
            }
            body(DocumentNumber(phrases.int64(0)), frequencies)
        }
    }
}
