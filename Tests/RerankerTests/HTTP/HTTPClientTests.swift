import Foundation
import Synchronization
import Testing

@testable import Reranker

@Suite struct HTTPClientTests {
    private let client = HTTPClient()

    private func error(_ request: HTTPRequest) async -> HTTPError? {
        await #expect(throws: HTTPError.self) { try await client.send(request) }
    }

    // MARK: Requests and answers

    @Test func `A GET brings status, headers and body`() async throws {
        let server = try StubServer { _ in .answer(404, "nothing", headers: [("X-One", " a "), ("x-one", "b")]) }
        let response = try await client.send(HTTPRequest(.get, server.url + "/a/b?c=d", headers: ["Accept": "text/x"]))
        #expect(response.status == 404)
        #expect(String(decoding: response.body, as: UTF8.self) == "nothing")
        #expect(response.headers["X-ONE"] == "a")
        #expect(response.headers.values("X-One") == ["a", "b"])
        let request = try #require(server.requests.first)
        #expect(request.method == "GET")
        #expect(request.target == "/a/b?c=d")
        #expect(request.headers["accept"] == "text/x")
    }

    @Test func `A POST sends its body byte for byte and does not wait for 100 Continue`() async throws {
        let server = try StubServer { .bytes(200, $0.body) }
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let response = try await client.send(HTTPRequest(.post, server.url, headers: ["X-Empty": ""], body: body))
        #expect(response.body == body)
        #expect(server.requests.first?.headers["expect"] == nil)
        #expect(server.requests.first?.headers["x-empty"] == "")
    }

    @Test func `HEAD brings the headers of a body that does not come`() async throws {
        let server = try StubServer { _ in .headOnly(length: 1 << 40, headers: [("ETag", "\"x\"")]) }
        let response = try await client.send(HTTPRequest(.head, server.url))
        #expect(server.requests.first?.method == "HEAD")
        #expect(response.headers["content-length"] == "1099511627776")
        #expect(response.headers["etag"] == "\"x\"")
        #expect(response.body.isEmpty)
    }

    @Test func `A connection is kept and used again`() async throws {
        let server = try StubServer { _ in .answer(200, "ok") }
        for turn in 0..<5 {
            let response = try await client.send(HTTPRequest(.get, server.url))
            #expect(response.reusedConnection == (turn > 0))
        }
        #expect(server.connections == 1)
    }

    @Test func `A kept connection that the server has closed is replaced unseen`() async throws {
        let server = try StubServer { _ in
            var answer = StubAnswer.answer(200, "ok")
            answer.closes = true
            return answer
        }
        for _ in 0..<3 {
            #expect(try await client.send(HTTPRequest(.post, server.url, body: [1])).status == 200)
        }
        #expect(server.requests.count == 3)
    }

    @Test func `Transfers run side by side, within the bound for one host`() async throws {
        var options = HTTPClientOptions()
        options.connectionsPerHost = 3
        let client = HTTPClient(options: options)
        let server = try StubServer { request in .answer(200, request.target).after(20) }
        let paths = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<9 {
                group.addTask {
                    let response = try await client.send(HTTPRequest(.get, server.url + "/\(index)"))
                    return String(decoding: response.body, as: UTF8.self)
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(paths == Set((0..<9).map { "/\($0)" }))
        #expect(server.mostAtATime == 3)
    }

    @Test(arguments: [(nil, "bytes=7-"), (9, "bytes=7-9")] as [(Int64?, String)])
    func `A range is asked for`(last: Int64?, header: String) async throws {
        let server = try StubServer { _ in .answer(206, "789") }
        let range = HTTPByteRange(first: 7, last: last)
        let request = HTTPRequest(.get, server.url, range: range, acceptsCompression: false)
        #expect(try await client.send(request).status == 206)
        #expect(server.requests.first?.headers["range"] == header)
        #expect(server.requests.first?.headers["accept-encoding"] == nil)
    }

    @Test func `A compressed body is expanded, and a damaged one is refused`() async throws {
        // "hello", by gzip.
        let zipped: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 7, 0, 134, 166, 16, 54, 5, 0, 0, 0,
        ]
        let server = try StubServer { request in
            let body = request.path == "/damaged" ? Array("hello".utf8) : zipped
            return .bytes(200, body, headers: [("Content-Encoding", "gzip")])
        }
        let response = try await client.send(HTTPRequest(.get, server.url))
        #expect(server.requests.first?.headers["accept-encoding"]?.contains("gzip") == true)
        #expect(String(decoding: response.body, as: UTF8.self) == "hello")
        guard case .notHTTP = await error(HTTPRequest(.get, server.url + "/damaged")) else {
            Issue.record("damaged gzip was taken")
            return
        }
    }

    // MARK: Redirects

    @Test func `A redirect is handed over unless following is asked for`() async throws {
        let server = try StubServer { request in
            request.path == "/old"
                ? .answer(302, "moved", headers: [("Location", "/new"), ("X-Linked-Size", "12")])
                : .answer(200, "here", headers: [("X-New", "1")])
        }
        let plain = try await client.send(HTTPRequest(.get, server.url + "/old"))
        #expect(plain.status == 302)
        #expect(plain.headers["location"] == "/new")
        let followed = try await client.send(HTTPRequest(.get, server.url + "/old", maximumRedirects: 3))
        #expect(followed.status == 200)
        #expect(String(decoding: followed.body, as: UTF8.self) == "here")
        #expect(followed.headers["x-linked-size"] == nil)
        #expect(followed.headers["x-new"] == "1")
        #expect(followed.url == server.url + "/new")
    }

    @Test func `A redirect to another host does not take the authorization along`() async throws {
        let other = try StubServer { _ in .answer(200, "there") }
        let target = other.url.replacing("127.0.0.1", with: "localhost")
        let server = try StubServer { _ in .answer(302, headers: [("Location", target)]) }
        let key: HTTPHeaders = ["Authorization": "Bearer secret"]
        let request = HTTPRequest(.get, server.url, headers: key, maximumRedirects: 1)
        #expect(try await client.send(request).status == 200)
        #expect(server.requests.first?.headers["authorization"] == "Bearer secret")
        #expect(other.requests.first?.headers["authorization"] == nil)
    }

    @Test func `Endless redirects end`() async throws {
        let server = try StubServer { _ in .answer(302, headers: [("Location", "/again")]) }
        let error = await error(HTTPRequest(.get, server.url, maximumRedirects: 4))
        #expect(error == .tooManyRedirects(host: "127.0.0.1:\(server.port)", limit: 4))
        #expect(server.requests.count == 5)
    }

    // MARK: Faults

    @Test func `Nobody at the port, no such host and no URL are told apart`() async throws {
        let port = try StubServer.closedPort()
        let host = "127.0.0.1:\(port)"
        #expect(await error(HTTPRequest(.get, "http://\(host)")) == .couldNotConnect(host: host))
        #expect(await error(HTTPRequest(.get, "http://nobody.invalid")) == .hostNotFound(host: "nobody.invalid"))
        for url in ["", "example.com", "ftp://example.com/a", "file:///etc/passwd", "http://"] {
            guard case .badURL = await error(HTTPRequest(.get, url)) else {
                Issue.record("\(url) was taken")
                continue
            }
        }
    }

    @Test func `A slow answer is given up after the total time, with the time in the message`() async throws {
        let server = try StubServer { request in .answer(200, "late").after(request.path == "/slow" ? 5000 : 0) }
        _ = try await client.send(HTTPRequest(.get, server.url))
        let start = ContinuousClock.now
        let limits = HTTPLimits(total: .milliseconds(200))
        let error = await error(HTTPRequest(.get, server.url + "/slow", limits: limits))
        #expect(error == .timedOut(host: "127.0.0.1:\(server.port)", after: .milliseconds(200)))
        #expect(error?.description.contains("200 ms") == true)
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test func `A connection that never stands is given up after its own time`() async throws {
        // 192.0.2.0/24 is for documentation: packets go nowhere, or are refused at once where there is no route.
        let limits = HTTPLimits(connect: .milliseconds(40), total: .seconds(20))
        let start = ContinuousClock.now
        let error = await error(HTTPRequest(.get, "http://192.0.2.1:9", limits: limits))
        #expect(
            error == .connectTimedOut(host: "192.0.2.1:9", after: .milliseconds(40))
                || error == .couldNotConnect(host: "192.0.2.1:9")
        )
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func `A body that ends early, a dropped connection and nonsense are told apart`() async throws {
        let server = try StubServer { request in
            switch request.path {
            case "/short": .truncated("half", announced: 100)
            case "/drop": .dropped
            default: .raw("SSH-2.0-OpenSSH_9.2\r\n")
            }
        }
        let host = "127.0.0.1:\(server.port)"
        #expect(await error(HTTPRequest(.get, server.url + "/short")) == .truncated(host: host))
        #expect(await error(HTTPRequest(.get, server.url + "/drop")) == .connectionLost(host: host))
        guard case .notHTTP = await error(HTTPRequest(.get, server.url + "/odd")) else {
            Issue.record("nonsense was taken for HTTP")
            return
        }
    }

    @Test func `A body beyond the limit is refused, announced or not`() async throws {
        let server = try StubServer { request in
            request.path == "/announced"
                ? .answer(200, String(repeating: "x", count: 500_000))
                : .raw("HTTP/1.0 200 OK\r\n\r\n" + String(repeating: "x", count: 500_000))
        }
        for path in ["/announced", "/endless"] {
            let request = HTTPRequest(.get, server.url + path, limits: HTTPLimits(collectedBytes: 499_999))
            #expect(await error(request) == .tooLarge(host: "127.0.0.1:\(server.port)", limit: 499_999))
        }
        let fits = HTTPRequest(.get, server.url + "/announced", limits: HTTPLimits(collectedBytes: 500_000))
        #expect(try await client.send(fits).body.count == 500_000)
    }

    @Test func `A head without end is refused`() async throws {
        let line = "X: " + String(repeating: "y", count: 1000) + "\r\n"
        let server = try StubServer { _ in .raw("HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 400) + "\r\n") }
        guard case .notHTTP = await error(HTTPRequest(.get, server.url)) else {
            Issue.record("an endless head was taken")
            return
        }
    }

    @Test func `Headers that would break the request apart are refused before anything is sent`() async throws {
        let server = try StubServer { _ in .answer() }
        for headers: HTTPHeaders in [["A": "b\r\nC: d"], ["A b": "c"], ["": "x"], ["A:": "x"], ["A": "\u{0}"]] {
            guard case .badHeader = await error(HTTPRequest(.get, server.url, headers: headers)) else {
                Issue.record("\(headers) was sent")
                continue
            }
        }
        #expect(server.requests.isEmpty)
    }

    @Test func `A cancelled task ends its transfer at once and leaves the others alone`() async throws {
        let server = try StubServer { request in .answer(200, "ok").after(request.path == "/slow" ? 5000 : 0) }
        let client = client
        let task = Task { try await client.send(HTTPRequest(.get, server.url + "/slow")) }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        let start = ContinuousClock.now
        task.cancel()
        await #expect(throws: HTTPError.cancelled) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect(try await client.send(HTTPRequest(.get, server.url + "/fast")).status == 200)
    }

    @Test func `A task that is cancelled already sends nothing`() async throws {
        let server = try StubServer { _ in .answer() }
        let client = client
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await client.send(HTTPRequest(.get, server.url))
        }
        task.cancel()
        await #expect(throws: HTTPError.cancelled) { try await task.value }
        #expect(server.requests.isEmpty)
    }

    @Test func `A proxy gets the whole URL`() async throws {
        let proxy = try StubServer { _ in .answer(200, "by proxy") }
        let client = HTTPClient(options: HTTPClientOptions(proxy: .url(proxy.url)))
        let response = try await client.send(HTTPRequest(.get, "http://elsewhere.invalid/x"))
        #expect(String(decoding: response.body, as: UTF8.self) == "by proxy")
        #expect(proxy.requests.first?.target == "http://elsewhere.invalid/x")
    }

    @Test(arguments: [403, 407, 502]) func `A proxy that makes no connection is named with its answer`(status: Int)
        async throws
    {
        let proxy = try StubServer { _ in .answer(status, "no") }
        let client = HTTPClient(options: HTTPClientOptions(proxy: .url(proxy.url)))
        await #expect(throws: HTTPError.proxy(reason: "it answered \(status)")) {
            try await client.send(HTTPRequest(.get, "https://elsewhere.invalid/x"))
        }
        #expect(proxy.requests.map(\.method) == ["CONNECT"])
    }

    @Test(arguments: ["http://elsewhere.invalid/x", "https://elsewhere.invalid/x"])
    func `A proxy that is down is named, not the server behind it`(url: String) async throws {
        let proxy = "http://user:hunter2@127.0.0.1:\(try StubServer.closedPort())"
        let client = HTTPClient(options: HTTPClientOptions(proxy: .url(proxy)))
        let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url)) }
        guard case .proxy(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // With the port where libcurl names it.
        #expect(reason.hasPrefix("nothing answers at 127.0.0.1"))
    }

    @Test(arguments: ["127.1", "LOCALHOST", "[::1]"]) func `A server that is down is no proxy, however it is spelled`(
        name: String
    ) async throws {
        let url = "http://\(name):\(try StubServer.closedPort())/x"
        let client = HTTPClient(options: HTTPClientOptions(proxy: .none))
        await #expect(throws: HTTPError.couldNotConnect(host: RedactedURL.host(url))) {
            try await client.send(HTTPRequest(.get, url))
        }
    }
}
