extension ModelFolder {
    /// Bytes taken from the beginning, the middle and the end of each tensor.
    private static let sample = 4096

    /// What tells this model's results from those of any other: 32 hexadecimal digits, the same wherever the files lie.
    ///
    /// Hashes the configuration, the tokenizer, the weights' headers, and samples of every tensor, which takes
    /// milliseconds where hashing all weights takes seconds. Training changes every tensor nearly everywhere; an edit
    /// of a few single weights between the samples goes unnoticed.
    ///
    /// - Parameter weights: This folder's, open.
    /// - Returns: The fingerprint.
    /// - Throws: `WeightsError.system`, `.emptyFile`.
    package func fingerprint(of weights: ModelWeights) throws -> String {
        var digest = SHA256()
        digest.add(field: "aisle model 1")
        for name in ["config.json", "tokenizer.json"] {
            let file = try MemoryRegion(mapping: "\(path)/\(name)")
            Self.add(file.count, to: &digest)
            file.withUnsafeBytes(in: 0..<file.count) { digest.add($0) }
        }
        for file in weights.files {
            Self.add(file.size, to: &digest)
            Self.add(file.headerSize, to: &digest)
            file.withUnsafeBytes(in: 0..<file.headerSize) { digest.add($0) }
            for range in file.byteRanges {
                for sample in Self.samples(range) { file.withUnsafeBytes(in: sample) { digest.add($0) } }
            }
        }
        return digest.bytes().prefix(16).hexadecimal
    }

    /// The beginning, the middle and the end of a range; they may overlap in a short one.
    private static func samples(_ range: Range<Int>) -> [Range<Int>] {
        let size = min(sample, range.count)
        let middle = range.lowerBound + (range.count - size) / 2
        return [range.lowerBound, middle, range.upperBound - size].map { $0..<$0 + size }
    }

    private static func add(_ number: Int, to digest: inout SHA256) {
        withUnsafeBytes(of: UInt64(number).littleEndian) { digest.add($0) }
    }
}
