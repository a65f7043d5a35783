/// The text format of Prometheus (exposition format 0.0.4).
struct MetricsText {
    /// What kind a metric is.
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var text = ""

    /// Adds a metric: what it is, and its lines.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for line in lines { text += line + "\n" }
    }

    /// Adds a metric of a single value.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        add(name, kind, help, [Self.line(name, [], value)])
    }

    /// One line: `name{label="value"} number`.
    static func line(_ name: String, _ labels: [(String, String)], _ value: Double) -> String {
        let number = Int(exactly: value).map(String.init) ?? "\(value)"
        guard !labels.isEmpty else { return "\(name) \(number)" }
        let list = labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
        return "\(name){\(list)} \(number)"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
