import NIOCore

/// Tells those who work for a connection's client when it has left.
///
/// A client that closes its sending half counts as gone: nothing tells it from one that closed everything, until
/// something is written to it.
final class ClientPresence: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private var listeners: [Int: @Sendable () -> Void] = [:]
    private var lastNumber = 0
    private var isGone = false

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { leave() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        isGone = true
        for listener in listeners.values { listener() }
        listeners = [:]
    }

    /// Calls back, at once where the client has left before; the number takes it back.
    private func listen(_ listener: @escaping @Sendable () -> Void) -> Int {
        lastNumber += 1
        if isGone { listener() } else { listeners[lastNumber] = listener }
        return lastNumber
    }

    /// Does work that is cancelled when the client leaves, or the caller is cancelled.
    ///
    /// - Parameters:
    ///   - channel: The client's connection; one without this handler has nobody who could leave.
    ///   - work: What to do.
    /// - Returns: What the work gives.
    /// - Throws: What the work throws.
    static func during<Value: Sendable>(
        _ channel: any Channel,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard channel.isActive else { return try await work() }
        let task = Task { try await work() }
        return try await withTaskCancellationHandler {
            let number = try? await channel.eventLoop.submit {
                try channel.pipeline.syncOperations.handler(type: ClientPresence.self).listen { task.cancel() }
            }.get()
            defer {
                if let number {
                    channel.eventLoop.execute {
                        let handler = try? channel.pipeline.syncOperations.handler(type: ClientPresence.self)
                        handler?.listeners[number] = nil
                    }
                }
            }
            return try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
