import Foundation

/// Lines of JSON about requests and events.
struct ServerLog: Sendable {
    /// Takes each line with its end.
    let output: @Sendable (Data) -> Void

    /// Writes a value as a line.
    func line(_ value: some Encodable) {
        guard var data = try? JSONAnswer.data(value) else { return }
        data.append(UInt8(ascii: "\n"))
        output(data)
    }

    /// Writes what happened to the server itself.
    func event(_ name: String, _ details: [String: String] = [:]) {
        line(Event(time: Self.time, event: name, details: details))
    }

    /// Now, as lines have it (RFC 3339, UTC).
    static var time: String {
        Date.now.ISO8601Format(.init(includingFractionalSeconds: true, timeZone: .gmt))
    }

    private struct Event: Encodable {
        let time: String
        let event: String
        let details: [String: String]
    }
}
