import Testing

@testable import Reranker

@Suite struct RedactedURLTests {
    @Test(arguments: [
        ("https://a.example/b", "https://a.example/b"),
        ("https://user:secret@a.example:8443/b#c", "https://a.example:8443/b"),
        ("https://a.example/b?token=secret&model=x", "https://a.example/b?token=...&model=..."),
        ("user:secret@a.example/b?key=secret", "a.example/b"),
        ("http://user:sec ret@a b/?x=secret", "a b/"),
    ])
    func `Secrets are left out`(url: String, shown: String) {
        #expect(RedactedURL.describe(url) == shown)
    }

    @Test(arguments: ["http://127.0.0.1:80", "http://localhost", "https://[::1]:8/x", "http://u:p@127.3.4.5/"])
    func `This machine is known by its names`(url: String) {
        #expect(RedactedURL.isLoopback(url))
    }

    @Test(arguments: ["http://127.example", "http://localhost.example", "http://128.0.0.1", "nonsense"])
    func `Other hosts are not this machine`(url: String) {
        #expect(!RedactedURL.isLoopback(url))
    }

    @Test func `No error of the client names a password or a key`() async throws {
        let port = try StubServer.closedPort()
        let url = "http://user:hunter2@127.0.0.1:\(port)/x?key=hunter2"
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient().send(HTTPRequest(.get, url, headers: ["Authorization": "Bearer hunter2"]))
        }
        #expect(error.map { "\($0) \(String(reflecting: $0))".contains("hunter2") } == false)
        let bad = await #expect(throws: HTTPError.self) {
            try await HTTPClient().send(HTTPRequest(.get, "gopher://user:hunter2@a/?hunter2=hunter2"))
        }
        #expect(bad.map { String(reflecting: $0).contains("=hunter2") } == false)
    }
}
