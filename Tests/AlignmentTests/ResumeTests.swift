import Foundation
import Reranker
import Testing

@testable import Alignment

/// A run that was stopped goes on, and nobody sees from the result that it was.
@Suite struct ResumeTests {
    private let lists: TestLists
    private let left: ListInput
    private let right: ListInput

    init() throws {
        lists = try TestLists()
        let rows = (0..<50).map { ("\($0)", "cup \($0 % 7) number \($0) of model AB\(1000 + $0)") }
        left = try lists.list("l.tsv", rows)
        right = try lists.list("r.tsv", rows.reversed().map { ("r\($0.0)", "Tasse \($0.1)") })
    }

    private func request(_ state: String) -> AlignmentRequest {
        var request = lists.request(left, right, state: state)
        request.exhaustivePairs = 0
        request.candidates = 5
        return request
    }

    /// Some margin that depends on both texts.
    private static let margin: @Sendable (String, String) -> Double? = { query, document in
        Double((query + "|" + document).utf8.reduce(UInt32(7)) { ($0 &* 31) &+ UInt32($1) } % 2000) / 100 - 10
    }

    @Test(arguments: [1, 20, 55, 99])
    func `A run that failed somewhere gives the same pairs when it goes on, and asks little again`(
        _ allowed: Int
    ) async throws {
        let whole = PairBackend(margin: Self.margin)
        let expected = try await Aligner(request("whole"), backend: whole).run().allPairs()
        #expect(whole.requests.count == 100)

        let failing = PairBackend(failingAfter: allowed, margin: Self.margin)
        await #expect(throws: PairBackend.Failure.self) {
            _ = try await Aligner(request("parts"), backend: failing).run()
        }
        let rest = PairBackend(margin: Self.margin)
        let pairs = try await Aligner(request("parts"), backend: rest).run().allPairs()
        #expect(pairs == expected)
        // Scores are kept sixteen rows at a time; what the failing run got beyond that is asked again.
        #expect(rest.requests.count <= 100 - allowed / 16 * 16 + 16)
        #expect(rest.requests.count < 100 || allowed < 16)
    }

    @Test func `A cancelled run goes on as well`() async throws {
        let expected = try await Aligner(request("whole"), backend: PairBackend(margin: Self.margin)).run().allPairs()
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let slow = PairBackend { query, document in
            signal.yield()
            return Self.margin(query, document)
        }
        let request = request("parts")
        let task = Task { _ = try await Aligner(request, backend: slow).run() }
        for await _ in started { break }
        task.cancel()
        // It may have been through before the news reached it.
        do { try await task.value } catch { #expect(error is CancellationError) }
        let rest = PairBackend(margin: Self.margin)
        #expect(try await Aligner(request, backend: rest).run().allPairs() == expected)
    }

    @Test func `The state of other lists, of another model or of other settings is refused`() async throws {
        let first = try await Aligner(request("state"), backend: PairBackend(margin: Self.margin)).run()
        await first.close(keepingState: true)
        func refused(_ request: AlignmentRequest, model: String = "stub") async -> String {
            do {
                let backend = PairBackend(name: model, margin: Self.margin)
                _ = try await Aligner(request, backend: backend).run()
                return "not refused"
            } catch AlignmentError.stateOfAnotherRun(_, let difference) {
                return difference
            } catch {
                return "\(error)"
            }
        }
        var other = request("state")
        other.candidates = 6
        #expect(await refused(other) == "--candidates differs")
        #expect(await refused(request("state"), model: "other") == "model differs")
        other = request("state")
        other.settings.instruction = "Else?"
        #expect(await refused(other) == "instruction differs")
        // Thresholds are no reason: nothing has to be scored again.
        other = request("state")
        other.settings.merge = 0.99
        #expect(await refused(other) == "not refused")
        other = request("state")
        other.candidates = 6
        other.restarts = true
        #expect(await refused(other) == "not refused")
        try lists.write("l.tsv", "id\ttitle\n1\tother\n")
        #expect(await refused(request("state"), model: "stub") != "not refused")
    }

    @Test func `Two runs do not share a state`() async throws {
        let first = try await Aligner(request("state"), backend: PairBackend(margin: Self.margin)).run()
        await #expect(throws: AlignmentError.stateInUse(path: lists.path("state"))) {
            _ = try await Aligner(request("state"), backend: PairBackend(margin: Self.margin)).run()
        }
        await first.close(keepingState: false)
    }

    @Test func `A model that leaves texts without a score is an error, and nothing is made up`() async throws {
        let backend = PairBackend { _, document in document.hasPrefix("Tasse") ? 1 : nil }
        let error = await #expect(throws: AlignmentError.self) {
            _ = try await Aligner(request("state"), backend: backend).run()
        }
        guard case .unscored(_, let model) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(model == "stub")
    }
}
