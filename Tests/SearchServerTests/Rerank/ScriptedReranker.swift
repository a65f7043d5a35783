import Reranker
import Synchronization

/// A reranker whose margins stand in the texts: the number behind the last "=".
final class ScriptedReranker: RerankBackend {
    enum Behaviour: Sendable {
        case honest
        /// Scores this many of each request, and lets the time run out for the rest.
        case late(Int)
        /// Waits until it is cancelled, whatever the deadline says.
        case waiting
        case failing(any Error)
        case notANumber
        case oneTooFew
        /// Scores all but the last, with time to spare, and may say why.
        case incomplete(failure: String? = nil)
        /// Sees at once that there is time for the first only.
        case early
    }

    private struct State {
        var requests: [RerankRequest] = []
        var cancelled = 0
    }

    private let state = Mutex(State())
    private let behaviour: Behaviour
    private let countsTokens: Bool

    init(_ behaviour: Behaviour = .honest, countsTokens: Bool = true) {
        self.behaviour = behaviour
        self.countsTokens = countsTokens
    }

    /// What it was asked.
    var requests: [RerankRequest] { state.withLock { $0.requests } }
    /// Requests that were cancelled.
    var cancelled: Int { state.withLock { $0.cancelled } }

    var description: BackendDescription {
        BackendDescription(
            model: "scripted",
            backend: "test",
            fingerprint: "scripted",
            scoreKind: .margin,
            takesInstruction: true
        )
    }

    func score(_ request: RerankRequest) async throws -> RerankResult {
        state.withLock { $0.requests.append(request) }
        var failure: String?
        var isLate = false
        var scores: [RelevanceScore?] = request.documents.map { RelevanceScore(margin: Self.margin($0)) }
        switch behaviour {
        case .honest: break
        case .late(let count):
            if let deadline = request.deadline { try await Task.sleep(until: deadline, clock: .continuous) }
            for place in scores.indices.dropFirst(count) { scores[place] = nil }
        case .waiting:
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                state.withLock { $0.cancelled += 1 }
                throw error
            }
        case .failing(let error): throw error
        case .notANumber: scores[0] = RelevanceScore(margin: .nan)
        case .oneTooFew: scores.removeLast()
        case .incomplete(let reason):
            scores[scores.count - 1] = nil
            failure = reason
        case .early:
            for place in scores.indices.dropFirst() { scores[place] = nil }
            isLate = true
        }
        return RerankResult(
            scores: scores,
            // Ten for each document, so that a sum is told from a count.
            promptTokens: countsTokens ? 10 * request.documents.count : nil,
            truncated: request.documents.indices.filter { request.documents[$0].contains("too long") },
            isQueryTruncated: request.query.contains("too long"),
            failure: failure,
            isLate: isLate
        )
    }

    static func margin(_ text: String) -> Double {
        text.split(separator: "=").last.flatMap { Double($0.prefix { "-.0123456789".contains($0) }) } ?? 0
    }
}
