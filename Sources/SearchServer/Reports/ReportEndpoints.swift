import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Ranking

/// `/reports`: the list of evaluation reports, and each of them.
///
/// A frame or a new tab cannot send a key. So the list, which needs one, gives addresses with a ticket that nobody
/// guesses, and a report is given to whoever has its address.
struct ReportEndpoints: Sendable {
    let folder: ReportFolder?
    /// Part of all addresses of this server's reports.
    let ticket: String

    init(parts: ServerParts) {
        folder = parts.settings.reports.map { ReportFolder(path: $0) }
        ticket = (0..<2).map { _ in String(format: "%016lx", UInt64.random(in: 0...UInt64.max)) }.joined()
    }

    /// None where the server was given no folder of reports.
    var all: [Endpoint] {
        guard let folder else { return [] }
        return [
            Endpoint(.get, "/reports", access: .needs(.admin), Self.listing) { _, _ in
                let reports = try await BlockingWork.run { _ in try answers(folder) }
                return try JSONAnswer.response(List(reports: reports))
            },
            Endpoint(.get, "/reports/{name}", access: .open, Self.reading) { request, context in
                let path = context.parameters.get("name") ?? ""
                let name = try PercentEncoding.decoded(path[...], plusIsSpace: false)
                var reader = try ParameterReader(query: request.uri.query)
                guard let given = try reader.text("ticket"), isTicket(given) else {
                    throw ServerError.noSuchReport(name: name)
                }
                let report = try await BlockingWork.run { _ in try folder.report(name) }
                return Response(
                    status: .ok,
                    headers: Self.headers,
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: report))
                )
            },
        ]
    }

    /// The answer of `GET /reports`.
    struct List: Encodable {
        let reports: [ReportAnswer]
    }

    private static let listing = Operation(
        name: "reports",
        summary: "The evaluation reports, latest first",
        answer: .json(
            .object("The reports.", ["reports": .list("At most \(ReportFolder.most).", of: ReportAnswer.schema)])
        )
    )

    private static let reading = Operation(
        name: "report",
        summary: "An evaluation report",
        query: [.init(name: "ticket", schema: .text("What the address in the list of reports has."))],
        path: [.init(name: "name", schema: .text("The file's name."))],
        answer: Operation.Content(type: "text/html", schema: .text("The report.")),
        errors: [404]
    )

    /// A report is a file that somebody put there: it may show itself and do nothing else.
    static let headers: HTTPFields = [
        .contentType: "text/html; charset=utf-8",
        .contentSecurityPolicy:
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
        .xContentTypeOptions: "nosniff",
        .referrerPolicy: "no-referrer",
        .cacheControl: "no-store",
    ]

    private func answers(_ folder: ReportFolder) throws -> [ReportAnswer] {
        try folder.entries().map { entry in
            let name = entry.name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            return ReportAnswer(entry, folder.figures(of: entry), address: "reports/\(name)?ticket=\(ticket)")
        }
    }

    /// Takes the same time whatever differs.
    private func isTicket(_ text: String) -> Bool {
        guard text.utf8.count == ticket.utf8.count else { return false }
        return zip(text.utf8, ticket.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
