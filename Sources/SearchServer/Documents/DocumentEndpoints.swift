import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Ranking
import Retriever

/// `/documents`: the products themselves.
struct DocumentEndpoints: Sendable {
    let parts: ServerParts

    private static let lines = "application/x-ndjson"
    private static let contentTypes = [lines, "application/jsonl", "application/json"]

    var all: [Endpoint] {
        let document = Schema.openObject(
            "A product as dumps have it, or {\"delete\": ID}.",
            [
                "id": .text("The shop's id.", example: "WH-1000XM4").optional,
                "title": .text("The title.", example: "Wireless headphones").optional,
                "delete": .text("The id of a product to delete; nothing stands beside it.").optional,
            ]
        )
        let write = Operation(
            name: "writeDocuments",
            summary: "Add, replace and delete products: one JSON object a line, one result a line",
            body: Self.contentTypes.map { .init(type: $0, schema: document) },
            answer: .init(type: Self.lines, schema: DocumentResult.schema),
            errors: [409, 507]
        )
        let read = Operation(
            name: "readDocument",
            summary: "A product as the index has it",
            path: [.init(name: "id", schema: .text("The product's id."))],
            answer: .json(ProductAnswer.schema),
            errors: [404]
        )
        return [
            Endpoint(.post, "/documents", access: .needs(.write), write, respond: answerWrite),
            Endpoint(.get, "/documents/{id}", access: .needs(.search), read, respond: answerRead),
        ]
    }

    @Sendable private func answerWrite(_ request: Request, _ context: ServerContext) async throws -> Response {
        try request.require(contentTypes: Self.contentTypes)
        let limits = parts.settings.limits
        let body = Data(try await request.bytes(limit: limits.documentBytes).readableBytesView)
        let writer = DocumentWriter(path: parts.settings.index, index: parts.index, limits: limits)
        let deadline = ContinuousClock.now + limits.time
        let results = try await parts.writes.run(client: context.client, deadline: deadline) { waited in
            context.trace.add(waited.milliseconds, to: .queue)
            let start = ContinuousClock.now
            defer { context.trace.add((ContinuousClock.now - start).milliseconds, to: .index) }
            return try await BlockingWork.run { _ in try writer.write(body) }
        }
        parts.search.cache.removeAll()
        var lines = ByteBuffer()
        for result in results {
            lines.writeBytes(try JSONAnswer.data(result))
            lines.writeString("\n")
        }
        return Response(
            status: .ok,
            headers: [.contentType: "\(Self.lines); charset=utf-8"],
            body: ResponseBody(byteBuffer: lines)
        )
    }

    @Sendable private func answerRead(_ request: Request, _ context: ServerContext) async throws -> Response {
        try ParameterReader(query: request.uri.query).finish()
        let text = try PercentEncoding.decoded(Substring(context.parameters.get("id") ?? ""), plusIsSpace: false)
        let index = parts.index
        let product = try await BlockingWork.run { _ in try index.product(ProductID(text)) }
        guard let product else { throw ServerError.noSuchProduct(id: text) }
        return try JSONAnswer.response(ProductAnswer(product))
    }
}
