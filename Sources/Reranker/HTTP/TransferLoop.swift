internal import CCurl

/// Drives all transfers of a client on the client's thread.
final class TransferLoop {
    private let mailbox: TransferMailbox
    private let options: HTTPClientOptions
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]

    /// Orders and cancellations wake the loop; this only bounds a sleep.
    private static let longestSleep: Int32 = 60_000

    init(mailbox: TransferMailbox, options: HTTPClientOptions) {
        self.mailbox = mailbox
        self.options = options
    }

    /// Runs until the client is gone.
    func run() {
        if let multi = mailbox.multi {
            let most = options.connectionsPerHost
            _ = aisle_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, most)
        }
        while let orders = mailbox.takeOrders() {
            guard let multi = mailbox.multi else {
                // There is nothing to wait on; the client says so to everybody until it is gone.
                fail(orders, HTTPError.unavailable(reason: "it could not be set up"))
                break
            }
            for order in orders { start(order, multi) }
            abortCancelled(multi)
            var running: Int32 = 0
            var code = curl_multi_perform(multi, &running)
            finishDone(multi)
            if code == CURLM_OK { code = curl_multi_poll(multi, nil, 0, Self.longestSleep, nil) }
            if code != CURLM_OK {
                // Out of memory, or a bug: going on would spin.
                failAll(multi, HTTPError.unavailable(reason: String(cString: curl_multi_strerror(code))))
                break
            }
        }
        if let multi = mailbox.multi { failAll(multi, HTTPError.cancelled) }
        fail(mailbox.close(), HTTPError.cancelled)
    }

    private func start(_ order: TransferOrder, _ multi: UnsafeMutableRawPointer) {
        guard !order.cancellation.isCancelled else { return fail([order], HTTPError.cancelled) }
        do {
            let transfer = try Transfer(order, options: options)
            guard curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
                throw HTTPError.unavailable(reason: "a transfer could not be started")
            }
            transfers[transfer.handle] = transfer
        } catch {
            order.continuation.resume(throwing: error)
        }
    }

    private func abortCancelled(_ multi: UnsafeMutableRawPointer) {
        for (handle, transfer) in transfers where transfer.order.cancellation.isCancelled {
            curl_multi_remove_handle(multi, handle)
            transfers[handle] = nil
            transfer.order.continuation.resume(throwing: HTTPError.cancelled)
        }
    }

    private func finishDone(_ multi: UnsafeMutableRawPointer) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            // The message is gone once its handle is removed.
            let code = aisle_curl_message_result(message)
            guard let transfer = transfers.removeValue(forKey: handle) else { continue }
            let result = transfer.result(code)
            curl_multi_remove_handle(multi, handle)
            transfer.order.continuation.resume(with: result)
        }
    }

    private func failAll(_ multi: UnsafeMutableRawPointer, _ error: HTTPError) {
        for (handle, transfer) in transfers {
            curl_multi_remove_handle(multi, handle)
            transfer.order.continuation.resume(throwing: error)
        }
        transfers.removeAll()
    }

    private func fail(_ orders: [TransferOrder], _ error: HTTPError) {
        for order in orders { order.continuation.resume(throwing: error) }
    }
}
