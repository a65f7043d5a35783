internal import Foundation

/// Models on disk in the layout that Hugging Face's tools share.
///
/// `models--ORGANIZATION--NAME/blobs/HASH` holds files by what the hub calls their content, `snapshots/COMMIT/NAME`
/// links to them, `refs/BRANCH` names a commit. Locks lie in `.locks` beside the models.
public struct HubCache: Sendable, Equatable {
    /// The folder of all models: `~/.cache/huggingface/hub`.
    public let path: String

    /// A cache in a folder, which need not exist.
    public init(path: String) {
        self.path = path
    }

    /// A model in the cache.
    public struct Model: Sendable, Equatable {
        /// Its name on the hub.
        public var name: RepositoryName
        /// 40 hexadecimal digits.
        public var commit: String
        /// Branches and tags that stand for this commit: `main`.
        public var references: [String]
        /// The folder with its files.
        public var folder: String
        /// Bytes of its files.
        public var size: Int64
        /// Why it cannot be used; nil when its files are there, none is cut off, and its configuration is supported.
        public var problem: String?
    }

    /// All models, in order of name and commit; nothing where there is no cache.
    public func models() -> [Model] {
        Self.names(path).compactMap(RepositoryName.init(folder:)).flatMap { repository in
            let references = references(repository)
            return Self.names("\(home(of: repository))/snapshots").map { commit in
                let folder = snapshot(commit, of: repository)
                return Model(
                    name: repository,
                    commit: commit,
                    references: references.filter { $0.value == commit }.map(\.key).sorted(),
                    folder: folder,
                    size: Self.names(folder).reduce(0) { $0 + (Self.size("\(folder)/\($1)") ?? 0) },
                    problem: Self.problem(folder)
                )
            }
        }
    }

    /// The folder of a model's files.
    ///
    /// - Parameters:
    ///   - repository: The model.
    ///   - revision: A branch or tag, of Hugging Face before one of ModelScope, or a commit; nil is `main`, else what
    ///     ModelScope calls `master`, else the only one.
    /// - Returns: The folder; nil when the cache has none.
    public func folder(_ repository: RepositoryName, revision: String? = nil) -> String? {
        let references = references(repository)
        let commits = Self.names("\(home(of: repository))/snapshots")
        let commit: String?
        if let revision {
            commit =
                references[revision] ?? references[ModelScopeHub.reference(revision)]
                ?? commits.first { $0 == revision }
        } else {
            let usual = [HuggingFaceHub.defaultRevision, ModelScopeHub.reference(ModelScopeHub.defaultRevision)]
            commit = usual.lazy.compactMap { references[$0] }.first ?? (commits.count == 1 ? commits[0] : nil)
        }
        guard let commit, commits.contains(commit) else { return nil }
        return snapshot(commit, of: repository)
    }

    func home(of repository: RepositoryName) -> String { "\(path)/\(repository.folder)" }

    func snapshot(_ commit: String, of repository: RepositoryName) -> String {
        "\(home(of: repository))/snapshots/\(commit)"
    }

    func blob(_ name: String, of repository: RepositoryName) -> String { "\(home(of: repository))/blobs/\(name)" }

    /// The file to lock while a blob is fetched.
    func lock(_ blob: String, of repository: RepositoryName) -> String {
        "\(path)/.locks/\(repository.folder)/\(blob).lock"
    }

    /// Makes the folders that a download needs.
    ///
    /// - Throws: `HubError.system`.
    func prepare(_ repository: RepositoryName, commit: String) throws {
        let folders = [
            "\(home(of: repository))/blobs", snapshot(commit, of: repository), "\(path)/.locks/\(repository.folder)",
        ]
        for folder in folders {
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch let error as CocoaError {
                let code = (error.underlying as? POSIXError)?.code.rawValue ?? errno
                throw HubError.system(path: folder, code: code, doing: "make")
            }
        }
    }

    /// Links a file's name in a snapshot to its blob.
    ///
    /// - Throws: `HubError.system`.
    func link(_ file: HubFile, commit: String, of repository: RepositoryName) throws {
        let place = "\(snapshot(commit, of: repository))/\(file.name)"
        let target = "../../blobs/\(file.blob)"
        if (try? FileManager.default.destinationOfSymbolicLink(atPath: place)) == target { return }
        let new = "\(place).\(getpid()).new"
        unlink(new)
        guard symlink(target, new) == 0 else { throw HubError.system(path: new, code: errno, doing: "link") }
        guard rename(new, place) == 0 else { throw HubError.system(path: place, code: errno, doing: "link") }
    }

    /// Lets a branch or tag stand for a commit; a commit itself needs nothing.
    ///
    /// What stands already is not written again: the cache may be one that can only be read.
    ///
    /// - Throws: `HubError.system`.
    func setReference(_ reference: String, commit: String, of repository: RepositoryName) throws {
        guard reference != commit, references(repository)[reference] != commit else { return }
        let place = "\(home(of: repository))/refs/\(reference)"
        let folder = (place as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let new = "\(place).\(getpid()).tmp"
        guard FileManager.default.createFile(atPath: new, contents: Data(commit.utf8)), rename(new, place) == 0 else {
            throw HubError.system(path: place, code: errno, doing: "write")
        }
    }

    /// Branches and tags, also those with slashes in their names, and their commits.
    private func references(_ repository: RepositoryName) -> [String: String] {
        let folder = "\(home(of: repository))/refs"
        var references: [String: String] = [:]
        for name in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [] {
            guard let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) else { continue }
            let commit = text.trimmingCharacters(in: .whitespacesAndNewlines)
            if Self.isPlain(commit) { references[name] = commit }
        }
        return references
    }

    private static func problem(_ folder: String) -> String? {
        do {
            try ModelFolder(path: folder).check()
            return nil
        } catch ModelError.missingFiles(_, let names) {
            return "incomplete, lacks \(names.joined(separator: ", "))"
        } catch ModelError.badConfiguration(_, let field, let reason) {
            return "not supported, \(field ?? "config.json") \(reason)"
        } catch {
            return "broken: \(error)"
        }
    }

    /// What the hub stated about a file of a snapshot, which its blob is named after; nil where that is no hash.
    static func statedHash(_ path: String) -> ContentHash? {
        guard let blob = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return nil }
        return ContentHash(etag: (blob as NSString).lastPathComponent)
    }

    /// Names in a folder, sorted; nothing where there is none.
    private static func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter(isPlain).sorted()
    }

    /// Bytes of a file, links followed; nil when it is not there.
    static func size(_ path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }

    /// Whether a text is one name in a folder, not hidden.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && !text.utf8.contains(UInt8(ascii: "/"))
    }
}
