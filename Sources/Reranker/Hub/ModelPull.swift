internal import Foundation

/// Fetches a model from a hub into the cache that Hugging Face's tools share.
///
/// Only the files a reranker needs: configuration, tokenizer, weights. The branch's name points to the new snapshot
/// only when every file is there, checked, and safe on disk.
public struct ModelPull: Sendable {
    /// Where models come from.
    public enum Source: String, Sendable, CaseIterable {
        case huggingface
        case modelscope
    }

    /// A model that is in the cache now.
    public struct Result: Sendable, Equatable {
        /// The folder with the model's files.
        public var folder: String
        /// What the revision stands for.
        public var commit: String
        /// Names of the files, in order.
        public var files: [String]
        /// Bytes of all files.
        public var size: Int64
        /// Files whose bytes nobody could check, because the hub states no hash of them.
        public var unchecked: [String]
    }

    private let repository: RepositoryName
    private let revision: String?
    private let source: Source
    private let endpoint: String
    private let environment: HubEnvironment
    private let verifies: Bool
    private let patience: HubSession.Patience

    /// Files fetched at a time.
    private static let parallel = 4
    private static let required = ["config.json", "tokenizer.json"]
    /// Fetched where the model has them: other tools that share the cache want them.
    private static let optional = ["generation_config.json", "tokenizer_config.json"]

    /// A download, not begun yet.
    ///
    /// - Parameters:
    ///   - repository: The model.
    ///   - revision: A branch, tag or commit; nil is the hub's default branch.
    ///   - source: What kind of hub.
    ///   - endpoint: The hub's address; nil is the environment's for Hugging Face, and ModelScope's own.
    ///   - environment: Cache, token, offline mode.
    ///   - verifies: Hash files that are there, too, and fetch those anew that are damaged.
    /// - Throws: `HubError.badRevision`, `.badEndpoint`.
    public init(
        _ repository: RepositoryName,
        revision: String? = nil,
        source: Source = .huggingface,
        endpoint: String? = nil,
        environment: HubEnvironment,
        verifies: Bool = false
    ) throws {
        try self.init(
            repository,
            revision: revision,
            source: source,
            endpoint: endpoint,
            environment: environment,
            verifies: verifies,
            patience: HubSession.Patience()
        )
    }

    init(
        _ repository: RepositoryName,
        revision: String? = nil,
        source: Source = .huggingface,
        endpoint: String? = nil,
        environment: HubEnvironment,
        verifies: Bool = false,
        patience: HubSession.Patience
    ) throws {
        if let revision {
            let parts = revision.split(separator: "/", omittingEmptySubsequences: false)
            guard revision.utf8.count < 200, parts.allSatisfy(Self.isRevisionPart) else {
                throw HubError.badRevision(revision)
            }
        }
        var address = endpoint ?? (source == .huggingface ? environment.endpoint : ModelScopeHub.defaultEndpoint)
        while address.hasSuffix("/") { address.removeLast() }
        guard WebOrigin(address) != nil else { throw HubError.badEndpoint(RedactedURL.describe(address)) }
        self.repository = repository
        self.revision = revision
        self.source = source
        self.endpoint = address
        self.environment = environment
        self.verifies = verifies
        self.patience = patience
    }

    private static func isRevisionPart(_ text: Substring) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && !text.contains("..") && text.utf8.allSatisfy(RepositoryName.isNameByte)
    }

    /// Fetches what is missing.
    ///
    /// - Parameter report: Told what happens; called from any thread.
    /// - Returns: Where the model is now.
    /// - Throws: `HubError`, `ModelError` for a model of another kind, `CancellationError`.
    public func run(_ report: @escaping @Sendable (PullEvent) -> Void = { _ in }) async throws -> Result {
        let cache = HubCache(path: environment.cache)
        guard !environment.isOffline else { return try cached(cache) }
        let meter = PullMeter(report)
        // The token is for the hub the environment names, and for nobody else.
        let isHome = source == .huggingface && WebOrigin(endpoint) == WebOrigin(environment.endpoint)
        let session = HubSession(
            client: HTTPClient(),
            endpoint: endpoint,
            token: isHome ? environment.token : nil,
            hasOtherToken: source == .huggingface && !isHome && environment.token != nil,
            patience: patience,
            waiting: { meter.wait(reason: $0, seconds: $1) }
        )
        do {
            return try await fetch(hub(session), session, cache, meter)
        } catch HTTPError.cancelled {
            throw CancellationError()
        } catch let error as HTTPError {
            throw HubError.transfer(file: "\(repository)", error: error)
        }
    }

    /// What the cache has, when the network may not be used.
    private func cached(_ cache: HubCache) throws -> Result {
        let reference = revision.map { source == .modelscope ? ModelScopeHub.reference($0) : $0 }
        guard let folder = cache.folder(repository, revision: reference) else {
            throw HubError.offline(name: "\(repository)")
        }
        // Says itself what is missing or broken.
        try ModelFolder(path: folder).check()
        // What we leave beside a model is not the hub's.
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { !$0.hasPrefix(ModelFolder.quantizedName) }.sorted()
        if verifies { try check(files, in: folder) }
        return Result(
            folder: folder,
            commit: (folder as NSString).lastPathComponent,
            files: files,
            size: files.reduce(0) { $0 + (HubCache.size("\(folder)/\($1)") ?? 0) },
            unchecked: files.filter { HubCache.statedHash("\(folder)/\($0)") == nil }
        )
    }

    /// Hashes files that are there; the names of their blobs say what must come out.
    ///
    /// - Throws: `HubError.damaged`, `.system`.
    private func check(_ files: [String], in folder: String) throws {
        for name in files {
            let path = "\(folder)/\(name)"
            guard let hash = HubCache.statedHash(path), let size = HubCache.size(path) else { continue }
            guard try BlobFile.digits(of: path, as: hash, size: size) == hash.digits else {
                throw HubError.damaged(path: path)
            }
        }
    }

    private func hub(_ session: HubSession) async throws -> any ModelHub {
        switch source {
        case .huggingface:
            HuggingFaceHub(
                session: session,
                repository: repository,
                revision: revision ?? HuggingFaceHub.defaultRevision
            )
        case .modelscope:
            try await ModelScopeHub(
                session: session,
                repository: repository,
                revision: revision ?? ModelScopeHub.defaultRevision
            )
        }
    }

    private func fetch(
        _ hub: any ModelHub,
        _ session: HubSession,
        _ cache: HubCache,
        _ meter: PullMeter
    ) async throws -> Result {
        let commit = try await hub.commit()
        try cache.prepare(repository, commit: commit)
        let folder = cache.snapshot(commit, of: repository)
        func download(_ files: [HubFile]) async throws {
            meter.plan(files)
            try await fetchAll(files, session, cache, meter)
            for file in files { try cache.link(file, commit: commit, of: repository) }
        }

        // The small files first: they tell whether the large ones are worth fetching.
        var files: [HubFile] = []
        for name in Self.required { files.append(try await require(name, hub, commit)) }
        try await download(files)
        _ = try ModelFolder.configuration(folder: folder)
        for name in Self.optional {
            if let file = try await hub.file(name, commit: commit) { files.append(file) }
        }
        let extras = Array(files.dropFirst(Self.required.count))
        var weights: [HubFile] = []
        if let single = try await hub.file("model.safetensors", commit: commit) {
            weights.append(single)
        } else {
            let index = try await require("model.safetensors.index.json", hub, commit)
            try await download([index])
            files.append(index)
            for name in try ShardIndex(folder: folder).files { weights.append(try await require(name, hub, commit)) }
        }
        try checkSpace(for: weights, cache)
        try await download(extras + weights)
        files += weights

        let branch = revision ?? type(of: hub).defaultRevision
        try cache.setReference(type(of: hub).reference(branch), commit: commit, of: repository)
        return Result(
            folder: folder,
            commit: commit,
            files: files.map(\.name).sorted(),
            size: files.reduce(0) { $0 + $1.size },
            unchecked: files.filter { $0.hash == nil }.map(\.name).sorted()
        )
    }

    private func require(_ name: String, _ hub: any ModelHub, _ commit: String) async throws -> HubFile {
        if let file = try await hub.file(name, commit: commit) { return file }
        throw HubError.notFound(what: "\(name) in \(repository)", host: RedactedURL.host(endpoint))
    }

    /// Refuses a download that cannot fit before it fills the disk.
    private func checkSpace(for files: [HubFile], _ cache: HubCache) throws {
        let missing = files.reduce(Int64(0)) { sum, file in
            let blob = cache.blob(file.blob, of: repository)
            let there = HubCache.size(blob) ?? HubCache.size("\(blob).incomplete") ?? 0
            return sum + max(0, file.size - there)
        }
        guard let available = DiskSpace.available(cache.home(of: repository)), available < missing else { return }
        throw HubError.diskFull(folder: cache.path, needed: missing, available: available)
    }

    private func fetchAll(
        _ files: [HubFile],
        _ session: HubSession,
        _ cache: HubCache,
        _ meter: PullMeter
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (place, file) in files.enumerated() {
                if place >= Self.parallel { try await group.next() }
                let download = BlobDownload(
                    session: session,
                    cache: cache,
                    repository: repository,
                    file: file,
                    verifies: verifies,
                    meter: meter
                )
                group.addTask { try await download.run() }
            }
            try await group.waitForAll()
        }
    }
}
