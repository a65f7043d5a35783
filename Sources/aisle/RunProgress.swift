import Foundation

/// How far a run is, in one line of the terminal; silent where standard error is a file or a pipe.
struct RunProgress {
    private let total: Int
    private let unit: String
    private let isShown = isatty(STDERR_FILENO) == 1
    private let started = ContinuousClock.now
    private var done = 0
    private var shown = ContinuousClock.now

    /// Nothing is done yet; `unit` is what is counted, in the plural.
    init(total: Int, unit: String) {
        self.total = total
        self.unit = unit
    }

    /// One more is done.
    mutating func advance() {
        done += 1
        guard isShown, shown.duration(to: .now) > .milliseconds(100) else { return }
        shown = .now
        let seconds = started.duration(to: .now) / .seconds(1) / Double(done) * Double(total - done)
        write("\r\(done) of \(total) \(unit), about \(Int(seconds.rounded(.up))) s left\u{1B}[K")
    }

    /// Clears the line.
    func finish() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
