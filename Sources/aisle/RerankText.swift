import Foundation
import Retriever

/// Ranked documents as a person reads them.
struct RerankText {
    let text: String

    init(results: [Ranked]) {
        var table = TextTable([
            TextTable.Column("#", .right, minWidth: 1), TextTable.Column("Score", .right, minWidth: 6),
            TextTable.Column("Margin", .right, minWidth: 7), TextTable.Column("Text", minWidth: 20, isFlexible: true),
        ])
        for result in results {
            table.add([
                TextTable.Cell("\(result.rank)"),
                TextTable.Cell(result.score.map { String(format: "%.4f", $0) } ?? "-"),
                TextTable.Cell(result.margin.map { String(format: "%+.2f", $0) } ?? "-"),
                TextTable.Cell(result.text),
            ])
        }
        text = table.rendered(
            Terminal.isOutputTerminal ? .terminal(width: Terminal.width, isColored: Terminal.wantsColor) : .plain
        )
    }
}

/// A line on a terminal's standard error that says how far scoring is.
struct RerankProgress {
    let total: Int
    private let begin = ContinuousClock.now

    init(total: Int) {
        self.total = total
    }

    private var isShown: Bool { isatty(STDERR_FILENO) == 1 }

    /// Shows the rate and the time left, once there is something to tell.
    func show(done: Int) {
        guard isShown, done < total else { return }
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        let rate = Double(done) / max(seconds, 1e-3)
        let left = Double(total - done) / rate
        let line = String(format: "\r%d of %d documents, %.1f a second, %.0f s left\u{1B}[K", done, total, rate, left)
        FileHandle.standardError.write(Data(line.utf8))
    }

    /// Takes the line away.
    func clear() {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
