import ArgumentParser

/// The command line. Names and flags are fixed: other tools rely on them.
@main
struct Aisle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aisle",
        abstract: "Two-stage product search: index a dump, search it, measure it.",
        version: "0.1.0")
}
