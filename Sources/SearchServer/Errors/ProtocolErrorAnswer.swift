import Foundation
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Gives requests that are no HTTP an error in the one shape, too.
///
/// They never reach the router: the framework answers them with an empty 400 and closes the connection.
final class ProtocolErrorAnswer: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(let head) = unwrapOutboundIn(data), head.status == .badRequest,
            head.headerFields[.contentType] == nil, head.headerFields[.contentLength] == "0",
            let body = try? JSONAnswer.data(Self.answer.body)
        else { return context.write(data, promise: promise) }
        var own = head
        own.headerFields[.contentType] = "application/json; charset=utf-8"
        own.headerFields[.contentLength] = "\(body.count)"
        context.write(wrapOutboundOut(.head(own)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: promise)
    }

    private static let answer = ErrorAnswer(
        .badRequest,
        "bad_http",
        "This is no HTTP/1.1 request, or one with too long a head; in URLs, write other than ASCII as %E8%93%9D."
    )
}
