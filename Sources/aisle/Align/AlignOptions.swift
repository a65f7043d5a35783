import Alignment
import ArgumentParser
import Foundation
import Indexer
import Reranker

/// The lists, the model and the candidates: what pairing and fitting have in common.
struct AlignOptions: ParsableArguments {
    @Argument(help: "The left list: CSV, TSV, JSON or JSONL; two columns are id and text.")
    var left: String

    @Argument(help: "The right list; without one the left list is searched for its own duplicates.")
    var right: String?

    @Option(help: "A model's folder, the name of a fetched model, or a server's URL; without one nothing is merged.")
    var model: String?

    @OptionGroup var engine: EngineOptions

    @OptionGroup var serverCheck: CheckOptions

    @Option(help: "Instructions, thresholds and calibration: a JSON file, written by hand or by align fit.")
    var settings: String?

    @Option(help: "The model's task in a sentence, in English; default: that of the settings.")
    var instruction: String?

    @Option(
        help: ArgumentHelp(
            "Take FIELD from COLUMN in both lists, e.g. title=Name, id=#line.",
            valueName: "field=column"
        )
    )
    var map: [String] = []

    @Option(help: ArgumentHelp("The same for the left list only.", valueName: "field=column"))
    var leftMap: [String] = []

    @Option(help: ArgumentHelp("The same for the right list only.", valueName: "field=column"))
    var rightMap: [String] = []

    @Option(help: "Encoding of both lists; recognized when not given.")
    var encoding: String?

    @Flag(help: "The first rows of both lists are data.")
    var noHeader = false

    @Option(help: "What to do at a bad row: skip (report it and go on) or fail (stop).")
    var onError = IndexCommand.OnError.skip

    @Option(help: "Candidates of a row by its words, and as many again by shared codes, numbers and names.")
    var candidates = 20

    @Option(help: "All pairs are candidates where there are no more than this.")
    var exhaustive = 10_000

    @Flag(help: "Neither look scores up nor keep them.")
    var noCache = false

    @Flag(help: "Throw away what an earlier run left.")
    var restart = false

    @Flag(help: "Leave the state beside the output: deciding again with other thresholds then takes no scoring.")
    var keepState = false

    func validate() throws {
        guard (1...1000).contains(candidates) else { throw ValidationError("--candidates is 1 to 1000.") }
        guard (0...100_000_000).contains(exhaustive) else { throw ValidationError("--exhaustive is 0 to 100000000.") }
        if right == nil, !rightMap.isEmpty { throw ValidationError("--right-map without a right list.") }
        if let encoding, TextEncoding(name: encoding) == nil {
            let known = TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("The encoding \"\(encoding)\" is not known. Use one of \(known).")
        }
    }

    /// The library's form; the state is beside `output`, or in a folder of its own that nobody goes on with.
    func options(output: String?) throws -> AlignmentRequest {
        func input(_ path: String, _ own: [String]) throws -> ListInput {
            ListInput(
                path: path,
                map: try (map + own).map(FieldMapping.init(parsing:)),
                encoding: encoding.flatMap(TextEncoding.init(name:)),
                hasHeader: noHeader ? false : nil
            )
        }
        let temporary = FileManager.default.temporaryDirectory
            .appendingPathComponent("aisle-align-\(UUID().uuidString)")
        var options = AlignmentRequest(
            left: try input(left, leftMap),
            right: try right.map { try input($0, rightMap) },
            state: output.map { "\($0).align" } ?? temporary.path
        )
        options.restarts = restart
        options.stopsAtBadRow = onError == .fail
        options.candidates = candidates
        options.exhaustivePairs = exhaustive
        if let settings { options.settings = try AlignmentSettings(path: settings) }
        if let instruction { options.settings.instruction = instruction }
        return options
    }

    /// Refuses a truth that is not there before the work instead of behind it.
    static func checkTruth(_ path: String?) throws {
        if let path, !FileManager.default.isReadableFile(atPath: path) {
            throw CommandFailure(
                "aisle: \(path): there is no such file, or it cannot be read; --truth names known pairs"
            )
        }
    }

    /// The model with the score cache around it; nil where none is named.
    func open() async throws -> (backend: (any RerankBackend)?, cache: ScoreCache?) {
        guard let model else { return (nil, nil) }
        return try await OpenedBackend.cached(model, engine: engine, caches: !noCache, check: serverCheck.check())
    }

    /// Aligns, shows how far it is, and leaves a state to go on with when it is stopped.
    ///
    /// Whatever `body` does with the result counts as part of the run: the state goes when it is through.
    func run<Value: Sendable>(
        _ options: AlignmentRequest,
        resumable: Bool,
        _ body: @escaping @Sendable (FinishedAlignment) async throws -> Value
    ) async throws -> Value {
        let keepsState = keepState
        do {
            return try await Interruption.cancelling {
                let (backend, cache) = try await open()
                try check(options.settings, scorer: backend?.description.fingerprint ?? Aligner.lexical)
                let progress = AlignProgressLine()
                defer { progress.clear() }
                do {
                    let finished = try await Aligner(options, backend: backend) { progress.show($0) }.run()
                    progress.clear()
                    let value: Value
                    do {
                        value = try await body(finished)
                    } catch {
                        await finished.close(keepingState: true)
                        throw error
                    }
                    await finished.close(keepingState: keepsState && resumable)
                    await cache?.finish()
                    return value
                } catch {
                    await cache?.finish()
                    if !resumable { try? FileManager.default.removeItem(atPath: options.state) }
                    throw error
                }
            }
        } catch is CancellationError {
            throw CommandFailure(
                resumable
                    ? "aisle: stopped; what is done lies in \(options.state), and the same command goes on from there"
                    : "aisle: stopped; with --output FILE the next run could go on from here"
            )
        }
    }

    private func check(_ settings: AlignmentSettings, scorer: String) throws {
        guard let fitted = settings.fitted, fitted.scorer != scorer, let path = self.settings else { return }
        throw AlignmentError.otherScorer(path: path, fitted: fitted.model, now: model ?? Aligner.lexical)
    }
}
