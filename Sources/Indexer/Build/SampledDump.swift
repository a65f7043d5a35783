internal import Catalog

/// Rows on their way to analysis: a dump whose first rows were looked at to learn its language, or products at hand.
struct SampledDump {
    private let reader: DumpReader?
    /// Batches that were read already, the next one last.
    private var batches: [[RowOutcome]] = []
    private var given = 0

    /// Rows, and bytes of their texts, that are looked at.
    static let sampleRows = 2000
    private static let sampleBytes = 8 << 20

    /// A dump.
    ///
    /// Samples it when `choosesFallback`: the commonest language becomes `settings.fallbackLanguage`.
    init(_ reader: DumpReader, settings: inout IndexSettings, choosesFallback: Bool) throws {
        self.reader = reader
        guard choosesFallback else { return }
        var sample: [Product] = []
        var bytes = 0
        while sample.count < Self.sampleRows, bytes < Self.sampleBytes, let outcomes = try reader.nextBatch(limit: 256)
        {
            for case .product(let product, _, _) in outcomes {
                bytes += product.title.utf8.count + (product.description?.utf8.count ?? 0)
                sample.append(product)
            }
            batches.append(outcomes)
        }
        batches.reverse()
        try Self.chooseFallback(from: sample, settings: &settings)
    }

    /// Products at hand, in batches of `limit`.
    init(_ products: [Product], limit: Int, settings: inout IndexSettings, choosesFallback: Bool) throws {
        reader = nil
        let source = DumpSource(name: "products", layout: RowLayout())
        let rows = products.enumerated().map { index, product in
            RowOutcome.product(
                product,
                SourceLocation(source: source, line: index + 1, record: index + 1, byteOffset: 0),
                original: []
            )
        }
        batches = stride(from: 0, to: rows.count, by: limit).map { Array(rows[$0..<min($0 + limit, rows.count)]) }
        batches.reverse()
        if choosesFallback {
            try Self.chooseFallback(from: Array(products.prefix(Self.sampleRows)), settings: &settings)
        }
    }

    /// The commonest language written in Latin letters among products that tell theirs.
    static func chooseFallback(from sample: [Product], settings: inout IndexSettings) throws {
        let analyzer = try Analyzer()
        var detector = LanguageDetector(analyzer: analyzer, fallback: .none)
        var counts: [Language: Int] = [:]
        for product in sample {
            detector.reset()
            detector.add(product.title)
            if let description = product.description { detector.add(description) }
            counts[detector.language, default: 0] += 1
        }
        counts[Language.none] = nil
        counts[.russian] = nil
        let commonest = counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
        if let commonest { settings.fallbackLanguage = commonest.key }
    }

    /// The next rows, nil at the end.
    mutating func next(limit: Int) throws -> [RowOutcome]? {
        if let batch = batches.popLast() {
            given += batch.count
            return batch
        }
        return try reader?.nextBatch(limit: limit)
    }

    var progress: DumpProgress { reader?.progress ?? DumpProgress(rows: given) }
    var report: DumpReport { reader?.report ?? DumpReport() }
    /// How the dumps were read: whole at their end, empty where there are none.
    var plans: [RememberedPlan] { reader?.plans ?? [] }
}
