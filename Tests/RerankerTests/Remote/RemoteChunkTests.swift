import Foundation
import Testing

@testable import Reranker

@Suite struct RemoteChunkTests {
    /// Documents whose probabilities are their texts.
    private func documents(_ count: Int) -> [String] {
        (0..<count).map { "\(Double($0 + 1) / Double(count + 1))" }
    }

    private func expected(_ documents: [String]) -> [Double?] {
        documents.map { Double($0).map { ($0 * 1e6).rounded() / 1e6 } }
    }

    @Test(arguments: [(100, 32, 4), (33, 32, 2), (32, 32, 1), (1, 32, 1), (7, 1, 7)])
    func `Documents go in requests of the dialect's size and come back in order`(
        count: Int,
        chunk: Int,
        requests: Int
    ) async throws {
        let server = try StubServer { .reading($0) }
        let documents = documents(count)
        let result = try await server.reranker(.llamacpp, "chunk=\(chunk)")
            .score(RerankRequest(query: "q", documents: documents))
        #expect(result.probabilities == expected(documents))
        #expect(server.requests.count == requests)
        #expect(server.requests.allSatisfy { AnyDocuments.of($0).count <= chunk })
    }

    @Test func `A query of more than 2,000 characters is cut, and that is told`() async throws {
        let server = try StubServer { .results(AnyDocuments.of($0).map { _ in 0.5 }) }
        let reranker = try server.reranker()
        for (count, isCut) in [(2000, false), (2001, true)] {
            let query = String(repeating: "q", count: count)
            let result = try await reranker.score(RerankRequest(query: query, documents: ["a"]))
            #expect(result.isQueryTruncated == isCut)
        }
        #expect(server.bodies.allSatisfy { !$0.contains(String(repeating: "q", count: 2001)) })
    }

    @Test func `How many documents are asked for at a time is told`() throws {
        let server = try StubServer { _ in .dropped }
        #expect(try server.reranker(.cohere, "parallel=1").description.stride == 100)
        #expect(try server.reranker(.vllm, "chunk=7&parallel=3").description.stride == 21)
    }

    @Test func `Scores of a server last a day`() throws {
        let server = try StubServer { _ in .dropped }
        #expect(try server.reranker().description.scoresLast == .seconds(86_400))
    }

    @Test func `TEI gets 32 at a time unless told otherwise`() async throws {
        let server = try StubServer { request in
            let items = AnyDocuments.of(request).enumerated().map { "{\"index\":\($0.offset),\"score\":\($0.element)}" }
            return items.count > 32
                ? .answer(413, #"{"error":"batch size 33 > maximum allowed batch size 32","error_type":"Validation"}"#)
                : .answer(200, "[\(items.joined(separator: ","))]")
        }
        let documents = documents(70)
        let result = try await server.reranker(.tei).score(RerankRequest(query: "q", documents: documents))
        #expect(result.probabilities == expected(documents))
        #expect(server.requests.count == 3)
    }

    @Test(arguments: [413, 422])
    func `A batch that is too large is halved, and the next request begins smaller`(status: Int) async throws {
        let server = try StubServer { request in
            AnyDocuments.of(request).count > 5
                ? .answer(status, #"{"error":"batch size 9 > maximum allowed batch size 5","error_type":"Validation"}"#)
                : .reading(request)
        }
        let reranker = try server.reranker(.llamacpp, "chunk=16&parallel=1")
        let documents = documents(16)
        let first = try await reranker.score(RerankRequest(query: "q", documents: documents))
        #expect(first.probabilities == expected(documents))
        // 16, 8, 4, 4, 8, 4, 4
        #expect(server.requests.count == 7)
        let second = try await reranker.score(RerankRequest(query: "q", documents: documents))
        #expect(second.probabilities == expected(documents))
        #expect(server.requests.count == 11)
    }

    @Test func `Requests run side by side, but no more than allowed`() async throws {
        let server = try StubServer { StubAnswer.reading($0).after(20) }
        _ = try await server.reranker(.llamacpp, "chunk=1&parallel=3")
            .score(RerankRequest(query: "q", documents: documents(9)))
        #expect(server.requests.count == 9)
        #expect(server.mostAtATime == 3)
    }

    @Test func `A document that is too long for the server is found, cut and named; the others keep their scores`()
        async throws
    {
        let tooLong =
            #"{"error":{"code":500,"message":"input is too large to process. increase the physical batch size"}}"#
        let server = try StubServer { request in
            let texts = AnyDocuments.of(request)
            if texts.contains(where: { $0.count > 100 }) { return .answer(500, tooLong) }
            return .results(texts.map { Double($0) ?? 0.125 })
        }
        var documents = documents(8)
        documents[5] = String(repeating: "x", count: 250)
        let result = try await server.reranker().score(RerankRequest(query: "q", documents: documents))
        var right = expected(documents)
        right[5] = 0.125
        #expect(result.probabilities == right)
        #expect(result.truncated == [5])
    }

    @Test func `A request that is refused loses its own documents only`() async throws {
        let server = try StubServer { request in
            AnyDocuments.of(request).contains("bad")
                ? .answer(400, #"{"message":"no"}"#)
                : .answer(200, #"{"results":[{"index":0,"relevance_score":0.5}],"usage":{"prompt_tokens":90}}"#)
        }
        let result = try await server.reranker(.llamacpp, "chunk=1&parallel=1")
            .score(RerankRequest(query: "q", documents: ["0.1", "bad", "0.3"]))
        #expect(result.probabilities == [0.5, nil, 0.5])
        #expect(result.failure?.contains("400") == true && result.failure?.contains("no") == true)
        #expect(result.promptTokens == 180)
    }

    @Test func `After a fault that others would share, nothing more is asked`() async throws {
        let server = try StubServer { request in
            switch AnyDocuments.of(request) {
            case ["0.1"]: .reading(request)
            case ["bad"]: .answer(400, "{}")
            default: .answer(500, "{}")
            }
        }
        let result = try await server.reranker(.llamacpp, "chunk=1&parallel=1")
            .score(RerankRequest(query: "q", documents: ["0.1", "bad", "0.3", "0.4", "0.5"]))
        #expect(result.probabilities == [0.1, nil, nil, nil, nil])
        #expect(server.requests.count == 3)
    }

    // MARK: Deadlines

    @Test func `What is done at the deadline is returned, the most promising first`() async throws {
        let server = try StubServer { request in
            StubAnswer.reading(request).after(AnyDocuments.of(request).contains("0.3") ? 5000 : 0)
        }
        let reranker = try server.reranker(.llamacpp, "chunk=1&parallel=1")
        // On a busy machine the first request takes longest.
        _ = try await reranker.score(RerankRequest(query: "q", documents: ["0.5"]))
        let start = ContinuousClock.now
        let request = RerankRequest(
            query: "q",
            documents: ["0.1", "0.2", "0.3", "0.4"],
            deadline: .now + .seconds(1)
        )
        let result = try await reranker.score(request)
        #expect(result.probabilities == [0.1, 0.2, nil, nil])
        #expect(result.failure == nil)
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect(server.requests.count == 4)
    }

    @Test func `Nothing scored in time is an error, and nothing is sent after the deadline`() async throws {
        let server = try StubServer { StubAnswer.reading($0).after(5000) }
        let reranker = try server.reranker()
        #expect(await reranker.failure(["0.1"], deadline: .milliseconds(400)) == .deadline(server: server.url))
        let sent = server.requests.count
        #expect(await reranker.failure(["0.1"], deadline: .milliseconds(-50)) == .deadline(server: server.url))
        #expect(server.requests.count == sent)
    }

    @Test func `A cancelled task stops asking at once`() async throws {
        let server = try StubServer { StubAnswer.reading($0).after(5000) }
        let reranker = try server.reranker(.llamacpp, "chunk=1&parallel=2")
        let documents = documents(10)
        let task = Task { try await reranker.score(RerankRequest(query: "q", documents: documents)) }
        while server.requests.count < 2 { try await Task.sleep(for: .milliseconds(1)) }
        let start = ContinuousClock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect(server.requests.count == 2)
    }

    // MARK: What the numbers are

    @Test func `Numbers outside 0...1 make all of an answer log-odds, also those inside, also in other requests`()
        async throws
    {
        let server = try StubServer { .reading($0) }
        let reranker = try server.reranker(.llamacpp, "chunk=1&parallel=1")
        let first = try await reranker.score(RerankRequest(query: "q", documents: ["0.5", "-3.25", "7"]))
        #expect(first.scores.map { $0?.margin } == [0.5, -3.25, 7])
        let second = try await reranker.score(RerankRequest(query: "q", documents: ["0.5"]))
        #expect(second.scores.map { $0?.margin } == [0.5])
    }

    @Test func `What was kept before log-odds were seen is not found any more`() async throws {
        let server = try StubServer { .reading($0) }
        let reranker = CachedReranker(try server.reranker(), cache: ScoreCache(path: nil))
        // 0.5 is a probability until a number shows that it is none.
        for (document, margin) in [("0.5", 0.0), ("-3.25", -3.25), ("0.5", 0.5)] {
            let result = try await reranker.score(RerankRequest(query: "q", documents: [document]))
            #expect(result.scores.map { $0?.margin } == [margin])
        }
        #expect(reranker.description.scoreKind == .margin)
    }

    @Test func `Probabilities stay probabilities, no second sigmoid is put on them`() async throws {
        let server = try StubServer { .reading($0) }
        let result = try await server.reranker().score(
            RerankRequest(query: "q", documents: ["0", "0.5", "1", "1e-20"])
        )
        #expect(result.scores[1]?.margin == 0)
        #expect(result.probabilities == [0, 0.5, 1, 0])
        #expect(result.scores.allSatisfy { $0?.margin.isFinite == true })
    }

    @Test func `A setting says what the numbers are`() async throws {
        let server = try StubServer { .reading($0) }
        let request = RerankRequest(query: "q", documents: ["0.25", "0.5"])
        let margins = try server.reranker(.vllm, "scores=margin")
        #expect(margins.description.scoreKind == .margin)
        #expect(try await margins.score(request).scores.map { $0?.margin } == [0.25, 0.5])
        let wrong = try await server.reranker(.vllm, "scores=probability").failure(["0.5", "1.5"])
        #expect(wrong == .notProbability(server: server.url, index: 1, score: 1.5))
        // sigmoid(0.25) and sigmoid(0.9)
        let squeezed = RerankRequest(query: "q", documents: ["0.5621765008857981", "0.7109495026250039"])
        let doubled = try await server.reranker(.vllm, "scores=doubled").score(squeezed)
        #expect(doubled.probabilities == [0.25, 0.9])
    }
}
