import ArgumentParser
import Catalog
import Foundation
import Retriever

/// `aisle analyze`: what the analyzer makes of a text, and why.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Show the tokens of a text with their byte offsets and the reason for each."
    )

    @Argument(help: "The text.")
    var text: [String]

    @Option(help: "Analyze as queries to this index are (languages, synonyms).")
    var index: String?

    @Option(help: "Language: auto, none, or one of \(Language.codes).")
    var language = "auto"

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let text = text.joined(separator: " ")
        do {
            let tokens = try analysis(text).tokens
            if json {
                try Terminal.printJSON(["tokens": tokens])
            } else {
                print(Self.table(tokens))
            }
        } catch let error as ValidationError {
            throw error
        } catch {
            throw CommandFailure(error)
        }
    }

    private func analysis(_ text: String) throws -> TextAnalysis {
        if let index { return try ProductIndex(path: index).analysis(of: text) }
        return try TextAnalysis(text: text, language: Language(option: language))
    }

    private static func table(_ tokens: [TextAnalysis.Token]) -> String {
        var table = TextTable([
            TextTable.Column("Token", minWidth: 5), TextTable.Column("Text", minWidth: 4),
            TextTable.Column("Bytes", .right, minWidth: 5), TextTable.Column("Position", .right, minWidth: 8),
            TextTable.Column("Why", minWidth: 4),
        ])
        for token in tokens {
            table.add([
                TextTable.Cell(token.token), TextTable.Cell(token.text), TextTable.Cell("\(token.start)-\(token.end)"),
                TextTable.Cell(String(token.position)), TextTable.Cell(token.why.joined(separator: ", ")),
            ])
        }
        return table.rendered(.plain)
    }
}
