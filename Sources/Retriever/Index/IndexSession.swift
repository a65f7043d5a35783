internal import Catalog
internal import GRDB

/// One connection to an index file with its prepared statements.
///
/// One thread at a time.
final class IndexSession {
    private let queue: DatabaseQueue
    private let termLists: RawStatement
    private let nextTerm: RawStatement
    private let keyLists: RawStatement
    private let keyFrequencies: RawStatement
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
        termLists = try RawStatement(
            connection,
            "SELECT frequency, list FROM postings WHERE term = ? ORDER BY segment"
        )
        nextTerm = try RawStatement(connection, "SELECT term FROM postings WHERE term >= ? ORDER BY term LIMIT 1")
        keyLists = try RawStatement(
            connection,
            "SELECT term, frequency, list FROM postings WHERE term >= ? AND term < ? ORDER BY term, segment"
        )
        keyFrequencies = try RawStatement(
            connection,
            "SELECT term, sum(frequency) FROM postings WHERE term >= ? AND term < ? GROUP BY term ORDER BY term"
        )
        phrases = try RawStatement(
            connection,
            "SELECT rowid, aisle_phrase_frequencies(search) FROM search WHERE search MATCH ? ORDER BY rowid"
        )
        products = try ProductTable(connection)
        analyzer = try Analyzer()
    }

    /// The connection is used by the session's one thread only.
    private struct SendablePointer: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// Runs GRDB reads.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try queue.unsafeRead(body)
    }

    /// The posting list of a term, empty when no product has it.
    func postings(of term: [UInt8]) throws -> PostingList {
        try term.withUnsafeBytes { key in
            termLists.bind(1, borrowed: key)
            defer { termLists.reset() }
            var builder = PostingList.Builder()
            while try termLists.step() {
                try builder.append(frequency: termLists.int64(0), list: termLists.bytes(1))
            }
            return builder.list()
        }
    }

    /// The first term >= `key` in byte order that some product has; nil at the end.
    func term(atLeast key: [UInt8]) throws -> [UInt8]? {
        try key.withUnsafeBytes { bytes in
            nextTerm.bind(1, borrowed: bytes)
            defer { nextTerm.reset() }
            return try nextTerm.step() ? [UInt8](nextTerm.bytes(0)) : nil
        }
    }

    /// Calls `body` with every term that starts with `prefix` and its posting list, in byte order, until it returns false.
    func eachTerm(prefix: [UInt8], _ body: ([UInt8], PostingList) throws -> Bool) throws {
        try prefix.withUnsafeBytes { lower in
            let end = Self.successor(of: prefix)
            try end.withUnsafeBytes { upper in
                keyLists.bind(1, borrowed: lower)
                keyLists.bind(2, borrowed: upper)
                defer { keyLists.reset() }
                var more = try keyLists.step()
                while more {
                    let term = [UInt8](keyLists.bytes(0))
                    var builder = PostingList.Builder()
                    repeat {
                        try builder.append(frequency: keyLists.int64(1), list: keyLists.bytes(2))
                        more = try keyLists.step()
                    } while more && keyLists.bytes(0).elementsEqual(term)
                    guard try body(term, builder.list()) else { return }
                }
            }
        }
    }

    /// Every term that starts with `prefix` with the products it is in, in byte order, until `body` returns false.
    func eachFrequency(prefix: [UInt8], _ body: ([UInt8], Int64) throws -> Bool) throws {
        try prefix.withUnsafeBytes { lower in
            let end = Self.successor(of: prefix)
            try end.withUnsafeBytes { upper in
                keyFrequencies.bind(1, borrowed: lower)
                keyFrequencies.bind(2, borrowed: upper)
                defer { keyFrequencies.reset() }
                while try keyFrequencies.step() {
                    let frequency = keyFrequencies.int64(1)
                    if frequency > 0, try !body([UInt8](keyFrequencies.bytes(0)), frequency) { return }
                }
            }
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

    /// The least byte string above all that start with `prefix`.
    private static func successor(of prefix: [UInt8]) -> [UInt8] {
        var end = prefix
        while let last = end.popLast() {
            if last < 0xFF { return end + [last + 1] }
        }
        return [UInt8](repeating: 0xFF, count: 256)
    }
}
