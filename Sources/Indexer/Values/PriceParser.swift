import Catalog

/// Reads amounts of money as people and feeds write them.
enum PriceParser {
    /// The price in a text (`15.00 USD`, `$1,299.00`, `1.299,00 €`, `99元`); nil when there is none.
    ///
    /// Of a range the lower end is taken. A single point with three digits behind it groups thousands where the column
    /// is known to write a decimal comma (`decimals`) or, nothing being known, where the currency is one written so: the
    /// text's own, or else `currency`, which is not part of what is returned. A lone `¥` names no currency, being both
    /// yuan and yen.
    static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>,
        decimals: DecimalMark? = nil,
        currency given: String? = nil
    ) -> Price? {
        let isCommaLikely = decimals == .comma || decimals == nil && isWrittenWithComma(given)
        if !isCommaLikely || !endsLikeThousands(bytes) {
            if let plain = plainNumber(bytes) { return plain < 0 ? nil : Price(plain) }
            if let simple = codedNumber(bytes) { return simple }
        }
        let text = normalized(bytes)
        let currency = currency(in: text)
        guard let number = firstNumber(text), !number.isNegative else { return nil }
        if number.isWhole, isGrouped(number.digits) {
            return Self.number(number.digits[...], nil).map { Price($0, currency) }
        }
        let commaIsDecimal = decimals == .comma || decimals == nil && isWrittenWithComma(currency ?? given)
        guard let amount = amount(number.digits, commaIsDecimal: commaIsDecimal) else { return nil }
        return Price(amount, currency)
    }

    /// Which mark a text certainly writes decimals with, nil where it shows none or could mean either.
    static func decimalMark(in bytes: UnsafeBufferPointer<UInt8>) -> DecimalMark? {
        guard bytes.count <= 40, bytes.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".") }),
            bytes.contains(where: { $0 &- 0x30 < 10 }), let number = firstNumber(normalized(bytes))
        else { return nil }
        let digits = number.digits
        if number.isWhole { return number.wholeMark == 0x2c ? .comma : nil }
        guard let last = digits.lastIndex(where: { !isDigit($0) }), digits.count(where: { $0 == digits[last] }) == 1,
            digits.count - last - 1 != 3 || digits[..<last].contains(where: { !isDigit($0) })
        else { return nil }
        return digits[last] == 0x2c ? .comma : digits[last] == 0x2e ? .point : nil
    }

    private static func isWrittenWithComma(_ currency: String?) -> Bool {
        currency.map { decimalCommaCurrencies.contains($0) } ?? false
    }

    /// Whether a text ends in a point and three digits.
    private static func endsLikeThousands(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var end = bytes.count
        while end > 0, bytes[end - 1] == 32 { end -= 1 }
        return end > 4 && bytes[end - 4] == UInt8(ascii: ".")
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

    /// The text as code points, with full-width and Arabic-Indic digits and odd spaces and marks in ASCII.
    ///
    /// Code points, not characters: finding grapheme boundaries costs more than everything else here.
    private static func normalized(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt32] {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
            switch scalar.value {
            case 0xff10...0xff19: scalar.value - 0xff10 + 0x30
            case 0x660...0x669: scalar.value - 0x660 + 0x30
            case 0xff0c: 0x2c
            case 0xff0e, 0x66b: 0x2e
            case 0x2019, 0x66c: 0x27
            case 9, 0xa0, 0x2009, 0x202f, 0x2007: 0x20
            case 0x2212: 0x2d
            default: scalar.value
            }
        }
    }

    private static func isDigit(_ code: UInt32) -> Bool { code &- 0x30 < 10 }

    /// A number as it stands in a text.
    private struct WrittenNumber {
        /// Digits with the separators between them.
        var digits: [UInt32]
        var isNegative: Bool
        /// The mark before a dash that stands for no decimals (`1.299,-`), 0 where there is none.
        var wholeMark: UInt32 = 0

        var isWhole: Bool { wholeMark != 0 }
    }

    /// The first run of digits with the separators inside of it.
    private static func firstNumber(_ text: [UInt32]) -> WrittenNumber? {
        guard let start = text.firstIndex(where: isDigit) else { return nil }
        var digits: [UInt32] = []
        var index = start
        while index < text.count {
            let code = text[index]
            let isFollowed = index + 1 < text.count && isDigit(text[index + 1])
            if isDigit(code) || (isFollowed && (code == 0x2e || code == 0x2c || code == 0x27)) {
                digits.append(code)
            } else if isFollowed, code == 0x20, text[(index + 1)...].prefix(while: isDigit).count == 3 {
                // A space groups thousands only when exactly three digits follow.
            } else {
                break
            }
            index += 1
        }
        if index < text.count, text[index] | 0x20 == 0x65, let value = exponential(text) { return value }
        var number = WrittenNumber(digits: digits, isNegative: isMinus(text[..<start]))
        if index + 1 < text.count, text[index] == 0x2c || text[index] == 0x2e,
            [0x2d, 0x2013, 0x2014].contains(text[index + 1])
        {
            number.wholeMark = text[index]
        }
        return number
    }

    /// Whether all separators are followed by three digits.
    private static func isGrouped(_ digits: [UInt32]) -> Bool {
        digits.split(omittingEmptySubsequences: false) { !isDigit($0) }.dropFirst().allSatisfy { $0.count == 3 }
    }

    /// Whether what stands before a number makes it negative: a minus with nothing but a currency's sign and space.
    private static func isMinus(_ before: ArraySlice<UInt32>) -> Bool {
        before.contains(0x2d) && before.allSatisfy { $0 == 0x2d || $0 == 0x20 || !isLetter($0) && $0 > 0x20 }
            && before.count <= 4
    }

    /// `1e3`, as some programs print large amounts.
    private static func exponential(_ text: [UInt32]) -> WrittenNumber? {
        let string = String(String.UnicodeScalarView(text.compactMap(Unicode.Scalar.init)))
        guard let value = Double(string), value.isFinite else { return nil }
        return WrittenNumber(digits: "\(abs(value))".unicodeScalars.map(\.value), isNegative: value < 0)
    }

    /// Decides what the separators mean.
    private static func amount(_ digits: [UInt32], commaIsDecimal: Bool) -> Double? {
        guard let last = digits.lastIndex(where: { !isDigit($0) }) else { return number(digits[...], nil) }
        let mark = digits[last]
        let behind = digits.count - last - 1
        let isAlone = digits.count { $0 == mark } == 1
        let hasOther = digits.contains { !isDigit($0) && $0 != mark }
        let isDecimal: Bool
        if mark == 0x27 || !isAlone {
            isDecimal = false
        } else if hasOther || behind != 3 {
            isDecimal = true
        } else {
            // A first group has at most three digits.
            isDecimal = digits[0] == 0x30 || last > 3 || (mark == 0x2e && !commaIsDecimal)
        }
        return number(digits[...], isDecimal ? last : nil)
    }

    /// The number of these digits with a decimal point at `point`, other separators left out.
    private static func number(_ digits: ArraySlice<UInt32>, _ point: Int?) -> Double? {
        var bytes: [UInt8] = []
        for index in digits.indices {
            if isDigit(digits[index]) {
                bytes.append(UInt8(truncatingIfNeeded: digits[index]))
            } else if index == point {
                bytes.append(UInt8(ascii: "."))
            }
        }
        return bytes.withUnsafeBufferPointer(plainNumber)
    }

    // MARK: Currencies

    /// The ISO 4217 code a text names by code, word or sign.
    static func currency(in text: String) -> String? {
        currency(in: text.unicodeScalars.map(\.value))
    }

    private static func currency(in text: [UInt32]) -> String? {
        var start = 0
        while start < text.count {
            guard isLetter(text[start]) else {
                start += 1
                continue
            }
            let word = text[start...].prefix(while: isLetter)
            if word.count == 3 {
                let code = String(decoding: word.map { UInt8(truncatingIfNeeded: $0 & ~0x20) }, as: UTF8.self)
                if codes.contains(code) { return code }
            }
            if word.map({ $0 | 0x20 }) == [0x74, 0x6c] { return "TRY" }
            start += word.count
        }
        // ASCII letters and digits alone name no currency but by code.
        guard text.contains(where: { $0 >= 0x80 || $0 == 0x24 || isLetter($0) }) else { return nil }
        return signs.first { occurs($0.sign, in: text) }?.code
    }

    private static func occurs(_ sign: [UInt32], in text: [UInt32]) -> Bool {
        guard text.count >= sign.count else { return false }
        for start in 0...(text.count - sign.count) where text[start] == sign[0] {
            var length = 1
            while length < sign.count, text[start + length] == sign[length] { length += 1 }
            if length == sign.count { return true }
        }
        return false
    }

    private static func isLetter(_ code: UInt32) -> Bool { (code | 0x20) &- 0x61 < 26 }

    private static let codes: Set<String> = [
        "USD", "EUR", "GBP", "JPY", "CNY", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON",
        "BGN", "TRY", "RUB", "UAH", "BRL", "MXN", "ARS", "CLP", "COP", "PEN", "INR", "IDR", "MYR", "SGD", "THB", "VND",
        "PHP", "HKD", "TWD", "KRW", "ZAR", "ILS", "AED", "SAR", "EGP", "NGN", "KES", "KZT", "BYN", "ISK", "HRK", "RSD",
    ]

    /// Longer signs first, so that `HK$` is not read as `$`.
    private static let signs: [(sign: [UInt32], code: String)] = [
        ("人民币", "CNY"), ("RMB", "CNY"), ("元", "CNY"), ("円", "JPY"), ("HK$", "HKD"), ("NT$", "TWD"), ("US$", "USD"),
        ("CA$", "CAD"), ("C$", "CAD"), ("AU$", "AUD"), ("A$", "AUD"), ("S$", "SGD"), ("R$", "BRL"), ("MX$", "MXN"),
        ("€", "EUR"), ("£", "GBP"), ("$", "USD"), ("₽", "RUB"), ("руб", "RUB"), ("₴", "UAH"), ("₹", "INR"),
        ("₩", "KRW"), ("₺", "TRY"), ("₫", "VND"), ("฿", "THB"), ("₪", "ILS"), ("zł", "PLN"), ("Kč", "CZK"),
        ("Fr.", "CHF"),
    ]
    .map { ($0.unicodeScalars.map(\.value), $1) }

    private static let decimalCommaCurrencies: Set<String> = [
        "EUR", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "RUB", "UAH", "BRL", "ARS", "CLP", "COP",
        "IDR", "VND", "ISK", "RSD",
    ]
}

/// What stands before the decimals of a column's numbers.
enum DecimalMark: String, Codable, Sendable {
    case comma, point
}
