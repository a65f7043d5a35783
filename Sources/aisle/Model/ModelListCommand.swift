import ArgumentParser
import Foundation
import Reranker
import Retriever

/// `aisle model list`: the models in the cache.
struct ModelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the models that were fetched, and whether they can be used."
    )

    @Flag(help: "Print JSON.")
    var json = false

    /// What `--json` prints.
    private struct Report: Encodable {
        struct Model: Encodable {
            var name: String
            var commit: String
            var references: [String]
            var bytes: Int64
            var folder: String
            var problem: String?
        }
        var cache: String
        var models: [Model]
    }

    func run() throws {
        let cache = HubCache(path: HubEnvironment(ProcessInfo.processInfo.environment).cache)
        let models = cache.models()
        do {
            if json {
                let list = models.map { model in
                    Report.Model(
                        name: "\(model.name)",
                        commit: model.commit,
                        references: model.references,
                        bytes: model.size,
                        folder: model.folder,
                        problem: model.problem
                    )
                }
                try Terminal.printJSON(Report(cache: cache.path, models: list))
            } else if models.isEmpty {
                print("No models in \(cache.path): fetch one with `aisle model pull Qwen/Qwen3-Reranker-0.6B`.")
            } else {
                print(Self.table(models), terminator: "")
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func table(_ models: [HubCache.Model]) -> String {
        var table = TextTable([
            TextTable.Column("Model", minWidth: 5), TextTable.Column("Revision", minWidth: 8),
            TextTable.Column("Size", .right, minWidth: 4), TextTable.Column("State", minWidth: 5),
        ])
        for model in models {
            let revision = ([String(model.commit.prefix(8))] + model.references).joined(separator: " ")
            table.add([
                TextTable.Cell("\(model.name)"), TextTable.Cell(revision),
                TextTable.Cell(PullProgress.size(model.size)), TextTable.Cell(model.problem ?? "ready"),
            ])
        }
        return table.rendered(.plain)
    }
}
