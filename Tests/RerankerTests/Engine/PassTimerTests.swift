import Testing

@testable import Reranker

/// What recent passes say about the next.
@Suite struct PassTimerTests {
    private func timer(_ passes: [(Int, Double)]) -> PassTimer {
        var timer = PassTimer()
        for (tokens, seconds) in passes { timer.add(tokens: tokens, seconds: seconds) }
        return timer
    }

    @Test func `A line through passes of different lengths, of which several take their first part several times`()
        throws
    {
        let timer = timer([20, 300, 64, 1500, 20].map { ($0, 0.1 + 0.002 * Double($0)) })
        let line = try #require(timer.line)
        #expect(abs(line.pass - 0.1) < 1e-9 && abs(line.token - 0.002) < 1e-12)
        #expect(timer.tokens(within: 0.7) == 300 || timer.tokens(within: 0.7) == 299)
        #expect(timer.tokens(within: 0.9001, passes: 3) == 300)
        #expect(timer.tokens(within: 0.05) == 0)
    }

    @Test func `Passes that are alike are taken by their tokens alone`() {
        #expect(timer([(100, 0.2), (101, 0.2), (100, 0.2)]).tokens(within: 0.4001) == 200)
        #expect(timer([(100, 0.2)]).tokens(within: 0.4001) == 200)
        #expect(timer([]).tokens(within: 1) == nil)
    }

    @Test func `A line that makes no sense is not used`() throws {
        // Longer passes were faster: another program ran before.
        let faster = try #require(timer([(64, 2), (1000, 1)]).line)
        #expect(faster.pass == 0 && faster.token > 0)
        // Twice the tokens, four times the time.
        let steeper = try #require(timer([(100, 0.1), (200, 0.4)]).line)
        #expect(steeper.pass == 0 && steeper.token > 0)
    }

    @Test func `The last passes count most`() throws {
        let slow = (0..<20).map { _ in [(50, 1.0), (100, 2.0)] }.joined()
        let fast = (0..<20).map { _ in [(50, 0.1), (100, 0.2)] }.joined()
        let token = try #require(timer(Array(slow) + Array(fast)).line).token
        #expect(abs(token - 0.002) < 1e-4)
    }
}
