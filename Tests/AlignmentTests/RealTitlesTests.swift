import Foundation
import Indexer
import Testing

@testable import Alignment

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
private let titles = root.deletingLastPathComponent().appendingPathComponent("shared/data/zh-en-titles/pairs-dev.tsv")

/// What the committed lists and real titles hold, without a model.
@Suite struct RealTitlesTests {
    private struct Concept: Decodable {
        var id: String
        var concept: String
    }

    private func rows(_ name: String) throws -> [[String]] {
        let text = try String(contentsOf: root.appendingPathComponent("Eval/alignment/\(name)"), encoding: .utf8)
        return text.split(separator: "\n").dropFirst().map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test func `The committed truth is what the generator of the catalogue knows`() throws {
        let text = try String(contentsOf: root.appendingPathComponent("Corpus/ground-truth.jsonl"), encoding: .utf8)
        let known = try text.split(separator: "\n").map { try JSONDecoder().decode(Concept.self, from: Data($0.utf8)) }
        let concepts = Dictionary(uniqueKeysWithValues: known.map { ($0.id, $0.concept) })
        let chinese = try rows("zh.tsv").map { $0[0] }
        let english = try rows("en.tsv").map { $0[0] }
        let truth = try rows("truth.tsv")
        #expect(Set(truth.map { $0[0] }) == Set(chinese))
        for id in chinese {
            let listed = truth.filter { $0[0] == id }.map { $0[1] }.filter { !$0.isEmpty }
            let real = english.filter { concepts[$0] == concepts[id] }
            #expect(Set(listed) == Set(real), "\(id)")
        }
        // There is something to get wrong: rows without a counterpart, and rows never trained on.
        #expect(truth.contains { $0[1].isEmpty } && truth.contains { $0[2] == "1" })
    }

    @Test func `Our own lists: candidates have nearly all true pairs, and evidence helps the first stage`() async throws
    {
        let lists = try TestLists()
        let folder = root.appendingPathComponent("Eval/alignment")
        let left = ListInput(path: folder.appendingPathComponent("zh.tsv").path)
        let right = ListInput(path: folder.appendingPathComponent("en.tsv").path)
        let finished = try await Aligner(lists.request(left, right), backend: nil).run()
        let truth = folder.appendingPathComponent("truth.tsv").path
        let figures = try #require(try await finished.summary(truth: truth).figures)
        #expect(figures.candidateRecall > 0.9)
        try expectEvidenceToHelp(figures)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: titles.path), "no shared data"))
    func `Real titles: candidates have most true pairs, and evidence helps the first stage`() async throws {
        let lists = try TestLists()
        func input(_ title: String, _ other: String) throws -> ListInput {
            let map = try ["id=#line", "title=\(title)", "ignore=\(other)"].map(FieldMapping.init(parsing:))
            return ListInput(path: titles.path, map: map)
        }
        let count = try String(contentsOf: titles, encoding: .utf8).split(separator: "\n").count
        let truth = try lists.write("t.tsv", (2...count).map { "\($0)\t\($0)\n" }.joined())
        let request = lists.request(try input("zh", "en"), try input("en", "zh"))
        let finished = try await Aligner(request, backend: nil).run()
        let figures = try #require(try await finished.summary(truth: truth).figures)
        #expect(figures.judgedRows == count - 1)
        #expect(figures.candidateRecall > 0.8)
        #expect(figures.merge == nil)
        try expectEvidenceToHelp(figures)
    }

    private func expectEvidenceToHelp(_ figures: AlignmentFigures) throws {
        let bm25 = try #require(figures.orders.first { $0.name == "bm25" })
        let lexical = try #require(figures.orders.first { $0.name == "lexical" })
        #expect(lexical.accuracyAt1 > bm25.accuracyAt1)
        #expect(lexical.recallAt3 > bm25.recallAt3)
    }
}
