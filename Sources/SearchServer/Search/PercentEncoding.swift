/// Percent-encoding as URLs have it (RFC 3986).
enum PercentEncoding {
    /// The text behind `%41` and the like.
    ///
    /// - Parameters:
    ///   - text: As it stands in the URL.
    ///   - plusIsSpace: In query strings it is, in paths it is not.
    /// - Returns: The text.
    /// - Throws: `ServerError.badEncoding` for a broken escape, and for bytes that are no UTF-8.
    static func decoded(_ text: Substring, plusIsSpace: Bool) throws(ServerError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var place = text.utf8.makeIterator()
        while let byte = place.next() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = place.next().flatMap(hexDigit), let low = place.next().flatMap(hexDigit) else {
                    throw .badEncoding(text: String(text))
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .badEncoding(text: String(text)) }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
