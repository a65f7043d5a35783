import Foundation
import Reranker
import Testing

@testable import Alignment

@Suite struct AlignerTests {
    private let lists: TestLists

    init() throws {
        lists = try TestLists()
    }

    private func margin(_ probability: Double) -> Double { log(probability / (1 - probability)) }

    @Test func `Every pair is asked both ways round with the task, and both margins are averaged`() async throws {
        let left = try lists.list("l.tsv", [("1", "红色杯子"), ("2", "蓝色杯子")])
        let right = try lists.list("r.tsv", [("a", "red cup"), ("b", "blue cup")])
        let backend = PairBackend { query, document in
            switch (query, document) {
            case ("红色杯子", "red cup"): 3
            case ("red cup", "红色杯子"): 1
            default: -4
            }
        }
        let finished = try await Aligner(lists.request(left, right), backend: backend).run()
        let pairs = try await finished.allPairs()
        #expect(pairs.count == 4)
        let best = try #require(pairs.first)
        #expect(best.leftID == "1" && best.rightID == "a" && best.forward == 3 && best.backward == 1)
        // 1 / (1 + exp(-2))
        #expect(abs(try #require(best.probability) - 0.8807970779778823) < 1e-12)
        #expect(best.decision == .review)
        #expect(pairs.dropFirst().allSatisfy { $0.decision == .drop })
        #expect(backend.requests.allSatisfy { $0.instruction == AlignmentSettings.standardInstruction })
        #expect(Set(backend.requests.map(\.query)) == ["红色杯子", "蓝色杯子", "red cup", "blue cup"])
        #expect(backend.requests.count == 4)
        await finished.close(keepingState: false)
        #expect(!FileManager.default.fileExists(atPath: lists.path("state")))
    }

    @Test func `Decisions change at the thresholds, which belong to the better decision`() async throws {
        let rows = (0..<6).map { ("\($0)", "thing number \($0)") }
        let left = try lists.list("l.tsv", rows), right = try lists.list("r.tsv", rows)
        // Both directions alike, so the mean is exact.
        let margins = [2.0, 1.9999, 1.0, 0.9999, 5, -5]
        let backend = PairBackend { query, document in
            guard query == document, let place = Int(query.split(separator: " ")[2]) else { return -9 }
            return margins[place]
        }
        var request = lists.request(left, right)
        request.settings.merge = 1 / (1 + exp(-2))
        request.settings.review = 1 / (1 + exp(-1))
        let finished = try await Aligner(request, backend: backend).run()
        let same = try await finished.allPairs().filter { $0.leftID == $0.rightID }
        #expect(same.map(\.decision) == [.merge, .review, .review, .drop, .merge, .drop])
        let summary = try await finished.summary()
        #expect(summary.merged == 2 && summary.reviewed == 2 && summary.dropped == 32)
        #expect(summary.rowsMerged == 2 && summary.rowsToReview == 2 && summary.rowsWithoutCandidate == 0)
    }

    @Test func `A category's task goes with its rows, in both directions`() async throws {
        let left = ListInput(
            path: try lists.write("l.tsv", "id\ttitle\tcategory\n1\tISO 9001\tCertification\n2\tcup\tKitchen\n")
        )
        let right = try lists.list("r.tsv", [("a", "ISO 9001 certificate"), ("b", "cup")])
        let backend = PairBackend { _, _ in 0 }
        var request = lists.request(left, right)
        request.settings.categories = [
            "certification": .init(instruction: "Judge whether the certificate is the same.")
        ]
        _ = try await Aligner(request, backend: backend).run()
        for asked in backend.requests {
            let isCertificate =
                asked.query.hasPrefix("ISO 9001\n") || asked.documents.contains { $0.hasPrefix("ISO 9001\n") }
            let expected =
                isCertificate ? "Judge whether the certificate is the same." : AlignmentSettings.standardInstruction
            #expect(asked.instruction == expected, "\(asked.query): \(asked.documents)")
        }
        // Forward one request a row; backward two, because each right row has a candidate of either kind.
        #expect(backend.requests.count == 6)
    }

    @Test func `Rows that are merged twice are in conflict, and one-to-one takes the likeliest set`() async throws {
        let left = try lists.list("l.tsv", [("1", "cup one"), ("2", "cup two")])
        let right = try lists.list("r.tsv", [("a", "Tasse a"), ("b", "Tasse b")])
        let table = ["cup one|Tasse a": 6.0, "cup one|Tasse b": 5.0, "cup two|Tasse a": 5.5, "cup two|Tasse b": -5]
        let backend = PairBackend { query, document in
            table["\(query)|\(document)"] ?? table["\(document)|\(query)"]
        }
        let finished = try await Aligner(lists.request(left, right), backend: backend).run()
        let pairs = try await finished.allPairs()
        func pair(_ left: String, _ right: String, _ pairs: [AlignedPair]) throws -> AlignedPair {
            try #require(pairs.first { $0.leftID == left && $0.rightID == right })
        }
        #expect(try pair("1", "a", pairs).conflict == [.left, .right])
        #expect(try pair("1", "b", pairs).conflict == [.left])
        #expect(try pair("2", "a", pairs).conflict == [.right])
        #expect(try await finished.summary().conflicts == 3)
        await finished.close(keepingState: true)

        var request = lists.request(left, right)
        request.isOneToOne = true
        // 5 + 5.5 is more than 6 alone; the state has all scores.
        let silent = PairBackend(failingAfter: 0) { _, _ in nil }
        let assigned = try await Aligner(request, backend: silent).run()
        let chosen = try await assigned.allPairs()
        #expect(try pair("1", "b", chosen).decision == .merge)
        #expect(try pair("2", "a", chosen).decision == .merge)
        #expect(try pair("1", "a", chosen).decision == .drop)
        #expect(try pair("1", "a", chosen).conflict == .outbid)
        #expect(try await assigned.summary().outbid == 1)
        #expect(try await assigned.summary().conflicts == 0)
    }

    @Test func `One list is compared with itself, each pair once`() async throws {
        let list = try lists.list(
            "l.tsv",
            [("1", "red cup"), ("2", "rote Tasse"), ("3", "tasse rouge"), ("4", "lamp")]
        )
        let cups: Set = ["red cup", "rote Tasse", "tasse rouge"]
        let backend = PairBackend { query, document in
            // The German and the French page are not recognized as one.
            if Set([query, document]) == ["rote Tasse", "tasse rouge"] { return -3 }
            return cups.contains(query) && cups.contains(document) ? 4 : -4
        }
        let finished = try await Aligner(lists.request(list, nil), backend: backend).run()
        let pairs = try await finished.allPairs()
        #expect(pairs.count == 6)
        #expect(pairs.allSatisfy { $0.leftID < $0.rightID })
        let merged = pairs.filter { $0.decision == .merge }
        #expect(merged.map { [$0.leftID, $0.rightID] } == [["1", "2"], ["1", "3"]])
        #expect(merged.allSatisfy { $0.conflict == .intransitive })
        var request = lists.request(list, nil)
        request.isOneToOne = true
        await #expect(throws: AlignmentError.oneToOneOfOneList) {
            _ = try await Aligner(request, backend: backend).run()
        }
    }

    @Test func `Without a model nothing is merged, and what belongs together is to be reviewed`() async throws {
        let left = try lists.list("l.tsv", [("1", "索尼 WH-1000XM4 耳机"), ("2", "燕麦片 250克"), ("3", "台灯")])
        let right = try lists.list("r.tsv", [("a", "Oatmeal 250 g"), ("b", "Sony wh1000xm4"), ("c", "garden hose")])
        let finished = try await Aligner(lists.request(left, right), backend: nil).run()
        let kept = try await finished.allPairs().filter { $0.decision != .drop }
        #expect(kept.map { [$0.leftID, $0.rightID] } == [["1", "b"], ["2", "a"]])
        #expect(kept.allSatisfy { $0.decision == .review && $0.probability == nil && $0.forward == nil })
        #expect(try await finished.summary().scorer == "lexical")
    }

    @Test func `A pair at the review threshold is worth as much as none to one-to-one`() async throws {
        let left = try lists.list("l.tsv", [("1", "cup one"), ("2", "cup two")])
        let right = try lists.list("r.tsv", [("a", "Tasse a"), ("b", "Tasse b")])
        // The threshold of 0.7 is 0.847: 3 - 0.847 is more than 1.8 - 0.847 and 1.5 - 0.847, although 3 is less than 3.3.
        let table = ["cup one|Tasse a": 3.0, "cup one|Tasse b": 1.8, "cup two|Tasse a": 1.5, "cup two|Tasse b": -9]
        let backend = PairBackend { query, document in
            table["\(query)|\(document)"] ?? table["\(document)|\(query)"]
        }
        var request = lists.request(left, right)
        request.isOneToOne = true
        let kept = try await Aligner(request, backend: backend).run().allPairs().filter { $0.decision != .drop }
        #expect(kept.map { [$0.leftID, $0.rightID] } == [["1", "a"]])
    }

    @Test func `An amount that several rows have brings candidates that no word would`() async throws {
        let left = try lists.list("l.tsv", [("1", "燕麦片 0.25kg")])
        let right = try lists.list("r.tsv", [("a", "Oats 250g"), ("b", "Rice 250g"), ("c", "Tea 250g"), ("x", "Lamp")])
        var request = lists.request(left, right)
        request.exhaustivePairs = 0
        let pairs = try await Aligner(request, backend: nil).run().allPairs()
        #expect(Set(pairs.map(\.rightID)) == ["a", "b", "c"])
    }

    /// By hand: (1 * 1 + 2 * 1) / (sqrt(1 + 4) * sqrt(1 + 1 + 9)).
    @Test func `Evidence is compared by the cosine of its weights`() {
        let (a, b, c) = (EvidenceKey(.code, "a1b2c"), EvidenceKey(.word, "sony"), EvidenceKey(.word, "max"))
        let left = WeightedEvidence(keys: [a, b], codes: [a], weights: [(a, 1), (b, 2)])
        let right = WeightedEvidence(keys: [a, b, c], codes: [], weights: [(a, 1), (b, 1), (c, 3)])
        #expect(abs(left.cosine(with: right) - 3 / 55.0.squareRoot()) < 1e-15)
        #expect(left.cosine(with: right) == right.cosine(with: left))
        #expect(!left.sharesCode(with: right) && left.sharesCode(with: left))
    }

    @Test func `A code that many rows have names no product`() async throws {
        func rows(_ side: String, _ count: Int) -> [(String, String)] {
            (0..<count).map { ("\(side)\($0)", "\(side)wort\($0) Windows11") }
        }
        func reviewed(_ count: Int) async throws -> Int {
            let left = try lists.list("l\(count).tsv", rows("l", count))
            let right = try lists.list("r\(count).tsv", rows("r", count))
            let request = lists.request(left, right, state: "state\(count)")
            return try await Aligner(request, backend: nil).run().allPairs().count { $0.decision == .review }
        }
        // Twenty rows may be offers of one product; of more, only what is best for both is left.
        #expect(try await reviewed(20) == 400)
        #expect(try await reviewed(21) < 42)
    }

    @Test func `Beyond the limit of all pairs, candidates share words or codes`() async throws {
        let left = try lists.list("l.tsv", [("1", "索尼 WH-1000XM4 耳机"), ("2", "台灯")])
        let right = try lists.list("r.tsv", [("a", "Sony wh1000xm4"), ("b", "desk lamp")])
        var request = lists.request(left, right)
        request.exhaustivePairs = 3
        let pairs = try await Aligner(request, backend: nil).run().allPairs()
        #expect(pairs.map { [$0.leftID, $0.rightID] } == [["1", "a"]])
        request.exhaustivePairs = 4
        request.state = lists.path("other")
        #expect(try await Aligner(request, backend: nil).run().allPairs().count == 4)
    }

    @Test func `A title's quotation marks and minus signs are no search syntax`() async throws {
        #expect(FirstStageQuery.of(#"“red” -cup 15" - x"#) == #" red   cup 15"   x"#)
        let left = try lists.list("l.tsv", [("1", "leather -wallet")])
        let right = try lists.list("r.tsv", [("a", "wallet")])
        var request = lists.request(left, right)
        request.exhaustivePairs = 0
        #expect(try await Aligner(request, backend: nil).run().allPairs().count == 1)
    }
}
