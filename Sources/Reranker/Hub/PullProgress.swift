/// How far a model's download is.
public struct PullProgress: Sendable, Equatable {
    /// Bytes of all files together.
    public var total: Int64
    /// Bytes that are there, however they came.
    public var done: Int64
    /// Bytes that came over the network in this run.
    public var fetched: Int64
    /// Files of the model, and how many are there.
    public var files: (done: Int, total: Int) { (filesDone, filesTotal) }
    var filesDone: Int
    var filesTotal: Int
    /// Bytes a second of late; nil before anything can be said.
    public var rate: Double?

    /// Seconds left at this rate; nil where nothing can be said.
    public var secondsLeft: Double? {
        guard let rate, rate >= 1, done < total else { return nil }
        return Double(total - done) / rate
    }

    /// One line for a terminal: `[=====>    ]  45 %  537 MB of 1.19 GB  35.2 MB/s  0:19 left`.
    ///
    /// - Parameter width: Columns; the text is cut to fit.
    /// - Returns: At most `width` characters.
    public func line(width: Int) -> String {
        let share = total > 0 ? Double(done) / Double(total) : 1
        var parts = ["\(Int(share * 100)) %".leftPadded(to: 5), "\(Self.size(done)) of \(Self.size(total))"]
        if let rate { parts.append("\(Self.size(Int64(rate)))/s") }
        if let secondsLeft { parts.append("\(Self.duration(secondsLeft)) left") }
        let figures = parts.joined(separator: "  ")
        let room = min(30, width - figures.count - 4)
        guard room >= 8 else { return String(figures.prefix(max(0, width))) }
        let filled = Int(share * Double(room))
        let head = filled < room ? ">" : ""
        let bar = String(repeating: "=", count: filled) + head
        return "[\(bar)\(String(repeating: " ", count: max(0, room - bar.count)))] \(figures)"
    }

    /// `1.19 GB`, `537 MB`, `12 bytes`: decimal units, as hubs show sizes.
    public static func size(_ bytes: Int64) -> String {
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
        guard bytes >= 1000 else { return "\(bytes) bytes" }
        var value = Double(bytes) / 1000
        var place = 0
        while value >= 999.5, place + 1 < units.count {
            value /= 1000
            place += 1
        }
        // Three significant digits.
        let decimals = value < 9.995 ? 100.0 : value < 99.95 ? 10 : 1
        let rounded = (value * decimals).rounded() / decimals
        return decimals == 1 ? "\(Int(rounded)) \(units[place])" : "\(rounded) \(units[place])"
    }

    /// `0:19`, `1:02:03`.
    public static func duration(_ seconds: Double) -> String {
        let whole = Int(min(max(0, seconds), 3_599_999).rounded(.up))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
