import CKernels
import Foundation
import Statistics
import Synchronization
import Testing

@testable import Reranker

@Suite struct PoolTests {
    /// What the calls of one loop leave behind.
    private final class Probe: Sendable {
        private struct State {
            var calls: [Int]
            var active: Set<Int> = []
            var problem: String?
        }

        private let state: Mutex<State>
        private let threads: Int

        init(count: Int, threads: Int) {
            state = Mutex(State(calls: Array(repeating: 0, count: count)))
            self.threads = threads
        }

        func enter(_ index: Int, _ worker: Int) {
            state.withLock { state in
                if !(0..<threads).contains(worker) { state.problem = "worker \(worker)" }
                if !state.active.insert(worker).inserted { state.problem = "worker \(worker) twice at a time" }
                if state.calls.indices.contains(index) {
                    state.calls[index] += 1
                } else {
                    state.problem = "index \(index)"
                }
            }
        }

        func leave(_ worker: Int) {
            state.withLock { _ = $0.active.remove(worker) }
        }

        /// What is wrong now that the loop is over; nil: nothing.
        var problem: String? {
            state.withLock { state in
                if !state.active.isEmpty { return "workers \(state.active) are still at it" }
                let odd = state.calls.indices.filter { state.calls[$0] != 1 }
                return state.problem ?? (odd.isEmpty ? nil : "indices \(odd) were not called once")
            }
        }
    }

    @Test(arguments: 1...8)
    func `Every index is called once, by workers that differ`(threads: Int) throws {
        let seed = UInt64(threads)
        var numbers = SplitMix64(seed: seed)
        let team = try WorkerTeam(count: threads)
        for loop in 0..<500 {
            let count =
                loop % 5 == 0 ? Int.random(in: 0...200, using: &numbers) : Int.random(in: 0...9, using: &numbers)
            let probe = Probe(count: count, threads: threads)
            team.run(count) { index, worker in
                probe.enter(index, worker)
                probe.leave(worker)
            }
            let problem = probe.problem
            #expect(problem == nil, "loop \(loop), \(count) indices, seed \(seed)")
            if problem != nil { return }
        }
    }

    @Test func `What a loop wrote is seen when it is over, also after threads slept`() throws {
        let team = try WorkerTeam(count: 4)
        let numbers = UnsafeMutablePointer<Int>.allocate(capacity: 64)
        defer { numbers.deallocate() }
        nonisolated(unsafe) let shared = numbers
        for round in 0..<300 {
            // Long enough now and then for the team to fall asleep.
            if round % 50 == 0 { usleep(5000) }
            team.run(64) { index, _ in shared[index] = round * 64 + index }
            #expect((0..<64).allSatisfy { numbers[$0] == round * 64 + $0 })
        }
    }

    @Test func `Parts cover all rows once`() throws {
        let team = try WorkerTeam(count: 3)
        for rows in 0...100 {
            let probe = Probe(count: rows, threads: 3)
            team.forEachPart(of: rows, smallest: 8) { part, worker in
                for row in part {
                    probe.enter(row, worker)
                    probe.leave(worker)
                }
            }
            #expect(probe.problem == nil, "\(rows)")
        }
    }

    @Test func `Teams that never run end, too`() throws {
        for count in 1...8 { _ = try WorkerTeam(count: count) }
    }

    @Test(arguments: [0, -1, Int.min])
    func `No threads is an error`(count: Int) {
        #expect(throws: EngineError.threads(count)) { try WorkerTeam(count: count) }
    }
}
