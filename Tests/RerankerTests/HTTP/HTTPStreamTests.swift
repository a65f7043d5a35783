import Foundation
import Synchronization
import Testing

@testable import Reranker

@Suite struct HTTPStreamTests {
    private struct Full: Error, Equatable {}

    private let client = HTTPClient()

    @Test func `A body goes to the sink as it comes, uncounted`() async throws {
        let body = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let server = try StubServer { _ in .bytes(206, body) }
        let taken = Taken()
        let request = HTTPRequest(.get, server.url, limits: HTTPLimits(collectedBytes: 10))
        let response = try await client.stream(request) { head in
            taken.seen.withLock { $0.append(head.status) }
            return { bytes in taken.got.withLock { $0.append(contentsOf: bytes) } }
        }
        #expect(taken.got.withLock { $0 } == body)
        #expect(taken.seen.withLock { $0 } == [206])
        #expect(response.body.isEmpty)
    }

    @Test func `The head decides: what is no success is collected`() async throws {
        let server = try StubServer { _ in .answer(429, "slow down") }
        let response = try await client.stream(HTTPRequest(.get, server.url)) { head in
            guard head.status == 200 else { return nil }
            return { _ in throw Full() }
        }
        #expect(response.status == 429)
        #expect(String(decoding: response.body, as: UTF8.self) == "slow down")
    }

    @Test func `The head is shown also when there is no body`() async throws {
        let server = try StubServer { _ in .answer(200, "") }
        let taken = Taken()
        _ = try await client.stream(HTTPRequest(.get, server.url)) { head in
            taken.seen.withLock { $0.append(head.status) }
            return nil
        }
        #expect(taken.seen.withLock { $0 } == [200])
    }

    @Test func `A sink's error, or the decider's, ends the transfer and is what the caller sees`() async throws {
        let server = try StubServer { _ in .answer(200, String(repeating: "x", count: 1_000_000)) }
        await #expect(throws: Full()) {
            try await client.stream(HTTPRequest(.get, server.url)) { _ in { _ in throw Full() } }
        }
        await #expect(throws: Full()) {
            try await client.stream(HTTPRequest(.get, server.url)) { _ in throw Full() }
        }
        #expect(try await client.send(HTTPRequest(.get, server.url)).body.count == 1_000_000)
    }

    @Test func `A body goes to a file from its offset on, and a full disk is reported`() async throws {
        let server = try StubServer { _ in .answer(206, "world") }
        let path = FileManager.default.temporaryDirectory.appending(path: "aisle-http-\(UUID().uuidString)").path
        let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        defer {
            close(descriptor)
            unlink(path)
        }
        #expect(write(descriptor, "hello ", 6) == 6)
        _ = try await client.stream(HTTPRequest(.get, server.url)) { _ in HTTPClient.file(descriptor) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "hello world")

        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        await #expect(throws: HTTPError.writeFailed(code: ENOSPC)) {
            try await client.stream(HTTPRequest(.get, server.url)) { _ in HTTPClient.file(full) }
        }
    }

    @Test func `A sender that falls silent is given up`() async throws {
        let server = try StubServer { _ in
            StubAnswer(parts: [.bytes(StubAnswer.head(200, length: 100, [])), .bytes([1]), .pause(4000)])
        }
        let request = HTTPRequest(.get, server.url, limits: HTTPLimits(stall: .seconds(1)))
        await #expect(throws: HTTPError.stalled(host: "127.0.0.1:\(server.port)", after: .seconds(1))) {
            try await client.stream(request) { _ in { _ in } }
        }
    }

    private final class Taken: Sendable {
        let got = Mutex<[UInt8]>([])
        let seen = Mutex<[Int]>([])
    }
}
