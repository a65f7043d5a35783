internal import CPostings
internal import Catalog
internal import Foundation
internal import GRDB

/// Writes products into an open index: the rows, the FTS5 index, posting lists, columns, fields and statistics.
///
/// The caller owns the connection and the transaction around all calls. After an error the transaction is rolled back.
final class IndexWriter {
    private let database: Database
    private let products: ProductTable
    private let columns: ColumnStore
    private let insertTokens: RawStatement
    private let deleteTokens: RawStatement
    private let postings: OpaquePointer
    private var statistics: IndexStatistics
    private let settings: IndexSettings
    /// Products gained less products lost, by field name, with the latest label.
    private var fields: [String: (label: String, change: Int)] = [:]
    private var orderKeys: OrderKeys
    /// The number of the first product added in this run.
    let firstNumber: DocumentNumber

    /// Prepares to add to what is there. `directory` takes temporary files; `memoryLimit` in bytes bounds the postings.
    init(
        database: Database, settings: IndexSettings, statistics: IndexStatistics, patterns: [[UInt16]],
        directory: String, memoryLimit: Int
    ) throws {
        guard let connection = database.sqliteConnection else {
            throw CatalogError.damagedIndex(path: database.description, reason: "the connection is closed")
        }
        self.database = database
        self.settings = settings
        self.statistics = statistics
        firstNumber = DocumentNumber(statistics.nextNumber)
        products = try ProductTable(connection)
        columns = try ColumnStore(connection)
        orderKeys = try OrderKeys(connection, rebuild: statistics.products == 0)
        let values = "(?, ?, ?, ?, ?, ?)"
        insertTokens = try RawStatement(
            connection, "INSERT INTO search (rowid, title, brand, category, attributes, description) VALUES \(values)")
        deleteTokens = try RawStatement(
            connection,
            """
            INSERT INTO search (search, rowid, title, brand, category, attributes, description) \
            VALUES ('delete', ?, ?, ?, ?, ?, ?)
            """)
        guard let postings = aisle_postings_builder_create(directory, memoryLimit) else {
            throw IndexerError.outOfMemory(doing: "collecting postings")
        }
        self.postings = postings
        for pattern in patterns.dropFirst() {
            try IndexerError.check(aisle_postings_builder_add_pattern(postings, pattern), doing: "reading the patterns")
        }
    }

    deinit {
        aisle_postings_builder_destroy(postings)
    }

    /// What happened to an added product.
    enum Outcome: Sendable, Hashable {
        case added
        /// The id was in the index before this run: the product took its place.
        case replaced
        /// The id was already added in this run; nothing was changed.
        case duplicate(DocumentNumber)
    }

    /// Adds a product; one that was there before this run is replaced when `replacing`.
    func add(_ analyzed: AnalyzedProduct, replacing: DocumentAnalyzer?) throws -> Outcome {
        guard statistics.nextNumber < Int64(DocumentNumber.max) else { throw IndexerError.tooManyProducts }
        var outcome = Outcome.added
        let number = DocumentNumber(statistics.nextNumber)
        if try !products.add(analyzed.product, number: number, language: analyzed.language) {
            let holder = try products.number(of: analyzed.product.id)
            guard let holder, holder < firstNumber, let analyzer = replacing else {
                return .duplicate(holder ?? number)
            }
            try remove(holder, analyzer: analyzer)
            guard try products.add(analyzed.product, number: number, language: analyzed.language) else {
                return .duplicate(number)
            }
            outcome = .replaced
        }
        statistics.nextNumber += 1
        let positions = try write(analyzed.record, number: number, with: insertTokens)
        try IndexerError.check(
            aisle_postings_builder_add(postings, number, analyzed.record, analyzed.record.count),
            doing: "collecting postings")
        try columns.set(.length, number, positions)
        try columns.set(.price, number, analyzed.product.currentPrice ?? .nan)
        try columns.set(.rating, number, analyzed.product.rating ?? .nan)
        try orderKeys.added(number, id: analyzed.product.id, columns: columns)
        count(analyzed, positions: positions, change: 1)
        return outcome
    }

    /// Removes a product by id: false when there is none.
    func remove(_ id: ProductID, analyzer: DocumentAnalyzer) throws -> Bool {
        guard let number = try products.number(of: id) else { return false }
        try remove(number, analyzer: analyzer)
        return true
    }

    private func remove(_ number: DocumentNumber, analyzer: DocumentAnalyzer) throws {
        guard let (product, language) = try products.product(number) else {
            throw CatalogError.damagedIndex(path: "the index", reason: "product \(number) is missing")
        }
        let analyzed = try analyzer.analyze(product, as: language)
        let positions = try write(analyzed.record, number: number, with: deleteTokens)
        try IndexerError.check(
            aisle_postings_builder_remove(postings, analyzed.record, analyzed.record.count), doing: "removing postings")
        try columns.set(.length, number, IndexColumn.gone)
        try products.remove(number)
        count(analyzed, positions: positions, change: -1)
    }

    /// Hands the packed token streams of a record to FTS5. Returns the document's length in positions.
    private func write(_ record: [UInt8], number: DocumentNumber, with statement: RawStatement) throws -> UInt32 {
        try record.withUnsafeBytes { bytes in
            statement.bind(1, Int64(number))
            var place = 4 + 4 * TextColumn.allCases.count
            for column in TextColumn.allCases {
                let length = Int(bytes.loadUnaligned(fromByteOffset: 4 + 4 * column.rawValue, as: UInt32.self))
                let packed = UnsafeRawBufferPointer(rebasing: bytes[place..<(place + length)])
                statement.bind(Int32(column.rawValue) + 2, borrowed: packed)
                place += length
            }
            try statement.run()
            return bytes.loadUnaligned(as: UInt32.self)
        }
    }

    private func count(_ analyzed: AnalyzedProduct, positions: UInt32, change: Int) {
        statistics.products += Int64(change)
        statistics.positions += Int64(positions) * Int64(change)
        statistics.languages[analyzed.language.rawValue, default: 0] += Int64(change)
        for (name, label) in analyzed.fields {
            fields[name, default: (label, 0)].change += change
        }
    }

    // MARK: Finishing

    /// Writes everything that was collected. Call once, last.
    func finish() throws -> IndexStatistics {
        try writePostings()
        try orderKeys.finish(columns: columns)
        try columns.flush()
        for (name, field) in fields.sorted(by: { $0.key < $1.key }) where field.change != 0 {
            try database.execute(
                sql: """
                    INSERT INTO fields (name, label, products) VALUES (?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET products = products + excluded.products
                    """,
                arguments: [name, field.label, field.change])
        }
        try database.execute(sql: "DELETE FROM fields WHERE products <= 0")
        statistics.nextSegment += 1
        statistics.generation += 1
        statistics.languages = statistics.languages.filter { $0.value > 0 }
        let patterns = (0..<aisle_postings_builder_pattern_count(postings)).map { number in
            var frequencies = [UInt16](repeating: 0, count: TextColumn.allCases.count)
            aisle_postings_builder_pattern(postings, number, &frequencies)
            return frequencies
        }
        try IndexMeta.write(settings: settings, statistics: statistics, patterns: patterns, to: database)
        return statistics
    }

    private func writePostings() throws {
        guard let connection = database.sqliteConnection else { return }
        let sink = try PostingSink(connection, segment: statistics.nextSegment)
        let code = aisle_postings_builder_finish(
            postings,
            { context, term, termLength, change, list, listLength in
                guard let context else { return PostingSink.stopped }
                return Unmanaged<PostingSink>.fromOpaque(context).takeUnretainedValue().write(
                    term: UnsafeRawBufferPointer(start: term, count: Int(termLength)), change: change,
                    list: UnsafeRawBufferPointer(start: list, count: listLength))
            },
            Unmanaged.passUnretained(sink).toOpaque())
        if let error = sink.error { throw error }
        try IndexerError.check(code, doing: "merging postings")
    }
}

/// Receives merged posting lists and inserts them.
private final class PostingSink {
    static let stopped: Int32 = -9
    private(set) var error: (any Error)?
    private let insert: RawStatement
    private let segment: Int64

    init(_ connection: OpaquePointer, segment: Int64) throws {
        insert = try RawStatement(
            connection, "INSERT INTO postings (term, segment, frequency, list) VALUES (?, ?, ?, ?)")
        self.segment = segment
    }

    func write(term: UnsafeRawBufferPointer, change: Int64, list: UnsafeRawBufferPointer) -> Int32 {
        do {
            insert.bind(1, borrowed: term)
            insert.bind(2, segment)
            insert.bind(3, change)
            insert.bind(4, borrowed: list)
            try insert.run()
            return 0
        } catch {
            self.error = error
            return Self.stopped
        }
    }
}
