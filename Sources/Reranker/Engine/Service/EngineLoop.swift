/// The engine's thread: the only one that runs the model.
///
/// Before each pass it looks at what has arrived, so that a query that comes while another is computed shares the next
/// pass with it. Deadlines and cancellations are looked at between passes.
struct EngineLoop {
    private let model: Qwen3Model
    private let queue: EngineQueue
    private var batcher = Batcher()
    private var prefixes = PrefixCache()
    /// How long passes take, and when the last of them was over; nil before the first.
    private var timer = PassTimer()
    private var measured: ContinuousClock.Instant?
    /// When a query with a deadline came last.
    private var urgent: ContinuousClock.Instant?

    /// Tokens of a pass: many, so that weights are read seldom, few, so that cancelled work ends soon.
    private static let sliceTokens = 1536
    /// How long a pass may take while queries with deadlines come, as who comes during it waits for its end: a tenth of
    /// the speed is lost to short passes.
    private static let shortPass = 0.4
    /// For how long one query with a deadline makes another likely.
    private static let urgency = Duration.seconds(60)
    /// Tokens of a pass while its duration is anybody's guess and there is a deadline.
    private static let firstSlice = 192
    /// Tokens of a pass that only finds out how long passes take.
    private static let probe = 64
    /// The share of the time left that a pass may plan to take.
    private static let caution = 0.9
    /// Times older than this say nothing: otherwise one slow pass could keep everything with a deadline from being
    /// tried again.
    private static let memory = Duration.seconds(10)

    init(model: Qwen3Model, queue: EngineQueue) {
        self.model = model
        self.queue = queue
    }

    /// Runs until the queue is stopped and empty.
    mutating func run() {
        while true {
            let arrivals = queue.take(wait: batcher.isEmpty)
            for request in arrivals.requests { start(request) }
            for id in arrivals.cancelled {
                end(id) { $0.fail(CancellationError()) }
            }
            if batcher.isEmpty {
                if arrivals.isStopping { return }
                continue
            }
            pass()
        }
    }

    private mutating func start(_ request: EngineQueue.Request) {
        if request.deadline != nil { urgent = .now }
        batcher.add(
            Job(
                id: request.id,
                prompts: request.prompts,
                deadline: request.deadline,
                continuation: request.continuation
            )
        )
    }

    private mutating func end(_ id: Job.ID, _ answer: (Job) -> Void) {
        guard let job = batcher.remove(id) else { return }
        queue.finished(documents: job.prompts.documents.count)
        answer(job)
    }

    /// Whether recent passes tell how long the next one takes.
    private func isTimeKnown(_ now: ContinuousClock.Instant) -> Bool {
        measured.map { now - $0 < Self.memory } ?? false
    }

    /// Tokens that a pass with a document of this job may have, its prefix included; nil: its time is up.
    private func bound(_ job: Job, now: ContinuousClock.Instant) -> Int? {
        guard let deadline = job.deadline else { return .max }
        let left = (deadline - now) / .seconds(1)
        guard left > 0 else { return nil }
        guard isTimeKnown(now) else { return Self.firstSlice }
        return timer.tokens(within: left * Self.caution, passes: missing(job).count + 1)
    }

    /// Tokens of a pass, prefixes included.
    private func limit(now: ContinuousClock.Instant) -> Int {
        guard let urgent, now - urgent < Self.urgency, let tokens = timer.tokens(within: Self.shortPass) else {
            return Self.sliceTokens
        }
        return min(Self.sliceTokens, max(Self.firstSlice, tokens))
    }

    /// Tokens that the next document of a query takes.
    private func needed(_ entry: Batcher.Entry) -> Int {
        owed(entry.job) + entry.job.prompts.documents[entry.next].ids.count
    }

    /// Finds out how long passes take, where a query with a deadline needs a longer one than may be tried unknown.
    private mutating func measureTime(now: ContinuousClock.Instant) {
        guard !isTimeKnown(now) else { return }
        let long = batcher.entries.first { entry in
            entry.job.deadline.map { $0 > now } ?? false && needed(entry) > Self.firstSlice
        }
        guard let long else { return }
        let tokens = Array(long.job.prompts.documents[long.next].ids.prefix(Self.probe))
        let segments = [Segment(tokens: tokens, purpose: .margin)]
        // The first pass of all also reads the weights from the disk. What is wrong with it, the real one will say.
        if measured == nil { _ = try? model.run(segments) }
        _ = try? timed(segments)
    }

    /// Tokens of each part of a job's prefix that is not computed yet, which takes a pass each: the instruction, the query.
    private func missing(_ job: Job) -> [Int] {
        guard job.prefix == nil else { return [] }
        let instruction = job.instructionIDs, query = job.queryIDs.count
        return prefixes.contains(instruction) ? [query] : [instruction.count, query]
    }

    /// Tokens that have to be computed before the first document of a job can be.
    private func owed(_ job: Job) -> Int { missing(job).reduce(0, +) }

    /// Answers jobs whose next document can no longer be judged in time, however long others go on.
    private mutating func endLate(now: ContinuousClock.Instant) {
        let late = batcher.entries.filter { entry in
            guard let bound = bound(entry.job, now: now) else { return true }
            return needed(entry) > bound
        }
        for entry in late { end(entry.job.id) { $0.finish() } }
    }

    private mutating func pass() {
        measureTime(now: .now)
        let now = ContinuousClock.now
        endLate(now: now)
        let known = self
        let slice = batcher.next(limit: limit(now: now), owed: known.owed) { known.bound($0, now: now) }
        let jobs = Dictionary(uniqueKeysWithValues: batcher.entries.map { ($0.job.id, $0.job) })
        if slice.documents.isEmpty { return }
        do {
            let chosen = slice.documents.compactMap { entry in jobs[entry.job].map { ($0, entry.document) } }
            try computePrefixes(chosen.map(\.0))
            let segments = chosen.map { job, document in
                Segment(tokens: job.prompts.documents[document].ids, context: job.prefix ?? [], purpose: .margin)
            }
            let margins = try timed(segments).map(\.margin)
            var overflown: Set<Job.ID> = []
            for ((job, document), margin) in zip(chosen, margins) {
                if let margin, margin.isFinite {
                    job.scores[document] = RelevanceScore(margin: Double(margin))
                } else {
                    overflown.insert(job.id)
                }
            }
            for id in overflown { end(id) { $0.fail(EngineError.notFinite) } }
        } catch {
            for id in Set(slice.documents.map(\.job)) { end(id) { $0.fail(error) } }
        }
        for id in batcher.exhausted { end(id) { $0.finish() } }
    }

    /// Runs a pass and learns from how long it took.
    private mutating func timed(_ segments: [Segment]) throws -> [SegmentResult] {
        let begin = ContinuousClock.now
        let results = try model.run(segments)
        let now = ContinuousClock.now
        if !isTimeKnown(now) { timer = PassTimer() }
        timer.add(tokens: segments.reduce(0) { $0 + $1.tokens.count }, seconds: (now - begin) / .seconds(1))
        measured = now
        return results
    }

    /// Computes what jobs share with all of their documents, where that is not done yet: all instructions in one pass,
    /// then all queries.
    private mutating func computePrefixes(_ jobs: [Job]) throws {
        var seen: Set<Job.ID> = []
        let missing = jobs.filter { $0.prefix == nil && seen.insert($0.id).inserted }
        guard !missing.isEmpty else { return }
        var instructions: [[TokenID]: KeyValueBlock] = [:]
        var unknown: [[TokenID]] = []
        for job in missing {
            let ids = job.instructionIDs
            guard instructions[ids] == nil, !unknown.contains(ids) else { continue }
            if let block = prefixes.block(of: ids) { instructions[ids] = block } else { unknown.append(ids) }
        }
        let blocks =
            unknown.isEmpty
            ? [] : try timed(unknown.map { Segment(tokens: $0, purpose: .prefix) }).compactMap(\.keysAndValues)
        for (ids, block) in zip(unknown, blocks) {
            instructions[ids] = block
            prefixes.insert(block, of: ids)
        }
        let queries = missing.map { job in
            Segment(
                tokens: job.queryIDs,
                context: instructions[job.instructionIDs].map { [$0] } ?? [],
                purpose: .prefix
            )
        }
        let results = try timed(queries).compactMap(\.keysAndValues)
        for ((job, query), block) in zip(zip(missing, queries), results) { job.prefix = query.context + [block] }
    }
}

extension Job {
    /// The tokens every query of the instruction begins with.
    fileprivate var instructionIDs: [TokenID] { Array(prompts.prefix.ids.prefix(prompts.prefix.instructionLength)) }
    /// What the query adds, up to where documents begin.
    fileprivate var queryIDs: [TokenID] { Array(prompts.prefix.ids.dropFirst(prompts.prefix.instructionLength)) }
}
