import ArgumentParser
import Foundation
import Reranker
import Synchronization

/// `aisle model pull`: fetches a model into the cache that Hugging Face's tools share.
struct ModelPullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Fetch a model: configuration, tokenizer and weights.",
        discussion: """
            An interrupted download goes on where it ended. Files are checked against the hashes the hub states when they \
            arrive; one for which it states none is marked as not checked. --verify hashes what is there already, too. \
            HF_ENDPOINT, HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_HUB_OFFLINE and the proxy variables are heeded.
            """
    )

    @Argument(help: "The model's name: ORGANIZATION/NAME, for example Qwen/Qwen3-Reranker-0.6B.")
    var repository: String

    @Option(help: "A branch, tag or commit; main unless given.")
    var revision: String?

    @Option(name: .customLong("from"), help: "The hub: huggingface or modelscope.")
    var source = ModelPull.Source.huggingface.rawValue

    @Option(help: "The hub's address, for mirrors.")
    var endpoint: String?

    @Flag(help: "Hash files that are there, too, and fetch damaged ones anew.")
    var verify = false

    @Flag(help: "Print JSON.")
    var json = false

    /// What `--json` prints.
    private struct Report: Encodable {
        var model: String
        var commit: String
        var folder: String
        var files: [String]
        var bytes: Int64
        /// Files for which the hub states no hash.
        var unchecked: [String]
    }

    func validate() throws {
        let sources = ModelPull.Source.allCases.map(\.rawValue)
        guard sources.contains(source) else {
            throw ValidationError("--from takes \(sources.joined(separator: " or ")), not \"\(source)\".")
        }
    }

    func run() async throws {
        do {
            let name = try RepositoryName(parsing: repository)
            let environment = HubEnvironment(ProcessInfo.processInfo.environment)
            let pull = try ModelPull(
                name,
                revision: revision,
                source: ModelPull.Source(rawValue: source) ?? .huggingface,
                endpoint: endpoint,
                environment: environment,
                verifies: verify
            )
            let display = PullDisplay()
            defer { display.clear() }
            let result = try await pull.run { display.show($0) }
            display.clear()
            if json {
                try Terminal.printJSON(
                    Report(
                        model: "\(name)",
                        commit: result.commit,
                        folder: result.folder,
                        files: result.files,
                        bytes: result.size,
                        unchecked: result.unchecked
                    )
                )
            } else {
                print(result.folder)
            }
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// Shows a download on standard error: a bar on a terminal, a line now and then elsewhere.
private final class PullDisplay: Sendable {
    private struct State {
        var isDrawn = false
        /// When the last line of progress was printed where there is no terminal.
        var printed = ContinuousClock.now
    }

    private let state = Mutex(State())
    private let isTerminal = isatty(STDERR_FILENO) == 1
    /// Between two lines in a log.
    private static let interval = Duration.seconds(10)

    func show(_ event: PullEvent) {
        state.withLock { state in
            switch event {
            case .progress(let progress): draw(progress, &state)
            case .finished(let file, let size, let wasCached, let isChecked):
                let notes = [wasCached ? "was there" : nil, isChecked ? nil : "not checked: the hub states no hash"]
                    .compactMap { $0 }.joined(separator: "; ")
                line("\(file)  \(PullProgress.size(size))\(notes.isEmpty ? "" : "  (\(notes))")", &state)
            case .waiting(let reason, let seconds):
                let next = seconds.map { $0 > 0 ? " Trying again in \(Int($0.rounded(.up))) s." : "" }
                line(reason + (next ?? " Waiting for it."), &state)
            }
        }
    }

    /// Removes the bar, so that what is printed next starts on a clean line.
    func clear() {
        state.withLock { erase(&$0) }
    }

    private func draw(_ progress: PullProgress, _ state: inout State) {
        if isTerminal {
            write("\r\(progress.line(width: Self.width - 1))\u{1b}[K")
            state.isDrawn = true
        } else if ContinuousClock.now - state.printed >= Self.interval {
            state.printed = .now
            write(progress.line(width: 80) + "\n")
        }
    }

    private func line(_ text: String, _ state: inout State) {
        erase(&state)
        write(text + "\n")
    }

    private func erase(_ state: inout State) {
        if state.isDrawn { write("\r\u{1b}[K") }
        state.isDrawn = false
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    private static var width: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
