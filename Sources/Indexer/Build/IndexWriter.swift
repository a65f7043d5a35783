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
    private let isNew: Bool
    private var statistics: IndexStatistics
    private let settings: IndexSettings
    /// Products gained less products lost, by field name, with the latest label.
    private var fields: [String: (label: String, change: Int)] = [:]
    private var orderKeys: OrderKeys
    /// The number of the first product added in this run.
    let firstNumber: DocumentNumber

    /// Prepares to add to what is there.
    ///
    /// A new index is written in one go: FTS5's table is filled from sorted postings, which costs a third of having FTS5
    /// sort them itself. One that `isNew` must be empty, and takes batches that were analyzed for a new index.
    /// `directory` takes temporary files; `memoryLimit` in bytes bounds the postings.
    init(
        database: Database,
        settings: IndexSettings,
        statistics: IndexStatistics,
        patterns: [[UInt16]],
        isNew: Bool,
        directory: String,
        memoryLimit: Int
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
            connection,
            "INSERT INTO search (rowid, title, brand, category, attributes, description) VALUES \(values)"
        )
        deleteTokens = try RawStatement(
            connection,
            """
            INSERT INTO search (search, rowid, title, brand, category, attributes, description) \
            VALUES ('delete', ?, ?, ?, ?, ?, ?)
            """
        )
        guard let postings = aisle_postings_builder_create(directory, memoryLimit) else {
            throw IndexerError.outOfMemory(doing: "collecting postings")
        }
        self.postings = postings
        self.isNew = isNew
        if isNew {
            try IndexerError.check(aisle_postings_builder_load(postings, connection), doing: "opening the search table")
        }
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

    /// Adds a batch's products; those that were there before this run are replaced.
    ///
    /// `body` gets each row's place in the batch, and of a product what became of it.
    ///
    /// Products get consecutive numbers. A duplicate keeps its number as a deleted document, so that the batch's
    /// postings, which were made before anybody could know, need no change.
    func add(
        _ batch: AnalyzedBatch,
        analyzer: BatchAnalyzer,
        _ body: (_ row: Int, _ written: (product: AnalyzedProduct, outcome: Outcome)?) throws -> Void
    ) throws {
        guard statistics.nextNumber + Int64(batch.products.count) < Int64(DocumentNumber.max) else {
            throw IndexerError.tooManyProducts
        }
        let first = DocumentNumber(statistics.nextNumber)
        try IndexerError.check(
            aisle_postings_builder_add(postings, first, batch.postings, batch.postings.count),
            doing: "collecting postings"
        )
        count(batch.fields, change: 1)
        var product = 0
        for row in batch.outcomes.indices {
            guard product < batch.products.count, batch.products[product].row == row else {
                try body(row, nil)
                continue
            }
            let outcome = try add(batch, product, analyzer: analyzer)
            try body(row, (batch.products[product], outcome))
            product += 1
        }
    }

    private func add(_ batch: AnalyzedBatch, _ product: Int, analyzer: BatchAnalyzer) throws -> Outcome {
        let number = DocumentNumber(statistics.nextNumber)
        statistics.nextNumber += 1
        let analyzed = batch.products[product]
        var outcome = Outcome.added
        if try !products.add(batch.rows, product, number: number, language: analyzed.language) {
            guard let holder = try products.number(of: analyzed.id), holder < firstNumber else {
                guard case .product(let taken, _, _) = batch.outcomes[analyzed.row] else { return outcome }
                try columns.set(.length, number, IndexColumn.gone)
                if isNew {
                    try IndexerError.check(
                        aisle_postings_builder_leave_out(postings, number),
                        doing: "leaving out a duplicate"
                    )
                }
                try forget(try analyzer.analyze(taken, as: analyzed.language))
                return .duplicate(try products.number(of: analyzed.id) ?? number)
            }
            try remove(holder, analyzer: analyzer)
            _ = try products.add(batch.rows, product, number: number, language: analyzed.language)
            outcome = .replaced
        }
        if !isNew { try write(batch, product, number: number, with: insertTokens) }
        try columns.set(.length, number, analyzed.positions)
        let numbers = batch.rows.numbers[product]
        try set(.price, number, numbers.currentPrice)
        try set(.salePrice, number, numbers.salePrice)
        try set(.rating, number, numbers.rating)
        try set(.ratingCount, number, numbers.ratingCount.map(Double.init))
        if orderKeys.wantsIDs { try orderKeys.added(number, id: analyzed.id, columns: columns) }
        count(analyzed, change: 1)
        return outcome
    }

    private func set(_ column: IndexColumn, _ number: DocumentNumber, _ value: Double?) throws {
        if let value { try columns.set(column, number, value) }
    }

    /// Removes a product by id: false when there is none.
    func remove(_ id: ProductID, analyzer: BatchAnalyzer) throws -> Bool {
        guard let number = try products.number(of: id) else { return false }
        try remove(number, analyzer: analyzer)
        return true
    }

    private func remove(_ number: DocumentNumber, analyzer: BatchAnalyzer) throws {
        guard let (product, language) = try products.product(number) else {
            throw CatalogError.damagedIndex(path: "the index", reason: "product \(number) is missing")
        }
        let batch = try analyzer.analyze(product, as: language)
        try forget(batch)
        try write(batch, 0, number: number, with: deleteTokens)
        try columns.set(.length, number, IndexColumn.gone)
        try products.remove(number)
        count(batch.products[0], change: -1)
    }

    /// Takes a batch's postings and fields out of the counts.
    private func forget(_ batch: AnalyzedBatch) throws {
        try IndexerError.check(
            aisle_postings_builder_remove(postings, batch.postings, batch.postings.count),
            doing: "removing postings"
        )
        count(batch.fields, change: -1)
    }

    /// Hands a product's packed token streams to FTS5.
    private func write(_ batch: AnalyzedBatch, _ product: Int, number: DocumentNumber, with statement: RawStatement)
        throws
    {
        try batch.tokens.withUnsafeBytes { bytes in
            statement.bind(1, Int64(number))
            let first = product * TextColumn.all.count
            var start = first == 0 ? 0 : batch.tokenEnds[first - 1]
            for column in 0..<TextColumn.all.count {
                let end = batch.tokenEnds[first + column]
                statement.bind(Int32(column) + 2, borrowed: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                start = end
            }
            try statement.run()
        }
    }

    private func count(_ analyzed: AnalyzedProduct, change: Int64) {
        statistics.products += change
        statistics.positions += Int64(analyzed.positions) * change
        statistics.languages[analyzed.language.rawValue, default: 0] += change
    }

    private func count(_ batch: [String: (label: String, products: Int)], change: Int) {
        for (name, field) in batch { fields[name, default: (field.label, 0)].change += field.products * change }
    }

    // MARK: Finishing

    /// Writes everything that was collected.
    ///
    /// Call once, last.
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
                arguments: [name, field.label, field.change]
            )
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
            statistics.products,
            { context, term, termLength, change, list, listLength in
                guard let context else { return PostingSink.stopped }
                return Unmanaged<PostingSink>.fromOpaque(context).takeUnretainedValue().write(
                    term: UnsafeRawBufferPointer(start: term, count: Int(termLength)),
                    change: change,
                    list: UnsafeRawBufferPointer(start: list, count: listLength)
                )
            },
            Unmanaged.passUnretained(sink).toOpaque()
        )
        if let error = sink.error { throw error }
        try IndexerError.check(code, doing: "merging postings")
        try sink.finish()
    }
}

/// Receives merged posting lists and inserts them, block by block.
private final class PostingSink {
    static let stopped: Int32 = -9
    private(set) var error: (any Error)?
    private var blocks: TermBlock.Builder

    init(_ connection: OpaquePointer, segment: Int64) throws {
        let insert = try RawStatement(connection, "INSERT INTO postings (segment, first, block) VALUES (?, ?, ?)")
        blocks = TermBlock.Builder { first, block in
            try first.withUnsafeBytes { first in
                try block.withUnsafeBytes { block in
                    insert.bind(1, segment)
                    insert.bind(2, borrowed: first)
                    insert.bind(3, borrowed: block)
                    try insert.run()
                }
            }
        }
    }

    func write(term: UnsafeRawBufferPointer, change: Int64, list: UnsafeRawBufferPointer) -> Int32 {
        do {
            try blocks.add(term: term, change: change, list: list)
            return 0
        } catch {
            self.error = error
            return Self.stopped
        }
    }

    func finish() throws {
        try blocks.flush()
    }
}
