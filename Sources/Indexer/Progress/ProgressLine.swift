import Glibc

/// Shows on a terminal how far a long run is: one line, rewritten in place, nothing where there is no terminal.
public final class ProgressLine {
    private let descriptor: Int32
    private let isTerminal: Bool
    private let now: () -> Double
    private let started: Double
    private var lastDrawn: Double?
    private var drawnWidth = 0

    /// Seconds between two drawings.
    private static let interval = 0.1

    /// A line on standard error that stays quiet when that is no terminal.
    public convenience init() {
        self.init(descriptor: 2, isTerminal: isatty(2) == 1, now: Self.monotonicSeconds)
    }

    /// A line on any descriptor, with a clock in seconds.
    init(descriptor: Int32, isTerminal: Bool, now: @escaping () -> Double) {
        self.descriptor = descriptor
        self.isTerminal = isTerminal
        self.now = now
        started = now()
    }

    /// Draws the state of things, at most ten times a second; `note` says what is being done ("reading").
    public func update(_ progress: DumpProgress, note: String = "") {
        guard isTerminal else { return }
        let time = now()
        if let lastDrawn, time - lastDrawn < Self.interval { return }
        lastDrawn = time
        draw(Self.text(progress, seconds: time - started, note: note, width: terminalWidth()))
    }

    /// Removes the line, so that what is printed next starts on a clean one.
    public func clear() {
        guard isTerminal, drawnWidth > 0 else { return }
        write("\r\u{1b}[K")
        drawnWidth = 0
    }

    /// What the line says.
    ///
    /// - Parameters:
    ///   - progress: How far the reader is.
    ///   - seconds: Time since the start.
    ///   - note: What is being done, in front of the figures.
    ///   - width: Columns of the terminal; the text is cut to fit.
    /// - Returns: For example `reading  1,234,567 rows  45,678/s  37 %  1:12 left`.
    public static func text(_ progress: DumpProgress, seconds: Double, note: String = "", width: Int = 80) -> String {
        var parts = note.isEmpty ? [] : [note]
        parts.append("\(grouped(progress.rows)) \(progress.rows == 1 ? "row" : "rows")")
        if seconds >= 0.5 { parts.append("\(grouped(Int(Double(progress.rows) / seconds)))/s") }
        if let total = progress.totalBytes, total > 0 {
            let share = min(1, Double(progress.bytesRead) / Double(total))
            parts.append("\(Int(share * 100)) %")
            // Early guesses jump about; wait for some evidence.
            if seconds >= 1, share >= 0.01, share < 1 {
                parts.append("\(duration(seconds * (1 - share) / share)) left")
            }
        } else {
            parts.append("\(grouped(progress.bytesRead >> 20)) MiB")
        }
        return String(parts.joined(separator: "  ").prefix(max(1, width - 1)))
    }

    /// `1:05`, `2:03:04`.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(min(max(0, seconds), 359_999).rounded(.up))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }

    /// Digits in groups of three: `1,234,567`.
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0, digit != "-" { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    private func draw(_ text: String) {
        write("\r\(text)\u{1b}[K")
        drawnWidth = text.count
    }

    private func write(_ text: String) {
        // Progress is a courtesy: a terminal that went away is no reason to stop.
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }

    private func terminalWidth() -> Int {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    private static func monotonicSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
