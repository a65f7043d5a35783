/// A small generator of pseudo-random numbers with a fixed, documented sequence (Steele, Lea and Flood, 2014).
///
/// The standard library's generators may change between releases; the catalogue must not.
struct SplitMix64 {
    private var state: UInt64

    /// Starts the sequence that belongs to a name, so that editing one table leaves all other products as they were.
    init(for name: String) {
        state = stableHash(name)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return mixed(state)
    }

    /// A number in `0..<bound`; 0 when `bound` is not positive.
    mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(next() % UInt64(bound)) : 0
    }

    /// True in `percent` of 100 calls.
    mutating func chance(_ percent: Int) -> Bool {
        below(100) < percent
    }

    /// A number in `0..<1`, on a grid of one millionth so that it prints alike everywhere.
    mutating func unit() -> Double {
        Double(below(1_000_000)) / 1_000_000
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        for index in stride(from: result.count - 1, to: 0, by: -1) {
            result.swapAt(index, below(index + 1))
        }
        return result
    }
}

/// FNV-1a over the UTF-8 bytes, finished with SplitMix64's mixer so that short names differ in every bit.
func stableHash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    return mixed(hash)
}

private func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
}
