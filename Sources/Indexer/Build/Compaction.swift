internal import Catalog
internal import Foundation
internal import GRDB

/// Writes an index anew from the products it holds, so that updates do not add up.
///
/// Every update adds a segment of posting lists, which every look-up has to visit, and leaves the numbers of replaced
/// products unused. Nothing that a search gives changes but where the products have come to be of another language: then
/// those that do not tell theirs are analyzed anew.
enum Compaction {
    /// Segments, and unused numbers beside the live products, that are put up with.
    private static let segmentLimit: Int64 = 32
    private static let unusedLimit: Int64 = 1 << 16

    /// Whether updates have added up.
    static func isDue(_ statistics: IndexStatistics) -> Bool {
        statistics.nextSegment > segmentLimit
            || statistics.nextNumber > 2 * statistics.products + unusedLimit
    }

    /// The index's settings with the fallback language that a build of its products would choose; nil where they are that
    /// already.
    static func resettled(_ path: String) throws -> IndexSettings? {
        let queue = try IndexConnection.reading(path)
        defer { try? queue.close() }
        return try queue.unsafeRead { stored in
            let settings = try IndexMeta.settings(stored)
            guard settings.language == nil, let connection = stored.sqliteConnection else { return nil }
            let products = try ProductTable(connection)
            let numbers = try RawStatement(
                connection,
                "SELECT number FROM products ORDER BY number LIMIT \(SampledDump.sampleRows)"
            )
            var sample: [Product] = []
            while try numbers.step() {
                if let (product, _) = try products.product(DocumentNumber(numbers.int64(0))) { sample.append(product) }
            }
            var better = settings
            better.fallbackLanguage = IndexSettings().fallbackLanguage
            try SampledDump.chooseFallback(from: sample, settings: &better)
            return better == settings ? nil : better
        }
    }

    /// Replaces the unpublished file at `path` by a compact one, with other settings where they are given.
    static func run(_ path: String, settings: IndexSettings? = nil, memoryLimit: Int) throws -> IndexStatistics {
        let target = path + Publication.compactSuffix
        let source = try IndexConnection.reading(path)
        let queue = try IndexConnection.creating(target)
        defer {
            try? source.close()
            try? queue.close()
        }
        let written = try source.unsafeRead { stored in
            let settings = try settings ?? IndexMeta.settings(stored)
            var statistics = IndexStatistics()
            statistics.generation = try IndexMeta.statistics(stored).generation
            return try queue.writeWithoutTransaction { database in
                try database.execute(sql: "BEGIN")
                let written = try copy(
                    from: stored,
                    to: database,
                    settings,
                    statistics,
                    path: path,
                    memoryLimit: memoryLimit
                )
                if let plans = try IndexMeta.dumpPlans(stored) { try IndexMeta.write(dumpPlans: plans, to: database) }
                try database.execute(sql: "COMMIT")
                return written
            }
        }
        try source.close()
        try queue.close()
        guard rename(target, path) == 0 else {
            throw IndexerError.system(code: errno, doing: "renaming \(target) to \(path)")
        }
        return written
    }

    private static func copy(
        from stored: Database,
        to database: Database,
        _ settings: IndexSettings,
        _ statistics: IndexStatistics,
        path: String,
        memoryLimit: Int
    ) throws -> IndexStatistics {
        guard let connection = stored.sqliteConnection else {
            throw CatalogError.damagedIndex(path: path, reason: "the connection is closed")
        }
        let writer = try IndexWriter(
            database: database,
            settings: settings,
            statistics: statistics,
            patterns: [],
            isNew: true,
            directory: URL(fileURLWithPath: path).deletingLastPathComponent().path,
            memoryLimit: memoryLimit
        )
        let analyzer = try BatchAnalyzer(settings: settings, forNewIndex: true)
        let products = try ProductTable(connection)
        let numbers = try RawStatement(connection, "SELECT number FROM products ORDER BY number")
        let location = SourceLocation(
            source: DumpSource(name: path, layout: RowLayout()),
            line: 0,
            record: 0,
            byteOffset: 0
        )
        var rows: [RowOutcome] = []
        var more = true
        while more {
            more = try numbers.step()
            if more, let (product, _) = try products.product(DocumentNumber(numbers.int64(0))) {
                rows.append(.product(product, location, original: []))
            }
            guard rows.count == AnalysisPipeline.batch || !more else { continue }
            try writer.add(try analyzer.analyze(rows), analyzer: analyzer) { _, _ in }
            rows.removeAll(keepingCapacity: true)
        }
        return try writer.finish()
    }
}
