import ArgumentParser

/// `aisle bench`: speed, measured against what people would use instead.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure speed against peers, interleaved in one run.",
        subcommands: [BenchIndexCommand.self, BenchRetrieveCommand.self, BenchRerankCommand.self]
    )
}
