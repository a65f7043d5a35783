import Foundation
import NIOCore
import Testing

@testable import SearchServer

@Suite("Connections that take too long", .timeLimit(.minutes(1)))
struct ConnectionTests {
    private func server(_ shop: TestShop) throws -> ShopServer {
        try shop.server { settings in
            settings.connectionTimes = .init(
                head: .milliseconds(200),
                idle: .milliseconds(200),
                body: .milliseconds(200),
                answer: .seconds(10)
            )
        }
    }

    @Test(
        "A client that sends its request drop by drop is cut off, however busy it seems",
        arguments: ["GET /search?q=", "POST /search HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"]
    )
    func drops(start: String) async throws {
        let shop = try TestShop()
        try await server(shop).test(.live) { client in
            let wire = try RawConnection(port: try #require(client.port))
            #expect(wire.send(start))
            var isOpen = true
            // Without an end this would go on for ever: a drop restarts no clock.
            while isOpen {
                isOpen = wire.send("a")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test("A connection that is kept open and not used is closed")
    func idle() async throws {
        let shop = try TestShop()
        try await server(shop).test(.live) { client in
            let wire = try RawConnection(port: try #require(client.port))
            #expect(wire.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"))
            #expect(wire.rest().hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test("What is no HTTP is answered with an error in the one shape")
    func noHTTP() async throws {
        let shop = try TestShop()
        try await shop.server().test(.live) { client in
            let wire = try RawConnection(port: try #require(client.port))
            #expect(wire.send("GET /search?q=蓝牙 HTTP/1.1\r\nHost: a\r\n\r\n"))
            let answer = wire.rest()
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(answer.contains("\"code\":\"bad_http\""))
        }
    }
}
