extension ModelFolder {
    /// What tells this model's results from those of any other: 32 hexadecimal digits, the same wherever the files lie.
    ///
    /// Hashes the configuration, the tokenizer, and all of the weights.
    ///
    /// - Parameters:
    ///   - weights: This folder's, open.
    ///   - digests: Remembers the hashes of large files, which take a second for each gigabyte or so.
    /// - Returns: The fingerprint.
    /// - Throws: `WeightsError.system`, `.emptyFile`, `HubError.system`.
    package func fingerprint(of weights: ModelWeights, digests: FileDigests) throws -> String {
        var digest = SHA256()
        digest.add(field: "aisle model 2")
        for name in ["config.json", "tokenizer.json"] {
            let file = try MemoryRegion(mapping: "\(path)/\(name)")
            withUnsafeBytes(of: UInt64(file.count).littleEndian) { digest.add($0) }
            file.withUnsafeBytes(in: 0..<file.count) { digest.add($0) }
        }
        for file in weights.files { digest.add(field: try digests.sha256(of: file.path)) }
        return digest.bytes().prefix(16).hexadecimal
    }
}
