internal import CPostings
internal import Catalog

/// One product after analysis: ready to be written.
struct AnalyzedProduct: Sendable {
    let product: Product
    /// The language it was analyzed as.
    let language: Language
    /// Tokens and terms; the layout is `aisle_document_record`'s.
    let record: [UInt8]
    /// The fields it has a value for, by filter name, with the label to show.
    let fields: [String: String]
}

/// Turns products into records. Used by one thread at a time.
final class DocumentAnalyzer {
    private let analyzer: Analyzer
    private let document: OpaquePointer
    private let settings: IndexSettings
    private var detector: LanguageDetector
    private var text: [UInt8] = []
    private var fieldNames: [String: String] = [:]

    /// Throws `AnalyzerError` when ICU or memory is missing.
    init(settings: IndexSettings) throws {
        analyzer = try Analyzer()
        detector = LanguageDetector(analyzer: analyzer, fallback: settings.fallbackLanguage)
        guard let document = aisle_document_create() else { throw IndexerError.outOfMemory(doing: "analyzing") }
        self.document = document
        self.settings = settings
    }

    deinit {
        aisle_document_destroy(document)
    }

    /// Analyzes a product as the index's language or, in `auto`, as its own.
    func analyze(_ product: Product) throws -> AnalyzedProduct {
        try analyze(product, as: settings.language ?? language(of: product))
    }

    /// Analyzes a product as it was analyzed before, to take it out of the index again.
    func analyze(_ product: Product, as language: Language) throws -> AnalyzedProduct {
        aisle_document_clear(document)
        for column in TextColumn.allCases {
            text.removeAll(keepingCapacity: true)
            ProductTexts.append(column, of: product, to: &text)
            guard !text.isEmpty else { continue }
            let failed = text.withUnsafeBufferPointer { bytes in
                analyzer.withTokens(of: bytes, language: language) { tokens in
                    aisle_document_add_tokens(document, Int32(column.rawValue), tokens.baseAddress, Int32(tokens.count))
                }
            }
            guard failed == 0 else { throw IndexerError.outOfMemory(doing: "analyzing") }
        }
        let fields = try addFilterKeys(of: product)
        var length = 0
        guard let record = aisle_document_record(document, &length) else {
            throw IndexerError.outOfMemory(doing: "analyzing")
        }
        return AnalyzedProduct(
            product: product, language: language,
            record: [UInt8](UnsafeBufferPointer(start: record, count: length)), fields: fields)
    }

    private func addFilterKeys(of product: Product) throws -> [String: String] {
        var fields: [String: String] = [:]
        for (label, value) in product.fieldValues {
            let name = fieldName(label)
            fields[name] = label
            let key = FilterKey(field: name, value: value).bytes
            guard aisle_document_add_key(document, key, Int32(key.count)) == 0 else {
                throw IndexerError.outOfMemory(doing: "analyzing")
            }
        }
        return fields
    }

    /// Folding a label costs more than looking it up, and a dump has few labels.
    private func fieldName(_ label: String) -> String {
        if let name = fieldNames[label] { return name }
        let name = FilterKey.fieldName(label)
        if fieldNames.count < 10_000 { fieldNames[label] = name }
        return name
    }

    private func language(of product: Product) -> Language {
        detector.reset()
        detector.add(product.title)
        if let description = product.description { detector.add(description) }
        return detector.language
    }
}
