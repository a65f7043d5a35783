internal import Foundation

/// ModelScope: a list of all files with their sizes and hashes, then plain downloads.
///
/// It has no commits of a whole model, so the files' names and hashes are hashed to stand for one.
struct ModelScopeHub: ModelHub {
    static let defaultEndpoint = "https://modelscope.cn"
    static let defaultRevision = "master"
    /// Kept apart from Hugging Face's branches.
    static func reference(_ revision: String) -> String { "modelscope/\(revision)" }

    /// One entry of the list.
    private struct Entry: Decodable {
        var Path: String
        var Size: Int64?
        var Sha256: String?
    }

    private struct Listing: Decodable {
        struct Content: Decodable { var Files: [Entry] }
        var Data: Content
    }

    private let session: HubSession
    private let repository: RepositoryName
    private let revision: String
    private let entries: [String: Entry]

    /// Fetches the list.
    ///
    /// - Parameters:
    ///   - session: To ModelScope.
    ///   - repository: The model.
    ///   - revision: A branch or tag.
    /// - Throws: `HubError`, `HTTPError`.
    init(session: HubSession, repository: RepositoryName, revision: String) async throws {
        let query = "Revision=\(revision.replacing("/", with: "%2F"))&Recursive=true"
        let url = "\(session.endpoint)/api/v1/models/\(repository)/repo/files?\(query)"
        let response = try await session.sendPatiently(.get, url)
        switch response.status {
        case 200: break
        case 404: throw HubError.notFound(what: "\(repository) at \(revision)", host: session.host)
        case 401, 403: throw HubError.denied(name: "\(repository)", host: session.host, hasToken: false)
        default: throw HubError.refused(host: session.host, status: response.status)
        }
        guard let listing = try? JSONDecoder().decode(Listing.self, from: Data(response.body)) else {
            throw HubError.notAHub(host: session.host, missing: "list of files")
        }
        self.session = session
        self.repository = repository
        self.revision = revision
        entries = Dictionary(listing.Data.Files.map { ($0.Path, $0) }) { first, _ in first }
    }

    func commit() async throws -> String {
        var digest = SHA256()
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            digest.add(field: name)
            digest.add(field: entry.Sha256 ?? "")
        }
        return String(digest.hexadecimal().prefix(40))
    }

    func file(_ name: String, commit: String) async throws -> HubFile? {
        guard let entry = entries[name] else { return nil }
        guard let size = entry.Size, size >= 0, let hash = entry.Sha256?.lowercased(),
            case .sha256 = ContentHash(etag: hash)
        else { throw HubError.notAHub(host: session.host, missing: "Sha256 of \(name)") }
        let path = "\(repository)/resolve/\(revision.replacing("/", with: "%2F"))/\(name)"
        return try HubFile(name: name, url: "\(session.endpoint)/models/\(path)", size: size, etag: hash)
    }
}
