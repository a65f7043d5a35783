import ArgumentParser

/// The command line.
///
/// Names and flags are fixed: other tools rely on them.
@main
struct Aisle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aisle",
        abstract: "Product search for storefronts: index a dump, search it, see why.",
        version: "0.1.0",
        subcommands: [
            IndexCommand.self, SearchCommand.self, AnalyzeCommand.self, RerankCommand.self, ServeCommand.self,
            RunCommand.self, EvalCommand.self, TuneCommand.self, ExperimentCommand.self, AlignCommand.self,
            EventsCommand.self, JudgeCommand.self, ModelCommand.self, BenchCommand.self,
        ]
    )

    /// The exit code of what is done: 1 if what it printed could not be written.
    private static func finished() -> Int32 {
        guard let failure = Terminal.outputFailure() else { return 0 }
        Terminal.printError("aisle: \(failure)")
        return 1
    }

    /// Exit codes: 0 done, 1 failed, 2 used wrongly.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            Self.exit(withCode: finished())
        } catch let failure as CommandFailure {
            Terminal.printError(failure.message)
            Self.exit(withCode: 1)
        } catch let error as ExitCode {
            Self.exit(withCode: error.rawValue)
        } catch {
            let isHelp = exitCode(for: error) == .success
            let text = fullMessage(for: error)
            if isHelp { print(text) } else { Terminal.printError(text) }
            Self.exit(withCode: isHelp ? Self.finished() : Self.isUsage(error) ? 2 : 1)
        }
    }

    /// Whether ArgumentParser refused the arguments, as against a command that failed while it ran.
    private static func isUsage(_ error: any Error) -> Bool { exitCode(for: error) == .validationFailure }
}

/// A failure with its message ready to be read.
struct CommandFailure: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The words of an error of one of our own targets, which all describe themselves.
    init(_ error: any Error) {
        message = "aisle: \(error)"
    }
}
