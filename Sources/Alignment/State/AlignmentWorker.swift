internal import Catalog
internal import Foundation
internal import GRDB
internal import Indexer
internal import Reranker

/// Does everything that blocks: lists, candidates, the state file. Runs on a queue of its own.
actor AlignmentWorker {
    private let queue = SerialQueueExecutor(label: "aisle.alignment")
    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    let options: AlignmentRequest
    let reader: EvidenceReader
    let left: AlignedList
    /// The left list again where it is aligned with itself.
    let right: AlignedList
    let state: StateFile
    let reports: [ListReport]
    /// Whether one list is aligned with itself: then pairs have their lower number left.
    let isOneList: Bool

    /// How often a key occurs, for the commonest and latest ones.
    var keyCounts: [String: Int] = [:]
    /// Right rows' evidence, of the rows compared last.
    var rightEvidence: [Int64: WeightedEvidence] = [:]

    /// Reads the lists, unless an earlier run did, and opens the state.
    ///
    /// Blocks; to be called where that does not matter.
    ///
    /// - Throws: `DumpError`, `IndexerError`, `CatalogError`, `AlignmentError`.
    init(
        _ options: AlignmentRequest,
        scorer: String,
        onProgress: @escaping @Sendable (AlignmentProgress) -> Void
    ) throws {
        self.options = options
        isOneList = options.right == nil
        let folder = options.state
        let files = FileManager.default
        if options.restarts { try? files.removeItem(atPath: folder) }
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            let problem = "the folder cannot be made (\(error.localizedDescription))"
            throw AlignmentError.state(path: folder, problem: problem)
        }
        state = try StateFile(path: "\(folder)/work.db", fingerprint: Self.fingerprint(options, scorer: scorer))
        var reports: [ListReport] = []
        for (name, input) in [("left", options.left), ("right", options.right)] {
            guard let input else { continue }
            reports.append(try Self.read(input, name, options, state, onProgress))
        }
        self.reports = reports
        left = try AlignedList(path: "\(folder)/left.db")
        right = isOneList ? left : try AlignedList(path: "\(folder)/right.db")
        reader = try EvidenceReader()
    }

    /// What may not change between a run and the one that goes on with it.
    private static func fingerprint(_ options: AlignmentRequest, scorer: String) -> [String: String] {
        let categories = (options.settings.categories ?? [:]).compactMapValues(\.instruction)
        let tasks = categories.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
        return [
            "left list": options.left.fingerprint, "right list": options.right?.fingerprint ?? "the same",
            "model": scorer, "instruction": options.settings.instruction ?? AlignmentSettings.standardInstruction,
            "instructions of categories": tasks, "--candidates": "\(options.candidates)",
            "--exhaustive": "\(options.exhaustivePairs)", "text format": "\(RowText.version)",
        ]
    }

    private static func read(
        _ input: ListInput,
        _ name: String,
        _ options: AlignmentRequest,
        _ state: StateFile,
        _ onProgress: @escaping @Sendable (AlignmentProgress) -> Void
    ) throws -> ListReport {
        if let text = try state.meta("list.\(name)"),
            let report = try? JSONDecoder().decode(ListReport.self, from: Data(text.utf8))
        {
            return report
        }
        var build = BuildOptions(dumps: [input.path], into: "\(options.state)/\(name).db")
        build.dump = try input.recognized()
        build.stopsAtBadRow = options.stopsAtBadRow
        var run = IndexBuild(build) { progress in
            onProgress(
                AlignmentProgress(
                    phase: .reading,
                    done: progress.bytesRead,
                    total: progress.totalBytes ?? progress.bytesRead,
                    earlier: 0
                )
            )
        }
        let report = ListReport(path: input.path, try run.run())
        let text = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        try state.write { try $0.setMeta("list.\(name)", text) }
        return report
    }

    /// A list by its side.
    func list(isRight: Bool) -> AlignedList { isRight ? right : left }

    /// Rows a step goes through.
    func rows(of step: WorkStep) -> Int { list(isRight: step.isRight).count }

    /// The last row of a step that is done; nil: the whole step is.
    func last(_ step: WorkStep) throws -> Int64? {
        guard let text = try state.meta("done.\(step.rawValue)") else { return -1 }
        return Int64(text)
    }

    /// Keeps what a step did up to a row, together with the row.
    func finish(_ step: WorkStep, through row: Int64?, _ body: (Database) throws -> Void) throws {
        try state.write { database in
            try body(database)
            try database.setMeta("done.\(step.rawValue)", row.map(String.init) ?? "all")
        }
    }

    /// Rows done of a step.
    func done(_ step: WorkStep) throws -> Int {
        let list = list(isRight: step.isRight)
        guard let last = try last(step) else { return list.count }
        return try list.count(through: last)
    }

    /// Closes the state and, when all is done, removes it.
    func close(removing: Bool) {
        state.close()
        if removing { try? FileManager.default.removeItem(atPath: options.state) }
    }
}
