/// What a file's first bytes say about its encoding.
struct EncodingGuess: Equatable {
    var encoding: TextEncoding
    /// Bytes of a byte order mark to skip.
    var markLength = 0
    /// What the user should know, nil when the case is clear.
    var note: String?
}

/// Tells encodings apart by byte order marks, zero bytes, XML declarations and the validity of UTF-8.
enum EncodingDetector {
    /// Guesses from the file's head; nil when it is not text.
    static func guess(_ head: [UInt8]) -> EncodingGuess? {
        if head.starts(with: [0xef, 0xbb, 0xbf]) { return EncodingGuess(encoding: .utf8, markLength: 3) }
        if head.starts(with: [0xff, 0xfe]) { return EncodingGuess(encoding: .utf16LittleEndian, markLength: 2) }
        if head.starts(with: [0xfe, 0xff]) { return EncodingGuess(encoding: .utf16BigEndian, markLength: 2) }
        if hasZeros(head) { return guessWide(head) }
        if let declared = declaredInXML(head) { return EncodingGuess(encoding: declared) }
        return guessNarrow(head)
    }

    /// The length of a byte order mark that fits an encoding the user named.
    static func markLength(_ head: [UInt8], for encoding: TextEncoding) -> Int {
        switch encoding {
        case .utf8: head.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        case .utf16LittleEndian: head.starts(with: [0xff, 0xfe]) ? 2 : 0
        case .utf16BigEndian: head.starts(with: [0xfe, 0xff]) ? 2 : 0
        default: 0
        }
    }

    /// Whether there are more zero bytes than damage leaves in a text: UTF-16 has them for every line end and delimiter.
    private static func hasZeros(_ head: [UInt8]) -> Bool {
        let zeros = head.count { $0 == 0 }
        return zeros >= 4 && 100 * zeros >= head.count
    }

    /// UTF-16 of any script has zero bytes at one parity (line ends, delimiters, digits) and hardly at the other.
    private static func guessWide(_ head: [UInt8]) -> EncodingGuess? {
        var zeros = [0, 0]
        for (index, byte) in head.enumerated() where byte == 0 { zeros[index & 1] += 1 }
        if zeros[1] > 20 * zeros[0] { return EncodingGuess(encoding: .utf16LittleEndian) }
        if zeros[0] > 20 * zeros[1] { return EncodingGuess(encoding: .utf16BigEndian) }
        return nil
    }

    private static func declaredInXML(_ head: [UInt8]) -> TextEncoding? {
        guard head.starts(with: Array("<?xml".utf8)), let end = head.prefix(200).firstIndex(of: UInt8(ascii: ">"))
        else { return nil }
        let declaration = String(decoding: head[..<end], as: UTF8.self)
        guard let range = declaration.firstRange(of: "encoding") else { return nil }
        let value = declaration[range.upperBound...].drop { $0 == "=" || $0 == " " }
        guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
        return TextEncoding(name: String(value.dropFirst().prefix { $0 != quote }))
    }

    private static func guessNarrow(_ head: [UInt8]) -> EncodingGuess {
        let counts = UTF8Counts(head)
        if counts.malformed == 0 { return EncodingGuess(encoding: .utf8) }
        if counts.wellFormed >= 4 * counts.malformed {
            return EncodingGuess(encoding: .utf8, note: "some bytes are not UTF-8 and were replaced by U+FFFD")
        }
        // Western text has lone accented letters between ASCII ones; other scripts come in runs.
        let foreign = counts.highBytes > 3 * counts.highRuns
        let hint =
            foreign ? "it looks like another script's encoding: name it with --encoding" : "if wrong, use --encoding"
        return EncodingGuess(encoding: .windows1252, note: "not UTF-8, read as windows-1252; \(hint)")
    }
}

/// How much of a text is multi-byte UTF-8, and how much cannot be.
struct UTF8Counts {
    /// Well-formed sequences of two to four bytes.
    private(set) var wellFormed = 0
    /// Bytes outside of any well-formed sequence.
    private(set) var malformed = 0
    private(set) var highBytes = 0
    /// Runs of neighbouring bytes above 0x7f.
    private(set) var highRuns = 0

    init(_ bytes: [UInt8]) {
        var index = 0
        var wasHigh = false
        while index < bytes.count {
            let byte = bytes[index]
            guard byte >= 0x80 else {
                wasHigh = false
                index += 1
                continue
            }
            if !wasHigh { highRuns += 1 }
            wasHigh = true
            let length = Self.sequenceLength(bytes[index...])
            if length > 0 {
                wellFormed += 1
                highBytes += length
                index += length
            } else if length < 0 {
                break
            } else {
                malformed += 1
                highBytes += 1
                index += 1
            }
        }
    }

    /// The length of the sequence that starts here; 0 when malformed, -1 when cut off by the end.
    private static func sequenceLength(_ bytes: ArraySlice<UInt8>) -> Int {
        let first = bytes[bytes.startIndex]
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xbf
        switch first {
        case 0xc2...0xdf: length = 2
        case 0xe0:
            length = 3
            low = 0xa0
        case 0xed:
            length = 3
            high = 0x9f
        case 0xe1...0xef: length = 3
        case 0xf0:
            length = 4
            low = 0x90
        case 0xf4:
            length = 4
            high = 0x8f
        case 0xf1...0xf3: length = 4
        default: return 0
        }
        for offset in 1..<length {
            guard bytes.startIndex + offset < bytes.endIndex else { return -1 }
            let byte = bytes[bytes.startIndex + offset]
            guard byte >= low, byte <= high else { return 0 }
            low = 0x80
            high = 0xbf
        }
        return length
    }
}
