internal import Foundation

/// Finds amounts with units in a text: `250g`, `2 Litres`, `500毫升`, `15.6"`, `6片装`.
enum QuantityReader {
    /// A quantity and where its number and unit lie, in scalars of the folded text.
    struct Found {
        var quantity: Quantity
        var number: String
    }

    /// Longest number, in digits: longer ones are identifiers.
    private static let mostDigits = 9

    /// `5G` and `2.4G` are mobile networks and radio bands; nobody sells so few grams.
    private static let radios: Set<String> = ["2.4", "3", "4", "5"]

    /// The text as it is searched: compatibility forms unified (`２５０ｇ`), lower case.
    static func folded(_ text: String) -> String {
        text.precomposedStringWithCompatibilityMapping.lowercased()
    }

    /// The quantities of a text, in its order.
    static func quantities(in text: String) -> [Found] {
        let scalars = Array(folded(text).unicodeScalars)
        var found: [Found] = []
        var place = 0
        while place < scalars.count {
            guard isDigit(scalars[place]) else {
                place += 1
                continue
            }
            // Digits inside a code ("x250g") are no amount; a Chinese word before them is none of their code.
            let isInCode = place > 0 && isCodeCharacter(scalars, place - 1)
            let (value, number, end) = self.number(scalars, place)
            place = end
            guard !isInCode, let value, let (unit, next) = unit(scalars, end) else { continue }
            place = next
            if number.count <= 3, scalars[end..<next].elementsEqual("g".unicodeScalars), radios.contains(number) {
                continue
            }
            let amount = rounded(value * unit.factor)
            if amount > 0 { found.append(Found(quantity: Quantity(amount, unit.dimension), number: number)) }
        }
        return found
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic && (scalar.value < 0x250 || (0x400..<0x530).contains(scalar.value))
    }

    /// Whether a number behind this place continues a code; `2x500ml` and `6*330ml` do not.
    private static func isCodeCharacter(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
        let scalar = scalars[place]
        if scalar == "x", place > 0, isDigit(scalars[place - 1]) || scalars[place - 1] == " " { return false }
        if scalar == "-" || scalar == "_" { return place > 0 && isLatin(scalars[place - 1]) }
        return isLatin(scalar)
    }

    /// The number that starts at `start`: decimals with a point or comma, thousands with commas of three digits.
    private static func number(_ scalars: [Unicode.Scalar], _ start: Int) -> (Double?, String, Int) {
        var end = start
        var text = ""
        while end < scalars.count, isDigit(scalars[end]) {
            text.unicodeScalars.append(scalars[end])
            end += 1
        }
        while end + 1 < scalars.count, scalars[end] == "," || scalars[end] == ".", isDigit(scalars[end + 1]) {
            var digits = ""
            var next = end + 1
            while next < scalars.count, isDigit(scalars[next]) {
                digits.unicodeScalars.append(scalars[next])
                next += 1
            }
            let partsThousands = scalars[end] == "," && digits.count == 3 && !text.contains(".") && text != "0"
            if !partsThousands, text.contains(".") { break }
            text += partsThousands ? digits : ".\(digits)"
            end = next
        }
        return (text.count <= mostDigits + 1 ? Double(text) : nil, text, end)
    }

    /// The unit that stands at `start`, behind one space or hyphen at most, and where it ends.
    private static func unit(_ scalars: [Unicode.Scalar], _ start: Int) -> (UnitNames.Unit, Int)? {
        var start = start
        if start < scalars.count, scalars[start] == " " || scalars[start] == "-" { start += 1 }
        guard start < scalars.count else { return nil }
        if scalars[start] == "\"" || scalars[start] == "\u{2033}" || scalars[start] == "\u{201D}" {
            return UnitNames.unit("in").map { ($0, start + 1) }
        }
        if isLatin(scalars[start]) {
            var name = ""
            var end = start
            while end < scalars.count, isLatin(scalars[end]), name.count < 12 {
                name.unicodeScalars.append(scalars[end])
                end += 1
            }
            // A digit behind it makes a code of it: "5g3".
            guard end >= scalars.count || !(isDigit(scalars[end]) || isLatin(scalars[end])) else { return nil }
            return UnitNames.unit(name).map { ($0, end) }
        }
        for name in UnitNames.unspaced {
            let letters = Array(name.unicodeScalars)
            guard start + letters.count <= scalars.count else { continue }
            if scalars[start..<start + letters.count].elementsEqual(letters) {
                return UnitNames.unit(name).map { ($0, start + letters.count) }
            }
        }
        return nil
    }

    /// Four significant digits.
    private static func rounded(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 0 }
        return Double(String(format: "%.4g", value)) ?? value
    }
}
