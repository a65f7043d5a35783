import ArgumentParser
import Clicks

/// The file of events that a command asks.
struct EventsFile: ParsableArguments {
    @Option(help: "The file of events that `aisle events import` made.")
    var from: String

    /// Opens it.
    ///
    /// Throws `ClicksError.noStore` where it is not there.
    func open() async throws -> EventStore { try await EventStore.open(path: from, create: false) }
}
