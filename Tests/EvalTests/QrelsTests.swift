import Eval
import Testing

@Suite struct QrelsTests {
    @Test func `Grades are kept by query and document`() {
        #expect(Qrels(["q": ["d": 2]]).grades["q"]?["d"] == 2)
    }
}
