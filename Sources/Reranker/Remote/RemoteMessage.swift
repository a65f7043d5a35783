internal import Foundation

/// What servers say when they refuse.
enum RemoteMessage {
    /// More than this is no message but a dump.
    private static let limit = 300

    /// The message in the body of an error.
    ///
    /// Knows `{"error": {"message"}}` (vLLM, llama.cpp), `{"error", "error_type"}` (TEI), `{"message"}` (Cohere,
    /// DashScope, older vLLM), `{"detail"}` as text or list (FastAPI: Infinity, SGLang, Jina), and plain text.
    ///
    /// - Parameters:
    ///   - body: Anything.
    ///   - secrets: What must not be quoted; some servers repeat the key they refuse.
    /// - Returns: One line, bounded, without control characters.
    static func message(in body: [UInt8], hiding secrets: [String]) -> String {
        let bounded = Data(body.prefix(64 << 10))
        let text: String
        if let error = try? JSONDecoder().decode(ErrorBody.self, from: bounded), let found = error.message {
            text = found
        } else {
            let plain = String(decoding: bounded, as: UTF8.self)
            text = plain.drop { $0.isWhitespace }.hasPrefix("<") ? "an HTML page" : plain
        }
        // Hidden before the cut, which could leave a part of a key.
        let shown = secrets.filter { !$0.isEmpty }.reduce(text) { $0.replacing($1, with: "...") }
        return clean(shown, limit: limit)
    }

    /// A text on one line, without what could act on a terminal, cut to a number of scalars.
    static func clean(_ text: String, limit: Int) -> String {
        var result = String.UnicodeScalarView()
        var isSpace = true
        for scalar in text.unicodeScalars {
            guard result.count < limit else { return String(result) + "..." }
            let properties = scalar.properties
            if properties.isWhitespace || [.control, .format].contains(properties.generalCategory) {
                if !isSpace { result.append(" ") }
                isSpace = true
            } else {
                result.append(scalar)
                isSpace = false
            }
        }
        if isSpace, !result.isEmpty { result.removeLast() }
        return String(result)
    }
}

/// The bodies of errors, of all servers.
private struct ErrorBody: Decodable {
    var message: String?

    private struct Nested: Decodable {
        var message: String
    }

    private struct Detail: Decodable {
        struct Place: Decodable {
            var name: String

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                name = (try? container.decode(String.self)) ?? "\((try? container.decode(Int.self)) ?? 0)"
            }
        }
        var msg: String
        var loc: [Place]?

        var text: String {
            let place = loc?.map(\.name).joined(separator: ".") ?? ""
            return place.isEmpty ? msg : "\(place): \(msg)"
        }
    }

    private enum Key: CodingKey {
        case error, message, detail
    }

    init(from decoder: any Decoder) throws {
        let body = try decoder.container(keyedBy: Key.self)
        for key: Key in [.error, .message, .detail] where message == nil {
            message =
                (try? body.decode(String.self, forKey: key))
                ?? (try? body.decode(Nested.self, forKey: key))?.message
        }
        if message == nil, let details = try? body.decode([Detail].self, forKey: .detail) {
            message = details.map(\.text).joined(separator: "; ")
        }
    }
}
