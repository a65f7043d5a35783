internal import Catalog

/// A dump whose first rows were looked at to learn its language, given out again before the rest.
struct SampledDump {
    private let reader: DumpReader
    private var sampled: [[RowOutcome]] = []

    /// Rows, and bytes of rows, that are looked at.
    private static let sampleRows = 2000
    private static let sampleBytes = 8 << 20

    /// Samples when `choosesFallback`: the sample's commonest language becomes `settings.fallbackLanguage`.
    init(_ reader: DumpReader, settings: inout IndexSettings, choosesFallback: Bool) throws {
        self.reader = reader
        guard choosesFallback else { return }
        let analyzer = try Analyzer()
        var evidence = LanguageEvidence()
        var rows = 0
        var bytes = 0
        var text: [UInt8] = []
        while rows < Self.sampleRows, bytes < Self.sampleBytes, let outcomes = try reader.nextBatch(limit: 256) {
            for case .product(let product, _, let original) in outcomes {
                bytes += original.count
                text.removeAll(keepingCapacity: true)
                for column in [TextColumn.title, .description] { ProductTexts.append(column, of: product, to: &text) }
                text.withUnsafeBufferPointer { analyzer.addEvidence(of: $0, to: &evidence) }
            }
            rows += outcomes.count
            sampled.append(outcomes)
        }
        sampled.reverse()
        if let language = evidence.commonestLatin { settings.fallbackLanguage = language }
    }

    /// The next rows, nil at the end.
    mutating func next(limit: Int) throws -> [RowOutcome]? {
        if let batch = sampled.popLast() { return batch }
        return try reader.nextBatch(limit: limit)
    }

    var progress: DumpProgress { reader.progress }
    var report: DumpReport { reader.report }
}
