/// A model's name on a hub: `Qwen/Qwen3-Reranker-0.6B`.
public struct RepositoryName: Sendable, Hashable, CustomStringConvertible {
    /// `Qwen`.
    public let organization: String
    /// `Qwen3-Reranker-0.6B`.
    public let name: String

    /// Reads `ORGANIZATION/NAME`.
    ///
    /// - Throws: `HubError.badName`.
    public init(parsing text: String) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy(Self.isPart) else { throw HubError.badName(text) }
        (organization, name) = (parts[0], parts[1])
    }

    /// Reads a folder's name in a cache: `models--Qwen--Qwen3-Reranker-0.6B`; nil for other folders.
    init?(folder: String) {
        guard folder.hasPrefix("models--") else { return nil }
        // Names hold no "--".
        let text = folder.dropFirst("models--".count).replacing("--", with: "/")
        try? self.init(parsing: String(text))
    }

    /// `Qwen/Qwen3-Reranker-0.6B`.
    public var description: String { "\(organization)/\(name)" }

    /// The folder's name in a cache.
    var folder: String { "models--\(organization)--\(name)" }

    /// What hubs allow in names, which is also safe in paths and URLs.
    private static func isPart(_ text: String) -> Bool {
        guard (1...96).contains(text.utf8.count), !text.contains("--"), !text.contains("..") else { return false }
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: ".") else { return false }
        return text.utf8.allSatisfy(Self.isNameByte)
    }

    /// Letters, digits, `-`, `_`, `.`.
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }
}
