import ArgumentParser
import Clicks
import Foundation
import Indexer

/// `aisle events import`: files of events into the file that is asked about them.
struct EventsImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import events and queries from files.",
        discussion: """
            Files hold JSON: one record a line, a list, or {"events": [...]}. Records are events and queries of UBI 1.3.0, \
            or events as Algolia's Insights or Meilisearch take them; gzip is unpacked, "-" is standard input. What is \
            imported again is not counted again. Bad records are named on standard error and left out.
            """
    )

    @Argument(help: "Files; \"-\" is standard input.")
    var files: [String]

    @Option(help: "The file of events; made if it is not there.")
    var into: String

    @Option(help: "Days that events are kept, counted from when they happened.")
    var retentionDays = EventStoreSettings().retentionDays

    @Flag(help: "Print a line with the number of records whenever more are on the disk.")
    var acknowledge = false

    @Flag(help: "Print JSON.")
    var json = false

    /// What `--json` prints.
    private struct Report: Encodable {
        struct Problem: Encodable {
            let file: String
            let record: Int
            let field: String?
            let problem: String
        }
        var stored = 0
        var duplicates = 0
        var expired = 0
        var rejected = 0
        /// The first ones.
        var problems: [Problem] = []
    }

    private static let mostProblems = 100

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("Name at least one file, or - for standard input.") }
        guard retentionDays > 0, retentionDays <= 36_500 else {
            throw ValidationError("--retention-days is above 0, at most 36500.")
        }
    }

    func run() async throws {
        do {
            var settings = EventStoreSettings()
            settings.retentionDays = retentionDays
            let store = try await EventStore.open(path: into, settings: settings)
            var report = Report()
            for file in files {
                let bytes = try PlainBytes(path: file)
                try await EventFile(path: file, next: bytes.next).read { records in
                    try await keep(records, of: file, store, &report)
                }
            }
            try await store.maintain()
            if json {
                try Terminal.printJSON(report)
            } else if !acknowledge {
                print(Self.text(report, into: into))
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func keep(_ records: [ReadRecord], of file: String, _ store: EventStore, _ report: inout Report)
        async throws
    {
        var good: [LogRecord] = []
        for record in records {
            switch record.result {
            case .success(let entries): good += entries
            case .failure(let problem):
                report.rejected += 1
                if report.problems.count < Self.mostProblems {
                    report.problems.append(
                        .init(file: file, record: problem.record, field: problem.field, problem: problem.problem)
                    )
                    Terminal.printError("\(file): \(problem)")
                }
            }
        }
        var rest = good[...]
        while !rest.isEmpty {
            for outcome in try await store.record(Array(rest.prefix(5000))) {
                switch outcome {
                case .stored: report.stored += 1
                case .duplicate: report.duplicates += 1
                case .expired: report.expired += 1
                }
            }
            rest = rest.dropFirst(5000)
            if acknowledge {
                print(report.stored + report.duplicates + report.expired)
                fflush(nil)
            }
        }
    }

    private static func text(_ report: Report, into: String) -> String {
        var parts = ["\(into): \(report.stored) new"]
        if report.duplicates > 0 { parts.append("\(report.duplicates) known before") }
        if report.expired > 0 { parts.append("\(report.expired) too old to keep") }
        if report.rejected > 0 { parts.append("\(report.rejected) rejected") }
        return parts.joined(separator: ", ")
    }
}
