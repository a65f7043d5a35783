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
        return clean(hide(secrets, in: text), limit: limit)
    }

    /// The beginning of a body that is not what was expected.
    ///
    /// - Parameters:
    ///   - body: Anything.
    ///   - secrets: What must not be quoted.
    ///   - texts: Query and documents that were sent; a body that repeats one of them is not quoted at all.
    /// - Returns: One line, bounded, without control characters.
    static func start(of body: [UInt8], hiding secrets: [String], repeating texts: [String]) -> String {
        let text = hide(secrets, in: String(decoding: body.prefix(64 << 10), as: UTF8.self))
        // More than is quoted, so that what begins in the quote is found.
        let window = clean(text, limit: 1000)
        guard !texts.contains(where: { repeats($0, in: window) }) else { return "(it repeats what was asked)" }
        return clean(window, limit: 120)
    }

    private static func hide(_ secrets: [String], in text: String) -> String {
        secrets.filter { !$0.isEmpty }.reduce(text) { $0.replacing($1, with: "...") }
    }

    /// Whether a text's beginning stands in a cleaned one, as it is or escaped as JSON does.
    private static func repeats(_ text: String, in window: String) -> Bool {
        let limit = 40
        let start = RemoteText.cut(text, to: limit).text
        let plain = clean(start, limit: limit)
        let window = window.replacing("\\/", with: "/").lowercased()
        return ([plain] + escaped(start)).contains { form in
            !form.isEmpty
                && window.ranges(of: form.lowercased()).contains { range in
                    // A short text is a part of other words by chance.
                    plain.count >= 8
                        || !isWord(window[..<range.lowerBound].last) && !isWord(window[range.upperBound...].first)
                }
        }
    }

    /// A text as JSON has it in a string, and the same without what ASCII does not have.
    private static func escaped(_ text: String) -> [String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let quoted = try? encoder.encode(text) else { return [] }
        let escaped = String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
        let ascii = escaped.utf16.map { unit in
            unit < 128
                ? String(UnicodeScalar(UInt8(unit))) : "\\u\(String(UInt32(unit) + 0x10000, radix: 16).dropFirst())"
        }
        return [escaped, ascii.joined()]
    }

    private static func isWord(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber } ?? false
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
