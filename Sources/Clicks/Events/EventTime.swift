internal import Foundation

/// A moment, in whole milliseconds since 1970-01-01 UTC.
public struct EventTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01 UTC.
    public let milliseconds: Int64

    /// The moment so many milliseconds after the beginning of 1970.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Now.
    public static var now: EventTime { EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    /// As ISO 8601 in UTC.
    public var description: String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// Earlier first.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// The moment so many days later, or earlier where `days` is below 0.
    public func advanced(days: Double) -> EventTime {
        EventTime(milliseconds: milliseconds + Int64(days * Self.millisecondsADay))
    }

    /// Days from this moment to another; below 0 where that is earlier.
    public func days(to other: EventTime) -> Double {
        Double(other.milliseconds - milliseconds) / Self.millisecondsADay
    }

    private static let millisecondsADay = 86_400_000.0
    /// The years 1970 to 9999: what is sent may say anything.
    private static let span: ClosedRange<Int64> = 0...253_402_300_799_999

    /// Reads ISO 8601 with an offset: `2026-03-01T12:00:00Z`, `2026-03-01T12:00:00.250+01:00`.
    ///
    /// Nil for anything else: without an offset the moment is not known.
    init?(iso text: String) {
        let base = Date.ISO8601FormatStyle()
        // With a fraction of more than three digits the formatter wants what it writes: three.
        let parts = Self.fraction(of: text)
        guard let date = try? base.parse(parts.text) else { return nil }
        let seconds = date.timeIntervalSince1970
        guard seconds.isFinite else { return nil }
        self.init(checked: Int64(seconds) * 1000 + parts.milliseconds)
    }

    /// Milliseconds within the years 1970 to 9999, else nil.
    init?(checked milliseconds: Int64) {
        guard Self.span.contains(milliseconds) else { return nil }
        self.milliseconds = milliseconds
    }

    /// A time without its fraction of a second, and the fraction.
    private static func fraction(of text: String) -> (text: String, milliseconds: Int64) {
        guard let point = text.lastIndex(where: { $0 == "." || $0 == "," }) else { return (text, 0) }
        let rest = text[text.index(after: point)...]
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 9 else { return (text, 0) }
        let padded = (digits + "000").prefix(3)
        return (String(text[..<point] + rest.dropFirst(digits.count)), Int64(padded) ?? 0)
    }
}
