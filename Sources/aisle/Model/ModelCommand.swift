import ArgumentParser

/// `aisle model`: what concerns rerank models.
struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Work with rerank models.",
        subcommands: [
            ModelPullCommand.self, ModelListCommand.self, ModelVerifyCommand.self, ModelTokenizeCommand.self,
        ]
    )
}
