import Foundation
import Synchronization
import Testing

@testable import Reranker

@Suite struct BrokenPullTests: PullingSuite {
    let scratch: ModelScratch

    init() throws {
        scratch = try ModelScratch()
    }

    @Test func `A connection that breaks is taken up where it broke`() async throws {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        let hub = try StubHub(
            files,
            atStorage: { request, name, time in
                guard name == Self.weights, time < 5 else { return nil }
                return time == 2 ? .dropped : StubHub.broken(weights, request, after: 5000)
            }
        )
        let result = try await pull(hub)
        let offsets = hub.storage.requests.filter { $0.path == "/\(Self.weights)" }.map { StubHub.offset($0) ?? 0 }
        #expect(offsets == [0, 5000, 10000, 10000, 15000, 20000])
        #expect(FileManager.default.contents(atPath: "\(result.folder)/\(Self.weights)") == Data(weights))
    }

    @Test func `What an interrupted run leaves is no model, and the next run goes on from it`() async throws {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        let broken = try StubHub(
            files,
            atStorage: { request, name, time in
                guard name == Self.weights else { return nil }
                return time == 0 ? StubHub.broken(weights, request, after: 9000) : .dropped
            }
        )
        await #expect {
            try await pull(broken)
        } throws: { error in
            guard case .transfer(Self.weights, _)? = error as? HubError else { return false }
            return true
        }
        #expect(!looksComplete)
        #expect(!exists("\(folder)/refs/main"))
        #expect(HubCache.size(partial(weights)) == 9000)

        let hub = try StubHub(files)
        let result = try await pull(hub)
        #expect(hub.storageRequests == ["GET \(Self.weights)"])
        #expect(StubHub.offset(hub.storage.requests[0]) == 9000)
        #expect(try ModelFolder(path: result.folder).openWeights().names.count == 24)
        #expect(!exists(partial(weights)))
    }

    @Test func `Damage in what an earlier run left is found, and everything fetched anew`() async throws {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        var wrong = Array(weights[..<9000])
        wrong[4000] ^= 1
        try leave(wrong, of: weights)
        let hub = try StubHub(files)
        let result = try await pull(hub)
        #expect(hub.storageRequests.filter { $0 == "GET \(Self.weights)" }.count == 2)
        #expect(FileManager.default.contents(atPath: "\(result.folder)/\(Self.weights)") == Data(weights))
    }

    @Test(arguments: [0, 7, 50_000_000]) func `A leftover of any length is taken up or thrown away`(extra: Int)
        async throws
    {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        // Whole, slightly too long, far too long.
        try leave(weights, of: weights)
        truncate(partial(weights), off_t(weights.count + extra))
        let hub = try StubHub(files)
        let result = try await pull(hub)
        #expect(hub.storageRequests.contains("GET \(Self.weights)") == (extra > 0))
        #expect(FileManager.default.contents(atPath: "\(result.folder)/\(Self.weights)") == Data(weights))
    }

    @Test(arguments: ["all", "416", "other"]) func `A server that cannot send a part sends everything`(kind: String)
        async throws
    {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        try leave(Array(weights[..<9000]), of: weights)
        let hub = try StubHub(
            files,
            atStorage: { request, name, time in
                guard name == Self.weights, StubHub.offset(request) != nil else { return nil }
                switch kind {
                case "all": return .bytes(200, weights)
                case "416": return .answer(416, "")
                default: return time > 0 ? nil : .bytes(206, weights, headers: [("Content-Range", "bytes 0-1/2")])
                }
            }
        )
        let run = { try await pull(hub) }
        if kind == "other" {
            // Never mixed in: an answer of another range is an error.
            await #expect {
                try await run()
            } throws: { error in
                guard case .transfer(Self.weights, .notHTTP)? = error as? HubError else { return false }
                return true
            }
            #expect(!looksComplete)
        } else {
            let result = try await run()
            #expect(FileManager.default.contents(atPath: "\(result.folder)/\(Self.weights)") == Data(weights))
        }
    }

    @Test(arguments: ["model.safetensors", "config.json"])
    func `Wrong bytes are found and thrown away`(name: String) async throws {
        let files = try StubModel.single
        var wrong = try #require(files[name])
        wrong[wrong.count - 2] ^= 1
        let damaged = wrong
        let fault: StubHub.Fault = { request, file, _ in
            file == name && request.method == "GET" && !(StubHub.isLarge(name) && request.path.contains("resolve"))
                ? .bytes(200, damaged) : nil
        }
        let hub = try StubHub(files, atHub: fault, atStorage: fault)
        let right = try #require(files[name])
        let hashes =
            StubHub.isLarge(name)
            ? (StubHub.sha256(right), StubHub.sha256(damaged)) : (StubHub.gitHash(right), StubHub.gitHash(damaged))
        await #expect(throws: HubError.wrongContent(file: name, expected: hashes.0, actual: hashes.1)) {
            try await pull(hub)
        }
        #expect(!looksComplete)
        let blobs = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/blobs")
        #expect(!blobs.contains { $0.hasPrefix(hashes.0) })
    }

    @Test func `A body longer than stated is refused at once`() async throws {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        let hub = try StubHub(
            files,
            atStorage: { _, name, _ in
                name == Self.weights ? .bytes(200, weights + [0]) : nil
            }
        )
        await #expect(throws: HubError.wrongSize(file: Self.weights, expected: Int64(weights.count))) {
            try await pull(hub)
        }
        #expect(!looksComplete)
    }

    @Test func `A body shorter than stated is asked for again, and in the end an error`() async throws {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        let hub = try StubHub(
            files,
            atStorage: { _, name, _ in
                // A well-formed answer, only too short.
                name == Self.weights ? .bytes(200, Array(weights[..<100])) : nil
            }
        )
        await #expect(throws: HubError.self) { try await pull(hub) }
        #expect(hub.storageRequests.filter { $0 == "GET \(Self.weights)" }.count >= 3)
        #expect(!looksComplete)
    }

    @Test func `A server that breaks off and refuses to go on is not asked for ever`() async throws {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        let hub = try StubHub(
            files,
            atStorage: { request, name, time in
                guard name == Self.weights else { return nil }
                // Without the bound this would never end.
                if time > 40 { return nil }
                return StubHub.offset(request) == nil
                    ? StubHub.broken(weights, request, after: 5000) : .answer(416, "")
            }
        )
        await #expect(throws: HubError.self) { try await pull(hub) }
        // Four attempts without progress, and the first of them had some.
        #expect(hub.storageRequests.filter { $0 == "GET \(Self.weights)" }.count <= 6)
        #expect(!looksComplete)
    }

    @Test func `A full disk says how much is missing`() async throws {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        try FileManager.default.createDirectory(atPath: "\(folder)/blobs", withIntermediateDirectories: true)
        #expect(symlink("/dev/full", partial(weights)) == 0)
        let hub = try StubHub(files)
        await #expect {
            try await pull(hub)
        } throws: { error in
            guard case .diskFull(_, let needed, _)? = error as? HubError else { return false }
            return needed == Int64(weights.count)
        }
    }

    @Test func `Cancelling stops, and the next run goes on`() async throws {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        let hub = try StubHub(
            files,
            atStorage: { _, name, time in
                guard name == Self.weights, time == 0 else { return nil }
                let head = StubAnswer.head(200, length: weights.count, [])
                return StubAnswer(parts: [.bytes(head + weights[..<8000]), .pause(3000)], closes: true)
            }
        )
        let progress = Mutex(Int64(0))
        let task = Task {
            try await pull(hub) { event in
                if case .progress(let now) = event { progress.withLock { $0 = now.fetched } }
            }
        }
        while HubCache.size(partial(weights)) != 8000 {
            try await Task.sleep(for: .milliseconds(5))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!looksComplete)
        _ = try await pull(hub)
        #expect(StubHub.offset(try #require(hub.storage.requests.last)) == 8000)
    }
}
