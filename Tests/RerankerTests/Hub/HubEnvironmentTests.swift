import Foundation
import Testing

@testable import Reranker

@Suite struct HubEnvironmentTests {
    @Test func `Folders are those of Hugging Face's tools`() {
        #expect(HubEnvironment(["HOME": "/h"]).cache == "/h/.cache/huggingface/hub")
        #expect(HubEnvironment(["HOME": "/h", "XDG_CACHE_HOME": "/x"]).cache == "/x/huggingface/hub")
        #expect(HubEnvironment(["HOME": "/h", "HF_HOME": "~/hf"]).cache == "/h/hf/hub")
        #expect(HubEnvironment(["HF_HOME": "/hf", "HUGGINGFACE_HUB_CACHE": "/old"]).cache == "/old")
        #expect(HubEnvironment(["HF_HUB_CACHE": "/c", "HUGGINGFACE_HUB_CACHE": "/old"]).cache == "/c")
    }

    @Test func `The endpoint has no slash at its end`() {
        #expect(HubEnvironment([:]).endpoint == "https://huggingface.co")
        #expect(HubEnvironment(["HF_ENDPOINT": "https://mirror.example/"]).endpoint == "https://mirror.example")
        #expect(HubEnvironment(["HF_ENDPOINT": ""]).endpoint == "https://huggingface.co")
    }

    @Test func `The token is a variable or a file`() throws {
        let scratch = try ModelScratch()
        let file = try scratch.write("token", "hf_file\n")
        #expect(HubEnvironment(["HF_HOME": scratch.path]).token == "hf_file")
        #expect(HubEnvironment(["HF_HOME": scratch.path, "HF_TOKEN": " hf_variable "]).token == "hf_variable")
        #expect(HubEnvironment(["HF_HOME": "/none", "HF_TOKEN_PATH": file]).token == "hf_file")
        #expect(HubEnvironment(["HF_HOME": "/none"]).token == nil)
    }

    @Test(arguments: [
        ("1", true), ("true", true), ("YES", true), ("on", true), ("0", false), ("", false), ("no", false),
    ])
    func `Offline mode is a word for yes`(word: String, isOffline: Bool) {
        #expect(HubEnvironment(["HF_HUB_OFFLINE": word]).isOffline == isOffline)
    }

    @Test func `Origins are scheme, host and port`() throws {
        #expect(WebOrigin("https://a.example/x") == WebOrigin("HTTPS://A.example:443/y?z"))
        #expect(WebOrigin("https://a.example") != WebOrigin("http://a.example"))
        #expect(WebOrigin("https://a.example") != WebOrigin("https://a.example:444"))
        #expect(WebOrigin("https://a.example") != WebOrigin("https://b.a.example"))
        for bad in ["", "a.example", "ftp://a.example", "https://", "file:///etc/passwd", "/x"] {
            #expect(WebOrigin(bad) == nil)
        }
        #expect(try #require(WebOrigin("http://127.0.0.1:1")).isPrivate("http://127.0.0.1:1/x"))
        #expect(try #require(WebOrigin("http://a.example")).isPrivate("http://a.example/x") == false)
    }

    @Test func `Locations are taken as they are, or relative to where they came from`() {
        #expect(WebOrigin.resolve("/b?c", from: "https://a.example/x/y") == "https://a.example/b?c")
        #expect(WebOrigin.resolve("z", from: "https://a.example/x/y") == "https://a.example/x/z")
        #expect(WebOrigin.resolve("//b.example/z", from: "https://a.example/x") == "https://b.example/z")
        let signed = "https://cdn.example/a%2Fb?X-Amz-Signature=%2B%3D&x=a+b"
        #expect(WebOrigin.resolve(signed, from: "https://a.example") == signed)
        #expect(WebOrigin.resolve("file:///etc/passwd", from: "https://a.example") == nil)
    }

    @Test func `Servers say how long to wait in seconds or as a date`() throws {
        #expect(HubSession.seconds("120") == 120)
        #expect(HubSession.seconds("Wed, 21 Oct 2015 07:28:00 GMT") == 0)
        for endless in ["Fri, 31 Dec 2399 23:59:59 GMT", "1e30", "inf"] {
            #expect(HubSession.seconds(endless) == 86_400)
        }
        #expect(HubSession.seconds("soon") == nil)
        #expect(HubSession.seconds("-1") == nil)
    }

    @Test func `An address that is none is shown without its password`() async throws {
        let name = try RepositoryName(parsing: "org/model")
        for address in ["user:hunter2@mirror.example", "ftp://user:hunter2@mirror.example"] {
            let shown = address.replacing("user:hunter2@", with: "")
            #expect(throws: HubError.badEndpoint(shown)) {
                try ModelPull(name, environment: HubEnvironment(["HF_ENDPOINT": address]))
            }
            let lost = HubSession(client: HTTPClient(), endpoint: address, token: nil)
            await #expect(throws: HubError.badEndpoint(shown)) { try await lost.send(.get, "https://hub.invalid/x") }
            let session = HubSession(client: HTTPClient(), endpoint: "https://hub.invalid", token: nil)
            await #expect(throws: HubError.badEndpoint(shown)) { try await session.send(.get, address) }
        }
    }

    @Test func `A proxy that refuses is asked once`() async throws {
        let proxy = try StubServer { _ in .answer(407) }
        let session = HubSession(
            client: HTTPClient(options: HTTPClientOptions(proxy: .url(proxy.url))),
            endpoint: "https://hub.invalid",
            token: nil,
            patience: HubSession.Patience(attempts: 4, first: 0.01)
        )
        await #expect(throws: HTTPError.proxy(reason: "it answered 407")) {
            try await session.sendPatiently(.head, "https://hub.invalid/x")
        }
        #expect(proxy.requests.count == 1)
    }

    @Test func `What a hub says is shown without what could act on a terminal`() {
        let description = HubError.badFileName("x\u{1b}]0;y\u{7}z\u{202e}").description
        #expect(description.hasPrefix("The hub names a file \"x ]0;y z\","))
    }

    @Test func `Hashes are recognized by their length`() {
        #expect(ContentHash(etag: String(repeating: "A", count: 64)) == .sha256(String(repeating: "a", count: 64)))
        #expect(ContentHash(etag: String(repeating: "0", count: 40)) == .gitBlob(String(repeating: "0", count: 40)))
        #expect(ContentHash(etag: String(repeating: "g", count: 40)) == nil)
        #expect(ContentHash(etag: "\"x\"") == nil)
        // git hash-object of a file that holds "hello\n".
        #expect(StubHub.gitHash(Array("hello\n".utf8)) == "ce013625030ba8dba906f756967f9e9ca394464a")
    }

    @Test func `Progress is one line`() {
        let progress = PullProgress(
            total: 1_191_588_280,
            done: 536_870_912,
            fetched: 1,
            filesDone: 1,
            filesTotal: 2,
            rate: 35_200_000
        )
        #expect(
            progress.line(width: 100)
                == "[=============>                ]  45 %  537 MB of 1.19 GB  35.2 MB/s  0:19 left"
        )
        for width in 0..<100 { #expect(progress.line(width: width).count <= width) }
        #expect(PullProgress.size(0) == "0 bytes")
        #expect(PullProgress.size(999) == "999 bytes")
        #expect(PullProgress.size(1000) == "1.0 kB")
        #expect(PullProgress.size(999_600) == "1.0 MB")
        #expect(PullProgress.size(16_400_000_000) == "16.4 GB")
        #expect(PullProgress.duration(3723) == "1:02:03")
    }
}
