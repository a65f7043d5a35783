import ArgumentParser

/// `aisle model`: what concerns rerank models.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Work with rerank models.",
        subcommands: [ModelTokenizeCommand.self]
    )
}
