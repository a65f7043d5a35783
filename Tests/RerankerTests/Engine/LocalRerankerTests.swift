import CKernels
import Foundation
import Testing

@testable import Reranker

/// The engine end to end: a folder with tokenizer, configuration and weights, asked as the server asks it.
@Suite struct LocalRerankerTests {
    /// A random model with the tokenizer of the fixtures, written once.
    private static let shared = Result { try folder() }

    private static func folder(
        spoiled: (name: String, value: Float)? = nil,
        overflowing token: Int? = nil,
        layers: Int = 2
    ) throws -> ModelScratch {
        let scratch = try ModelScratch()
        let tokenizer = try TokenizerFixture.tokenizer("small")
        var shape = TinyModel(hidden: 32, layers: layers, heads: 2, keyValueHeads: 1, intermediate: 48)
        shape.vocabulary = tokenizer.vocabularySize
        shape.deviation = 0.3
        shape.spoiled = spoiled
        shape.overflowing = token
        try shape.write(to: scratch)
        try scratch.write("tokenizer.json", TokenizerFixture.json())
        return scratch
    }

    private func open(
        _ precision: Precision = .f32,
        threads: Int = 2,
        maxLength: Int = 4000
    ) throws -> LocalReranker {
        let folder = try ModelFolder(path: Self.shared.get().path)
        return try LocalReranker(folder, precision: precision, threads: threads, maxLength: maxLength)
    }

    private static let documents = ["wireless headphones", "a garden hose", "", "无线蓝牙耳机", "battery\nlife\u{0} 😀"]

    private func margins(_ result: RerankResult) -> [Double] { result.scores.map { $0?.margin ?? .nan } }

    @Test func `Scores are those of each prompt in one piece`() async throws {
        let reranker = try open()
        let folder = try ModelFolder(path: Self.shared.get().path)
        let encoder = try PromptEncoder(tokenizer: Tokenizer(contentsOf: URL(fileURLWithPath: folder.tokenizerPath)))
        let model = try Qwen3Model(
            configuration: folder.configuration,
            weights: folder.openWeights(),
            answers: AnswerTokens(yes: encoder.yes, no: encoder.no),
            precision: .f32,
            threads: 1
        )
        for instruction in [nil, "find products", ""] {
            let request = RerankRequest(query: "headphones", documents: Self.documents, instruction: instruction)
            let result = try await reranker.score(request)
            let prompts = try encoder.encode(query: "headphones", documents: Self.documents, instruction: instruction)
            for (index, margin) in margins(result).enumerated() {
                let alone = try Double(model.margin(prompts.prompt(index)))
                #expect(abs(margin - alone) <= 1e-5 * max(1, abs(alone)))
            }
            #expect(result.promptTokens == prompts.tokenCount)
            #expect(result.truncated.isEmpty)
        }
    }

    @Test(arguments: [Precision.f32, .int8])
    func `Concurrent requests get what they get alone`(precision: Precision) async throws {
        let reranker = try open(precision)
        let requests = (0..<24).map { number in
            RerankRequest(
                query: "query \(number % 7)",
                documents: (0..<(number % 5) * 4 + 1).map {
                    "document \($0) of \(number), " + String(repeating: "x ", count: $0 * 5)
                },
                instruction: number % 3 == 0 ? nil : "instruction \(number % 6)"
            )
        }
        var alone: [[Double]] = []
        for request in requests { alone.append(margins(try await reranker.score(request))) }
        let together = try await withThrowingTaskGroup(of: (Int, RerankResult).self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask { (index, try await reranker.score(request)) }
            }
            return try await group.reduce(into: [Int: RerankResult]()) { $0[$1.0] = $1.1 }
        }
        for (index, expected) in alone.enumerated() {
            let got = margins(try #require(together[index]))
            #expect(got.count == expected.count)
            #expect(zip(got, expected).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) }, "request \(index)")
        }
    }

    @Test func `A deadline that has passed gives no scores and no error`() async throws {
        let reranker = try open()
        var request = RerankRequest(query: "q", documents: Self.documents)
        request.deadline = .now - .seconds(1)
        let late = try await reranker.score(request)
        #expect(late.scores == Array(repeating: nil, count: 5))
        #expect(late.isLate && late.failure == nil)
        // And the next one is served.
        request.deadline = nil
        let whole = try await reranker.score(request)
        #expect(whole.scores.allSatisfy { $0 != nil } && !whole.isLate)
    }

    @Test func `A document too long for its deadline is not begun, the first one of all neither`() async throws {
        let scratch = try Self.folder(layers: 12)
        let reranker = try LocalReranker(ModelFolder(path: scratch.path), precision: .f32, threads: 1)
        let long = String(repeating: "battery ", count: 3900)
        let request = RerankRequest(query: "q", documents: [long], deadline: .now + .milliseconds(20))
        let begin = ContinuousClock.now
        let result = try await reranker.score(request)
        // What it takes to score it, for comparison.
        let middle = ContinuousClock.now
        _ = try await reranker.score(RerankRequest(query: "q", documents: [long]))
        #expect(result.scores == [nil] && result.isLate)
        #expect(middle - begin < ContinuousClock.now - middle)
    }

    @Test func `A deadline far away changes nothing, for long documents either, from the first request on`()
        async throws
    {
        let reranker = try open()
        let documents = [String(repeating: "battery ", count: 600), "short"]
        let request = RerankRequest(query: "q", documents: documents, deadline: .now + .seconds(60))
        #expect(try await reranker.score(request).scores.allSatisfy { $0 != nil })
    }

    /// More than any test waits for.
    private static let endless = RerankRequest(
        query: "endless",
        documents: (0..<9000).map { "\($0)" + String(repeating: " battery", count: 60) }
    )

    @Test func `A deadline is kept while another request goes on, and the best are scored`() async throws {
        let reranker = try open(threads: 1)
        let background = Task { try await reranker.score(Self.endless) }
        _ = try await reranker.score(RerankRequest(query: "warm", documents: ["up"]))
        let documents = Array(Self.endless.documents.prefix(900))
        let result = try await reranker.score(
            RerankRequest(query: "short", documents: documents, deadline: .now + .milliseconds(100))
        )
        let scored = result.scores.prefix { $0 != nil }.count
        #expect(scored < 900 && result.scores.dropFirst(scored).allSatisfy { $0 == nil })
        // The answer came before the other request was done, or there would be nothing to cancel.
        background.cancel()
        await #expect(throws: CancellationError.self) { try await background.value }
    }

    @Test func `Cancelling ends a request long before it is done`() async throws {
        let reranker = try open(threads: 1)
        let task = Task { try await reranker.score(Self.endless) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // And the thread is free for the next one.
        #expect(try await reranker.score(RerankRequest(query: "q", documents: ["d"])).scores[0] != nil)
    }

    @Test func `A task that is cancelled already gets no scores`() async throws {
        let reranker = try open(threads: 1)
        let request = RerankRequest(query: "q", documents: (0..<3000).map { "document \($0)" })
        for _ in 0..<20 {
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await reranker.score(request)
            }
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func `No documents, no work`() async throws {
        let result = try await open().score(RerankRequest(query: "q", documents: []))
        #expect(result.scores.isEmpty && result.truncated.isEmpty)
    }

    @Test func `A document that is too long is cut and reported`() async throws {
        let reranker = try open(maxLength: 700)
        let long = String(repeating: "battery lasts for forty hours. ", count: 400)
        let result = try await reranker.score(RerankRequest(query: "q", documents: ["short", long, long + "more"]))
        #expect(result.truncated == [1, 2])
        let margins = margins(result)
        #expect(margins.allSatisfy { $0.isFinite })
        // What was cut off makes no difference.
        #expect(abs(margins[1] - margins[2]) <= 1e-5)
    }

    @Test func `An instruction that is too long is an error`() async throws {
        let reranker = try open(maxLength: 700)
        let request = RerankRequest(
            query: "q",
            documents: ["d"],
            instruction: String(repeating: "find what the shopper wants ", count: 200)
        )
        await #expect(throws: PromptError.self) { try await reranker.score(request) }
    }

    @Test func `Too many waiting documents are refused at once`() async throws {
        let reranker = try open(threads: 1)
        let many = RerankRequest(query: "q", documents: (0..<9000).map { "document \($0)" })
        let first = Task { try await reranker.score(many) }
        // The first request is encoded before it waits.
        let begin = ContinuousClock.now
        var refusal: EngineError?
        while refusal == nil, ContinuousClock.now - begin < .seconds(20) {
            do {
                _ = try await reranker.score(
                    RerankRequest(query: "q", documents: (0..<1500).map { "x\($0)" }, deadline: .now)
                )
            } catch {
                refusal = error as? EngineError
            }
        }
        #expect(refusal == .busy(waiting: 9000))
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        // Their room is free again.
        #expect(try await reranker.score(RerankRequest(query: "q", documents: ["d"])).scores[0] != nil)
    }

    @Test func `One request may be larger than the limit when nobody waits`() async throws {
        let queue = EngineQueue(limit: 3)
        #expect(queue.limit == 3)
        let reranker = try open()
        let deadline = ContinuousClock.now - .seconds(1)
        let request = RerankRequest(
            query: "q",
            documents: (0..<LocalReranker.queueLimit + 1).map { "\($0)" },
            deadline: deadline
        )
        #expect(try await reranker.score(request).scores.count == LocalReranker.queueLimit + 1)
    }

    @Test func `The thread ends with the object`() async throws {
        weak var queue: EngineQueue?
        do {
            let reranker = try open()
            _ = try await reranker.score(RerankRequest(query: "q", documents: ["d"]))
            queue = reranker.queue
            #expect(queue != nil)
        }
        // The thread holds the queue: when that is gone, so is the thread.
        let begin = ContinuousClock.now
        while queue != nil, ContinuousClock.now - begin < .seconds(10) { try await Task.sleep(for: .milliseconds(5)) }
        #expect(queue == nil)
    }

    @Test func `A stopped queue answers with an error`() async throws {
        let queue = EngineQueue(limit: 10)
        queue.stop()
        await #expect(throws: EngineError.stopped) {
            _ = try await withCheckedThrowingContinuation { continuation in
                let prefix = PromptPrefix(ids: [1], instructionLength: 1, isQueryTruncated: false, documentLimit: 9)
                queue.add(
                    EngineQueue.Request(
                        id: queue.newID(),
                        prompts: EncodedPrompts(prefix: prefix, documents: []),
                        deadline: nil,
                        continuation: continuation
                    )
                )
            }
        }
    }

    @Test func `A query that is cut is told`() async throws {
        let reranker = try open(maxLength: 400)
        let query = String(repeating: "wireless headphones ", count: 200)
        #expect(try await reranker.score(RerankRequest(query: query, documents: ["a"])).isQueryTruncated)
        #expect(try await !reranker.score(RerankRequest(query: "q", documents: ["a"])).isQueryTruncated)
    }

    @Test func `Texts are not tokenized when their time is over`() async throws {
        let encoder = try PromptEncoder(tokenizer: TokenizerFixture.tokenizer("small"), maxLength: 4000)
        let documents = (0..<50).map { "document \($0)" }
        let late = try encoder.encode(query: "q", documents: documents, until: .now - .seconds(1))
        #expect(late.documents.count == 1)
        #expect(try encoder.encode(query: "q", documents: documents, until: .now + .seconds(60)).documents.count == 50)
        let request = RerankRequest(query: "q", documents: documents, deadline: .now - .seconds(1))
        #expect(try await open().score(request).scores.count == 50)
    }

    @Test func `Precision and length are part of the fingerprint, threads are not`() throws {
        let prints = try [open(), open(.int8), open(maxLength: 3000)].map(\.description.fingerprint)
        #expect(Set(prints).count == 3)
        #expect(try open(threads: 1).description == open(threads: 2).description)
    }

    @Test func `Without a choice, int8 is taken where it saves time, else bf16 where the processor has it`() throws {
        for (layers, without, with) in [(8, Precision.f32, Precision.bf16), (9, .int8, .int8)] {
            let scratch = try Self.folder(layers: layers)
            let folder = try ModelFolder(path: scratch.path)
            #expect(Qwen3Model.precision(for: folder.configuration, cpu: 0) == without)
            #expect(Qwen3Model.precision(for: folder.configuration, cpu: UInt32(AISLE_CPU_BF16)) == with)
            #expect([without, with].contains(try LocalReranker(folder, threads: 1).precision))
            // Who asks the model itself gets the same.
            let workload = EngineBenchmark.Workload(candidates: 2, sharedTokens: 5, ownTokens: 5)
            let benchmark = try EngineBenchmark(folder, precision: .auto, threads: 1)
            #expect(try benchmark.score(workload).allSatisfy(\.isFinite))
        }
    }

    @Test(arguments: [0, -3])
    func `No threads is an error`(threads: Int) {
        #expect(throws: EngineError.threads(threads)) { _ = try open(threads: threads) }
    }

    @Test func `A document whose numbers overflow fails its own request, which keeps what it has, and no other`()
        async throws
    {
        let tokenizer = try TokenizerFixture.tokenizer("small")
        let clean = RerankRequest(query: "q", documents: ["red shoes", "battery 1234567890"])
        // A word with a token that nothing else has, whose embedding is not finite.
        let word = "zebra Q#7"
        let encoder = try PromptEncoder(tokenizer: tokenizer)
        let prompts = try encoder.encode(query: "q", documents: clean.documents)
        let used = Set(prompts.documents.indices.flatMap(prompts.prompt))
        let token = try #require(tokenizer.encode(" \(word)").first { !used.contains($0) })
        let scratch = try Self.folder(overflowing: Int(token))
        let reranker = try LocalReranker(ModelFolder(path: scratch.path), precision: .f32, threads: 1)
        await #expect(throws: EngineError.notFinite) {
            try await reranker.score(RerankRequest(query: "q", documents: [word]))
        }
        // One that goes on all the time shares every pass.
        let background = Task { try await reranker.score(Self.endless) }
        while (try? reranker.queue.check(room: LocalReranker.queueLimit)) != nil {
            try await Task.sleep(for: .milliseconds(1))
        }
        async let bad = reranker.score(RerankRequest(query: "q", documents: ["red shoes", word, "blue bag"]))
        async let good = reranker.score(clean)
        let (mixed, whole) = try await (bad, good)
        #expect(whole.scores.allSatisfy { $0 != nil } && whole.failure == nil)
        #expect(mixed.scores[0] != nil && mixed.scores[1] == nil)
        #expect(mixed.failure != nil && !mixed.isLate)
        background.cancel()
        await #expect(throws: CancellationError.self) { try await background.value }
    }

    @Test(arguments: [Float.nan, .infinity], [Precision.f32, .int8])
    func `Weights that are not finite are an error that says so`(bad: Float, precision: Precision) async throws {
        let names = [
            "model.norm.weight", "model.layers.1.mlp.down_proj.weight", "model.layers.0.self_attn.q_proj.weight",
            "model.layers.0.self_attn.v_proj.weight", "model.layers.0.mlp.gate_proj.weight",
        ]
        for name in names {
            let scratch = try Self.folder(spoiled: (name, bad))
            let reranker = try LocalReranker(ModelFolder(path: scratch.path), precision: precision, threads: 1)
            await #expect(throws: EngineError.notFinite, "\(name)") {
                try await reranker.score(RerankRequest(query: "q", documents: ["d", "e"]))
            }
        }
    }
}
