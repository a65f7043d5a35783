/// Makes field bytes presentable: HTML stripped where there is any, white space collapsed, ill-formed UTF-8 repaired.
///
/// Most fields need nothing of it, so a first pass over the bytes decides, and only the others are rewritten.
final class TextCleaner {
    private let scratch = ByteScratch()
    /// Fields in which bytes had to be replaced or read as windows-1252.
    private(set) var repairs = 0
    /// Whether well-formed multi-byte UTF-8 was seen: then odd bytes are damage, otherwise they are windows-1252.
    private var sawMultiByte: Bool

    /// - Parameter sawMultiByte: What the file's head showed.
    init(sawMultiByte: Bool) {
        self.sawMultiByte = sawMultiByte
    }

    /// What a byte may require: 0 nothing, 1 a space, 2 other white space and controls, 4 markup, 8 not ASCII.
    private static let classes: [UInt8] = (0..<256).map { byte in
        switch UInt8(byte) {
        case 32: 1
        case 0..<32, 127: 2
        case UInt8(ascii: "<"), UInt8(ascii: "&"): 4
        case 128...255: 8
        default: 0
        }
    }

    /// The text of a field; nil when nothing remains.
    func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] <= 32 { start += 1 }
        while end > start, bytes[end - 1] <= 32 { end -= 1 }
        guard start < end, let base = bytes.baseAddress else { return nil }
        let field = UnsafeBufferPointer(start: base + start, count: end - start)
        if Self.isPlain(field) { return String(decoding: field, as: UTF8.self) }
        let traits = Self.traits(field)
        if traits & (2 | 4 | 16) == 0 { return string(field, isASCII: traits & 8 == 0) }
        return rewritten(field, hasMarkup: traits & 4 != 0, isASCII: traits & 8 == 0)
    }

    /// Whether the bytes are ASCII with nothing to strip or collapse: eight at a time.
    @inline(__always)
    private static func isPlain(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = UnsafeRawBufferPointer(field)
        var position = 0
        // The top bit of each byte that is a space in the word before.
        var spacesBefore: UInt64 = 0
        while position + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let (needs, spaces) = look(word)
            if needs | spaces & (spaces << 8 | spacesBefore >> 56) != 0 { return false }
            spacesBefore = spaces
            position += 8
        }
        guard position < raw.count else { return true }
        if raw.count >= 8 {
            // The last eight bytes, some of them for the second time.
            let word = UInt64(
                littleEndian: raw.loadUnaligned(fromByteOffset: raw.count - 8, as: UInt64.self)
            )
            let (needs, spaces) = look(word)
            return needs | spaces & spaces << 8 == 0
        }
        var last: UInt8 = 0
        while position < raw.count {
            let byte = raw[position]
            if byte < 32 || byte >= 127 || byte == 0x3c || byte == 0x26 || (byte == 32 && last == 32) { return false }
            last = byte
            position += 1
        }
        return true
    }

    /// Of eight bytes: bits where one is a control, no ASCII or may begin markup; the top bit of each that is a space.
    @inline(__always)
    private static func look(_ word: UInt64) -> (needs: UInt64, spaces: UInt64) {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let controls = (word &- ones &* 32) & ~word | (word &+ ones)
        let less = word ^ (ones &* 0x3c)
        let ampersand = word ^ (ones &* 0x26)
        // These may also hit the byte behind a real hit, never less than that: a hit only means to look closer.
        let markup = ((less &- ones) & ~less) | ((ampersand &- ones) & ~ampersand)
        let space = word ^ (ones &* 0x20)
        return ((word | controls | markup) & tops, ~(((space & ~tops) &+ ~tops) | space) & tops)
    }

    /// What the bytes have between them; 16 says that white space has to be collapsed or removed.
    private static func traits(_ field: UnsafeBufferPointer<UInt8>) -> UInt8 {
        var traits: UInt8 = 0
        var last: UInt8 = 0
        classes.withUnsafeBufferPointer { classes in
            for index in 0..<field.count {
                let kind = classes[Int(field[index])]
                traits |= kind
                if kind & last & 1 != 0 { traits |= 16 }
                if kind == 8, isOddSpace(field, index) > 0 { traits |= 16 }
                last = kind
            }
        }
        return traits
    }

    /// The length of a space or control character that starts here; 0 for what remains of a text.
    @inline(__always)
    static func spaceLength(_ field: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        let byte = field[index]
        if byte <= 32 || byte == 127 { return 1 }
        return byte < 0xc2 ? 0 : isOddSpace(field, index)
    }

    /// The length of a no-break, ideographic, zero-width or similar space that starts here; 0 for other characters.
    @inline(__always)
    private static func isOddSpace(_ field: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        switch field[index] {
        case 0xc2: return index + 1 < field.count && (field[index + 1] == 0xa0 || field[index + 1] == 0xad) ? 2 : 0
        case 0xe2:
            guard index + 2 < field.count, field[index + 1] == 0x80 else { return 0 }
            let third = field[index + 2]
            return third >= 0x80 && third <= 0x8b || third == 0xa8 || third == 0xa9 || third == 0xaf ? 3 : 0
        case 0xe3: return index + 2 < field.count && field[index + 1] == 0x80 && field[index + 2] == 0x80 ? 3 : 0
        case 0xef: return index + 2 < field.count && field[index + 1] == 0xbb && field[index + 2] == 0xbf ? 3 : 0
        default: return 0
        }
    }

    private func string(_ field: UnsafeBufferPointer<UInt8>, isASCII: Bool) -> String {
        if isASCII { return String(decoding: field, as: UTF8.self) }
        if let text = String(validating: field, as: UTF8.self) {
            sawMultiByte = true
            return text
        }
        repairs += 1
        if sawMultiByte { return String(decoding: field, as: UTF8.self) }
        return String(String.UnicodeScalarView(field.map { Windows1252.scalar($0) }))
    }

    // MARK: Rewriting

    private func rewritten(_ field: UnsafeBufferPointer<UInt8>, hasMarkup: Bool, isASCII: Bool) -> String? {
        scratch.count = 0
        guard hasMarkup, let base = field.baseAddress else {
            collapse(field)
            return finish(isASCII: isASCII)
        }
        let markup = ByteScratch()
        strip(base, field.count, into: markup)
        // Feeds escape HTML inside of XML, and some escape it once more.
        if markup.bytes.contains(UInt8(ascii: "<")), markup.count < field.count {
            let again = ByteScratch()
            strip(UnsafePointer(markup.base), markup.count, into: again)
            collapse(again.bytes)
        } else {
            collapse(markup.bytes)
        }
        return finish(isASCII: false)
    }

    private func finish(isASCII: Bool) -> String? {
        while scratch.count > 0, scratch.base[scratch.count - 1] == 32 { scratch.count -= 1 }
        return scratch.count == 0 ? nil : string(scratch.bytes, isASCII: isASCII)
    }

    /// Appends with every run of white space and controls as one space; zero-width marks vanish.
    private func collapse(_ field: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < field.count {
            let length = Self.spaceLength(field, index)
            if length > 0 {
                let isInvisible = length > 1 && Self.isInvisible(field, index)
                if !isInvisible, scratch.count > 0, scratch.base[scratch.count - 1] != 32 { scratch.append(32) }
                index += length
            } else {
                scratch.append(field[index])
                index += 1
            }
        }
    }

    private static func isInvisible(_ field: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        switch field[index] {
        case 0xc2: field[index + 1] == 0xad
        case 0xe2: field[index + 2] == 0x8b
        default: field[index] == 0xef
        }
    }

    /// Copies without tags and comments, with character references decoded.
    private func strip(_ base: UnsafePointer<UInt8>, _ count: Int, into target: ByteScratch) {
        let text = UnsafeBufferPointer(start: base, count: count)
        var index = 0
        while index < count {
            let start = index
            while index < count, base[index] != UInt8(ascii: "<"), base[index] != UInt8(ascii: "&") { index += 1 }
            target.append(base + start, index - start)
            guard index < count else { return }
            if base[index] == UInt8(ascii: "&") {
                if let entity = HTMLEntities.decode(base + index, count - index) {
                    target.append(scalar: entity.scalar)
                    index += entity.length
                } else {
                    target.append(base[index])
                    index += 1
                }
            } else {
                index = skipTag(text, index, target)
            }
        }
    }

    /// Skips the tag at `start` and gives the position behind it; what is no HTML tag is copied.
    private func skipTag(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ target: ByteScratch) -> Int {
        guard let tag = XMLTag.next(in: text, from: start), tag.start == start else {
            return skipBroken(text, start, target)
        }
        let name = text[tag.name]
        switch tag.kind {
        case .other where tag.end > start + 1:
            return tag.end
        case .start(let isEmpty) where HTMLTags.isHidden(name) && !isEmpty:
            target.append(32)
            return behindEnd(of: Array(name), text, tag.end)
        case .start, .end:
            guard HTMLTags.isKnown(name) else { break }
            if !HTMLTags.isInline(name) { target.append(32) }
            return tag.end
        default: break
        }
        target.append(text[start])
        return start + 1
    }

    /// A tag cut off by the end of the field vanishes, any other `<` stays.
    private func skipBroken(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ target: ByteScratch) -> Int {
        var end = start + 1
        if end < text.count, text[end] == UInt8(ascii: "/") { end += 1 }
        let nameStart = end
        while end < text.count, XMLTag.isNameByte(text[end]) { end += 1 }
        if end > nameStart, HTMLTags.isKnown(text[nameStart..<end]) { return text.count }
        target.append(text[start])
        return start + 1
    }

    private func behindEnd(of name: [UInt8], _ text: UnsafeBufferPointer<UInt8>, _ from: Int) -> Int {
        var position = from
        while let tag = XMLTag.next(in: text, from: position) {
            position = tag.end
            guard tag.kind == .end, tag.name.count == name.count else { continue }
            if zip(text[tag.name], name).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) { return tag.end }
        }
        return text.count
    }
}

/// The upper half of windows-1252 where it differs from Latin-1.
enum Windows1252 {
    private static let special: [UInt16] = [
        0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd,
        0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
        0x0153, 0xfffd, 0x017e, 0x0178,
    ]

    /// The character of a byte.
    static func scalar(_ byte: UInt8) -> Unicode.Scalar {
        guard byte >= 0x80, byte < 0xa0 else { return Unicode.Scalar(byte) }
        return Unicode.Scalar(special[Int(byte) - 0x80]) ?? "\u{fffd}"
    }
}
