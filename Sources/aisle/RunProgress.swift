import Foundation

/// How far a run is, in one line of the terminal; silent where standard error is a file or a pipe.
struct RunProgress {
    private let total: Int
    private let isShown = isatty(STDERR_FILENO) == 1
    private var done = 0
    private var shown = ContinuousClock.now

    init(total: Int) {
        self.total = total
    }

    /// One query more is answered.
    mutating func advance() {
        done += 1
        guard isShown, shown.duration(to: .now) > .milliseconds(100) else { return }
        shown = .now
        write("\r\(done) of \(total) queries")
    }

    /// Clears the line.
    func finish() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
