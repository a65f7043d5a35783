import Testing

@testable import Ranking

@Suite struct CircuitBreakerTests {
    private let clock = HandClock()
    private let breaker: CircuitBreaker

    init() {
        breaker = CircuitBreaker(.init(failures: 3, pause: .seconds(10)), now: clock.now)
    }

    private func request(_ outcome: CircuitBreaker.Outcome) -> Bool {
        guard case .success(let permit) = breaker.admit() else { return false }
        breaker.report(outcome, of: permit)
        return true
    }

    @Test func `Failures in a row open it, others do not`() {
        for outcome in [CircuitBreaker.Outcome.failure, .failure, .success, .failure, .unknown, .failure] {
            #expect(request(outcome))
        }
        #expect(request(.failure))
        #expect(!request(.success))
    }

    @Test func `After the pause one request tries, and the others follow when it succeeds`() throws {
        for _ in 0..<3 { _ = request(.failure) }
        clock.advance(.milliseconds(9999))
        #expect(!request(.success))
        clock.advance(.milliseconds(1))
        let permit = try breaker.admit().get()
        #expect(!request(.success), "one at a time")
        breaker.report(.success, of: permit)
        #expect(request(.failure))
        #expect(request(.success))
    }

    @Test func `A trial that fails opens it anew, one that says nothing leaves the next to try`() {
        for _ in 0..<3 { _ = request(.failure) }
        clock.advance(.seconds(10))
        #expect(request(.failure))
        #expect(!request(.success))
        clock.advance(.seconds(10))
        #expect(request(.unknown))
        #expect(request(.success))
        #expect(request(.success))
    }

    @Test func `What was asked before it opened does not count afterwards`() throws {
        let early = try (0..<4).map { _ in try breaker.admit().get() }
        for permit in early.dropLast() { breaker.report(.failure, of: permit) }
        breaker.report(.success, of: early[3])
        #expect(!request(.success))
    }
}
