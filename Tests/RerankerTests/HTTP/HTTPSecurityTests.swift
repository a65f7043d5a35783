import Foundation
import Testing

@testable import Reranker

@Suite struct HTTPSecurityTests {
    @Test func `A port that does not speak TLS is reported plainly`() async throws {
        let server = try StubServer { _ in .answer(200) }
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient().send(
                HTTPRequest(.get, "https://127.0.0.1:\(server.port)", limits: HTTPLimits(total: .seconds(2)))
            )
        }
        guard case .tls(let host, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(host == "127.0.0.1:\(server.port)")
        #expect(error?.description.contains("https") == true)
    }

    @Test func `A file of authorities that is none is reported with its name`() async throws {
        var options = HTTPClientOptions()
        options.authorities = "/nonexistent/ca.pem"
        let server = try StubServer { _ in .answer(200) }
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(options: options).send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)"))
        }
        guard case .badAuthorities = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(.enabled(if: TLSServer.isPossible, "openssl is not installed"))
    func `A certificate nobody vouches for is refused, and taken once its authority is named`() async throws {
        let server = try await TLSServer()
        let request = HTTPRequest(.get, "https://localhost:\(server.port)/", limits: HTTPLimits(total: .seconds(5)))
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(options: HTTPClientOptions(authorities: nil)).send(request)
        }
        guard case .untrusted = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("SSL_CERT_FILE") == true)
        let trusting = HTTPClient(options: HTTPClientOptions(authorities: server.certificate))
        #expect(try await trusting.send(request).status == 200)
    }
}

/// `openssl s_server` with a certificate made for this test.
private final class TLSServer {
    static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    let port: UInt16
    let certificate: String
    private let folder: URL
    private let process = Process()

    init() async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "aisle-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "cert.pem").path
        port = try StubServer.freePort()
        let key = folder.appending(path: "key.pem").path
        let maker = try Self.start(
            Process(),
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
                + "-addext subjectAltName=DNS:localhost -keyout \(key) -out \(certificate)"
        )
        maker.waitUntilExit()
        _ = try Self.start(process, "s_server -www -quiet -accept 127.0.0.1:\(port) -cert \(certificate) -key \(key)")
        try await waitUntilReady()
    }

    deinit {
        process.terminate()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func start(_ process: Process, _ arguments: String) throws -> Process {
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments.split(separator: " ").map(String.init)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func waitUntilReady() async throws {
        let client = HTTPClient(options: HTTPClientOptions(authorities: certificate))
        for _ in 0..<200 {
            let answer = try? await client.send(HTTPRequest(.get, "https://localhost:\(port)/"))
            if answer != nil { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
