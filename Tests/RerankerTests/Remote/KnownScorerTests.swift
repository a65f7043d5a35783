import Foundation
import Statistics
import Testing

@testable import Reranker

/// What a check says of scorers that read the texts.
@Suite struct KnownScorerTests {
    /// Scores pairs with a function of their texts.
    private struct Scorer: RerankBackend {
        var description = BackendDescription(
            model: "m",
            backend: "infinity",
            fingerprint: "",
            scoreKind: .margin,
            takesInstruction: false
        )
        var margin: @Sendable (_ query: String, _ document: String) -> Double

        func score(_ request: RerankRequest) async throws -> RerankResult {
            RerankResult(scores: request.documents.map { RelevanceScore(margin: margin(request.query, $0)) })
        }
    }

    private func check(_ margin: @escaping @Sendable (String, String) -> Double) async -> BackendReport {
        await BackendCheck.run(Scorer(margin: margin))
    }

    private func kinds(_ margin: @escaping @Sendable (String, String) -> Double) async -> [BackendFinding.Kind] {
        await check(margin).findings.map(\.kind)
    }

    /// The share of the query's words that the document has; words are runs of Latin letters.
    @Sendable private static func englishOverlap(_ query: String, _ document: String) -> Double {
        func words(_ text: String) -> Set<Substring> {
            Set(text.lowercased().split { !("a"..."z" ~= $0) })
        }
        let wanted = words(query)
        return wanted.isEmpty ? 0 : Double(wanted.intersection(words(document)).count) / Double(wanted.count)
    }

    /// The share of the query's letters that the document has: knows Chinese, too.
    @Sendable private static func overlap(_ query: String, _ document: String) -> Double {
        let wanted = Set(query.lowercased().filter(\.isLetter))
        let share = Double(wanted.intersection(document.lowercased()).count) / Double(wanted.count)
        let isEnglish = englishOverlap(query, query) > 0
        return isEnglish ? englishOverlap(query, document) : share
    }

    /// From the same texts always the same number in 0..<1.
    @Sendable private static func noise(_ salt: UInt64, _ query: String, _ document: String) -> Double {
        let seed = (query + document).utf8.reduce(salt) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        var generator = SplitMix64(seed: seed)
        return Double(generator.next() >> 11) / Double(1 << 53)
    }

    private static func margin(_ probability: Double) -> Double { RelevanceScore(probability: probability).margin }

    @Test func `One that counts words of both languages passes`() async {
        #expect(await kinds { 8 * Self.overlap($0, $1) - 4 } == [])
    }

    @Test(arguments: UInt64(0)..<20)
    func `One that knows English only is weak for Chinese, whatever it makes of that, and can be trusted`(
        salt: UInt64
    ) async {
        let report = await check { query, document in
            let isEnglish = Self.englishOverlap(query, query) > 0
            return isEnglish ? Self.englishOverlap(query, document) : 16 * Self.noise(salt, query, document) - 8
        }
        // By chance it may be right.
        #expect(report.passed && [[.weak], []].contains(report.findings.map(\.kind)), "\(report)")
        guard let message = report.findings.first?.message else { return }
        #expect(message.contains("Weak for Chinese") && message.contains("English 3 of 3"), "\(message)")
    }

    @Test func `One that gives all of Chinese the same score is weak for it, too`() async {
        #expect(await kinds { 8 * Self.englishOverlap($0, $1) - 4 } == [.weak])
    }

    @Test func `Its sigmoid of a sigmoid is found, too`() async {
        let squeezed: @Sendable (Double) -> Double = { Self.margin(RelevanceScore(margin: $0).probability) }
        #expect(await kinds { squeezed(Self.englishOverlap($0, $1)) } == [.doubleSigmoid])
    }

    @Test func `Probabilities and margins upside down are found, also where the lowest are all 1`() async {
        #expect(await kinds { 4 - 8 * Self.overlap($0, $1) } == [.inverted])
        #expect(await kinds { Self.margin(1 - Self.overlap($0, $1)) } == [.inverted])
        #expect(await kinds { Self.margin(Double(Float(1 - 1e-12 - 0.9 * Self.overlap($0, $1)))) } == [.inverted])
        // A model of English only, and distances that are small for what is alike.
        #expect(await kinds { 4 - 8 * Self.englishOverlap($0, $1) } == [.inverted])
        #expect(await kinds { Self.margin(0.9 - 0.5 * Self.overlap($0, $1)) } == [.inverted])
    }

    @Test(arguments: UInt64(0)..<20)
    func `One that knows English only and is upside down is not one of chance, whatever it makes of Chinese`(
        salt: UInt64
    ) async {
        let kinds = await kinds { query, document in
            let isEnglish = Self.englishOverlap(query, query) > 0
            return isEnglish ? -Self.englishOverlap(query, document) : 16 * Self.noise(salt, query, document) - 8
        }
        #expect(kinds == [.inverted])
    }

    @Test func `An order upside down in most questions is not one of chance`() async {
        // Two answers lie between the unrelated documents; the others far below them.
        let kinds = await kinds { query, document in
            guard let place = KnownQuestion.all.firstIndex(where: { $0.query == query }) else { return 0 }
            let question = KnownQuestion.all[place]
            if document == question.answer { return [1, 4].contains(place) ? 0 : -5 }
            return document == question.others[0] ? 1 : -1
        }
        #expect(kinds == [.inverted])
    }

    @Test func `What was wrong before is found as before`() async {
        #expect(await kinds { _, _ in 0.3 } == [.constant])
        #expect(await kinds { Self.margin(1e-7 * Self.overlap($0, $1)) } == [.nearZero])
        #expect(await kinds { Self.margin(1 / (1 + exp(-Self.overlap($0, $1)))) } == [.doubleSigmoid])
    }

    @Test func `Of 1,000 scorers at random few are trusted, and few taken for inverted`() async {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix64(seed: seed)
        var counts: [BackendFinding.Kind: Int] = [:]
        for _ in 0..<1000 {
            let salt = generator.next()
            let report = await check { 10 * Self.noise(salt, $0, $1) - 5 }
            for kind in report.findings.map(\.kind) { counts[kind, default: 0] += 1 }
        }
        // 5 % each way by the test's level, and two languages of which one in 84 lies apart by chance.
        #expect(counts[.weak, default: 0] < 110, "seed \(seed): \(counts)")
        #expect(counts[.inverted, default: 0] < 110, "seed \(seed): \(counts)")
        #expect(counts[.unordered, default: 0] > 780, "seed \(seed): \(counts)")
    }
}
