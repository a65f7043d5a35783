import ArgumentParser
import Foundation
import Reranker

/// `aisle model verify`: whether a model's scores can be trusted.
struct ModelVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a model or a rerank server with pairs whose answer is known.",
        discussion: """
            Finds constant, inverted, near-zero or twice squeezed scores and a missing prompt template. A model in this \
            process that has the shape of Qwen3-Reranker-0.6B is compared with its published margins, too.
            """
    )

    @Argument(help: "A model's folder, the name of a fetched model, a server's URL, or bundled.")
    var model: String

    @OptionGroup var engine: EngineOptions

    func run() async throws {
        do {
            let report: BackendReport
            var golden: GoldenCheck.Outcome?
            if RemoteEndpoint.isEndpoint(model) {
                report = await BackendCheck.run(url: model, environment: ProcessInfo.processInfo.environment)
            } else {
                let backend = try OpenModel.local(model, options: engine.options)
                report = await BackendCheck.run(backend, within: .seconds(600))
                golden = try await GoldenCheck.run(backend)
            }
            print(report)
            if !report.passed, RemoteEndpoint.isEndpoint(model) {
                print("Its scores that were kept before are used for a day at most; --no-cache asks it anew.")
            }
            switch golden {
            case .compared(let check)?: print(check)
            case .skipped(let reason)?:
                print("The published margins of Qwen3-Reranker-0.6B were not compared: \(reason).")
            case nil: break
            }
            var hasPassed = report.passed
            if case .compared(let check)? = golden { hasPassed = hasPassed && check.passed }
            guard hasPassed else { throw CommandFailure("aisle: \(report.backend.model) failed the check") }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }
}
