/// A JSON value that keeps its keys in order, so that the same catalogue is always the same bytes.
indirect enum JSONText {
    case string(String)
    case number(String)
    case bool(Bool)
    case list([JSONText])
    case object([(key: String, value: JSONText)])

    /// The value on one line, without spaces.
    var text: String {
        var result = ""
        write(into: &result)
        return result
    }

    private func write(into result: inout String) {
        switch self {
        case .string(let text): JSONText.quote(text, into: &result)
        case .number(let text): result += text
        case .bool(let value): result += value ? "true" : "false"
        case .list(let elements):
            result += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { result += "," }
                element.write(into: &result)
            }
            result += "]"
        case .object(let pairs):
            result += "{"
            for (index, pair) in pairs.enumerated() {
                if index > 0 { result += "," }
                JSONText.quote(pair.key, into: &result)
                result += ":"
                pair.value.write(into: &result)
            }
            result += "}"
        }
    }

    private static func quote(_ text: String, into result: inout String) {
        result += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        result += "\""
    }
}

extension [String] {
    var json: JSONText { .list(map { .string($0) }) }
}
