import Eval
import Foundation
import Statistics
import Testing

/// By hand from the papers' formulas.
@Suite struct MetricTests {
    /// Grades 3, unjudged, 0, 1; a document of grade 2 was not found.
    private let ranking = JudgedRanking(grades: [3, nil, 0, 1], judged: [0, 1, 2, 3])

    private static let log3 = log2(3.0)
    private static let log5 = log2(5.0)
    private static let expected: [(String, Double)] = [
        // 3 / log2(2) + 1 / log2(5)
        ("dcg", 3 + 1 / log5),
        ("dcg@3", 3),
        // 7 / log2(2) + 1 / log2(5)
        ("dcg_exp", 7 + 1 / log5),
        ("ndcg", (3 + 1 / log5) / (3 + 2 / log3 + 1 / 2)),
        ("ndcg@1", 1),
        ("ndcg_exp@4", (7 + 1 / log5) / (7 + 3 / log3 + 1 / 2)),
        ("map", (1 + 2.0 / 4) / 3),
        ("map@3", 1.0 / 3),
        ("rr", 1),
        ("p@4", 0.5),
        ("p@8", 0.25),
        ("r", 2.0 / 3),
        ("r@1", 1.0 / 3),
        ("success@1", 1),
        // One relevant document without, one with a non-relevant one above it; min(3, 1) = 1.
        ("bpref", (1 + 0) / 3.0),
        ("rbp.80", 0.2 * (1 + 0.512)),
        ("rbp.5@1", 0.5),
        // 7/8, then of the remaining 1/8 a chance of 1/8 at rank 4
        ("err", 7.0 / 8 + 1.0 / 8 * 1 / 8 / 4),
        ("err@2", 7.0 / 8),
        ("judged@2", 0.5),
        ("judged@10", 0.75),
        ("condensed rr", 1),
        // 3, 0, 1
        ("condensed dcg@3", 3 + 1.0 / 2),
        ("condensed p@2", 0.5),
    ]

    @Test(arguments: expected)
    func `Values follow the formulas`(name: String, expected: Double) throws {
        let metric = try MetricName.parse(name)
        #expect(abs(metric.value(of: ranking) - expected) < 1e-12)
    }

    @Test(arguments: MetricName.known)
    func `Nothing found and nothing relevant are 0, never not a number`(name: String) throws {
        let metric = try MetricName.parse(name)
        #expect(metric.value(of: JudgedRanking(grades: [], judged: [])) == 0)
        #expect(metric.value(of: JudgedRanking(grades: [], judged: [2, 1])) == 0)
        if metric.hasHeadroom { #expect(metric.value(of: JudgedRanking(grades: [0, nil], judged: [0, 0])) == 0) }
    }

    @Test(arguments: MetricName.known)
    func `The best order is never worse than the actual one`(name: String) throws {
        let metric = try MetricName.parse(name)
        guard metric.hasHeadroom else { return }
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let judged = (0..<Int.random(in: 0...8, using: &random)).map { _ in Int.random(in: 0...3, using: &random) }
            var grades: [Int?] = judged.shuffled(using: &random).dropLast(judged.count / 3).map { $0 }
            for _ in 0..<3 { grades.insert(nil, at: Int.random(in: 0...grades.count, using: &random)) }
            let ranking = JudgedRanking(grades: grades, judged: judged)
            #expect(metric.value(of: ranking.oracle) >= metric.value(of: ranking) - 1e-12, "\(ranking), seed \(seed)")
        }
    }

    @Test func `ESCI gains are those of the data set, and a substitute is relevant`() throws {
        let ranking = JudgedRanking(grades: [1, 2], judged: [3, 2, 1, 0], scale: .esci)
        #expect(abs(DCG().value(of: ranking) - (0.01 + 0.1 / log2(3.0))) < 1e-12)
        #expect(ReciprocalRank().value(of: ranking) == 0.5)
        #expect(Recall().value(of: ranking) == 0.5)
    }

    /// trec_eval's m_bpref.c: 1 - min(non-relevant above, R) / min(R, N).
    @Test func `bpref counts no more non-relevant documents than there are relevant ones`() {
        #expect(BinaryPreference().value(of: JudgedRanking(grades: [0, 0, 0, 3], judged: [0, 0, 0, 3])) == 0)
    }

    @Test func `Great grades overflow nothing`() throws {
        let ranking = JudgedRanking(grades: [1000, 999], judged: [1000, 999])
        for name in ["ndcg_exp@10", "err"] {
            let value = try MetricName.parse(name).value(of: ranking)
            #expect(value > 0.9 && value <= 1, "\(name)")
        }
    }
}
