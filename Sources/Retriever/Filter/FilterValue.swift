internal import Catalog

/// A value that a filter compares with.
public enum FilterValue: Sendable, Hashable {
    /// Written in quotes, or a bare word that is no number. Equality is equality of folded text.
    case text(String)
    /// A bare number as it was written ("300", "-1.5", "1e3"). Equality is numeric. Build it with `init(_:)`.
    case number(String)

    /// A number, written in the shortest way that reads back the same.
    public init(_ number: Double) {
        self = .number(number.isFinite ? Self.shortest(number) : "0")
    }

    /// The value as text, without quotes.
    public var text: String {
        switch self {
        case .text(let text), .number(let text): return text
        }
    }

    /// The number (and unit) that the value is, for comparisons by size: a quoted "15" is a number there, too.
    public var quantity: Quantity? {
        Quantity(text)
    }

    /// The folded names of a category path from the root down: `Computers > Laptops` is two.
    public var path: [String] {
        text.split(whereSeparator: { $0 == ">" || $0 == "›" || $0 == "＞" })
            .map { FilterText.folded(String($0)) }
            .filter { !$0.isEmpty }
    }

    private static func shortest(_ number: Double) -> String {
        if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
        return String(number)
    }
}

/// A number with an optional unit, as attribute values have it: `15.6`, `15.6 inch`, `2kg`, `50 %`.
public struct Quantity: Sendable, Hashable {
    /// Finite.
    public var number: Double
    /// The folded unit, if one follows.
    public var unit: String?

    /// Reads a text that is a number and at most one unit of up to 12 letters or signs.
    ///
    /// - Returns: nil for anything else: ranges, dates, codes, two numbers.
    public init?(_ text: String) {
        let scalars = Array(FilterText.folded(text).unicodeScalars.prefix(60))
        guard let end = NumberSyntax.end(in: scalars, from: 0), let number = NumberSyntax.value(of: scalars[..<end])
        else { return nil }
        self.number = number
        let rest = scalars[end...].drop(while: { $0 == " " })
        if rest.isEmpty { return }
        guard rest.count <= 12, rest.allSatisfy(Self.isUnitScalar) else { return nil }
        var unit = String.UnicodeScalarView()
        unit.append(contentsOf: rest)
        self.unit = String(unit)
    }

    /// Whether a filter's quantity may be compared with this one: a filter without a unit leaves the unit open.
    package func isComparable(with filter: Quantity) -> Bool {
        filter.unit == nil || filter.unit == unit
    }

    private static func isUnitScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isAlphabetic { return true }
        switch scalar {
        case "%", "\"", "'", "″", "′", "°", "$", "€", "£", "¥", "µ", "²", "³": return true
        default: return false
        }
    }
}

/// How a number is written in filters and attribute values, such as `-12`, `0.5`, `.5` or `1e3`.
///
/// There is no grouping of digits and no hexadecimal.
package enum NumberSyntax {
    /// The index after the longest number that starts at `start`, or nil if none does.
    package static func end(in scalars: [Unicode.Scalar], from start: Int) -> Int? {
        var index = start
        func digits() -> Int {
            let first = index
            while index < scalars.count, ("0"..."9").contains(scalars[index]) { index += 1 }
            return index - first
        }
        if index < scalars.count, scalars[index] == "-" || scalars[index] == "+" { index += 1 }
        var count = digits()
        if index + 1 < scalars.count, scalars[index] == ".", ("0"..."9").contains(scalars[index + 1]) {
            index += 1
            count += digits()
        }
        guard count > 0 else { return nil }
        let mantissaEnd = index
        if index < scalars.count, scalars[index] == "e" || scalars[index] == "E" {
            index += 1
            if index < scalars.count, scalars[index] == "-" || scalars[index] == "+" { index += 1 }
            if digits() == 0 { index = mantissaEnd }
        }
        return index
    }

    /// The number that the scalars spell; nil if it overflows.
    package static func value(of scalars: ArraySlice<Unicode.Scalar>) -> Double? {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        guard let number = Double(String(text)), number.isFinite else { return nil }
        return number
    }
}
