/// Reads dumps one after the other and gives their products.
///
/// Not thread-safe: call it from one thread at a time.
public final class DumpReader {
    private let paths: [String]
    private let options: DumpOptions
    private let standardInput: Int32
    private var current: DumpFile?
    private var groups: VariantGroups?
    private var linkedGroups: LinkedGroups?
    private var nextPath = 0
    private var ready: [RowOutcome] = []
    private var finished: [DumpReport.File] = []
    /// How the files so far were read, with what the options say of the index to update.
    private(set) var plans: [RememberedPlan]
    private var finishedBytes = 0
    private let totalBytes: Int?
    private var rows = 0
    private let record = RawRecord()

    /// Opens and recognizes every file.
    ///
    /// - Throws: `DumpError` naming the file and a remedy.
    public convenience init(paths: [String], options: DumpOptions = DumpOptions()) throws {
        try self.init(paths: paths, options: options, standardInput: 0)
    }

    /// The same, with another descriptor in the place of standard input.
    init(paths: [String], options: DumpOptions, standardInput: Int32) throws {
        guard let first = paths.first else { throw DumpError.noFiles }
        self.paths = paths
        self.options = options
        self.standardInput = standardInput
        plans = options.remembered
        var total: Int? = 0
        // Pipes can be read only once, so only plain files are looked at ahead of their turn.
        for path in paths {
            let size = path == "-" ? nil : try FileSource(path: path, chunkSize: 1).size
            total = total.flatMap { sum in size.map { sum + $0 } }
            if path != first, size != nil {
                _ = try DumpFile(path: path, options: options, plans: plans, standardInput: -1)
            }
        }
        totalBytes = total
        try openNext()
    }

    /// Reads on; gives at most `limit` outcomes, nil at the end of the last file.
    ///
    /// - Throws: `DumpError` when a file cannot be read to its end (damaged gzip, broken JSON array).
    public func nextBatch(limit: Int) throws -> [RowOutcome]? {
        while ready.count < limit, let file = current {
            switch try file.reader.next(record) {
            case .end:
                let before = ready.count
                groups?.finish(&ready)
                linkedGroups?.finish(&ready)
                file.countSkipped("product group, whose variants are products", rows: linkedGroups?.expanded ?? 0)
                for outcome in ready[before...] { file.count(outcome) }
                close(file)
                try openNext()
            case .skipped(let reason):
                count(file)
                file.countSkipped(reason)
            case .malformed(let reason):
                count(file)
                let location = SourceLocation(
                    source: file.source,
                    line: record.line,
                    record: record.ordinal,
                    byteOffset: record.offset
                )
                append(Reject(location: location, reason: reason, original: record.original), file)
            case .record:
                count(file)
                map(file)
            case .context: map(file)
            }
        }
        guard !ready.isEmpty else { return nil }
        if ready.count <= limit {
            defer { ready = [] }
            return ready
        }
        let batch = Array(ready.prefix(limit))
        ready.removeFirst(batch.count)
        return batch
    }

    private func map(_ file: DumpFile) {
        switch file.mapper.map(record) {
        case .skipped(let reason): file.countSkipped(reason)
        case .rejected(let field, let value, let reason):
            let location = SourceLocation(
                source: file.source,
                line: record.line,
                record: record.ordinal,
                byteOffset: record.offset
            )
            append(
                Reject(location: location, field: field, value: value, reason: reason, original: record.original),
                file
            )
        case .row(let row):
            let before = ready.count
            if let link = row.link {
                linkedGroups?.add(row, link, to: &ready)
            } else {
                groups?.add(row, to: &ready)
            }
            for outcome in ready[before...] { file.count(outcome) }
        }
    }

    private func count(_ file: DumpFile) {
        file.countRow()
        rows += 1
    }

    private func append(_ reject: Reject, _ file: DumpFile) {
        ready.append(.rejected(reject))
        file.count(.rejected(reject))
    }

    private func openNext() throws {
        current = nil
        groups = nil
        linkedGroups = nil
        guard nextPath < paths.count else { return }
        let file = try DumpFile(path: paths[nextPath], options: options, plans: plans, standardInput: standardInput)
        nextPath += 1
        current = file
        groups = VariantGroups(grouping: file.grouping, window: options.groupWindow)
        linkedGroups = LinkedGroups(window: options.groupWindow)
    }

    private func close(_ file: DumpFile) {
        finished.append(file.currentReport())
        RememberedPlan.merge(file.plan(), into: &plans)
        finishedBytes += file.raw.bytesRead
    }

    /// How far the reader is.
    public var progress: DumpProgress {
        DumpProgress(bytesRead: finishedBytes + (current?.raw.bytesRead ?? 0), totalBytes: totalBytes, rows: rows)
    }

    /// What was recognized, and what became of the rows so far.
    public var report: DumpReport {
        var report = DumpReport()
        report.files = finished + (current.map { [$0.currentReport()] } ?? [])
        return report
    }
}
