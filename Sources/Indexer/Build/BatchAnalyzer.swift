internal import CPostings
internal import Catalog

/// One product after analysis.
struct AnalyzedProduct: Sendable {
    let id: ProductID
    /// Its row among the batch's.
    let row: Int
    let location: SourceLocation
    /// The language it was analyzed as.
    let language: Language
    /// Length of its text in positions.
    let positions: UInt32
}

/// Some hundred rows after analysis, with everything to be written about the products among them.
///
/// The n-th product is the batch's n-th document. What is made for each is kept in arrays of the batch's: products in
/// pieces of their own would cost as much in copies and reference counts as in analysis.
struct AnalyzedBatch: Sendable {
    /// The rows as they came.
    var outcomes: [RowOutcome] = []
    var products: [AnalyzedProduct] = []
    /// One a product.
    var rows = ProductRows()
    /// Packed token streams for FTS5's own inserts: of each product its text columns, one after the other.
    ///
    /// None for a new index.
    var tokens: [UInt8] = []
    /// Where each column's stream ends in `tokens`: of each product as many as there are columns (`TextColumn`).
    var tokenEnds: [Int] = []
    /// The products' postings, grouped by term; the layout is `aisle_batch_write_postings`'s.
    var postings: [UInt8] = []
    /// Products that have each field, by filter name, with the label to show.
    var fields: [String: (label: String, products: Int)] = [:]
}

/// Turns products into batches.
///
/// Used by one thread at a time.
final class BatchAnalyzer {
    private let analyzer: Analyzer
    private let batch: OpaquePointer
    private let settings: IndexSettings
    private let forNewIndex: Bool
    private var detector: LanguageDetector
    private var text: [UInt8] = []
    private var key: [UInt8] = []
    private var fields: [Field] = []
    /// Numbers of fields by label.
    private var numbers: [String: Int] = [:]
    /// The last product's fields, in its order.
    private var expected: [Int] = []
    /// The largest batch so far, for the room the next one is given.
    private var rowBytes = 0
    private var tokenBytes = 0

    /// A field by its label, with what was counted in the batch at hand.
    private struct Field {
        let name: String
        let label: String
        let prefix: [UInt8]
        var products = 0
        /// The product that was counted last, from 1: a field with several values counts once a product.
        var last = 0

        init(label: String) {
            name = FilterKey.fieldName(label)
            self.label = label
            prefix = FilterKey.prefix(field: name)
        }
    }

    /// `forNewIndex`: batches for an `IndexWriter` of a new index.
    ///
    /// Throws `AnalyzerError` when ICU or memory is missing.
    init(settings: IndexSettings, forNewIndex: Bool) throws {
        analyzer = try Analyzer()
        detector = LanguageDetector(analyzer: analyzer, fallback: settings.fallbackLanguage)
        guard let batch = aisle_batch_create(forNewIndex ? 1 : 0) else {
            throw IndexerError.outOfMemory(doing: "analyzing")
        }
        self.batch = batch
        self.settings = settings
        self.forNewIndex = forNewIndex
    }

    deinit {
        aisle_batch_destroy(batch)
    }

    /// Analyzes products as the index's language or, in `auto`, as their own.
    func analyze(_ outcomes: [RowOutcome]) throws -> AnalyzedBatch {
        try clear()
        var result = AnalyzedBatch()
        result.outcomes = outcomes
        result.products.reserveCapacity(outcomes.count)
        result.rows.reserve(rows: outcomes.count, bytes: rowBytes)
        if !forNewIndex {
            result.tokens.reserveCapacity(tokenBytes)
            result.tokenEnds.reserveCapacity(outcomes.count * TextColumn.all.count)
        }
        for (row, outcome) in outcomes.enumerated() {
            guard case .product(let product, let location, _) = outcome else { continue }
            let language = settings.language ?? language(of: product)
            try add(product, as: language, row: row, location: location, to: &result)
        }
        rowBytes = max(rowBytes, result.rows.used)
        tokenBytes = max(tokenBytes, result.tokens.count)
        try finish(&result)
        return result
    }

    /// Analyzes one product as it was analyzed before, to take it out of the index again.
    func analyze(_ product: Product, as language: Language) throws -> AnalyzedBatch {
        try clear()
        var result = AnalyzedBatch()
        let source = DumpSource(name: "the index", layout: RowLayout())
        let location = SourceLocation(source: source, line: 0, record: 0, byteOffset: 0)
        try add(product, as: language, row: 0, location: location, to: &result)
        try finish(&result)
        return result
    }

    private func clear() throws {
        guard aisle_batch_clear(batch) == 0 else { throw IndexerError.outOfMemory(doing: "analyzing") }
    }

    private func finish(_ result: inout AnalyzedBatch) throws {
        let size = aisle_batch_postings_size(batch)
        result.postings = try [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
            guard aisle_batch_write_postings(batch, bytes.baseAddress) == 0 else {
                throw IndexerError.outOfMemory(doing: "analyzing")
            }
            count = size
        }
        for number in fields.indices where fields[number].products > 0 {
            let field = fields[number]
            result.fields[field.name, default: (field.label, 0)].products += field.products
            fields[number].products = 0
            fields[number].last = 0
        }
        documents = 0
        // A dump with ever new field names must not fill the memory.
        if fields.count > 20_000 {
            fields = []
            numbers = [:]
            expected = []
        }
    }

    private var documents = 0

    private func add(
        _ product: Product,
        as language: Language,
        row: Int,
        location: SourceLocation,
        to result: inout AnalyzedBatch
    ) throws {
        documents += 1
        for column in TextColumn.all {
            text.removeAll(keepingCapacity: true)
            ProductTexts.append(column, of: product, to: &text)
            guard !text.isEmpty else { continue }
            let failed = text.withUnsafeBufferPointer { bytes in
                analyzer.withTokens(of: bytes, language: language) { tokens in
                    bytes.withMemoryRebound(to: CChar.self) { text in
                        aisle_batch_add_tokens(
                            batch,
                            Int32(column.rawValue),
                            text.baseAddress,
                            tokens.baseAddress,
                            Int32(tokens.count)
                        )
                    }
                }
            }
            guard failed == 0 else { throw IndexerError.outOfMemory(doing: "analyzing") }
        }
        try addFilterKeys(of: product)
        let positions = try endDocument(&result)
        result.rows.append(product)
        result.products.append(
            AnalyzedProduct(
                id: product.id,
                row: row,
                location: location,
                language: language,
                positions: positions
            )
        )
    }

    /// Takes the product's packed token streams; gives its length in positions.
    private func endDocument(_ result: inout AnalyzedBatch) throws -> UInt32 {
        let columns = TextColumn.all.count
        return try withUnsafeTemporaryAllocation(of: UnsafePointer<UInt8>?.self, capacity: columns) { packed in
            try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: columns) { lengths in
                let positions = aisle_batch_end_document(batch, packed.baseAddress, lengths.baseAddress)
                guard positions >= 0 else { throw IndexerError.outOfMemory(doing: "analyzing") }
                for column in 0..<columns where !forNewIndex {
                    result.tokens.append(
                        contentsOf: UnsafeBufferPointer(start: packed[column], count: Int(lengths[column]))
                    )
                    result.tokenEnds.append(result.tokens.count)
                }
                return UInt32(clamping: positions)
            }
        }
    }

    private func addFilterKeys(of product: Product) throws {
        var place = 0
        try product.forEachFieldValue { label, value in
            let field = field(label, expectedAt: place)
            place += 1
            if fields[field].last != documents {
                fields[field].last = documents
                fields[field].products += 1
            }
            FilterKey.write(value, prefix: fields[field].prefix, to: &key)
            guard aisle_batch_add_key(batch, key, Int32(key.count)) == 0 else {
                throw IndexerError.outOfMemory(doing: "analyzing")
            }
        }
    }

    /// The number of a label's field: products name the same ones in the same order mostly, so a look at the last one's
    /// saves hashing the name.
    private func field(_ label: String, expectedAt place: Int) -> Int {
        if place < expected.count, fields[expected[place]].label == label { return expected[place] }
        let field = numbers[label] ?? addField(label)
        if place < expected.count {
            expected[place] = field
        } else if expected.count < 256 {
            expected.append(field)
        }
        return field
    }

    private func addField(_ label: String) -> Int {
        fields.append(Field(label: label))
        numbers[label] = fields.count - 1
        return fields.count - 1
    }

    private func language(of product: Product) -> Language {
        detector.reset()
        detector.add(product.title)
        if let description = product.description { detector.add(description) }
        return detector.language
    }
}
