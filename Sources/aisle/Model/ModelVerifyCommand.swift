import ArgumentParser
import Foundation
import Reranker

/// `aisle model verify`: whether a model's scores can be trusted.
struct ModelVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a model or a rerank server with pairs whose answer is known.",
        discussion: """
            Finds constant, inverted, near-zero or twice squeezed scores and a missing prompt template. For \
            Qwen3-Reranker-0.6B in this process the published margins are checked, too.
            """
    )

    @Argument(help: "A model's folder, the name of a fetched model, a server's URL, or bundled.")
    var model: String

    @OptionGroup var engine: EngineOptions

    func run() async throws {
        do {
            let report: BackendReport
            var golden: GoldenCheck?
            if RemoteEndpoint.isEndpoint(model) {
                report = await BackendCheck.run(url: model, environment: ProcessInfo.processInfo.environment)
            } else {
                let backend = try await OpenModel.backend(model, options: engine.options)
                report = await BackendCheck.run(backend, within: .seconds(600))
                golden = try await GoldenCheck.run(backend)
            }
            print(report)
            if let golden { print(golden) }
            guard report.passed, golden?.passed ?? true else {
                throw CommandFailure("aisle: \(model) failed the check")
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }
}
