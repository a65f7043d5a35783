import Eval
import Foundation

/// A run file in the making: complete under its name, or not there.
final class RunOutput {
    private let path: String
    private let tag: String
    private let file: OutputFile

    /// Opens the file.
    ///
    /// Throws `CommandFailure`.
    init(path: String, tag: String) throws {
        self.path = path
        self.tag = tag
        file = try OutputFile(path: path)
    }

    /// Writes one query's lines.
    ///
    /// Throws `EvalError.file` where an id cannot stand in a run; `CommandFailure`.
    func write(query: String, _ ranking: RunRanking) throws {
        let documents = Run.ordered(Self.documents(ranking))
        var text = ""
        for (rank, document) in documents.enumerated() {
            guard !document.id.isEmpty, !document.id.unicodeScalars.contains(where: \.properties.isWhitespace) else {
                throw EvalError.file(
                    path: path,
                    problem: "product id \"\(document.id)\" has blanks, which a TREC run cannot hold: change the id"
                )
            }
            text += "\(query) Q0 \(document.id) \(rank + 1) \(document.score) \(tag)\n"
        }
        try file.write(Data(text.utf8))
    }

    /// Makes the file appear under its name, synced.
    func publish() throws { try file.publish() }

    /// Removes what was written, unless it was published.
    func discard() { file.discard() }

    /// Scores that say what the engine's order says.
    ///
    /// Evaluation tools order by score alone, but an engine may put a better score lower: products with all words come
    /// before those with some. Then everything above is lifted by a whole number, so order and distances survive.
    static func documents(_ ranking: RunRanking) -> [Run.Document] {
        var lift = 0.0
        var below = -Double.infinity
        var documents: [Run.Document] = []
        for product in ranking.products.reversed() {
            if product.score + lift < below { lift += (below - product.score - lift).rounded(.down) + 1 }
            below = product.score + lift
            documents.append(Run.Document(id: product.id, score: Float(below)))
        }
        return documents
    }
}
