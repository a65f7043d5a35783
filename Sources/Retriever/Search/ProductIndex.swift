public import Catalog
internal import Synchronization

/// A published index, open for searching by any number of threads.
public final class ProductIndex: Sendable {
    private let path: String
    private let followsFile: Bool
    private let generation: Mutex<Generation>
    /// Held by whoever opens a new file.
    private let opening = Mutex(())

    struct Generation {
        var snapshot: IndexSnapshot
        var synonyms: SynonymTable
    }

    /// Opens the index.
    ///
    /// - Parameters:
    ///   - path: The index file.
    ///   - followsFile: Whether every search looks first whether the file was replaced, and opens the new one if so.
    ///     Otherwise `reload` does, and no search waits for it.
    /// - Throws: `CatalogError.noIndex`, `.damagedIndex`, `.otherSchema`, `AnalyzerError`.
    public init(path: String, followsFile: Bool = true) throws {
        self.path = path
        self.followsFile = followsFile
        generation = Mutex(try Self.open(path))
    }

    private static func open(_ path: String) throws -> Generation {
        for _ in 1..<attempts {
            do {
                return try openOnce(path)
            } catch RetrieverError.replaced {
                continue
            }
        }
        return try openOnce(path)
    }

    private static func openOnce(_ path: String) throws -> Generation {
        let snapshot = try IndexSnapshot(path: path)
        guard !snapshot.settings.synonyms.isEmpty else { return Generation(snapshot: snapshot, synonyms: .none) }
        let synonyms = try snapshot.withSession { session in
            SynonymTable(
                Synonyms(parsing: snapshot.settings.synonyms),
                session: session,
                languages: snapshot.languages
            )
        }
        return Generation(snapshot: snapshot, synonyms: synonyms)
    }

    /// The index as it is now.
    ///
    /// A file that was replaced and cannot be opened leaves the one that is open.
    private func current() -> Generation {
        if followsFile { _ = try? reload() }
        return generation.withLock { $0 }
    }

    /// Opens the file that has the index's name now, beside the one that is open, and changes over to it.
    ///
    /// Searches that are under way finish where they began.
    ///
    /// - Returns: Whether there was a new one.
    /// - Throws: As `init`; then nothing has changed.
    @discardableResult
    public func reload() throws -> Bool {
        guard try isReplaced() else { return false }
        return try opening.withLock { _ in
            guard try isReplaced() else { return false }
            let next = try Self.open(path)
            generation.withLock { $0 = next }
            return true
        }
    }

    private func isReplaced() throws -> Bool {
        try FileIdentity(path: path) != generation.withLock { $0.snapshot.identity }
    }

    /// Which of the files that had the index's name is searched now.
    public var identity: IndexIdentity { IndexIdentity(file: current().snapshot.identity) }

    /// Products in the index now.
    public var productCount: Int { Int(current().snapshot.statistics.products) }

    /// Size of the index file in bytes.
    public var byteCount: Int { current().snapshot.identity.bytes }

    /// When the index file got its name, in seconds since 1970.
    public var published: Double { current().snapshot.identity.seconds }

    /// Positions of all products' texts, FTS5's lengths added up.
    public var positionCount: Int { Int(current().snapshot.statistics.positions) }

    /// The column weights of searches that name none.
    public var weights: ColumnWeights { current().snapshot.settings.weights }

    /// Fields that filters, facets and sorting know, by filter name, with the label the dump gives them.
    public var fields: [String: String] { current().snapshot.fields }

    /// Searches.
    ///
    /// `isCancelled` is asked now and then; once it says true, `RetrieverError.cancelled` is thrown.
    ///
    /// Also throws `RetrieverError.unknownField`, `.wrongComparison` (filters, facets, sorting) and `CatalogError`.
    public func search(
        _ request: SearchRequest,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> SearchResponse {
        try withSession { generation, session in
            try Search(
                request: request,
                snapshot: generation.snapshot,
                session: session,
                synonyms: generation.synonyms,
                clock: SearchClock(budget: request.budget, isCancelled: isCancelled)
            ).run()
        }
    }

    /// The product with an id; nil where there is none.
    public func product(_ id: ProductID) throws -> Product? {
        try withSession { _, session in
            try session.products.number(of: id).flatMap { try session.products.product($0)?.product }
        }
    }

    /// What the analyzer makes of a text as a query to this index: in all its languages, with its synonyms.
    public func analysis(of text: String) throws -> TextAnalysis {
        try withSession { generation, session in
            TextAnalysis(
                query: text,
                languages: generation.snapshot.languages,
                synonyms: generation.synonyms,
                session: session
            )
        }
    }

    /// Runs `body` with the current file and a connection to it.
    func withSession<Value>(_ body: (Generation, IndexSession) throws -> Value) throws -> Value {
        for _ in 0..<Self.attempts {
            let generation = current()
            do {
                return try generation.snapshot.withSession { try body(generation, $0) }
            } catch RetrieverError.replaced {
                // There was no connection left to the file that is open, and its name stands for another by now.
                try reload()
            }
        }
        throw RetrieverError.replaced
    }

    /// How often opening or a search starts again because the file was replaced under it.
    private static let attempts = 5
}

/// Tells one published index from the next one of the same name: what was kept of one does not hold for another.
public struct IndexIdentity: Sendable, Hashable {
    let file: FileIdentity
}

extension IndexSnapshot {
    /// The languages query words are looked up as: the index's own, or those that a noteworthy share of products has.
    var languages: [Language] {
        if let language = settings.language { return [language] }
        let enough = max(statistics.products / 50, 1)
        let common = statistics.languages.filter { $0.value >= enough }.sorted {
            $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value
        }
        let languages = common.compactMap { Language(rawValue: $0.key) }
        return languages.isEmpty ? [settings.fallbackLanguage] : languages
    }
}
