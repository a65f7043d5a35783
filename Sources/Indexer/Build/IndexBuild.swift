public import Catalog
internal import Foundation
internal import GRDB

/// What to build, from what, into what.
public struct BuildOptions: Sendable {
    /// Paths of dumps, "-" for standard input.
    public var dumps: [String]
    /// Products at hand, instead of dumps.
    public var products: [Product] = []
    /// The index file.
    public var into: String
    /// Adds to the index and replaces what has the same id, instead of building it anew.
    public var update = false
    /// Products to remove, by id, from an index that is there; nil: none are, and without `update` the index is built anew.
    public var delete: [ProductID]?
    /// How the dumps are read.
    public var dump = DumpOptions()
    /// The language of all products, nil for `auto`.
    ///
    /// An update keeps the index's own.
    public var language: Language?
    /// Stops at the first bad row instead of skipping it; nothing is changed then.
    public var stopsAtBadRow = false
    /// Where bad rows go, in their original form.
    public var rejects: String?
    /// The synonym file's text; nil keeps an updated index's own.
    public var synonyms: String?
    /// Default column weights of searches; nil keeps an updated index's own.
    public var weights: ColumnWeights?
    /// Bytes the posting lists may take in memory before they are spilled to disk.
    public var memoryLimit = 256 << 20

    /// Builds the index `into` from dump files; `-` is standard input.
    public init(dumps: [String], into: String) {
        self.dumps = dumps
        self.into = into
    }

    /// Builds the index `into` from products that are in memory.
    public init(products: [Product], into: String) {
        dumps = []
        self.products = products
        self.into = into
    }
}

/// What a build or an update did.
public struct BuildReport: Sendable, Codable {
    /// What was read: files, columns, rows.
    public var dump = DumpReport()
    /// Products that were not in the index before.
    public var added = 0
    /// Products that were, and have new content.
    public var replaced = 0
    /// Products that `delete` named and that are gone.
    public var deleted = 0
    /// Ids to delete that were not in the index.
    public var notFound: [String] = []
    /// Rejected rows by reason, duplicates included.
    public var rejected: [String: Int] = [:]
    /// The first rejected rows in words.
    public var examples: [String] = []
    /// Live products in the index now.
    public var products = 0
    /// Live products by language of analysis.
    public var languages: [String: Int] = [:]
    /// Size of the index file.
    public var bytes = 0
    /// Time from start to publication.
    public var seconds = 0.0

    /// A report of nothing done.
    public init() {}
}

/// What a build did to the index with a product.
public enum ProductChange: String, Sendable, Hashable {
    /// Its id was not there before.
    case added
    /// It took the place of one with its id.
    case replaced
}

/// Builds or updates an index, all or nothing: reads, analyzes, writes, publishes.
public struct IndexBuild {
    private let options: BuildOptions
    private let onProgress: (DumpProgress) -> Void
    private let onProduct: (ProductID, ProductChange) -> Void
    private var report = BuildReport()
    private var rejects: RejectsWriter?
    /// Line of each product added in this run, to name the first of two with the same id.
    private var lines: [UInt32] = []
    private var files: [(firstProduct: Int, source: DumpSource)] = []

    /// How many rejected rows the report tells in words.
    private static let exampleLimit = 10

    /// Prepares a build; `onProgress` is called now and then, and `onProduct` for each product that is written, by the
    /// thread that runs it.
    public init(
        _ options: BuildOptions,
        onProgress: @escaping (DumpProgress) -> Void = { _ in },
        onProduct: @escaping (ProductID, ProductChange) -> Void = { _, _ in }
    ) {
        self.options = options
        self.onProgress = onProgress
        self.onProduct = onProduct
    }

    /// Runs it.
    ///
    /// Blocks the calling thread; throws `DumpError`, `IndexerError` or `CatalogError` with nothing changed.
    public mutating func run() throws -> BuildReport {
        do {
            return try build()
        } catch let error as DatabaseError {
            throw CatalogError(error, doing: "writing \(options.into)")
        }
    }

    private mutating func build() throws -> BuildReport {
        let start = Date()
        // A list that happens to be empty must not make a build of an update.
        let changes = options.update || options.delete != nil
        try OutputCheck.check(options, changing: changes)
        // What the dumps are is seen before anything is written; how an update's are read is written in the index.
        let reader: DumpReader?
        let publication: Publication
        if changes {
            publication = try Publication(path: options.into)
            reader = try Self.reader(options, RememberedPlan.stored(at: publication.path))
        } else {
            reader = try Self.reader(options, [])
            publication = try Publication(path: options.into)
        }
        rejects = options.rejects.map { RejectsWriter(path: $0) }
        if changes { try publication.copyCurrent() }
        let (before, written) = try write(reader, to: publication.buildingPath, changing: changes)
        let resettled =
            changes && before.products < SampledDump.sampleRows
            ? try Compaction.resettled(publication.buildingPath) : nil
        if resettled != nil || Compaction.isDue(written) {
            let compact = try Compaction.run(
                publication.buildingPath,
                settings: resettled,
                memoryLimit: options.memoryLimit
            )
            report.languages = compact.languages.mapValues(Int.init)
        }
        try rejects?.finish()
        try publication.publish()
        let attributes = try FileManager.default.attributesOfItem(atPath: publication.path)
        report.bytes = (attributes[.size] as? NSNumber)?.intValue ?? 0
        report.seconds = Date().timeIntervalSince(start)
        return report
    }

    /// A reader of the dumps; nil where there are none.
    private static func reader(_ options: BuildOptions, _ remembered: [RememberedPlan]) throws -> sending DumpReader? {
        guard !options.dumps.isEmpty else { return nil }
        var dump = options.dump
        dump.keepsOriginals = options.rejects != nil
        dump.remembered = remembered
        return try DumpReader(paths: options.dumps, options: dump)
    }

    /// Writes the products; gives what the index held before and what it holds now.
    private mutating func write(
        _ reader: sending DumpReader?,
        to path: String,
        changing: Bool
    ) throws -> (before: IndexStatistics, now: IndexStatistics) {
        let queue = try changing ? IndexConnection.changing(path) : IndexConnection.creating(path)
        defer { try? queue.close() }
        var settings = IndexSettings()
        var statistics = IndexStatistics()
        var patterns: [[UInt16]] = []
        var now = IndexStatistics()
        if changing {
            (settings, statistics, patterns) = try queue.read { database in
                (
                    try IndexMeta.settings(database), try IndexMeta.statistics(database),
                    try IndexMeta.patterns(database)
                )
            }
        } else {
            settings.language = options.language
        }
        if let synonyms = options.synonyms { settings.synonyms = synonyms }
        if let weights = options.weights { settings.weights = weights }
        let choosesFallback = !changing && options.language == nil
        let pipeline: AnalysisPipeline
        if let reader {
            let source = try SampledDump(reader, settings: &settings, choosesFallback: choosesFallback)
            pipeline = AnalysisPipeline(source: source, settings: settings, forNewIndex: !changing)
        } else {
            let source = try SampledDump(
                options.products,
                limit: AnalysisPipeline.batch,
                settings: &settings,
                choosesFallback: choosesFallback
            )
            pipeline = AnalysisPipeline(source: source, settings: settings, forNewIndex: !changing)
        }
        try queue.writeWithoutTransaction { database in
            let writer = try IndexWriter(
                database: database,
                settings: settings,
                statistics: statistics,
                patterns: patterns,
                isNew: !changing,
                directory: URL(fileURLWithPath: path).deletingLastPathComponent().path,
                memoryLimit: options.memoryLimit
            )
            try database.execute(sql: "BEGIN")
            let analyzer = try BatchAnalyzer(settings: settings, forNewIndex: !changing)
            try delete(with: writer, analyzer: analyzer)
            try add(from: pipeline, with: writer, analyzer: analyzer)
            report.dump = pipeline.report
            let plans = pipeline.plans
            if !plans.isEmpty {
                let encoder = JSONEncoder()
                encoder.outputFormatting = .sortedKeys
                try IndexMeta.write(dumpPlans: encoder.encode(plans), to: database)
            }
            let written = try writer.finish()
            guard written.products > 0 || changing else {
                throw IndexerError.noProducts(rejected: report.rejected.values.reduce(0, +))
            }
            try database.execute(sql: "COMMIT")
            report.products = Int(written.products)
            report.languages = written.languages.mapValues(Int.init)
            now = written
        }
        try queue.close()
        return (statistics, now)
    }

    private mutating func delete(with writer: IndexWriter, analyzer: BatchAnalyzer) throws {
        for id in options.delete ?? [] {
            if try writer.remove(id, analyzer: analyzer) {
                report.deleted += 1
            } else {
                report.notFound.append(id.rawValue)
            }
        }
    }

    private mutating func add(
        from pipeline: AnalysisPipeline,
        with writer: IndexWriter,
        analyzer: BatchAnalyzer
    ) throws {
        func write(_ batch: AnalyzedBatch) throws {
            try writer.add(batch, analyzer: analyzer) { row, written in
                if let written {
                    try note(written.product, written.outcome, batch.outcomes, firstNumber: writer.firstNumber)
                } else if case .rejected(let reject) = batch.outcomes[row] {
                    try note(reject)
                }
            }
        }
        while try pipeline.withNext(write) { onProgress(pipeline.progress) }
    }

    private mutating func note(
        _ product: AnalyzedProduct,
        _ outcome: IndexWriter.Outcome,
        _ outcomes: [RowOutcome],
        firstNumber: DocumentNumber
    ) throws {
        let location = product.location
        if files.last?.source != location.source { files.append((lines.count, location.source)) }
        lines.append(UInt32(clamping: location.line))
        switch outcome {
        case .added:
            report.added += 1
            onProduct(product.id, .added)
        case .replaced:
            report.replaced += 1
            onProduct(product.id, .replaced)
        case .duplicate(let number):
            guard case .product(_, _, let original) = outcomes[product.row] else { return }
            let first = firstLocation(of: Int(number) - Int(firstNumber)) ?? location
            try note(
                Reject(
                    location: location,
                    field: "id",
                    value: product.id.rawValue,
                    reason: .duplicateID(first: first),
                    original: original
                )
            )
        }
    }

    private func firstLocation(of product: Int) -> SourceLocation? {
        guard lines.indices.contains(product), let file = files.last(where: { $0.firstProduct <= product }) else {
            return nil
        }
        return SourceLocation(source: file.source, line: Int(lines[product]), record: 0, byteOffset: 0)
    }

    private mutating func note(_ reject: Reject) throws {
        if options.stopsAtBadRow { throw IndexerError.badRow(reject.message) }
        report.rejected[reject.reason.code, default: 0] += 1
        if report.examples.count < Self.exampleLimit { report.examples.append(reject.message) }
        try rejects?.write(reject)
    }
}
