/// What a search engine answered: for each query, its documents, best first.
public struct Run: Sendable, Equatable {
    /// A document with the engine's score.
    public struct Document: Sendable, Equatable {
        /// The document's identifier.
        public var id: String
        /// Higher is better.
        ///
        /// Single precision, because trec_eval compares scores so: what differs less is a tie.
        public var score: Float

        /// A document and its score, which has to be a number.
        public init(id: String, score: Float) {
            self.id = id
            self.score = score
        }
    }

    /// What the run is called in tables.
    public var name: String
    /// Query, then its documents, best first.
    public let rankings: [String: [Document]]

    /// A run; its documents are put in trec_eval's order: score descending, then identifier descending, byte by byte.
    ///
    /// Ranks in a run file are not read by trec_eval, and not here: only scores order documents.
    /// Throws `EvalError.unusableScore` and `.repeatedDocument`.
    public init(name: String, documents: [String: [Document]]) throws {
        self.name = name
        for (query, ranking) in documents {
            var seen: Set<String> = []
            for document in ranking {
                guard document.score.isFinite else {
                    throw EvalError.unusableScore(query: query, document: document.id)
                }
                guard seen.insert(document.id).inserted else {
                    throw EvalError.repeatedDocument(query: query, document: document.id)
                }
            }
        }
        rankings = documents.mapValues(Self.ordered)
    }

    /// A run's answers to some of its queries.
    init(_ run: Run, keeping queries: Set<String>) {
        name = run.name
        rankings = run.rankings.filter { queries.contains($0.key) }
    }

    /// Documents in trec_eval's order.
    public static func ordered(_ documents: [Document]) -> [Document] {
        documents.sorted { left, right in
            left.score != right.score ? left.score > right.score : precedes(right.id, left.id)
        }
    }

    /// Whether an identifier comes before another byte by byte, as C's strcmp compares them.
    ///
    /// Swift's own order is that of Unicode's normal forms, which differs from other tools'.
    public static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
