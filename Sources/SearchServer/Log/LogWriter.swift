import Dispatch
public import Foundation
import Synchronization

/// Writes log lines from a thread of its own: no request waits for a terminal, a pipe or a disk.
///
/// When whoever reads them is too slow, lines are left out, and the next line that is written says how many.
public final class LogWriter: Sendable {
    private struct State {
        var pending = Data()
        var dropped = 0
        var isWriting = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "aisle log")
    private let descriptor: Int32
    /// Bytes that may wait.
    private let limit: Int

    /// A writer to an open file.
    public init(descriptor: Int32, limit: Int = 16 << 20) {
        self.descriptor = descriptor
        self.limit = limit
    }

    /// Writes a line soon.
    public func write(_ line: Data) {
        let starts = state.withLock { state in
            guard state.pending.count + line.count <= limit else {
                state.dropped += 1
                return false
            }
            if state.dropped > 0 {
                state.pending.append(Data("{\"event\":\"lines_left_out\",\"count\":\(state.dropped)}\n".utf8))
                state.dropped = 0
            }
            state.pending.append(line)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if starts { queue.async { self.drain() } }
    }

    /// Waits until everything is written.
    public func flush() {
        queue.sync {}
    }

    private func drain() {
        while true {
            let data = state.withLock { state in
                defer { state.pending = Data() }
                if state.pending.isEmpty { state.isWriting = false }
                return state.pending
            }
            guard !data.isEmpty else { return }
            data.withUnsafeBytes { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress
                    let count = Foundation.write(descriptor, start, rest.count)
                    if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
                }
            }
        }
    }
}
