/// Reads the JSON of a safetensors header, and no more of JSON than such a header may hold: objects, strings, lists of
/// whole numbers.
///
/// A general decoder would silently keep one of two tensors of the same name.
struct HeaderReader {
    private let bytes: UnsafeRawBufferPointer
    /// The next byte.
    private var place = 0

    /// A reader of bytes that outlive it.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Reads `{"key": value, ...}`.
    ///
    /// - Parameters:
    ///   - isOutermost: The header itself: no space before its brace.
    ///   - value: Called with each key; reads the value.
    /// - Throws: `SafetensorsProblem.syntax`, and what `value` throws.
    mutating func object(
        isOutermost: Bool = false,
        _ value: (inout HeaderReader, String) throws(SafetensorsProblem) -> Void
    ) throws(SafetensorsProblem) {
        if !isOutermost { skipSpace() }
        try expect("{")
        if takes("}") { return }
        repeat {
            let key = try string()
            skipSpace()
            try expect(":")
            try value(&self, key)
        } while takes(",")
        skipSpace()
        try expect("}")
    }

    /// Reads `[1, 2, 3]`: numbers >= 0 that fit an `Int`.
    mutating func integers() throws(SafetensorsProblem) -> [Int] {
        skipSpace()
        try expect("[")
        if takes("]") { return [] }
        var values: [Int] = []
        repeat { values.append(try integer()) } while takes(",")
        skipSpace()
        try expect("]")
        return values
    }

    private mutating func integer() throws(SafetensorsProblem) -> Int {
        skipSpace()
        let start = place
        var value = 0
        while let digit = peek().map({ $0 &- UInt8(ascii: "0") }), digit < 10 {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(digit))
            guard !overflow, !carry else { throw .syntax(offset: start, expected: "a number below 2^63") }
            value = sum
            place += 1
        }
        let hasLeadingZero = place - start > 1 && bytes[start] == UInt8(ascii: "0")
        guard place > start, !hasLeadingZero else { throw .syntax(offset: start, expected: "a whole number") }
        return value
    }

    /// Reads `"text"`.
    mutating func string() throws(SafetensorsProblem) -> String {
        skipSpace()
        let start = place
        try expect("\"")
        var text: [UInt8] = []
        while let byte = peek() {
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw .syntax(offset: start, expected: "text in UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            case ..<0x20: throw .syntax(offset: place - 1, expected: "no control character in a string")
            default: text.append(byte)
            }
        }
        throw .syntax(offset: start, expected: "the end of the string")
    }

    /// The UTF-8 of what follows a backslash.
    private mutating func escape() throws(SafetensorsProblem) -> [UInt8] {
        let start = place
        guard let byte = peek() else { throw .syntax(offset: start, expected: "an escape") }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "u"):
            var units = [try codeUnit()]
            if UTF16.isLeadSurrogate(units[0]) {
                try expect("\\")
                try expect("u")
                units.append(try codeUnit())
            }
            guard let text = String(validating: units, as: UTF16.self) else {
                throw .syntax(offset: start, expected: "a character")
            }
            return Array(text.utf8)
        default: throw .syntax(offset: start, expected: "an escape")
        }
    }

    /// Four hexadecimal digits.
    private mutating func codeUnit() throws(SafetensorsProblem) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw .syntax(offset: place, expected: "four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
            place += 1
        }
        return unit
    }

    /// Checks that only spaces are left.
    mutating func end() throws(SafetensorsProblem) {
        skipSpace()
        guard place == bytes.count else { throw .syntax(offset: place, expected: "the end of the header") }
    }

    private func peek() -> UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(SafetensorsProblem) {
        guard peek() == UInt8(ascii: character) else { throw .syntax(offset: place, expected: "`\(character)`") }
        place += 1
    }

    /// Skips space, then a character if it comes next.
    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek() == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }
}
