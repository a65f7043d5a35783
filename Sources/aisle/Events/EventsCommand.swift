import ArgumentParser

/// `aisle events`: what shoppers did.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Keep what shoppers did, and see what it says.",
        subcommands: [
            EventsImportCommand.self, EventsStatsCommand.self, EventsDeleteCommand.self, EventsCompareCommand.self,
        ]
    )
}
