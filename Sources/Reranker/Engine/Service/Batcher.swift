/// Chooses what goes through the model next: documents of all waiting queries in turn, each query's best first.
///
/// A value without clocks or threads; the engine's thread asks it before each pass.
struct Batcher {
    /// What one query still needs.
    struct Entry {
        let job: Job
        /// Documents before this one are scored or chosen.
        var next = 0
    }

    /// Documents that go through the model together.
    struct Slice: Equatable {
        /// Job and document (indices).
        var documents: [(job: Job.ID, document: Int)]

        static func == (a: Slice, b: Slice) -> Bool {
            a.documents.elementsEqual(b.documents) { $0.job == $1.job && $0.document == $1.document }
        }
    }

    private(set) var entries: [Entry] = []

    /// Prefix tokens of all queries under way that are kept at a time; one takes 229 KB in the 0.6B model, so 0.9 GiB.
    static let mostHeld = 4096

    /// Whether nothing waits.
    var isEmpty: Bool { entries.isEmpty }

    mutating func add(_ job: Job) {
        entries.append(Entry(job: job))
    }

    /// Takes a query out, whatever is left of it.
    mutating func remove(_ id: Job.ID) -> Job? {
        guard let index = entries.firstIndex(where: { $0.job.id == id }) else { return nil }
        return entries.remove(at: index).job
    }

    /// Queries with nothing left to choose.
    var exhausted: [Job.ID] { entries.filter { $0.next >= $0.job.prompts.documents.count }.map(\.job.id) }

    /// The next documents: one of each query in turn, until `limit` tokens are full.
    ///
    /// A query begins only where there is room to keep its prefix until it is done.
    ///
    /// - Parameters:
    ///   - limit: Tokens of the slice, prefixes that have to be computed for it included.
    ///   - owed: Tokens that have to be computed before the first document of a job can be.
    ///   - own: The most tokens that may be in a slice with a document of this job: less than `limit` where its deadline
    ///     is near; nil: none of it may be chosen any more.
    /// - Returns: At least one document, however long, unless no job has time for its next one.
    mutating func next(limit: Int, owed: (Job) -> Int = { _ in 0 }, own: (Job) -> Int?) -> Slice {
        var slice = Slice(documents: []), tokens = 0, most = limit
        var held = entries.reduce(0) { $0 + $1.job.heldTokens }
        var begun: Set<Job.ID> = []
        var isOpen = true
        while isOpen {
            isOpen = false
            for index in entries.indices {
                let entry = entries[index]
                guard entry.next < entry.job.prompts.documents.count, let bound = own(entry.job) else { continue }
                let prefix = begun.contains(entry.job.id) ? 0 : owed(entry.job)
                let count = prefix + entry.job.prompts.documents[entry.next].ids.count
                let allowed = min(most, bound)
                // The first document may be of any length, as long as there is time for it.
                guard tokens + count <= (slice.documents.isEmpty ? bound : allowed) else { continue }
                guard prefix == 0 || held == 0 || held + prefix <= Self.mostHeld else { continue }
                slice.documents.append((entry.job.id, entry.next))
                entries[index].next += 1
                begun.insert(entry.job.id)
                held += prefix
                tokens += count
                most = min(most, bound)
                isOpen = true
            }
        }
        // Whoever comes first next time is somebody else.
        if entries.count > 1 { entries.append(entries.removeFirst()) }
        return slice
    }
}
