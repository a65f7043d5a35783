import Foundation
import Synchronization
import Testing

@testable import Reranker

@Suite struct WatchedRerankerTests {
    private static let answers = Set(KnownQuestion.all.map(\.answer))

    /// Short enough for a test; a second look and a second check come at once.
    private static let patience = WatchedReranker.Patience(
        first: .milliseconds(5),
        longest: .milliseconds(20),
        look: .milliseconds(20),
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

    /// Waits until a server was asked so often what it is.
    private func untilAsked(_ server: StubServer, _ times: Int) async throws {
        while server.requests.count(where: { $0.method == "GET" }) < times {
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Watches until what was told ends so, and nothing else comes for a while.
    private func watch(
        _ reranker: WatchedReranker,
        _ story: Story,
        until last: String,
        meanwhile: () async throws -> Void = {}
    ) async throws {
        let watching = Task { try await reranker.watch { story.tell($0) } }
        try await meanwhile()
        while story.all.last != last { try await Task.sleep(for: .milliseconds(2)) }
        try await Task.sleep(for: .milliseconds(100))
        watching.cancel()
        await #expect(throws: CancellationError.self) { try await watching.value }
    }

    /// What a server with this model says, which finds answers relevant, or all else.
    private static func answer(_ request: StubRequest, model: String = "m", isInverted: Bool = false) -> StubAnswer {
        request.method == "GET"
            ? .answer(200, #"{"data":[{"id":"\#(model)","owned_by":"llamacpp"}]}"#)
            : .results(AnyDocuments.of(request).map { answers.contains($0) != isInverted ? 0.9 : 0.1 })
    }

    private static func good(_ request: StubRequest) -> StubAnswer { answer(request) }

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
        try await watch(reranker, story, until: "checked")
        #expect(story.all == ["away", "found", "checked"])
        #expect(reranker.state == .trusted([]))
        #expect(reranker.description.model == "m")
        #expect(reranker.description.fingerprint != absent.fingerprint)
        #expect(try await reranker.score(request).probabilities == [0.1])
    }

    @Test(.timeLimit(.minutes(1)))
    func `A server in doubt is used, keeps its scores to itself, and is trusted once it is mended`() async throws {
        let isMended = Mutex(false)
        let server = try StubServer { Self.answer($0, isInverted: !isMended.withLock { $0 }) }
        let reranker = try watched(server)
        try await reranker.connect()
        #expect(reranker.state == .checking)
        let checking = reranker.description.fingerprint
        let story = Story()
        let watching = Task { try await reranker.watch { story.tell($0) } }
        while !story.all.contains("checked inverted") { try await Task.sleep(for: .milliseconds(2)) }
        guard case .doubtful(let findings) = reranker.state else {
            Issue.record("\(reranker.state)")
            return
        }
        #expect(findings.map(\.kind) == [.inverted])
        let doubtful = reranker.description.fingerprint
        #expect(try await reranker.score(RerankRequest(query: "q", documents: ["a"])).probabilities == [0.9])
        // Nothing else was found meanwhile, so nothing is told again.
        try await Task.sleep(for: .milliseconds(200))
        #expect(story.all == ["checked inverted"])
        isMended.withLock { $0 = true }
        while reranker.state != .trusted([]) { try await Task.sleep(for: .milliseconds(2)) }
        watching.cancel()
        // A check during which it was mended may find both.
        #expect(story.all.first == "checked inverted" && story.all.last == "checked")
        #expect(reranker.state == .trusted([]))
        // What other processes find is under the server's own fingerprint.
        let honest = try await RemoteReranker.connect("llamacpp+\(server.url)", environment: [:]).description
            .fingerprint
        #expect(reranker.description.fingerprint == honest && doubtful != honest && checking != honest)
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
        let states = Mutex<[WatchedReranker.State]>([])
        let story = Story()
        let watching = Task {
            try await reranker.watch { event in
                story.tell(event)
                states.withLock { $0.append(reranker.state) }
            }
        }
        while story.all.last != "checked" { try await Task.sleep(for: .milliseconds(2)) }
        watching.cancel()
        #expect(story.all == ["checked failed", "checked"])
        #expect(states.withLock { $0 } == [.checking, .trusted([])])
    }

    @Test(.timeLimit(.minutes(1)))
    func `A server that has another model is another one, and is checked`() async throws {
        let isChanged = Mutex(false)
        let server = try StubServer { request in
            isChanged.withLock { $0 } ? Self.answer(request, model: "n", isInverted: true) : Self.good(request)
        }
        let reranker = try watched(server)
        try await reranker.connect()
        let story = Story()
        try await watch(reranker, story, until: "checked")
        let before = reranker.description
        isChanged.withLock { $0 = true }
        try await watch(reranker, story, until: "checked inverted")
        #expect(story.all == ["checked", "found", "checked inverted"])
        #expect(reranker.description.model == "n" && before.model == "m")
        #expect(reranker.description.fingerprint != before.fingerprint)
        guard case .doubtful = reranker.state else {
            Issue.record("\(reranker.state)")
            return
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `A server that comes back is checked again, also where its model has the same name`() async throws {
        let phase = Mutex(0)
        let server = try StubServer { request in
            switch phase.withLock({ $0 }) {
            case 0: Self.good(request)
            case 1: .dropped
            default: Self.answer(request, isInverted: true)
            }
        }
        let reranker = try watched(server)
        try await reranker.connect()
        let story = Story()
        try await watch(reranker, story, until: "checked")
        phase.withLock { $0 = 1 }
        try await watch(reranker, story, until: "checked inverted") {
            while story.all.last != "away" { try await Task.sleep(for: .milliseconds(2)) }
            #expect(reranker.state == .away)
            // Nobody waits for a server that is known to be away.
            let questions = server.requests.count { $0.method == "POST" }
            await #expect(throws: RemoteError.self) {
                try await reranker.score(RerankRequest(query: "q", documents: ["a"]))
            }
            #expect(server.requests.count { $0.method == "POST" } == questions)
            phase.withLock { $0 = 2 }
        }
        #expect(story.all == ["checked", "away", "found", "checked inverted"])
    }

    @Test(.timeLimit(.minutes(1)))
    func `A server that a search did not reach is checked again, if it was away between two looks only`() async throws {
        let port: UInt16
        let reranker: WatchedReranker
        let story = Story()
        do {
            let server = try StubServer { Self.good($0) }
            port = server.port
            reranker = try watched(server)
            try await reranker.connect()
            try await watch(reranker, story, until: "checked")
        }
        await #expect(throws: RemoteError.transfer(.couldNotConnect(host: "127.0.0.1:\(port)"))) {
            try await reranker.score(RerankRequest(query: "q", documents: ["a"]))
        }
        var successor: StubServer?
        while successor == nil {
            try await Task.sleep(for: .milliseconds(5))
            successor = try? StubServer(port: port) { Self.answer($0, isInverted: true) }
        }
        try await watch(reranker, story, until: "checked inverted")
        #expect(story.all == ["checked", "checked inverted"])
        withExtendedLifetime(successor) {}
    }

    @Test(.timeLimit(.minutes(1)), arguments: [StubAnswer.answer(404, "{}"), .answer(503, "{}")])
    func `A server that does not introduce itself again is the same`(silence: StubAnswer) async throws {
        let calls = CallCounter()
        let server = try StubServer { $0.method == "GET" && calls.next() > 1 ? silence : Self.good($0) }
        let reranker = try watched(server)
        try await reranker.connect()
        let story = Story()
        try await watch(reranker, story, until: "checked") {
            // Three questions a look; the third look begins when two have come to nothing.
            try await untilAsked(server, 8)
        }
        #expect(story.all == ["checked"])
        #expect(reranker.state == .trusted([]) && reranker.description.model == "m")
    }

    @Test(.timeLimit(.minutes(1)))
    func `Without checks a server is trusted and asked for no scores; another model is noticed`() async throws {
        let calls = CallCounter()
        let server = try StubServer { Self.answer($0, model: calls.next() > 2 ? "n" : "m") }
        let reranker = try watched(server, checks: false)
        try await reranker.connect()
        let story = Story()
        try await watch(reranker, story, until: "found")
        #expect(story.all == ["found"] && reranker.description.model == "n")
        #expect(reranker.state == .trusted([]))
        #expect(!server.requests.contains { $0.method == "POST" })
    }

    @Test(.timeLimit(.minutes(1)))
    func `A server that answers late is the same, also where the URL does not say what it is`() async throws {
        let calls = CallCounter()
        let server = try StubServer { request in
            let isLate = request.method == "GET" && calls.next() > 1
            return isLate ? Self.good(request).after(400) : Self.good(request)
        }
        let reranker = try WatchedReranker("\(server.url)?timeout=200ms", environment: [:], patience: Self.patience)
        try await reranker.connect()
        let story = Story()
        try await watch(reranker, story, until: "checked") { try await Task.sleep(for: .milliseconds(700)) }
        #expect(story.all == ["checked"] && reranker.state == .trusted([]))
        #expect(calls.next() > 3, "nobody looked")
    }

    @Test(.timeLimit(.minutes(1)))
    func `A server that has too much to do to introduce itself is the same`() async throws {
        let calls = CallCounter()
        let server = try StubServer { request in
            request.method == "GET" && calls.next() > 1 ? .answer(429, "{}") : Self.good(request)
        }
        let reranker = try WatchedReranker(server.url, environment: [:], patience: Self.patience)
        try await reranker.connect()
        let story = Story()
        try await watch(reranker, story, until: "checked") {
            try await untilAsked(server, 8)
        }
        #expect(story.all == ["checked"] && reranker.state == .trusted([]))
    }

    @Test(.timeLimit(.minutes(1)))
    func `A server whose numbers turn out to be log-odds is the same`() async throws {
        let server = try StubServer { request in
            request.method == "GET"
                ? Self.good(request)
                : .results(AnyDocuments.of(request).map { Self.answers.contains($0) ? 4 : -4 })
        }
        let reranker = try watched(server)
        try await reranker.connect()
        let story = Story()
        try await watch(reranker, story, until: "checked") {
            try await untilAsked(server, 4)
        }
        #expect(story.all == ["checked"] && reranker.description.scoreKind == .margin)
    }

    @Test(.timeLimit(.minutes(1)))
    func `A company's service is trusted and asked nothing: it costs money`() async throws {
        let server = try StubServer { Self.good($0) }
        let reranker = try WatchedReranker("cohere+\(server.url)", environment: [:], patience: Self.patience)
        let story = Story()
        try await watch(reranker, story, until: "found")
        #expect(story.all == ["found"] && reranker.state == .trusted([]))
        #expect(server.requests.isEmpty)
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
