/// The `application/ld+json` scripts of a web page; everything else is reduced to its line ends.
final class ScriptBlockSource: ByteSource {
    private let window: ByteWindow
    private var isInside = false
    private var ready: [UInt8] = []
    private var position = 0

    /// - Parameter window: Stands at the page's first byte.
    init(_ window: ByteWindow) {
        self.window = window
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while position == ready.count {
            ready.removeAll(keepingCapacity: true)
            position = 0
            guard try advance() else { return 0 }
        }
        let count = min(buffer.count, ready.count - position)
        buffer.copyBytes(from: ready[position..<position + count])
        position += count
        return count
    }

    /// Takes the next piece of the page; false at its end.
    private func advance() throws -> Bool {
        var from = 0
        let bytes = window.bytes
        while let tag = XMLTag.next(in: bytes, from: from) {
            let isScript = bytes[tag.name].elementsEqual("script".utf8) || bytes[tag.name].elementsEqual("SCRIPT".utf8)
            if isInside, isScript, tag.kind == .end {
                pass(tag.start)
                ready.append(10)
                isInside = false
                drop(tag.end - tag.start)
                return true
            }
            if !isInside, isScript, case .start = tag.kind, isLinkedData(bytes[tag.start..<tag.end]) {
                drop(tag.end)
                isInside = true
                return true
            }
            from = tag.kind == .other && isInside ? tag.start + 1 : tag.end
        }
        let rest = bytes[from...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
        // Inside of a script nothing up to a possible end tag needs to wait.
        if isInside { pass(rest) } else { drop(rest) }
        if try window.fillMore() { return true }
        let last = window.count
        if isInside { pass(last) } else { drop(last) }
        return position < ready.count
    }

    private func isLinkedData(_ tag: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        String(decoding: tag, as: UTF8.self).lowercased().contains("ld+json")
    }

    private func pass(_ count: Int) {
        ready.append(contentsOf: window.bytes.prefix(count))
        window.consume(count)
    }

    private func drop(_ count: Int) {
        ready.append(contentsOf: window.bytes.prefix(count).lazy.filter { $0 == 10 })
        window.consume(count)
    }
}
