internal import Foundation

/// The axes of a drawing of 360 x 220 units.
struct ReportFrame {
    private static let (left, right, top, bottom) = (38.0, 348.0, 10.0, 186.0)

    let x: ClosedRange<Double>
    let y: ClosedRange<Double>
    /// Whether equal factors of x lie equally far apart; x is above 0 then.
    let isLogarithmic: Bool

    /// Where a value lies from left to right.
    func across(_ value: Double) -> Double {
        let share =
            isLogarithmic
            ? log(value / x.lowerBound) / log(x.upperBound / x.lowerBound)
            : (value - x.lowerBound) / (x.upperBound - x.lowerBound)
        return Self.left + share * (Self.right - Self.left)
    }

    /// Where a value lies from top to bottom.
    func down(_ value: Double) -> Double {
        Self.bottom - (value - y.lowerBound) / (y.upperBound - y.lowerBound) * (Self.bottom - Self.top)
    }

    /// A point, as polylines want it.
    func place(_ x: Double, _ y: Double) -> String {
        "\(ReportMarkup.point(across(x))),\(ReportMarkup.point(down(y)))"
    }

    /// Lines and numbers.
    func axes(x marks: [(value: Double, label: String)], y values: [Double], title: String) -> String {
        var shapes = ""
        for value in values {
            let height = ReportMarkup.point(down(value))
            shapes += "<line x1=\"\(Self.left)\" x2=\"\(Self.right)\" y1=\"\(height)\" y2=\"\(height)\" "
            shapes += "stroke=\"var(--line)\"/>"
            shapes += Self.label(Self.left - 5, down(value) + 4, "end", String(format: "%.2f", value)) + "\n"
        }
        for mark in marks {
            // A number at the right edge would be cut off if it were centred.
            let anchor = across(mark.value) > Self.right - 10 ? "end" : "middle"
            shapes += Self.label(across(mark.value), Self.bottom + 14, anchor, ReportMarkup.text(mark.label)) + "\n"
        }
        return shapes + Self.label(Self.right, Self.bottom + 29, "end", ReportMarkup.text(title))
    }

    /// A small text; `text` is escaped already.
    static func label(_ x: Double, _ y: Double, _ anchor: String, _ text: String) -> String {
        """
        <text x="\(ReportMarkup.point(x))" y="\(ReportMarkup.point(y))" text-anchor="\(anchor)" font-size="10" \
        fill="var(--soft)">\(text)</text>
        """
    }
}
