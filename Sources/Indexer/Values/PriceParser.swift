import Catalog

/// Reads amounts of money as people and feeds write them.
enum PriceParser {
    /// The price in a text (`15.00 USD`, `$1,299.00`, `1.299,00 €`, `99元`); nil when there is none.
    ///
    /// Of a range the lower end is taken. A single point with three digits behind it groups thousands only where the
    /// currency is one written with a decimal comma; a lone `¥` names no currency, being both yuan and yen.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Price? {
        if let plain = plainNumber(bytes) { return plain < 0 ? nil : Price(plain) }
        if let simple = codedNumber(bytes) { return simple }
        let text = String(decoding: bytes, as: UTF8.self)
        let currency = self.currency(in: text)
        guard let number = firstNumber(text), !number.isNegative else { return nil }
        let commaIsDecimal = currency.map { decimalCommaCurrencies.contains($0) } ?? false
        guard let amount = amount(number.digits, commaIsDecimal: commaIsDecimal) else { return nil }
        return Price(amount, currency)
    }

    /// A number and nothing else, as JSON and most tables have it.
    static func plainNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        var index = 0
        var end = bytes.count
        while index < end, bytes[index] == 32 { index += 1 }
        while end > index, bytes[end - 1] == 32 { end -= 1 }
        let isNegative = index < end && bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        var mantissa = 0
        var digits = 0
        var decimals = 0
        var sawPoint = false
        while index < end {
            let byte = bytes[index]
            if byte == UInt8(ascii: "."), !sawPoint {
                sawPoint = true
            } else if byte &- 0x30 < 10, digits < 15 {
                mantissa = mantissa * 10 + Int(byte - 0x30)
                digits += 1
                if sawPoint { decimals += 1 }
            } else {
                return digits < 15 ? nil : slowNumber(bytes)
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        // Exact: both operands are integers a Double holds, so one rounding is made.
        let value = Double(mantissa) / powersOfTen[decimals]
        return isNegative ? -value : value
    }

    /// The commonest form of feeds, `15.00 USD` or `USD 15.00`, on bytes: the general way costs fifty times as much.
    private static func codedNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Price? {
        let count = bytes.count
        guard count >= 5 else { return nil }
        if bytes[count - 4] == 32, let code = code(bytes, count - 3) {
            return unambiguous(UnsafeBufferPointer(rebasing: bytes[..<(count - 4)])).map { Price($0, code) }
        }
        guard bytes[3] == 32, let code = code(bytes, 0) else { return nil }
        return unambiguous(UnsafeBufferPointer(rebasing: bytes[4...])).map { Price($0, code) }
    }

    private static func code(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> String? {
        guard (start..<start + 3).allSatisfy({ bytes[$0] &- 65 < 26 }) else { return nil }
        let code = String(decoding: bytes[start..<start + 3], as: UTF8.self)
        return codes.contains(code) ? code : nil
    }

    /// A plain number whose point cannot be meant to group thousands.
    private static func unambiguous(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        let count = bytes.count
        if count > 4, bytes[count - 4] == UInt8(ascii: ".") { return nil }
        return plainNumber(bytes).flatMap { $0 < 0 ? nil : $0 }
    }

    private static func slowNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    // MARK: Numbers in text

    /// The first run of digits with the separators inside of it.
    private static func firstNumber(_ text: String) -> (digits: [Character], isNegative: Bool)? {
        let characters = Array(text)
        guard let start = characters.firstIndex(where: isDigit) else { return nil }
        var digits: [Character] = []
        var index = start
        while index < characters.count {
            let character = characters[index]
            let isFollowed = index + 1 < characters.count && isDigit(characters[index + 1])
            if isDigit(character) {
                digits.append(ascii(character))
            } else if isFollowed, ".,'’٫٬".contains(character) {
                digits.append(character)
            } else if isFollowed, character.isWhitespace, groupFollows(characters, index + 1) {
                // A space groups thousands only when exactly three digits follow.
            } else {
                break
            }
            index += 1
        }
        if index < characters.count, "eE".contains(characters[index]), let value = Double(text), value.isFinite {
            return (Array(String(value)), value < 0)
        }
        let before = characters[..<start].last { !$0.isWhitespace && !$0.isCurrencySymbol }
        return (digits, before == "-" && start < 3 || before == "−")
    }

    private static func isDigit(_ character: Character) -> Bool {
        character.isWholeNumber && digitValue(character) != nil
    }

    /// Decimal digits only: ASCII, full width, Arabic-Indic.
    private static func digitValue(_ character: Character) -> Int? {
        guard let value = character.wholeNumberValue, value < 10, let scalar = character.unicodeScalars.first else {
            return nil
        }
        return scalar.properties.numericType == .decimal ? value : nil
    }

    private static func ascii(_ character: Character) -> Character {
        digitValue(character).flatMap { String($0).first } ?? character
    }

    private static func groupFollows(_ characters: [Character], _ start: Int) -> Bool {
        let group = characters[start...].prefix { isDigit($0) }
        return group.count == 3
    }

    /// Decides what the separators mean.
    private static func amount(_ digits: [Character], commaIsDecimal: Bool) -> Double? {
        let separators = digits.indices.filter { !digits[$0].isWholeNumber }
        guard let last = separators.last else { return Double(String(digits)) }
        let mark = digits[last]
        let behind = digits.count - last - 1
        let isAlone = separators.count { digits[$0] == mark } == 1
        let hasOther = separators.contains { digits[$0] != mark }
        let isDecimal: Bool
        switch mark {
        case "'", "’", "٬": isDecimal = false
        case ".", ",", "٫":
            if !isAlone {
                isDecimal = false
            } else if hasOther || behind != 3 {
                isDecimal = true
            } else {
                isDecimal = mark == "." ? !commaIsDecimal || digits[0] == "0" : digits[0] == "0"
            }
        default: isDecimal = false
        }
        let whole = digits[..<last].filter(\.isWholeNumber)
        let rest = digits[(last + 1)...]
        return Double(String(whole) + (isDecimal ? "." : "") + String(rest))
    }

    // MARK: Currencies

    /// The ISO 4217 code a text names by code, word or sign.
    static func currency(in text: String) -> String? {
        let words = text.split { !$0.isLetter }
        for word in words where word.count == 3 {
            let code = word.uppercased()
            if codes.contains(code) { return code }
        }
        return signs.first { text.contains($0.sign) }?.code
    }

    private static let codes: Set<String> = [
        "USD", "EUR", "GBP", "JPY", "CNY", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON",
        "BGN", "TRY", "RUB", "UAH", "BRL", "MXN", "ARS", "CLP", "COP", "PEN", "INR", "IDR", "MYR", "SGD", "THB", "VND",
        "PHP", "HKD", "TWD", "KRW", "ZAR", "ILS", "AED", "SAR", "EGP", "NGN", "KES", "KZT", "BYN", "ISK", "HRK", "RSD",
    ]

    /// Longer signs first, so that `HK$` is not read as `$`.
    private static let signs: [(sign: String, code: String)] = [
        ("人民币", "CNY"), ("RMB", "CNY"), ("元", "CNY"), ("円", "JPY"), ("HK$", "HKD"), ("NT$", "TWD"), ("US$", "USD"),
        ("CA$", "CAD"), ("C$", "CAD"), ("AU$", "AUD"), ("A$", "AUD"), ("S$", "SGD"), ("R$", "BRL"), ("MX$", "MXN"),
        ("€", "EUR"), ("£", "GBP"), ("$", "USD"), ("₽", "RUB"), ("руб", "RUB"), ("₴", "UAH"), ("₹", "INR"),
        ("₩", "KRW"), ("₺", "TRY"), ("₫", "VND"), ("฿", "THB"), ("₪", "ILS"), ("zł", "PLN"), ("Kč", "CZK"),
        ("Fr.", "CHF"),
    ]

    private static let decimalCommaCurrencies: Set<String> = [
        "EUR", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "RUB", "UAH", "BRL", "ARS", "CLP", "COP",
        "IDR", "VND", "ISK", "RSD",
    ]
}
