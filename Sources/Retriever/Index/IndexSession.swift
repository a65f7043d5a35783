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
        var handle: OpaquePointer?
        queue.unsafeRead { handle = $0.sqliteConnection }
        guard let connection = handle else {
            throw CatalogError.damagedIndex(path: path, reason: "the connection is closed")
        }
        let segments = try queue.unsafeRead { try IndexMeta.statistics($0).nextSegment }
        dictionary = try TermDictionary(connection, segments: Int(segments))
        phrases = try RawStatement(
            connection,
            "SELECT rowid, aisle_phrase_frequencies(search) FROM search WHERE search MATCH ? ORDER BY rowid"
        )
        products = try ProductTable(connection)
        analyzer = try Analyzer()
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

    /// A field's value as its products spell it: one that was too long for its key is read from a product that has it.
    func spelling(_ value: FilterKey.Value, key: [UInt8], field: String, of list: PostingList) throws -> String {
        guard value.isShortened else { return value.spelling }
        let prefix = FilterKey.prefix(field: field)
        var own: [UInt8] = []
        for slice in list.slices {
            let documents = UnsafeRawPointer(slice.documents)
            for index in 0..<slice.count {
                let document = documents.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
                let number = DocumentNumber(slice.range) << 16 | DocumentNumber(document)
                // A product that has gone is still in the list.
                guard let (product, _) = try products.product(number) else { continue }
                var found: String?
                product.forEachFieldValue { label, value in
                    guard found == nil, FilterKey.fieldName(label) == field else { return }
                    FilterKey.write(value, prefix: prefix, to: &own)
                    if own == key { found = value }
                }
                if let found { return found }
            }
        }
        return value.spelling
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
