import Foundation
import Synchronization
import Testing

@testable import Reranker

@Suite struct WatchedRerankerTests {
    private static let answers = Set(KnownQuestion.all.map(\.answer))

    /// Short enough for a test; a second check comes at once.
    private static let patience = WatchedReranker.Patience(
        first: .milliseconds(5),
        longest: .milliseconds(20),
        doubt: .milliseconds(20),
        check: .seconds(20)
    )

    private func watched(_ server: StubServer, checks: Bool = true) throws -> WatchedReranker {
        try WatchedReranker(
            "llamacpp+\(server.url)?retries=0",
            checks: checks,
            environment: [:],
            patience: Self.patience
        )
    }

    /// Words of what was told.
    private final class Story: Sendable {
        private let words = Mutex<[String]>([])
        var all: [String] { words.withLock { $0 } }

        func tell(_ event: WatchedReranker.Event) {
            words.withLock { words in
                switch event {
                case .away: words.append("away")
                case .found: words.append("found")
                case .checked(let report):
                    words.append((["checked"] + report.findings.map(\.kind.rawValue)).joined(separator: " "))
                }
            }
        }
    }

    private static func good(_ request: StubRequest) -> StubAnswer {
        request.method == "GET"
            ? .answer(200, #"{"data":[{"id":"m","owned_by":"llamacpp"}]}"#)
            : .results(AnyDocuments.of(request).map { answers.contains($0) ? 0.9 : 0.1 })
    }

    @Test(.timeLimit(.minutes(1))) func `A server that is away at first is found, checked and used`() async throws {
        let calls = CallCounter()
        let server = try StubServer { calls.next() <= 4 ? .dropped : Self.good($0) }
        let reranker = try watched(server)
        await #expect(throws: RemoteError.self) { try await reranker.connect() }
        #expect(reranker.state == .away)
        let request = RerankRequest(query: "q", documents: ["a"])
        let error = await #expect(throws: RemoteError.self) { try await reranker.score(request) }
        #expect(error?.description.contains("127.0.0.1") == true)
        let absent = reranker.description
        #expect(absent.backend == "llamacpp")

        let story = Story()
        try await reranker.watch { story.tell($0) }
        #expect(story.all == ["away", "found", "checked"])
        #expect(reranker.state == .trusted([]))
        #expect(reranker.description.model == "m")
        #expect(reranker.description.fingerprint != absent.fingerprint)
        #expect(try await reranker.score(request).probabilities == [0.1])
    }

    @Test(.timeLimit(.minutes(1)))
    func `A server in doubt is used, keeps its scores to itself, and is trusted once it is mended`() async throws {
        let isMended = Mutex(false)
        let server = try StubServer { request in
            if request.method == "GET" || isMended.withLock({ $0 }) { return Self.good(request) }
            return .results(AnyDocuments.of(request).map { Self.answers.contains($0) ? 0.1 : 0.9 })
        }
        let reranker = try watched(server)
        try await reranker.connect()
        #expect(reranker.state == .checking)
        let honest = reranker.description.fingerprint
        let story = Story()
        let watching = Task { try await reranker.watch { story.tell($0) } }
        while !story.all.contains("checked inverted") { try await Task.sleep(for: .milliseconds(2)) }
        guard case .doubtful(let findings) = reranker.state else {
            Issue.record("\(reranker.state)")
            return
        }
        #expect(findings.map(\.kind) == [.inverted])
        #expect(reranker.description.fingerprint != honest)
        #expect(try await reranker.score(RerankRequest(query: "q", documents: ["a"])).probabilities == [0.9])
        // Nothing else was found meanwhile, so nothing is told again.
        try await Task.sleep(for: .milliseconds(200))
        #expect(story.all == ["checked inverted"])
        isMended.withLock { $0 = true }
        try await watching.value
        // A check during which it was mended may find both.
        #expect(story.all.first == "checked inverted" && story.all.last == "checked")
        #expect(reranker.state == .trusted([]) && reranker.description.fingerprint == honest)
    }

    @Test(.timeLimit(.minutes(1)))
    func `A server that is there but gives no scores yet is not in doubt, and is asked again`() async throws {
        let calls = CallCounter()
        let server = try StubServer { request in
            if request.method == "POST", calls.next() <= 2 { return .answer(503, #"{"error":"Loading model"}"#) }
            return Self.good(request)
        }
        let reranker = try watched(server)
        try await reranker.connect()
        let honest = reranker.description.fingerprint
        let states = Mutex<[WatchedReranker.State]>([])
        let story = Story()
        try await reranker.watch { event in
            story.tell(event)
            states.withLock { $0.append(reranker.state) }
        }
        #expect(story.all == ["checked failed", "checked"])
        #expect(states.withLock { $0 } == [.checking, .trusted([])])
        #expect(reranker.description.fingerprint == honest)
    }

    @Test func `Without checks a server is trusted and asked nothing`() async throws {
        let server = try StubServer { Self.good($0) }
        let reranker = try watched(server, checks: false)
        try await reranker.watch { _ in }
        #expect(reranker.state == .trusted([]))
        #expect(!server.requests.contains { $0.method == "POST" })
    }

    @Test func `What cannot be right is an error at once`() {
        for url in ["vllms+http://h", "vllm+http://h?colour=red"] {
            #expect(throws: RemoteError.self) { try WatchedReranker(url, environment: [:]) }
        }
        #expect(throws: RemoteError.badKey(variable: "AISLE_RERANK_API_KEY")) {
            try WatchedReranker("vllm+http://h", environment: ["AISLE_RERANK_API_KEY": "a\nb"])
        }
    }

    @Test(.timeLimit(.minutes(1))) func `Watching ends when it is cancelled`() async throws {
        let server = try StubServer { _ in .dropped }
        let reranker = try watched(server)
        let watching = Task { try await reranker.watch { _ in } }
        try await Task.sleep(for: .milliseconds(50))
        watching.cancel()
        await #expect(throws: CancellationError.self) { try await watching.value }
    }
}
