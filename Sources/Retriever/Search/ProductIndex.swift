public import Catalog
internal import Synchronization

/// A published index, open for searching by any number of threads.
///
/// Changes over by itself when the file is replaced.
public final class ProductIndex: Sendable {
    private let path: String
    private let snapshot: Mutex<Generation>

    private struct Generation {
        var snapshot: IndexSnapshot
        var synonyms: SynonymTable
    }

    /// Opens the index.
    ///
    /// Throws `CatalogError.noIndex`, `.damagedIndex`, `.otherSchema`, `AnalyzerError`.
    public init(path: String) throws {
        self.path = path
        snapshot = Mutex(try Self.open(path))
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
        snapshot.withLock { generation in
            if let identity = try? FileIdentity(path: path), identity != generation.snapshot.identity,
                let next = try? Self.open(path)
            {
                generation = next
            }
            return generation
        }
    }

    /// Which of the files that had the index's name is searched now.
    public var identity: IndexIdentity { IndexIdentity(file: current().snapshot.identity) }

    /// Products in the index now.
    public var productCount: Int { Int(current().snapshot.statistics.products) }

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
        for _ in 0..<Self.attempts {
            let generation = current()
            do {
                return try generation.snapshot.withSession { session in
                    try Search(
                        request: request,
                        snapshot: generation.snapshot,
                        session: session,
                        synonyms: generation.synonyms,
                        clock: SearchClock(budget: request.budget, isCancelled: isCancelled)
                    ).run()
                }
            } catch RetrieverError.replaced {
                continue
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
