internal import Foundation

/// Hugging Face, and mirrors that answer alike.
struct HuggingFaceHub: ModelHub {
    static let defaultRevision = "main"
    static func reference(_ revision: String) -> String { revision }

    let session: HubSession
    let repository: RepositoryName
    let revision: String

    func commit() async throws -> String {
        let head = try await head("config.json", revision: revision)
        guard let head else {
            throw HubError.notFound(what: "\(repository) with a config.json at \(revision)", host: session.host)
        }
        guard let commit = head.commit, commit.utf8.count == 40, ContentHash(etag: commit) != nil else {
            throw HubError.notAHub(host: session.host, missing: "X-Repo-Commit")
        }
        return commit
    }

    func file(_ name: String, commit: String) async throws -> HubFile? {
        guard let head = try await head(name, revision: commit) else { return nil }
        guard let etag = head.etag else { throw HubError.notAHub(host: session.host, missing: "ETag") }
        guard let size = head.size, size >= 0 else {
            throw HubError.notAHub(host: session.host, missing: "X-Linked-Size")
        }
        return try HubFile(name: name, url: url(name, revision: commit), size: size, etag: etag)
    }

    /// What the hub says about a file before it sends it.
    private struct Head {
        var commit: String?
        var etag: String?
        var size: Int64?
    }

    private func url(_ name: String, revision: String) -> String {
        // A branch may have slashes, which are no part of the path here.
        "\(session.endpoint)/\(repository)/resolve/\(revision.replacing("/", with: "%2F"))/\(name)"
    }

    /// Asks about a file; nil when there is none of this name.
    ///
    /// The hub states hash and size of a large file beside the redirect to where it lies, which is not followed then.
    private func head(_ name: String, revision: String) async throws -> Head? {
        var found = Head()
        let response = try await session.sendPatiently(.head, url(name, revision: revision)) { head, place in
            // What an earlier attempt was told is not the file's: a refusal has the length of its message, and perhaps a tag.
            if place == 0 { found = Head() }
            found.commit = found.commit ?? head.headers["X-Repo-Commit"]
            let isRedirect = (300...399).contains(head.status)
            // A redirect's own tag and length are not the file's.
            let etag = head.headers["X-Linked-Etag"] ?? (isRedirect ? nil : head.headers["ETag"])
            let size = head.headers["X-Linked-Size"] ?? (isRedirect ? nil : head.headers["Content-Length"])
            found.etag = found.etag ?? etag.map(Self.unquoted)
            found.size = found.size ?? size.flatMap { Int64($0) }
            return isRedirect && found.commit != nil && found.etag != nil && found.size != nil
        }
        switch response.status {
        case 200...399: return found
        case 404 where response.headers["X-Error-Code"] == "RepoNotFound":
            throw HubError.notFound(what: "model \(repository)", host: session.host)
        case 404 where response.headers["X-Error-Code"] == "RevisionNotFound":
            throw HubError.notFound(what: "revision \(revision) of \(repository)", host: session.host)
        case 404: return nil
        case 401, 403:
            throw session.denied(repository)
        default: throw HubError.refused(host: session.host, status: response.status)
        }
    }

    /// An entity tag without its quotes and the mark of a weak one.
    private static func unquoted(_ etag: String) -> String {
        let strong = etag.hasPrefix("W/") ? etag.dropFirst(2) : etag[...]
        return strong.filter { $0 != "\"" }
    }
}
