import ArgumentParser
import Clicks

/// `aisle events delete`: forgets somebody.
struct EventsDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete everything that came from a user or a client.",
        discussion: "Deletes events, searches, and searches that such events name; the content is overwritten."
    )

    @OptionGroup var events: EventsFile

    @Option(help: "The user's id.")
    var user: String?

    @Option(help: "The id of a client (a browser or an app).")
    var client: String?

    @Flag(help: "Print JSON.")
    var json = false

    /// What `--json` prints.
    private struct Report: Encodable {
        let deleted: Int
    }

    func validate() throws {
        guard (user == nil) != (client == nil) else { throw ValidationError("Name either --user or --client.") }
        guard (user ?? client)?.isEmpty == false else { throw ValidationError("The id is empty.") }
    }

    func run() async throws {
        do {
            let store = try await events.open()
            var deleted = 0
            if let user { deleted += try await store.delete(user: UserID(user)) }
            if let client { deleted += try await store.delete(client: ClientID(client)) }
            if json {
                try Terminal.printJSON(Report(deleted: deleted))
            } else {
                print("\(events.from): \(deleted) \(deleted == 1 ? "record" : "records") deleted")
            }
        } catch {
            throw CommandFailure(error)
        }
    }
}
