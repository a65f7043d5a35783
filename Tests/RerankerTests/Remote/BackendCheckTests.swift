import Foundation
import Statistics
import Testing

@testable import Reranker

/// A backend that computes its margins from whether a document is the answer.
private struct Pretender: RerankBackend {
    var description = BackendDescription(
        model: "Qwen/Qwen3-Reranker-0.6B",
        backend: "vllm",
        fingerprint: "",
        scoreKind: .probability,
        takesInstruction: false
    )
    /// Margin of a document: whether it answers, which question (from 0), its place.
    var margin: @Sendable (_ answers: Bool, _ question: Int, _ place: Int) -> Double?
    /// Tokens of one prompt.
    var tokens: Int? = 95

    func score(_ request: RerankRequest) async throws -> RerankResult {
        let question = KnownQuestion.all.firstIndex { $0.query == request.query } ?? 0
        let scores = request.documents.enumerated().map { place, text in
            margin(text == KnownQuestion.all[question].answer, question, place).map { RelevanceScore(margin: $0) }
        }
        return RerankResult(scores: scores, promptTokens: tokens.map { $0 * scores.count })
    }
}

private struct Broken: Error, CustomStringConvertible {
    var description: String { "the model is on fire" }
}

private struct BrokenBackend: RerankBackend {
    var description = BackendDescription(
        model: "m",
        backend: "in-process",
        fingerprint: "",
        scoreKind: .margin,
        takesInstruction: true
    )

    func score(_ request: RerankRequest) async throws -> RerankResult { throw Broken() }
}

@Suite struct BackendCheckTests {
    private func kinds(
        tokens: Int? = 95,
        model: String = "Qwen/Qwen3-Reranker-0.6B",
        _ margin: @escaping @Sendable (Bool, Int, Int) -> Double?
    ) async -> [BackendFinding.Kind] {
        var backend = Pretender(margin: margin, tokens: tokens)
        backend.description.model = model
        let report = await BackendCheck.run(backend)
        #expect(report.passed == !report.findings.contains { $0.severity == .error })
        #expect(report.findings.allSatisfy { $0.message.count > 30 })
        return report.findings.map(\.kind)
    }

    private static func margin(_ probability: Double) -> Double { RelevanceScore(probability: probability).margin }

    @Test func `A good reranker passes without a word`() async {
        // The published figures: 7.625 for an answer, -11.375 for what is unrelated.
        #expect(await kinds { answers, _, _ in answers ? 7.625 : -11.375 } == [])
        #expect(await kinds(tokens: nil) { answers, _, _ in answers ? 0.4 : -0.2 } == [])
    }

    @Test func `Scores that are all the same are found`() async {
        #expect(await kinds { _, _, _ in 0 } == [.constant])
        #expect(await kinds { _, _, _ in Self.margin(0.25) } == [.constant])
    }

    @Test func `Scores near 0 are found, as of a GGUF file without a head`() async {
        #expect(
            await kinds { answers, _, place in Self.margin(answers ? 3e-20 : 1e-20 * Double(place)) } == [.nearZero]
        )
        #expect(await kinds { answers, _, _ in Self.margin(answers ? 2e-6 : 1e-6) } == [.nearZero])
    }

    @Test func `Scores near 1 are found`() async {
        #expect(await kinds { answers, _, _ in answers ? 14 : 13 } == [.nearOne])
    }

    @Test func `An order upside down is found`() async {
        #expect(await kinds { answers, _, _ in answers ? -4 : 4 } == [.inverted])
    }

    @Test func `A sigmoid too many is found`() async {
        let squeezed: @Sendable (Double) -> Double = { Self.margin(1 / (1 + exp(-$0))) }
        #expect(await kinds { answers, _, _ in squeezed(answers ? 0.999 : 0.001) } == [.doubleSigmoid])
        #expect(await kinds { answers, _, _ in squeezed(answers ? 0.2 : 1e-4) } == [.doubleSigmoid])
        // A little more or less than the sigmoid of 0...1 is another thing.
        #expect(await kinds { answers, _, _ in Self.margin(answers ? 0.74 : 0.51) } == [])
    }

    @Test func `Percents are found`() async {
        #expect(await kinds { answers, _, _ in answers ? 97.5 : 1.25 } == [.wrongScale])
    }

    @Test func `An order of chance is found, a weak one is a warning`() async {
        #expect(await kinds { _, question, place in Double((question * 7 + place * 5) % 3) } == [.unordered])
        #expect(await kinds { answers, question, _ in (question < 5) == answers ? 2 : -2 } == [.weak])
    }

    @Test func `Every order by chance alone fails: 3,000 random backends`() async {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix64(seed: seed)
        var passed = 0
        for _ in 0..<3000 {
            let salt = generator.next()
            let report = await BackendCheck.run(
                Pretender(
                    margin: { answers, question, place in
                        var mixer = SplitMix64(seed: salt &+ UInt64(question * 8 + place * 2 + (answers ? 1 : 0)))
                        return Double(mixer.next() % 1000) / 100 - 5
                    },
                    tokens: nil
                )
            )
            if report.findings.isEmpty { passed += 1 }
        }
        // Each of six answers is above both others in one of three cases: 3000 / 729 = 4 on average.
        #expect(passed < 20, "seed \(seed)")
    }

    @Test func `A template that is missing or put twice shows in the tokens, where they are told`() async {
        let good: @Sendable (Bool, Int, Int) -> Double? = { answers, _, _ in answers ? 3 : -3 }
        #expect(await kinds(tokens: 24, good) == [.templateMissing])
        #expect(await kinds(tokens: 165, good) == [.templateTwice])
        #expect(await kinds(tokens: nil, good) == [])
        // Other models have other templates, or none.
        #expect(await kinds(tokens: 24, model: "BAAI/bge-reranker-v2-m3", good) == [])
        #expect(
            await kinds(tokens: 24) { _, question, place in Double((question * 7 + place * 5) % 3) }
                == [.unordered, .templateMissing]
        )
    }

    @Test func `Documents without a score are found`() async {
        #expect(await kinds { answers, _, place in place == 2 ? nil : answers ? 3 : -3 }.contains(.unscored))
        #expect(await kinds { _, _, _ in nil } == [.unscored])
    }

    @Test func `Scores that hang on the place are found`() async {
        let kinds = await kinds { answers, question, place in (answers ? 5 : -5) + (question == 0 ? Double(place) : 0) }
        #expect(kinds == [.unstable])
    }

    @Test func `A backend that fails is a finding with its error, and is not asked again and again`() async {
        let report = await BackendCheck.run(BrokenBackend())
        #expect(report.findings.map(\.kind) == [.failed])
        #expect(!report.passed && report.isUndecided)
        #expect(report.description.contains("the model is on fire"))
        #expect(report.description.hasSuffix("failed"))
    }

    @Test func `A report shows each question with its figures`() async {
        let report = await BackendCheck.run(Pretender(margin: { answers, _, _ in answers ? 3 : -3 }))
        for question in KnownQuestion.all {
            #expect(report.description.contains("\(question.query): 0.9526, unrelated 0.0474 and 0.0474"))
        }
        #expect(report.description.contains("1710 prompt tokens"))
        #expect(report.description.hasSuffix("passed"))
    }

    // MARK: Servers

    @Test func `A server is checked by its URL, and what it says about itself is compared`() async throws {
        let answers = Set(KnownQuestion.all.map(\.answer))
        let server = try StubServer { request in
            request.method == "GET"
                ? .answer(200, #"{"data":[{"id":"m","owned_by":"llamacpp"}]}"#)
                : .results(AnyDocuments.of(request).map { answers.contains($0) ? 0.9 : 0.1 })
        }
        #expect(await BackendCheck.run(url: server.url, environment: [:]).findings == [])
        let report = await BackendCheck.run(url: "vllm+\(server.url)", environment: [:])
        #expect(report.findings.map(\.kind) == [.otherServer])
        #expect(report.passed)
        #expect(report.description.contains("llamacpp+http"))
    }

    @Test(arguments: [(0.9, 0.1, true), (4, -4, false)] as [(Double, Double, Bool)])
    func `A good check is remembered, but not one whose log-odds the next process has to see, too`(
        answer: Double,
        other: Double,
        isRemembered: Bool
    ) async throws {
        let answers = Set(KnownQuestion.all.map(\.answer))
        let server = try StubServer { request in
            .results(AnyDocuments.of(request).map { answers.contains($0) ? answer : other })
        }
        let cache = ScoreCache(path: nil)
        let report = await BackendCheck.run(remote: try server.reranker(), within: .seconds(20))
        #expect(report.findings == [])
        cache.remember(report)
        let next = try server.reranker()
        #expect(await cache.knowsGood(next) == isRemembered)
    }

    @Test func `A server that cannot be used is a finding`() async throws {
        let server = try StubServer { _ in .answer(404, "{}") }
        let unknown = await BackendCheck.run(url: server.url, environment: [:])
        #expect(unknown.findings.map(\.kind) == [.failed])
        #expect(unknown.description.contains("Say what it is"))
        let wrong = await BackendCheck.run(url: "vllm+http://u:s3cret@h?api_key=s3cret", environment: [:])
        #expect(wrong.findings.map(\.kind) == [.failed])
        #expect(!wrong.description.contains("s3cret"))
    }

    @Test func `A key in the clear is a warning, unless it stays on this machine`() throws {
        func findings(_ url: String, _ key: String?) throws -> [BackendFinding.Kind] {
            let environment = key.map { ["AISLE_RERANK_API_KEY": $0] } ?? [:]
            return try RemoteReranker(try RemoteEndpoint(url), environment: environment).findings.map(\.kind)
        }
        #expect(try findings("vllm+http://far.example", "k") == [.openKey])
        #expect(try findings("vllm+http://u:p@far.example", nil) == [.openKey])
        #expect(try findings("vllm+http://far.example", nil) == [])
        #expect(try findings("vllm+https://far.example", "k") == [])
        #expect(try findings("vllm+http://127.0.0.1:8000", "k") == [])
    }
}
