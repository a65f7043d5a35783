import Foundation
import HTTPTypes
import Hummingbird

/// The outermost middleware: names requests and writes one JSON line for each.
///
/// Never keys, query strings or bodies: queries are what people think.
struct RequestLog: RouterMiddleware {
    let log: ServerLog
    let metrics: ServerMetrics

    /// `X-Request-Id`.
    static let header = HTTPField.Name("X-Request-Id")

    func handle(
        _ request: Request,
        context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var context = context
        context.requestID = Self.requestID(request)
        var response = try await next(request, context)
        if let header = Self.header { response.headers[header] = context.requestID }
        let milliseconds = (ContinuousClock.now - start).milliseconds
        let route = context.endpointPath ?? "none"
        metrics.note(
            route: route,
            method: request.method.rawValue,
            status: response.status.code,
            milliseconds: milliseconds,
            trace: context.trace
        )
        log.line(
            Line(
                time: ServerLog.time,
                requestId: context.requestID,
                method: request.method.rawValue,
                route: route,
                status: response.status.code,
                milliseconds: milliseconds,
                stages: Dictionary(
                    context.trace.stages.map { ($0.stage.rawValue, $0.milliseconds) },
                    uniquingKeysWith: { $0 + $1 }
                ),
                caller: context.trace.caller,
                error: context.trace.failure
            )
        )
        return response
    }

    /// The sender's name for the request where it is harmless, else a new one.
    private static func requestID(_ request: Request) -> String {
        guard let header, let sent = request.headers[header], (1...128).contains(sent.utf8.count),
            sent.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            })
        else { return QueryID.next() }
        return sent
    }

    /// A line.
    private struct Line: Encodable {
        let time: String
        let requestId: String
        let method: String
        let route: String
        let status: Int
        let milliseconds: Double
        let stages: [String: Double]
        let caller: String?
        let error: String?
    }
}
