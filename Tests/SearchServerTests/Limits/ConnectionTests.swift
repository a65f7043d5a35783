import Foundation
import Glibc
import HummingbirdTesting
import NIOCore
import Testing

@testable import SearchServer

@Suite("Connections that take too long")
struct ConnectionTests {
    /// A connection to a server of ours, byte by byte.
    private final class Wire {
        private let descriptor: Int32

        init(port: Int) throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(UInt16(port).bigEndian)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            try #require(result == 0)
        }

        deinit { close(descriptor) }

        /// Sends; false once the connection is closed.
        func send(_ text: String) -> Bool {
            let sent = Array(text.utf8).withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            return sent > 0
        }

        /// What comes until the connection is closed.
        func rest() -> String {
            var text: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { return String(decoding: text, as: UTF8.self) }
                text += buffer[0..<count]
            }
        }
    }

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
        try await server(shop).application().test(.live) { client in
            let wire = try Wire(port: try #require(client.port))
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
        try await server(shop).application().test(.live) { client in
            let wire = try Wire(port: try #require(client.port))
            #expect(wire.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"))
            #expect(wire.rest().hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test("What is no HTTP is answered with an error in the one shape")
    func noHTTP() async throws {
        let shop = try TestShop()
        try await shop.server().application().test(.live) { client in
            let wire = try Wire(port: try #require(client.port))
            #expect(wire.send("GET /search?q=蓝牙 HTTP/1.1\r\nHost: a\r\n\r\n"))
            let answer = wire.rest()
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(answer.contains("\"code\":\"bad_http\""))
        }
    }
}
