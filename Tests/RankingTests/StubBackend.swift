import Reranker
import Synchronization

/// A backend that does what it is told.
final class StubBackend: RerankBackend {
    struct Failure: Error, CustomStringConvertible {
        var description: String { "the stub fails" }
    }

    enum Behaviour: Sendable {
        /// The number behind the last "=" of a text is its margin.
        case honest
        /// Scores the first ones only, although there is time.
        case partial(Int)
        /// Scores the first ones and says why not the others.
        case refusing(Int)
        case failing
        /// Sees at once that there is no time.
        case late
        /// Cannot make a prompt of the instruction.
        case refusingInstruction
        case constant
        case notANumber
        case huge
        /// One score too few.
        case wrongCount
        /// Scores one document every so often and obeys the deadline.
        case slow(Duration)
        /// Sleeps whatever the deadline and cancellation say.
        case deaf(Duration)
    }

    private let state: Mutex<(behaviour: Behaviour, requests: [RerankRequest])>
    let name: String
    let firstStageWeight: Double?

    init(_ behaviour: Behaviour, name: String = "stub", firstStageWeight: Double? = nil) {
        state = Mutex((behaviour, []))
        self.name = name
        self.firstStageWeight = firstStageWeight
    }

    var requests: [RerankRequest] { state.withLock { $0.requests } }

    func become(_ behaviour: Behaviour) {
        state.withLock { $0.behaviour = behaviour }
    }

    var description: BackendDescription {
        BackendDescription(
            model: name,
            backend: "test",
            fingerprint: name,
            scoreKind: .margin,
            takesInstruction: true,
            firstStageWeight: firstStageWeight
        )
    }

    func score(_ request: RerankRequest) async throws -> RerankResult {
        let behaviour = state.withLock { state in
            state.requests.append(request)
            return state.behaviour
        }
        var failure: String?
        var scores: [RelevanceScore?] = request.documents.map { RelevanceScore(margin: Self.margin($0)) }
        switch behaviour {
        case .honest: break
        case .partial(let count):
            for place in scores.indices.dropFirst(count) { scores[place] = nil }
        case .refusing(let count):
            for place in scores.indices.dropFirst(count) { scores[place] = nil }
            failure = Failure().description
        case .failing: throw Failure()
        case .late: return RerankResult(scores: request.documents.map { _ in nil }, isLate: true)
        case .refusingInstruction: throw PromptError.instructionTooLong(tokens: 500, most: 100)
        case .constant: scores = scores.map { _ in RelevanceScore(margin: 0.5) }
        case .notANumber: scores[scores.count / 2] = RelevanceScore(margin: .nan)
        case .huge: scores[scores.count / 2] = RelevanceScore(margin: 1e9)
        case .wrongCount: scores.removeLast()
        case .slow(let pause):
            for place in scores.indices {
                if let deadline = request.deadline, ContinuousClock.now + pause > deadline {
                    scores[place] = nil
                } else {
                    try await Task.sleep(for: pause)
                }
            }
        case .deaf(let pause):
            // Not a sleep that cancellation ends.
            await Task.detached { try? await Task.sleep(for: pause) }.value
        }
        return RerankResult(scores: scores, failure: failure)
    }

    static func margin(_ text: String) -> Double {
        text.split(separator: "=").last.flatMap { Double($0.prefix { "-.0123456789".contains($0) }) } ?? 0
    }
}

/// A clock that is moved by hand.
final class HandClock: Sendable {
    private let time = Mutex(ContinuousClock.now)

    var now: @Sendable () -> ContinuousClock.Instant {
        { self.time.withLock { $0 } }
    }

    func advance(_ duration: Duration) {
        time.withLock { $0 += duration }
    }
}
