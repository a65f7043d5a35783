import Foundation
import Testing

@testable import SearchServer

@Suite("Who gets a place", .timeLimit(.minutes(1)))
struct AdmissionTests {
    /// Work that ends when it is told.
    private final class Gate: Sendable {
        private let isOpen = Shared(false)

        func open() { isOpen.change { $0 = true } }

        func wait() async throws {
            while !isOpen.value { try await Task.sleep(for: .milliseconds(1)) }
        }
    }

    private static let far = ContinuousClock.now + .seconds(60)

    /// Waits until the admission looks like this.
    private func until(_ admission: Admission, _ isSo: (Admission.Load) -> Bool) async throws {
        while !isSo(admission.load) { try await Task.sleep(for: .milliseconds(1)) }
    }

    @Test("No more work at a time than there are places; the others follow")
    func places() async throws {
        let admission = Admission(.init(places: 2, waiting: 100))
        let now = Shared(0)
        let most = Shared(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    try await admission.run(client: "\(number)", deadline: Self.far) { _ in
                        now.change { $0 += 1 }
                        let working = now.value
                        most.change { $0 = max($0, working) }
                        await Task.yield()
                        now.change { $0 -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(most.value == 2)
        #expect(admission.load.working == 0 && admission.load.waiting == 0)
    }

    @Test("When the waiting room is full, the next one is refused")
    func refusal() async throws {
        let admission = Admission(.init(places: 1, waiting: 1))
        let gate = Gate()
        async let first: Void = admission.run(client: "a", deadline: Self.far) { _ in try await gate.wait() }
        try await until(admission) { $0.working == 1 }
        async let second: Void = admission.run(client: "b", deadline: Self.far) { _ in }
        try await until(admission) { $0.waiting == 1 }
        await #expect(throws: ServerError.overloaded) {
            try await admission.run(client: "c", deadline: Self.far) { _ in }
        }
        #expect(admission.load.refused == 1)
        gate.open()
        try await first
        try await second
    }

    @Test("A client with many requests waiting does not keep another one's first request waiting")
    func turns() async throws {
        let admission = Admission(.init(places: 1, waiting: 100))
        let gate = Gate()
        let order = Shared<[String]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await admission.run(client: "busy", deadline: Self.far) { _ in try await gate.wait() } }
            try await until(admission) { $0.working == 1 }
            for count in 1...10 {
                group.addTask {
                    try await admission.run(client: "busy", deadline: Self.far) { _ in
                        order.change { $0.append("busy") }
                    }
                }
                try await until(admission) { $0.waiting == count }
            }
            group.addTask {
                try await admission.run(client: "other", deadline: Self.far) { _ in
                    order.change { $0.append("other") }
                }
            }
            try await until(admission) { $0.waiting == 11 }
            gate.open()
            try await group.waitForAll()
        }
        #expect(order.value.firstIndex(of: "other") == 1)
    }

    @Test("When the waiting room is full, who has the most waiting gives way to who has few")
    func givingWay() async throws {
        let admission = Admission(.init(places: 1, waiting: 3))
        let gate = Gate()
        let refused = Shared(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await admission.run(client: "busy", deadline: Self.far) { _ in try await gate.wait() } }
            try await until(admission) { $0.working == 1 }
            for count in 1...3 {
                group.addTask {
                    do {
                        try await admission.run(client: "busy", deadline: Self.far) { _ in }
                    } catch ServerError.overloaded {
                        refused.change { $0 += 1 }
                    }
                }
                try await until(admission) { $0.waiting == count }
            }
            group.addTask { try await admission.run(client: "other", deadline: Self.far) { _ in } }
            try await until(admission) { $0.refused == 1 }
            gate.open()
            try await group.waitForAll()
        }
        #expect(refused.value == 1)
    }

    @Test("No client takes all places, however many requests it sends")
    func share() async throws {
        let admission = Admission(.init(places: 4, waiting: 100))
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    try await admission.run(client: "busy", deadline: Self.far) { _ in try await gate.wait() }
                }
            }
            try await until(admission) { $0.working == 3 && $0.waiting == 7 }
            // Without a place left this would wait for ever.
            try await admission.run(client: "other", deadline: Self.far) { _ in }
            gate.open()
            try await group.waitForAll()
        }
    }

    @Test("Waiting ends at the deadline, and with the task")
    func giveUp() async throws {
        let admission = Admission(.init(places: 1, waiting: 10))
        let gate = Gate()
        async let first: Void = admission.run(client: "a", deadline: Self.far) { _ in try await gate.wait() }
        try await until(admission) { $0.working == 1 }
        await #expect(throws: ServerError.overloaded) {
            try await admission.run(client: "b", deadline: .now + .milliseconds(5)) { _ in }
        }
        let task = Task { try await admission.run(client: "b", deadline: Self.far) { _ in } }
        try await until(admission) { $0.waiting == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(admission.load.waiting == 0)
        gate.open()
        try await first
        // The place is free again.
        try await admission.run(client: "c", deadline: Self.far) { _ in }
    }

    @Test("Who shares a search that is refused in another client's name asks in their own", .timeLimit(.minutes(1)))
    func sharedRefusal() async throws {
        let shop = try TestShop()
        let backend = ScriptedReranker(.waiting)
        let server = try shop.server(backend: backend) { settings in
            settings.limits.reranks = 1
            settings.limits.waiting = 3
            settings.limits.time = .seconds(600)
            settings.trustsForwardedFor = true
        }
        let reranks = server.parts.search.reranks
        try await server.test(.live) { client in
            let port = try #require(client.port)
            func ask(_ query: String, _ address: String) throws -> RawConnection {
                let connection = try RawConnection(port: port)
                let uri = "/search?q=\(query)&stage=rerank"
                let head = "Host: a\r\nConnection: close\r\nX-Forwarded-For: \(address)\r\n"
                try #require(connection.send("GET \(uri) HTTP/1.1\r\n\(head)\r\n"))
                return connection
            }
            // One works, and a busy client fills the waiting room.
            let working = try ask("lamp", "10.0.0.1")
            try await until(reranks) { $0.working == 1 }
            var busy: [RawConnection] = []
            for query in ["wired", "wireless", "headphones"] {
                busy.append(try ask(query, "10.0.0.2"))
                try await until(reranks) { $0.waiting == busy.count }
            }
            // Another one joins its last search, and a third takes a place of the busy one's: the last.
            let joined = try ask("headphones", "10.0.0.3")
            try await Task.sleep(for: .milliseconds(300))
            let third = try ask("light", "10.0.0.4")
            #expect(busy[2].rest().hasPrefix("HTTP/1.1 503"))
            // The one who had joined waits for a place of its own, which the busy one has to give, too.
            #expect(busy[1].rest().hasPrefix("HTTP/1.1 503"))
            try await until(reranks) { $0.waiting == 3 }
            #expect(reranks.load.refused == 2)
            for connection in [working, busy[0], joined, third] { connection.close() }
        }
    }
}
