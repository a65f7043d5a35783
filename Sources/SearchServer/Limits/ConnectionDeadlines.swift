import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes connections that take too long for any part of a request.
///
/// An idle time-out alone is no help against a client that sends one byte now and then. Here each part has an end of
/// its own, however busy the connection seems: from one answer to the next request's complete head, from the head to
/// the end of the body, from the begin of the answer until the client has taken all of it. What lies between, the
/// work, is limited by `RequestLimits.time`.
final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long each part may take.
    struct Times: Sendable {
        /// To a connection's first head.
        var head = TimeAmount.seconds(10)
        /// From an answer to the next head.
        var idle = TimeAmount.seconds(75)
        /// From a head to its body's end.
        var body = TimeAmount.seconds(60)
        /// From an answer's begin to its end.
        var answer = TimeAmount.seconds(60)
    }

    private let times: Times
    private var timer: Scheduled<Void>?
    /// Requests whose answer has not begun; clients may send the next one before.
    private var open = 0

    init(_ times: Times) {
        self.times = times
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { expect(times.head, context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        expect(times.head, context)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            if open == 1 { expect(times.body, context) }
        case .body: break
        case .end:
            timer?.cancel()
            timer = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head: expect(times.answer, context)
        case .body: break
        case .end:
            let written = promise ?? context.eventLoop.makePromise()
            let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
            written.futureResult.whenSuccess {
                let (handler, context) = bound.value
                handler.open = max(handler.open - 1, 0)
                handler.expect(handler.open > 0 ? handler.times.body : handler.times.idle, context)
            }
            context.write(data, promise: written)
            return
        }
        context.write(data, promise: promise)
    }

    /// From now on, something has to happen within this time.
    private func expect(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        timer?.cancel()
        guard context.channel.isActive else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: time) { bound.value.close(promise: nil) }
    }
}
