import Foundation
import FoundationNetworking
import HTTPTypes
import Hummingbird
import NIOCore
import NIOEmbedded
import ServiceLifecycle

@testable import SearchServer

/// Asks one server.
///
/// In place of the framework's own: that one brings an HTTP client with a TLS library, which take minutes to build.
struct TestClient: Sendable {
    /// How requests reach a server.
    enum Way {
        /// By a call.
        case router
        /// Over a port of this machine.
        case live
    }

    /// Nil without a port.
    var port: Int?
    fileprivate let answer: @Sendable (HTTPRequest, _ body: String?) async throws -> TestAnswer

    func get(_ uri: String, headers: HTTPFields = [:]) async throws -> TestAnswer {
        try await ask(.get, uri, headers: headers)
    }

    func post(
        _ uri: String,
        _ body: String,
        type: String? = "application/json",
        headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        var headers = headers
        if let type { headers[.contentType] = type }
        return try await ask(.post, uri, headers: headers, body: body)
    }

    func ask(
        _ method: HTTPRequest.Method,
        _ uri: String,
        headers: HTTPFields = [:],
        body: String? = nil
    ) async throws -> TestAnswer {
        var headers = headers
        if let body { headers[.contentLength] = "\(body.utf8.count)" }
        let authority = port.map { "127.0.0.1:\($0)" } ?? "localhost"
        let request = HTTPRequest(
            method: method,
            scheme: "http",
            authority: authority,
            path: uri,
            headerFields: headers
        )
        return try await answer(request, body)
    }
}

extension ShopServer {
    /// Lends a client of this server, which stops afterwards.
    func test<Value>(
        _ way: TestClient.Way,
        _ body: @Sendable (TestClient) async throws -> Value
    ) async throws -> Value {
        switch way {
        case .router: try await body(TestClient(calling: application().responder))
        case .live: try await testLive(body)
        }
    }

    private func testLive<Value>(_ body: @Sendable (TestClient) async throws -> Value) async throws -> Value {
        let (ports, ready) = AsyncStream.makeStream(of: Int.self)
        let group = ServiceGroup(
            services: [
                application { port in
                    ready.yield(port)
                    ready.finish()
                }
            ],
            logger: Self.quietLogger
        )
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { ready.finish() }
                try await group.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await tasks.waitForAll()
                throw TestClient.NotServing()
            }
            let session = URLSession(configuration: .forTests)
            defer { session.invalidateAndCancel() }
            do {
                let value = try await body(TestClient(port: port, session: session))
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                return value
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
        }
    }
}

extension TestClient {
    /// The server ended before it took requests.
    struct NotServing: Error {}
    /// What came is no HTTP.
    struct NoAnswer: Error {}

    fileprivate init<Responder: HTTPResponder>(calling responder: Responder)
    where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        answer = { request, body in
            let source = ApplicationRequestContextSource(
                channel: NIOAsyncTestingChannel(),
                logger: ShopServer.quietLogger
            )
            let response = try await responder.respond(
                to: Request(head: request, body: RequestBody(buffer: ByteBuffer(string: body ?? ""))),
                context: Responder.Context(source: source)
            )
            let written = Shared(ByteBuffer())
            try await response.body.write(Writer(written: written))
            let data = Data(written.value.readableBytesView)
            return TestAnswer(status: response.status.code, headers: response.headers, data)
        }
    }

    fileprivate init(port: Int, session: URLSession) {
        self.port = port
        answer = { request, body in
            guard let url = URL(string: "http://127.0.0.1:\(port)\(request.path ?? "/")") else { throw NoAnswer() }
            var message = URLRequest(url: url)
            message.httpMethod = request.method.rawValue
            message.httpBody = body.map { Data($0.utf8) }
            for field in request.headerFields { message.addValue(field.value, forHTTPHeaderField: field.name.rawName) }
            let (data, response) = try await session.data(for: message)
            guard let response = response as? HTTPURLResponse else { throw NoAnswer() }
            var headers = HTTPFields()
            for case (let name as String, let value as String) in response.allHeaderFields {
                if let name = HTTPField.Name(name) { headers[name] = value }
            }
            return TestAnswer(status: response.statusCode, headers: headers, data)
        }
    }

    private struct Writer: ResponseBodyWriter {
        let written: Shared<ByteBuffer>

        func write(_ buffer: ByteBuffer) async throws {
            written.change { $0.writeImmutableBuffer(buffer) }
        }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}

extension URLSessionConfiguration {
    /// Nothing is kept, and requests of one test need not wait for each other.
    fileprivate static var forTests: URLSessionConfiguration {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpMaximumConnectionsPerHost = 64
        configuration.timeoutIntervalForRequest = 20
        return configuration
    }
}
