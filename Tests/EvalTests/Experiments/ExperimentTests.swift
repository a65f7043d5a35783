import Eval
import Testing

@Suite struct ExperimentTests {
    private let old = ExperimentRecord(corpus: ["products": 3], metrics: ["rr@10": 0.5, "p@1": 0.25])

    @Test func `What is the same to four decimals did not move`() {
        let new = ExperimentRecord(corpus: ["products": 3], metrics: ["rr@10": 0.50004, "p@1": 0.25])
        #expect(new.changes(since: old).isEmpty)
    }

    @Test func `Figures that moved, came and went are named, counts first`() {
        let new = ExperimentRecord(corpus: ["products": 4], metrics: ["rr@10": 0.5001, "map": 1])
        let changes = new.changes(since: old)
        #expect(changes.map(\.name) == ["products", "map", "p@1", "rr@10"])
        #expect(changes.map(\.before) == [3, nil, 0.25, 0.5])
        #expect(changes.map(\.after) == [4, 1, nil, 0.5001])
    }
}
