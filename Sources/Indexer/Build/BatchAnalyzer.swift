internal import CPostings
internal import Catalog

/// What became of one row on its way to the writer.
enum AnalyzedRow: Sendable {
    case product(AnalyzedProduct, SourceLocation, original: [UInt8])
    case rejected(Reject)
}

/// One product after analysis: ready to be written.
struct AnalyzedProduct: Sendable {
    let product: Product
    /// The language it was analyzed as.
    let language: Language
    let row: ProductRow
    /// Length of its text in positions.
    let positions: UInt32
    /// Packed token streams of the text columns, one after the other, for FTS5.
    let tokens: [UInt8]
    /// Where each column's stream ends in `tokens`, in the order of `TextColumn`.
    let tokenEnds: [Int32]
}

/// Some hundred rows after analysis.
///
/// The n-th product among them is the batch's n-th document.
struct AnalyzedBatch: Sendable {
    var rows: [AnalyzedRow] = []
    /// The products' postings, grouped by term; the layout is `aisle_batch_postings`'s.
    var postings: [UInt8] = []
    /// Products that have each field, by filter name, with the label to show.
    var fields: [String: (label: String, products: Int)] = [:]

    /// Products in the batch.
    var productCount: Int {
        rows.reduce(0) { count, row in
            if case .product = row { count + 1 } else { count }
        }
    }
}

/// Turns products into batches.
///
/// Used by one thread at a time.
final class BatchAnalyzer {
    private let analyzer: Analyzer
    private let batch: OpaquePointer
    private let settings: IndexSettings
    private var detector: LanguageDetector
    private var text: [UInt8] = []
    private var key: [UInt8] = []
    private var fields: [String: Field] = [:]

    /// A field by its label, with what was counted in the batch at hand.
    private final class Field {
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

    /// Throws `AnalyzerError` when ICU or memory is missing.
    init(settings: IndexSettings) throws {
        analyzer = try Analyzer()
        detector = LanguageDetector(analyzer: analyzer, fallback: settings.fallbackLanguage)
        guard let batch = aisle_batch_create() else { throw IndexerError.outOfMemory(doing: "analyzing") }
        self.batch = batch
        self.settings = settings
    }

    deinit {
        aisle_batch_destroy(batch)
    }

    /// Analyzes products as the index's language or, in `auto`, as their own.
    func analyze(_ outcomes: [RowOutcome]) throws -> AnalyzedBatch {
        aisle_batch_clear(batch)
        var result = AnalyzedBatch()
        result.rows.reserveCapacity(outcomes.count)
        for outcome in outcomes {
            switch outcome {
            case .product(let product, let location, let original):
                let analyzed = try add(product, as: settings.language ?? language(of: product))
                result.rows.append(.product(analyzed, location, original: original))
            case .rejected(let reject):
                result.rows.append(.rejected(reject))
            }
        }
        try finish(&result)
        return result
    }

    /// Analyzes one product as it was analyzed before, to take it out of the index again.
    func analyze(_ product: Product, as language: Language) throws -> (AnalyzedProduct, AnalyzedBatch) {
        aisle_batch_clear(batch)
        var result = AnalyzedBatch()
        let analyzed = try add(product, as: language)
        try finish(&result)
        return (analyzed, result)
    }

    private func finish(_ result: inout AnalyzedBatch) throws {
        var length = 0
        guard let postings = aisle_batch_postings(batch, &length) else {
            throw IndexerError.outOfMemory(doing: "analyzing")
        }
        result.postings = [UInt8](UnsafeBufferPointer(start: postings, count: length))
        for field in fields.values where field.products > 0 {
            result.fields[field.name, default: (field.label, 0)].products += field.products
            field.products = 0
            field.last = 0
        }
        documents = 0
        // A dump with ever new field names must not fill the memory.
        if fields.count > 20_000 { fields = [:] }
    }

    private var documents = 0

    private func add(_ product: Product, as language: Language) throws -> AnalyzedProduct {
        documents += 1
        for column in TextColumn.all {
            text.removeAll(keepingCapacity: true)
            ProductTexts.append(column, of: product, to: &text)
            guard !text.isEmpty else { continue }
            let failed = text.withUnsafeBufferPointer { bytes in
                analyzer.withTokens(of: bytes, language: language) { tokens in
                    aisle_batch_add_tokens(batch, Int32(column.rawValue), tokens.baseAddress, Int32(tokens.count))
                }
            }
            guard failed == 0 else { throw IndexerError.outOfMemory(doing: "analyzing") }
        }
        try addFilterKeys(of: product)
        return try endDocument(product, language)
    }

    private func endDocument(_ product: Product, _ language: Language) throws -> AnalyzedProduct {
        let columns = TextColumn.allCases.count
        return try withUnsafeTemporaryAllocation(of: UnsafePointer<UInt8>?.self, capacity: columns) { packed in
            try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: columns) { lengths in
                let positions = aisle_batch_end_document(batch, packed.baseAddress, lengths.baseAddress)
                guard positions >= 0 else { throw IndexerError.outOfMemory(doing: "analyzing") }
                var tokens: [UInt8] = []
                var ends: [Int32] = []
                tokens.reserveCapacity(lengths.reduce(0) { $0 + Int($1) })
                ends.reserveCapacity(columns)
                for column in 0..<columns {
                    tokens.append(contentsOf: UnsafeBufferPointer(start: packed[column], count: Int(lengths[column])))
                    ends.append(Int32(tokens.count))
                }
                return AnalyzedProduct(
                    product: product,
                    language: language,
                    row: ProductRow(product),
                    positions: UInt32(clamping: positions),
                    tokens: tokens,
                    tokenEnds: ends
                )
            }
        }
    }

    private func addFilterKeys(of product: Product) throws {
        try product.forEachFieldValue { label, value in
            let field = fields[label] ?? addField(label)
            if field.last != documents {
                field.last = documents
                field.products += 1
            }
            FilterKey.write(value, prefix: field.prefix, to: &key)
            guard aisle_batch_add_key(batch, key, Int32(key.count)) == 0 else {
                throw IndexerError.outOfMemory(doing: "analyzing")
            }
        }
    }

    private func addField(_ label: String) -> Field {
        let field = Field(label: label)
        fields[label] = field
        return field
    }

    private func language(of product: Product) -> Language {
        detector.reset()
        detector.add(product.title)
        if let description = product.description { detector.add(description) }
        return detector.language
    }
}
