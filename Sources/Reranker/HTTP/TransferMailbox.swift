internal import CCurl
internal import Synchronization

/// A transfer to be made, and who waits for it.
struct TransferOrder: Sendable {
    let request: HTTPRequest
    let deciding: @Sendable (HTTPHead) throws -> HTTPSink?
    let cancellation: TransferCancellation
    let continuation: CheckedContinuation<HTTPResponse, any Error>
}

/// Tells a transfer that nobody waits for it any more.
final class TransferCancellation: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool { flag.load(ordering: .acquiring) }

    func cancel() {
        flag.store(true, ordering: .releasing)
    }
}

/// Where tasks leave their orders for the client's thread.
final class TransferMailbox: Sendable {
    private struct State {
        var orders: [TransferOrder] = []
        var isStopping = false
        /// The loop has ended and libcurl's handle is gone.
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Belongs to the loop's thread, except for `curl_multi_wakeup`, which any thread may call: guarded by `isClosed`.
    nonisolated(unsafe) let multi: UnsafeMutableRawPointer?

    init() {
        multi = CurlLibrary.isReady ? curl_multi_init() : nil
    }

    func post(_ order: TransferOrder) {
        let isAccepted = state.withLock { state in
            guard !state.isClosed else { return false }
            state.orders.append(order)
            if let multi { curl_multi_wakeup(multi) }
            return true
        }
        if !isAccepted { order.continuation.resume(throwing: HTTPError.unavailable(reason: "it has stopped")) }
    }

    /// Makes the loop look around: something was cancelled.
    func wake() {
        state.withLock { state in
            if let multi, !state.isClosed { curl_multi_wakeup(multi) }
        }
    }

    /// Ends the loop; what still runs is cancelled.
    func stop() {
        state.withLock { state in
            state.isStopping = true
            if let multi, !state.isClosed { curl_multi_wakeup(multi) }
        }
    }

    /// What was left since the last call; nil when the loop is to end.
    func takeOrders() -> [TransferOrder]? {
        state.withLock { state in
            guard !state.isStopping else { return nil }
            defer { state.orders.removeAll() }
            return state.orders
        }
    }

    /// Frees libcurl's handle; returns the orders that nobody will take any more.
    func close() -> [TransferOrder] {
        state.withLock { state in
            defer { state.orders.removeAll() }
            state.isClosed = true
            if let multi { curl_multi_cleanup(multi) }
            return state.orders
        }
    }
}

/// libcurl's own state.
enum CurlLibrary {
    /// Whether libcurl could be set up, once for the process.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
