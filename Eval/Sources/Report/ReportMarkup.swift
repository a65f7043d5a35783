internal import Foundation

/// Pieces of HTML.
///
/// Whatever comes from a file goes through `text`.
enum ReportMarkup {
    /// A text that may be anything, as element content or as an attribute between double quotes.
    static func text(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // Characters HTML does not allow, and those that turn the direction of the text around them.
            case "\u{0}"..."\u{8}", "\u{B}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}",
                "\u{2066}"..."\u{2069}":
                escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A metric's value.
    static func value(_ number: Double) -> String { String(format: "%.4f", number) }

    /// A difference, with its sign unless it rounds to 0; a true minus, so that columns align.
    static func signed(_ number: Double) -> String {
        let text = abs(number) < 0.00005 ? "0.0000" : String(format: "%+.4f", number)
        return text.replacingOccurrences(of: "-", with: "\u{2212}")
    }

    /// A p-value.
    static func pValue(_ number: Double) -> String { number < 0.0001 ? "&lt; 0.0001" : String(format: "%.4f", number) }

    /// A coordinate of a drawing.
    static func point(_ number: Double) -> String { String(format: "%.2f", number) }

    /// The colour of a run: six, then again.
    static func color(_ run: Int) -> String { "var(--run\(run % 6))" }
}
