import Clicks
import Foundation
import HTTPTypes
import Hummingbird

/// `/events`: what shoppers did, in the shapes of UBI, Algolia and Meilisearch.
struct EventEndpoints: Sendable {
    let parts: ServerParts

    /// `text/plain` is what `navigator.sendBeacon` sends without asking another site first.
    private static let contentTypes = ["application/json", "application/x-ndjson", "application/jsonl", "text/plain"]

    var all: [Endpoint] {
        let event = Schema.openObject(
            "An event or a query of UBI 1.3.0, or an event of Algolia's or Meilisearch's; several: a list, or one a line.",
            ["action_name": .text("What was done.", example: "click").optional]
        )
        let write = Operation(
            name: "writeEvents",
            summary: "Keep what shoppers did; answered when it is on the disk",
            body: Self.contentTypes.map { .init(type: $0, schema: event) },
            answer: .json(EventAnswer.schema),
            errors: [501, 507]
        )
        let delete = Operation(
            name: "deleteEvents",
            summary: "Delete all that is kept of a user or a client",
            query: [
                .init(name: "user_id", schema: .text("The user.").optional),
                .init(name: "client_id", schema: .text("The client.").optional),
            ],
            answer: .json(.object("What was done.", ["deleted": .integer("Records that are gone.")])),
            errors: [501]
        )
        return [
            Endpoint(.post, "/events", access: .needs(.search), write, respond: answerWrite),
            Endpoint(.delete, "/events", access: .needs(.admin), delete, respond: answerDelete),
        ]
    }

    private func store() throws(ServerError) -> EventStore {
        guard let events = parts.settings.events else { throw .noEvents }
        return events.store
    }

    @Sendable private func answerWrite(_ request: Request, _ context: ServerContext) async throws -> Response {
        let store = try store()
        try request.require(contentTypes: Self.contentTypes)
        let limit = parts.settings.limits.bodyBytes
        let body = Data(try await request.bytes(limit: limit).readableBytesView)
        let records = try EventReader().read(body)
        var kept: [LogRecord] = []
        var answer = EventAnswer()
        for record in records {
            switch record.result {
            case .success(let several): kept += several
            case .failure(let problem):
                answer.errors.append(.init(record: record.place, field: problem.field, message: problem.problem))
            }
        }
        // Nothing of it can be used: whoever sent it should see that at once.
        if kept.isEmpty, let first = answer.errors.first {
            throw ServerError.badEvents(record: first.record, field: first.field, problem: first.message)
        }
        for outcome in try await store.record(kept) {
            switch outcome {
            case .stored: answer.stored += 1
            case .duplicate: answer.duplicates += 1
            case .expired: answer.expired += 1
            }
        }
        return try JSONAnswer.response(answer)
    }

    @Sendable private func answerDelete(_ request: Request, _ context: ServerContext) async throws -> Response {
        let store = try store()
        var reader = try ParameterReader(query: request.uri.query)
        let user = try reader.text("user_id"), client = try reader.text("client_id")
        try reader.finish()
        switch (user, client) {
        case (let user?, nil): return try JSONAnswer.response(["deleted": try await store.delete(user: UserID(user))])
        case (nil, let client?):
            return try JSONAnswer.response(["deleted": try await store.delete(client: ClientID(client))])
        case (nil, nil): throw ServerError.missingParameter(name: "user_id")
        case (.some, .some):
            throw ServerError.badParameter(name: "client_id", value: "given beside user_id", expected: "one of the two")
        }
    }
}

/// What became of events.
struct EventAnswer: Encodable, Sendable {
    /// A record that was refused.
    struct Problem: Encodable, Sendable {
        let record: Int
        let field: String?
        let message: String
    }

    /// Events that are on the disk now.
    var stored = 0
    /// Events that were there before.
    var duplicates = 0
    /// Events older than what is kept.
    var expired = 0
    /// Records that were refused.
    var errors: [Problem] = []

    static let schema = Schema.object(
        "What became of the events.",
        [
            "stored": .integer("Events that are on the disk now."),
            "duplicates": .integer("Events that were there before."),
            "expired": .integer("Events older than what is kept."),
            "errors": .list(
                "Records that were refused; the others were kept.",
                of: .object(
                    "A record.",
                    [
                        "record": .integer("Its place, from 1; of one record a line, the line."),
                        "field": .text("What was wrong in it.").optional,
                        "message": .text("What was wrong."),
                    ]
                )
            ),
        ]
    )
}
