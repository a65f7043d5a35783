/// What a cached score is kept under: 128 bits of a SHA-256 over everything the score depends on.
///
/// Fields are hashed with their lengths, so texts that are divided otherwise between query and document differ.
struct ScoreKey: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    /// The keys of one request's documents, in their order.
    ///
    /// Scores that do not last have other keys in each of the times they last: what was kept in an earlier one is not
    /// found any more.
    ///
    /// - Parameters:
    ///   - request: Its query, instruction, documents and their most tokens count; its deadline does not.
    ///   - backend: Its fingerprint counts; the instruction only where it is followed.
    ///   - now: Seconds since 1970.
    /// - Returns: One key a document; equal documents have equal keys.
    static func keys(of request: RerankRequest, backend: BackendDescription, now: Double) -> [ScoreKey] {
        var start = SHA256()
        start.add(field: "aisle score 1")
        start.add(field: backend.fingerprint)
        let instruction = backend.takesInstruction ? request.instruction : nil
        // No instruction is the backend's own, which is not the empty one.
        start.add(field: instruction == nil ? "default" : "given")
        start.add(field: instruction ?? "")
        start.add(field: request.query)
        // Absent where nothing is said, so that scores kept before this could be said are found.
        if let most = request.documentTokens { start.add(field: "tokens \(most)") }
        if let time = backend.scoresLast { start.add(field: "time \(Int(now / (time / .seconds(1))))") }
        return request.documents.map { document in
            var digest = start
            digest.add(field: document)
            return ScoreKey(digest.bytes())
        }
    }

    /// A key from the first 16 bytes of a hash.
    private init(_ hash: [UInt8]) {
        (high, low) = hash.withUnsafeBytes { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// The 16 bytes.
    var bytes: [UInt8] {
        withUnsafeBytes(of: high.bigEndian, Array.init) + withUnsafeBytes(of: low.bigEndian, Array.init)
    }
}

/// A score as it is cached.
struct CachedScore: Equatable, Sendable {
    /// Log-odds of "yes"; finite.
    var margin: Double
    /// Whether the document's tail was cut.
    var isTruncated: Bool
    /// Whether the query's was.
    var isQueryTruncated = false

    /// Both in one number, as the file has them.
    var cuts: UInt8 { (isTruncated ? 1 : 0) | (isQueryTruncated ? 2 : 0) }

    /// Stored with the score: a row that does not match was damaged.
    ///
    /// Covers the key, so that a score cannot change places.
    func checksum(_ key: ScoreKey) -> Int64 {
        var digest = SHA256()
        key.bytes.withUnsafeBytes { digest.add($0) }
        withUnsafeBytes(of: margin.bitPattern.littleEndian) { digest.add($0) }
        withUnsafeBytes(of: cuts) { digest.add($0) }
        return digest.bytes().withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) }
    }
}
