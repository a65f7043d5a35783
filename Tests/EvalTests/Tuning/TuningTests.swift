import Eval
import Testing

@Suite struct TuningTests {
    @Test(arguments: [(2, 8), (5, 20), (5, 23), (10, 141)])
    func `Every query is held out once, and never chosen by`(parts: Int, count: Int) throws {
        let folds = try Folds(parts, of: count, seed: 7)
        #expect(folds.parts.count == parts)
        #expect(folds.parts.flatMap(\.self).sorted() == Array(0..<count))
        let sizes = folds.parts.map(\.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        for part in folds.parts.indices {
            #expect(Set(folds.training(without: part)).isDisjoint(with: folds.parts[part]))
            #expect(folds.training(without: part).count + folds.parts[part].count == count)
        }
        #expect(try Folds(parts, of: count, seed: 7) == folds)
        #expect(try Folds(parts, of: count, seed: 8) != folds)
    }

    @Test func `Too few queries are refused`() {
        #expect(throws: EvalError.folds(parts: 5, queries: 19)) { try Folds(5, of: 19, seed: 1) }
        #expect(throws: EvalError.folds(parts: 1, queries: 100)) { try Folds(1, of: 100, seed: 1) }
    }

    /// Settings that are perfect where they were chosen and useless elsewhere must not shine.
    @Test func `What is learned by heart is worth nothing held out`() async throws {
        let folds = try Folds(4, of: 20, seed: 3)
        let result = try await CrossValidation(
            folds,
            standard: Set<Int>(),
            choose: { Set($0) },
            values: { known in (0..<20).map { known.contains($0) ? 1.0 : 0.0 } }
        )
        #expect(result.heldOut == Array(repeating: 0, count: 20))
        #expect(result.winner == Set(0..<20))
        let summary = try result.summary(queries: (0..<20).map { "q\($0)" }, metric: "rr", seed: 1)
        #expect(summary.heldOut.mean == 0 && !summary.isBetter)
    }

    @Test func `What holds for all queries is found and known to be better`() async throws {
        let folds = try Folds(5, of: 40, seed: 1)
        let result = try await CrossValidation(
            folds,
            standard: 0,
            choose: { _ in 3 },
            values: { setting in (0..<40).map { Double(setting) + Double($0 % 2) } }
        )
        let summary = try result.summary(queries: (0..<40).map { "q\($0)" }, metric: "x", seed: 1)
        #expect(summary.baseline.mean == 0.5 && summary.heldOut.mean == 3.5)
        #expect(summary.comparison.difference == 3 && summary.comparison.wins == 40)
        #expect(summary.isBetter)
    }

    @Test func `Coordinate search climbs a smooth hill within its bounds and its limit`() async throws {
        var asked = 0
        let search = CoordinateSearch(start: [1, 1], factors: [2, 1.4, 1.1], bounds: 0.1...10, limit: 200)
        let best = try await search.best { point in
            asked += 1
            return -abs(point[0] - 8) - abs(point[1] - 0.25)
        }
        #expect(abs(best[0] - 8) < 0.8 && abs(best[1] - 0.25) < 0.03, "\(best)")
        #expect(asked <= 200)
        var few = 0
        let hurried = CoordinateSearch(start: [1, 1], bounds: 0.1...10, limit: 3)
        _ = try await hurried.best { _ in
            few += 1
            return Double(few)
        }
        #expect(few == 3)
        let bounded = CoordinateSearch(start: [1], bounds: 0.5...2, limit: 50)
        #expect(try await bounded.best { $0[0] } == [2])
        #expect(try await bounded.best { _ in 0 } == [1])
    }
}
