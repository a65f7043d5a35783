/// Finds where a JSON value ends by counting brackets outside of strings; leaves judging it to the parser.
struct JSONExtent {
    enum Result: Equatable {
        /// The value's length in bytes.
        case value(Int)
        case incomplete
        /// A string runs over the end of its line, which JSON does not allow: a quote is missing.
        case openString
    }

    /// Measures the value at `base`, whose first byte is not white space.
    static func measure(_ base: UnsafePointer<UInt8>, _ count: Int, atEnd: Bool) -> Result {
        var position = 0
        var depth = 0
        while position < count {
            let byte = base[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                while position < count, base[position] != UInt8(ascii: "\""), base[position] != 10 {
                    position += base[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard position < count else { return atEnd ? .openString : .incomplete }
                if base[position] == 10 { return .openString }
                position += 1
                if depth == 0 { return .value(position) }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return .value(position) }
                if depth < 0 { return .value(max(1, position - 1)) }
            case UInt8(ascii: ","), 10:
                // A bare word or number at the top ends here.
                if depth == 0 { return .value(max(1, position - 1)) }
            default: break
            }
        }
        return atEnd && depth == 0 && count > 0 ? .value(count) : .incomplete
    }
}
