/// One opened and recognized file.
final class DumpFile {
    let raw: FileSource
    let source: DumpSource
    let reader: any RecordReader
    let mapper: ProductMapper
    let grouping: Feed.Grouping
    private(set) var report: DumpReport.File
    private let transcoder: TranscodingSource?
    private let cleaner: TextCleaner
    private let remembered: RememberedPlan

    /// Records looked at to tell columns apart.
    private static let sampleSize = 200

    /// Opens `path` and recognizes encoding, format, feed and columns.
    ///
    /// Files before it settle how `plans` say that columns are read, as does the index to update, whose identifier a
    /// file has to have.
    ///
    /// - Throws: `DumpError`.
    init(path: String, options: DumpOptions, plans known: [RememberedPlan], standardInput: Int32) throws {
        raw = try FileSource(path: path, chunkSize: options.chunkSize, standardInput: standardInput)
        let text = try TextInput(raw, name: path, options: options)
        transcoder = text.transcoder
        let opened = try Self.open(text, path: path, options: options)
        let sample = ColumnSample.take(opened.preview, limit: Self.sampleSize)
        let preview = opened.preview.columns
        let table = preview.columns
        let places = table.indices.filter(preview.holdsValues)
        let holding = places.map { table[$0].name }
        let recognized =
            opened.hasNames ? Feed.recognize(holding, values: { sample.columns[places[$0]].distinct }) : nil
        let isUpdate = !options.remembered.isEmpty
        let isIdentified = options.map.contains { $0.field == .id }
        let plan = RememberedPlan.choose(
            isUpdate ? known : known.filter { $0.feed == recognized?.name },
            feed: recognized?.name,
            names: holding,
            anyIdentifier: isIdentified
        )
        var map = options.map
        if isUpdate, plan == nil {
            let plainID = options.takesPlainID && !options.remembered.contains { $0.knows("id") } ? "id" : nil
            if let plainID, holding.contains(plainID) { map.append(FieldMapping(.id, .named(plainID))) }
        }
        if isUpdate, plan == nil, !map.contains(where: { $0.field == .id }) {
            let names = options.remembered.flatMap(\.identifiers)
            throw DumpError.noIdentifier(names: names, file: path, columns: table.map(\.name))
        }
        let feed = recognized ?? plan?.feed.flatMap { Feed.named($0, identifiedBy: plan?.identifiers ?? []) }
        var notes = text.notes
        if !opened.hasNames, plan == nil {
            let guess = HeaderlessGuess.map(table.map(\.name), sample.columns, given: map)
            map += guess
            let said = guess.map { mapping -> String in
                guard case .named(let name) = mapping.column else { return "" }
                return "\(mapping.field.rawValue) guessed to be \(name)"
            }
            notes.append(
                "no header line; " + said.joined(separator: ", ") + "; correct with --map title=3 (its number)"
            )
        }
        let planner = ColumnPlanner(
            file: path,
            feed: feed,
            map: map,
            allowsNumbers: opened.format == .csv || opened.format == .tsv,
            remembered: plan
        )
        guard sample.records > 0 || !holding.isEmpty else {
            throw DumpError.unrecognized(file: path, start: Self.beginning(text.head))
        }
        let plans = try planner.plan(table, sample.columns, records: sample.records)
        reader = opened.reader
        source = DumpSource(name: path, layout: opened.reader.layout)
        cleaner = TextCleaner(sawMultiByte: text.sawMultiByte)
        opened.reader.columns.adopt(preview)
        // With an identifier of its own it is another kind of dump.
        remembered =
            plan.flatMap { isIdentified ? nil : $0 }
            ?? RememberedPlan(feed: feed?.name, numbersRows: planner.numbersRows)
        grouping = feed?.grouping ?? .none
        mapper = ProductMapper(
            planner: planner,
            plans: plans,
            table: opened.reader.columns,
            source: source,
            cleaner: cleaner,
            keepsOriginals: options.keepsOriginals || grouping != .none
        )
        report = DumpReport.File(
            name: path,
            format: opened.format,
            feed: feed?.name ?? opened.plainName,
            encoding: text.encoding,
            compressed: text.isCompressed,
            delimiter: opened.delimiter
        )
        report.notes = notes
    }

    // MARK: Report

    /// How the columns were read, with what was known of them before.
    func plan() -> RememberedPlan {
        var plan = remembered
        plan.add(
            mapper.plans.enumerated().filter { index, plan in
                mapper.filled(index) > 0 && !plan.isUndecided && !reader.columns.columns[index].isNamedByData
            }
            .map(\.element)
        )
        return plan
    }

    /// The report with everything counted so far.
    func currentReport() -> DumpReport.File {
        var current = report
        current.notes += reader.notes
        current.warnings = mapper.warnings.counts
        current.warningExamples = mapper.warnings.examples
        let repairs = cleaner.repairs + (transcoder?.replacements ?? 0)
        if repairs > 0 { current.warnings["encoding"] = repairs }
        for (index, plan) in mapper.plans.enumerated() where reader.columns.holdsValues(index) {
            let filled = mapper.filled(index)
            let role: DumpReport.Role
            switch plan.role {
            case _ where filled == 0 && current.rows > 0: role = .ignored(reason: "empty in every row")
            case .field(let field): role = .mapped(field)
            case .attribute(let name): role = .attribute(name)
            case .ignored(let reason): role = .ignored(reason: reason)
            case .optionName, .optionValue: role = .attribute("by the option's name")
            case .control(let control): role = .used(purpose: control.rawValue)
            }
            current.columns.append(DumpReport.Column(name: plan.name, role: role, filled: filled))
        }
        return current
    }

    func countRow() { report.rows += 1 }
    func countSkipped(_ reason: String, rows: Int = 1) {
        if rows > 0 { report.skipped[reason, default: 0] += rows }
    }

    func count(_ outcome: RowOutcome) {
        switch outcome {
        case .product: report.products += 1
        case .rejected(let reject): report.rejected[reject.reason.code, default: 0] += 1
        }
    }

    // MARK: Formats

    private struct Opened {
        var format: DumpFormat
        var reader: any RecordReader
        /// A reader over the head alone, for a look at the columns.
        var preview: any RecordReader
        var hasNames = true
        var delimiter: String?

        var plainName: String { format == .csv || format == .tsv ? "table" : "objects" }
    }

    private static func open(_ text: TextInput, path: String, options: DumpOptions) throws -> Opened {
        let window = text.window
        let head = text.head
        let isWhole = text.isWhole
        let first = head.first { $0 > 32 }
        let format = options.format
        if format == .html || (format == nil && isHTML(head)) {
            return try openPage(window, head, path, options)
        }
        let mayBeJSON = format == nil || format == .json || format == .jsonl
        if mayBeJSON, let arrangement = head.withUnsafeBufferPointer({ JSONArrangement.sniff($0, isWhole: isWhole) }) {
            let limit = options.recordLimit
            let preview = try previewWindow(arrangement == .values ? wholeValue(window, head, limit) : head)
            return Opened(
                format: arrangement == .lines || arrangement == .values ? .jsonl : .json,
                reader: JSONReader(window: window, name: path, arrangement: arrangement, limit: limit),
                preview: JSONReader(window: preview, name: path, arrangement: arrangement, limit: limit)
            )
        }
        if format == .xml || (format == nil && first == UInt8(ascii: "<")) {
            guard let arrangement = head.withUnsafeBufferPointer({ XMLArrangement.sniff($0) }) else {
                throw DumpError.unrecognized(file: path, start: beginning(head))
            }
            let preview = try previewWindow(head)
            let limit = options.recordLimit
            return Opened(
                format: .xml,
                reader: XMLReader(window: window, name: path, arrangement: arrangement, limit: limit),
                preview: XMLReader(window: preview, name: path, arrangement: arrangement, limit: limit)
            )
        }
        guard format == nil || format == .csv || format == .tsv else {
            throw DumpError.unrecognized(file: path, start: beginning(head))
        }
        return try openTable(text, path, options)
    }

    private static func openPage(
        _ window: ByteWindow,
        _ head: [UInt8],
        _ path: String,
        _ options: DumpOptions
    ) throws -> Opened {
        func reader(_ page: ByteWindow) -> JSONReader {
            let blocks = ByteWindow(ScriptBlockSource(page), chunkSize: options.chunkSize)
            return JSONReader(window: blocks, name: path, arrangement: .values, limit: options.recordLimit)
        }
        let preview = try previewWindow(head)
        return Opened(format: .html, reader: reader(window), preview: reader(preview))
    }

    private static func openTable(_ input: TextInput, _ path: String, _ options: DumpOptions) throws -> Opened {
        let head = input.head
        let isTabbed = options.format == .tsv || path.hasSuffix(".tsv") || path.hasSuffix(".tsv.gz")
        let found = head.withUnsafeBufferPointer { text -> (DelimitedDialect, DelimitedHeader)? in
            var dialect = DelimitedDialect.sniff(text, isWhole: input.isWhole, prefersTab: isTabbed)
            if let delimiter = options.delimiter {
                dialect = dialect ?? DelimitedDialect(delimiter: delimiter)
                dialect?.delimiter = delimiter
            }
            guard let dialect else { return nil }
            return DelimitedHeader.read(text, dialect, map: options.map, isPresent: options.hasHeader)
                .map { (dialect, $0) }
        }
        guard let (dialect, header) = found else {
            throw DumpError.unrecognized(file: path, start: beginning(head))
        }
        let layout = RowLayout(prologue: Array(head[..<header.length]))
        func reader(_ window: ByteWindow) -> DelimitedReader {
            DelimitedReader(
                window: window,
                dialect: dialect,
                header: header.names,
                firstLine: header.lines + 1,
                limit: options.recordLimit,
                layout: layout
            )
        }
        // The head's last line is cut off anywhere: it is no sample.
        let lineEnd: UInt8 = dialect.endsWithCarriageReturn ? 13 : 10
        let end = input.isWhole ? head.count : (head.lastIndex(of: lineEnd) ?? head.count - 1) + 1
        let rows = Array(head[header.length..<max(header.length, end)])
        let preview = reader(try previewWindow(rows))
        input.window.consume(header.length)
        return Opened(
            format: dialect.delimiter == 9 ? .tsv : .csv,
            reader: reader(input.window),
            preview: preview,
            hasNames: header.isPresent,
            delimiter: String(decoding: [dialect.delimiter], as: UTF8.self)
        )
    }

    /// The head, made longer where its first JSON value does not end in it: a part of a value tells nothing.
    private static func wholeValue(_ window: ByteWindow, _ head: [UInt8], _ limit: Int) throws -> [UInt8] {
        let start = head.firstIndex { $0 > 32 } ?? head.count
        var size = head.count
        while size < limit,
            JSONExtent.measure(window.base + start, min(size, window.count) - start, atEnd: false) == .incomplete
        {
            size = min(2 * size, limit)
            try window.fill(toAtLeast: size)
            if window.count < size { break }
        }
        // However many bytes came: recognition must not depend on the chunk size.
        return Array(window.bytes.prefix(size))
    }

    private static func previewWindow(_ head: [UInt8]) throws -> ByteWindow {
        let window = ByteWindow(HeadedSource(head: head), chunkSize: max(64, head.count))
        try window.fill(toAtLeast: head.count + 1)
        return window
    }

    private static func isHTML(_ head: [UInt8]) -> Bool {
        let start = String(decoding: head.drop { $0 <= 32 }.prefix(15), as: UTF8.self).lowercased()
        return start.hasPrefix("<!doctype html") || start.hasPrefix("<html")
    }

    private static func beginning(_ text: [UInt8]) -> String {
        String(decoding: text.prefix(60).map { $0 < 32 ? 32 : $0 }, as: UTF8.self)
    }
}
