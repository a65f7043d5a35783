/// A file of a model as a hub describes it.
struct HubFile: Sendable, Equatable {
    /// A plain name: `config.json`.
    var name: String
    /// Where it is fetched; redirects from there.
    var url: String
    /// Bytes.
    var size: Int64
    /// What its bytes must hash to; nil where the hub states none.
    var hash: ContentHash?
    /// Its name among the blobs of a cache.
    var blob: String

    /// Bytes, 16 TiB: more than any file of a model has, and few enough that sums of many files do not overflow.
    private static let largest: Int64 = 1 << 44

    /// A description, refused when names could lead out of their folders, or when the size is nonsense.
    ///
    /// - Throws: `HubError.badFileName`, `.badSize`.
    init(name: String, url: String, size: Int64, etag: String) throws {
        for text in [name, etag] {
            guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy(RepositoryName.isNameByte),
                text.utf8.first != UInt8(ascii: ".")
            else { throw HubError.badFileName(text) }
        }
        guard size <= Self.largest else { throw HubError.badSize(file: name, size: size) }
        self.name = name
        self.url = url
        self.size = size
        hash = ContentHash(etag: etag)
        blob = etag
    }
}

/// Where a model is fetched from, and how to ask there.
protocol ModelHub: Sendable {
    /// The revision that is asked for unless told otherwise: `main`.
    static var defaultRevision: String { get }
    /// What the revision's name is kept under in a cache.
    static func reference(_ revision: String) -> String

    /// The commit a revision stands for now: 40 hexadecimal digits.
    ///
    /// - Throws: `HubError`, `HTTPError`.
    func commit() async throws -> String

    /// A file of that commit, nil when the model has none of this name.
    ///
    /// - Throws: `HubError`, `HTTPError`.
    func file(_ name: String, commit: String) async throws -> HubFile?
}
