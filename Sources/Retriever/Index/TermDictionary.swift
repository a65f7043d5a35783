internal import Catalog

/// The terms of an index in byte order, over all its segments.
///
/// One thread at a time.
final class TermDictionary {
    private let lookup: RawStatement
    /// One a segment, so that all can be walked side by side.
    private let walks: [RawStatement]

    /// `segments`: how many there are.
    init(_ connection: OpaquePointer, segments: Int) throws {
        let start = "SELECT first FROM postings WHERE segment = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1"
        lookup = try RawStatement(
            connection,
            "SELECT block FROM postings WHERE segment = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1"
        )
        walks = try (0..<segments).map { segment in
            let walk = try RawStatement(
                connection,
                "SELECT block FROM postings WHERE segment = ?1 AND first >= coalesce((\(start)), x'') ORDER BY first"
            )
            walk.bind(1, Int64(segment))
            return walk
        }
    }

    /// The posting list of a term, empty when no product has it.
    func postings(of term: [UInt8]) throws -> PostingList {
        try term.withUnsafeBytes { key in
            var list = PostingList.Builder()
            for segment in walks.indices {
                lookup.bind(1, Int64(segment))
                lookup.bind(2, borrowed: key)
                defer { lookup.reset() }
                guard try lookup.step() else { continue }
                var reader = TermBlock.Reader(lookup.bytes(0))
                while let entry = reader.next() {
                    let order = TermBlock.compare(entry.term, key)
                    if order == 0 { try list.append(frequency: entry.change, list: entry.list) }
                    if order >= 0 { break }
                }
            }
            return list.list()
        }
    }

    /// Calls `body` with every term from `key` on, its document frequency and, if `withLists`, its posting list, in
    /// byte order, until `body` returns false.
    ///
    /// Terms that no product has any more are left out.
    func walk(
        from key: [UInt8],
        withLists: Bool,
        _ body: (UnsafeRawBufferPointer, Int64, PostingList) throws -> Bool
    ) throws {
        try key.withUnsafeBytes { key in
            var streams = try walks.map { try SegmentWalk($0, from: key) }
            defer { for walk in walks { walk.reset() } }
            while true {
                // Few segments: looking at each is quicker than keeping them in a heap.
                var least: UnsafeRawBufferPointer?
                for stream in streams {
                    guard let term = stream.entry?.term else { continue }
                    if let known = least, TermBlock.compare(known, term) <= 0 { continue }
                    least = term
                }
                guard let borrowed = least else { return }
                // Moving a stream on may free the bytes that `least` lies in.
                let term = [UInt8](borrowed)
                var frequency: Int64 = 0
                var list = PostingList.Builder()
                try term.withUnsafeBytes { term in
                    for index in streams.indices {
                        guard let entry = streams[index].entry, TermBlock.compare(entry.term, term) == 0 else {
                            continue
                        }
                        frequency += entry.change
                        if withLists { try list.append(frequency: entry.change, list: entry.list) }
                        try streams[index].advance()
                    }
                }
                let found = list.list()
                if frequency > 0, try !term.withUnsafeBytes({ try body($0, frequency, found) }) { return }
            }
        }
    }
}

/// Walks one segment's terms.
private struct SegmentWalk {
    private let statement: RawStatement
    private var reader: TermBlock.Reader
    private(set) var entry: TermBlock.Reader.Entry?

    init(_ statement: RawStatement, from key: UnsafeRawBufferPointer) throws {
        self.statement = statement
        statement.bind(2, borrowed: key)
        reader = TermBlock.Reader(UnsafeRawBufferPointer(start: nil, count: 0))
        repeat { try advance() } while entry.map { TermBlock.compare($0.term, key) < 0 } ?? false
    }

    mutating func advance() throws {
        entry = reader.next()
        while entry == nil, try statement.step() {
            reader = TermBlock.Reader(statement.bytes(0))
            entry = reader.next()
        }
    }
}
