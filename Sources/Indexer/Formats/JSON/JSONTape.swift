import Catalog

/// A JSON text cut into a flat list of nodes, in document order, without building objects.
///
/// Strict by RFC 8259, except that ill-formed UTF-8 and lone surrogates in strings are left for whoever decodes them.
struct JSONTape {
    /// One value or key.
    struct Node: BitwiseCopyable {
        var kind: Kind
        /// Where its bytes are; without the quotes for strings and keys.
        var start: Int32
        var count: Int32
        /// The node behind this one and everything in it.
        var next: Int32
    }

    enum Kind: UInt8, BitwiseCopyable {
        case object, array, string, escapedString, key, escapedKey, number, truth, falsehood, null
    }

    /// What is wrong with a text, and at which byte.
    struct Failure: Error, Equatable {
        var problem: String
        var offset: Int
    }

    /// Those of the text parsed last.
    let nodes = GrowingBuffer<Node>(capacity: 128)

    /// Deeper nesting is refused.
    static let depthLimit = 100

    /// Parses exactly one value with white space around it.
    ///
    /// - Throws: `Failure`.
    func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) {
        nodes.removeAll()
        guard let base = bytes.baseAddress else { throw Failure(problem: "there is no value", offset: 0) }
        var scanner = JSONScanner(base: base, end: bytes.count)
        scanner.skipSpace()
        try scanner.value(into: nodes, depth: 0)
        scanner.skipSpace()
        guard scanner.position == bytes.count else {
            throw Failure(problem: "there is more text behind the value", offset: scanner.position)
        }
    }
}

/// The recursive descent over the bytes.
private struct JSONScanner {
    let base: UnsafePointer<UInt8>
    let end: Int
    var position = 0

    init(base: UnsafePointer<UInt8>, end: Int) {
        self.base = base
        self.end = end
    }

    @inline(__always)
    mutating func skipSpace() {
        while position < end, case let byte = base[position], byte == 32 || byte == 10 || byte == 13 || byte == 9 {
            position += 1
        }
    }

    private func fail(_ problem: String) -> JSONTape.Failure {
        JSONTape.Failure(problem: problem, offset: position)
    }

    private func unexpected(_ wanted: String) -> JSONTape.Failure {
        guard position < end else { return fail("the text ends where \(wanted) should be") }
        let found = Unicode.Scalar(base[position])
        return fail(base[position] < 0x80 ? "\"\(found)\" where \(wanted) should be" : "\(wanted) should be here")
    }

    mutating func value(
        into nodes: GrowingBuffer<JSONTape.Node>,
        depth: Int
    ) throws(JSONTape.Failure) {
        guard position < end else { throw unexpected("a value") }
        switch base[position] {
        case UInt8(ascii: "\""): try string(into: nodes, plain: .string, escaped: .escapedString)
        case UInt8(ascii: "{"): try object(into: nodes, depth: depth + 1)
        case UInt8(ascii: "["): try array(into: nodes, depth: depth + 1)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(into: nodes)
        case UInt8(ascii: "t"): try word("true", .truth, into: nodes)
        case UInt8(ascii: "f"): try word("false", .falsehood, into: nodes)
        case UInt8(ascii: "n"): try word("null", .null, into: nodes)
        case UInt8(ascii: "N"), UInt8(ascii: "I"): throw fail("NaN and Infinity are not JSON; write null")
        default: throw unexpected("a value")
        }
    }

    private mutating func object(
        into nodes: GrowingBuffer<JSONTape.Node>,
        depth: Int
    ) throws(JSONTape.Failure) {
        guard depth <= JSONTape.depthLimit else { throw fail("nested deeper than \(JSONTape.depthLimit) levels") }
        let own = open(.object, into: nodes)
        skipSpace()
        if take(UInt8(ascii: "}")) { return close(own, in: nodes) }
        while true {
            guard position < end, base[position] == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            try string(into: nodes, plain: .key, escaped: .escapedKey)
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("a colon") }
            skipSpace()
            try value(into: nodes, depth: depth)
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
                continue
            }
            guard take(UInt8(ascii: "}")) else { throw unexpected("a comma or }") }
            return close(own, in: nodes)
        }
    }

    private mutating func array(
        into nodes: GrowingBuffer<JSONTape.Node>,
        depth: Int
    ) throws(JSONTape.Failure) {
        guard depth <= JSONTape.depthLimit else { throw fail("nested deeper than \(JSONTape.depthLimit) levels") }
        let own = open(.array, into: nodes)
        skipSpace()
        if take(UInt8(ascii: "]")) { return close(own, in: nodes) }
        while true {
            try value(into: nodes, depth: depth)
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
                continue
            }
            guard take(UInt8(ascii: "]")) else { throw unexpected("a comma or ]") }
            return close(own, in: nodes)
        }
    }

    private mutating func open(_ kind: JSONTape.Kind, into nodes: GrowingBuffer<JSONTape.Node>) -> Int {
        nodes.append(JSONTape.Node(kind: kind, start: Int32(truncatingIfNeeded: position), count: 0, next: 0))
        position += 1
        return nodes.count - 1
    }

    @inline(__always)
    private func close(_ index: Int, in nodes: GrowingBuffer<JSONTape.Node>) {
        nodes.base[index].count = Int32(truncatingIfNeeded: position) - nodes[index].start
        nodes.base[index].next = Int32(truncatingIfNeeded: nodes.count)
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < end, base[position] == byte else { return false }
        position += 1
        return true
    }

    @inline(__always)
    private mutating func string(
        into nodes: GrowingBuffer<JSONTape.Node>,
        plain: JSONTape.Kind,
        escaped: JSONTape.Kind
    ) throws(JSONTape.Failure) {
        position += 1
        let start = position
        var kind = plain
        while true {
            position = ByteScan.firstSpecial(base, from: position, to: end)
            guard position < end else { throw fail("a string is never closed") }
            switch base[position] {
            case 0x22:
                append(kind, from: start, into: nodes)
                position += 1
                return
            case 0x5c:
                kind = escaped
                try escape()
            default: throw fail("a control character in a string; write it as \\u00XX")
            }
        }
    }

    private mutating func escape() throws(JSONTape.Failure) {
        guard position + 1 < end else { throw fail("a string is never closed") }
        switch base[position + 1] {
        case UInt8(ascii: "u"):
            guard position + 5 < end, (2...5).allSatisfy({ hexValue(base[position + $0]) != nil }) else {
                throw fail("\\u needs four hexadecimal digits")
            }
            position += 6
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        default: throw fail("an unknown escape in a string")
        }
    }

    private mutating func number(into nodes: GrowingBuffer<JSONTape.Node>) throws(JSONTape.Failure) {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        append(.number, from: start, into: nodes)
    }

    @inline(__always)
    private mutating func digits() throws(JSONTape.Failure) {
        let start = position
        while position < end, base[position] &- 0x30 < 10 { position += 1 }
        guard position > start else { throw unexpected("a digit") }
    }

    private mutating func word(
        _ word: StaticString,
        _ kind: JSONTape.Kind,
        into nodes: GrowingBuffer<JSONTape.Node>
    ) throws(JSONTape.Failure) {
        let length = word.utf8CodeUnitCount
        for offset in 0..<length {
            guard position + offset < end, base[position + offset] == word.utf8Start[offset] else {
                throw fail("an unknown word where a value should be")
            }
        }
        let start = position
        position += length
        append(kind, from: start, into: nodes)
    }

    @inline(__always)
    private func append(
        _ kind: JSONTape.Kind,
        from start: Int,
        into nodes: GrowingBuffer<JSONTape.Node>
    ) {
        nodes.append(
            JSONTape.Node(
                kind: kind,
                start: Int32(truncatingIfNeeded: start),
                count: Int32(truncatingIfNeeded: position - start),
                next: Int32(truncatingIfNeeded: nodes.count + 1)
            )
        )
    }
}

/// The value of a hexadecimal digit, nil for another byte.
@inline(__always)
func hexValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}
