import ArgumentParser

/// `aisle align`: which rows of two lists are the same product.
struct AlignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "align",
        abstract: "Find the same product in two lists, in any languages.",
        discussion: """
            aisle align [options] LEFT [RIGHT] writes pairs with scores and a decision: merge, review or drop. \
            aisle align fit finds the thresholds for a wanted precision. docs/alignment.md tells how it works.
            """,
        subcommands: [AlignRunCommand.self, AlignFitCommand.self],
        defaultSubcommand: AlignRunCommand.self
    )
}
