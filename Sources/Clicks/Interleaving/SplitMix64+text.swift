internal import Statistics

extension SplitMix64 {
    /// A generator of a text's own: the same for the same text and seed in every process.
    ///
    /// The text's hash is FNV-1a's (64 bits).
    init(_ text: String, seed: UInt64) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        // Similar texts have similar hashes.
        var mixed = SplitMix64(seed: hash ^ seed)
        self.init(seed: mixed.next())
    }
}
