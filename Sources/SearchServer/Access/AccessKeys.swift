import Foundation
import Reranker

/// The keys a server knows, as their hashes: the keys themselves are forgotten once they are read.
public struct AccessKeys: Sendable {
    /// A key's owner.
    struct Holder: Sendable, Hashable {
        /// Who it is, for the log.
        var name: String
        var scopes: Set<AccessScope>
    }

    private struct Entry: Sendable {
        let digest: [UInt8]
        let holder: Holder
    }

    private var entries: [Entry] = []
    /// Makes hashes of this process useless to anybody else.
    private let salt = (0..<4).map { _ in UInt64.random(in: 0...UInt64.max) }

    /// A shorter key can be guessed.
    static let leastLength = 16

    /// No keys.
    public init() {}

    /// Adds keys: one a line (or between semicolons), as `NAME SCOPES KEY`, scopes with commas between them.
    ///
    /// Empty lines and those that begin with `#` are left out.
    ///
    /// - Parameters:
    ///   - text: The lines.
    ///   - source: Where they come from, for messages.
    /// - Throws: `AccessKeyError`, which never holds a key; then none is added.
    public mutating func add(_ text: String, source: String) throws(AccessKeyError) {
        var added: [Entry] = []
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline || $0 == ";" }
        for (place, line) in lines.enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.isEmpty || words[0].hasPrefix("#") { continue }
            guard words.count == 3 else { throw .unreadable(source: source, line: place + 1) }
            let key = words[2]
            guard key.utf8.count >= Self.leastLength else {
                throw .tooShort(source: source, line: place + 1, least: Self.leastLength)
            }
            var scopes = Set<AccessScope>()
            for name in words[1].split(separator: ",") {
                guard let scope = AccessScope(rawValue: String(name)) else {
                    throw .unknownScope(source: source, line: place + 1, scope: String(name))
                }
                scopes.insert(scope)
            }
            added.append(Entry(digest: digest(key), holder: Holder(name: String(words[0]), scopes: scopes)))
        }
        entries += added
    }

    /// Whether there are none.
    public var isEmpty: Bool { entries.isEmpty }

    /// Whose key this is; nil: nobody's.
    ///
    /// Takes the same time whichever key it is, and whether it is one: salted hashes are compared, all of them, and
    /// each to its end.
    func holder(of key: String) -> Holder? {
        let digest = digest(key)
        var found: Holder?
        for entry in entries {
            var difference: UInt8 = 0
            for (own, other) in zip(entry.digest, digest) { difference |= own ^ other }
            if difference == 0 { found = entry.holder }
        }
        return found
    }

    private func digest(_ key: some StringProtocol) -> [UInt8] {
        var hash = SHA256()
        salt.withUnsafeBytes { hash.add($0) }
        hash.add(field: String(key))
        return hash.bytes()
    }
}
