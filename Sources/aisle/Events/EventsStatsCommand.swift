import ArgumentParser
import Clicks

/// `aisle events stats`: what is kept, and what it says.
struct EventsStatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show what a file of events holds, the rank curve, and the evidence of a query.",
        discussion: """
            The rank curve is how likely a place is to be looked at, relative to the first. Rates are those a product \
            would have at the first place. Scores are what --click-weight multiplies: -1 to 1, 0 is as expected.
            """
    )

    @OptionGroup var events: EventsFile

    @Option(help: "Show the products that shoppers clicked for this query.")
    var query: String?

    @Option(help: "Products to show.")
    var top = 20

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(top) else { throw ValidationError("--top is 1 to 10000.") }
    }

    func run() async throws {
        do {
            let store = try await events.open()
            let counts = try await store.counts()
            let table = try await store.evidence()
            let evidence = query.map { table.evidence(for: NormalizedQuery($0)) }
            if json {
                try Terminal.printJSON(EventStatsJSON(counts, table, evidence, top: top))
            } else {
                print(EventStatsText(counts, table, evidence, top: top).text)
            }
        } catch {
            throw CommandFailure(error)
        }
    }
}
