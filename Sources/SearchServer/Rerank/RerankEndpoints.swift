import Foundation
import Hummingbird

/// The endpoints of other rerank servers, so that their clients can ask here unchanged.
struct RerankEndpoints: Sendable {
    let parts: ServerParts

    /// All paths, for keys that may search.
    var all: [Endpoint] {
        let schemas = RerankSchemas(limits: limits)
        return RerankPath.allCases.map { path in
            Endpoint(.post, path.rawValue, access: .needs(.search), schemas.operation(path)) { request, context in
                try await path.scoresPairs
                    ? score(path, request, context) : rerank(path, request, context)
            }
        }
    }

    private var limits: RequestLimits { parts.settings.limits }

    private func rerank(_ path: RerankPath, _ request: Request, _ context: ServerContext) async throws -> Response {
        let start = ContinuousClock.now
        let json = try await request.json(limit: limits.rerank.bodyBytes)
        let body: RerankBody = try BodyReading(path: path, limits: limits).read(json)
        do {
            let occasion = try occasion(context)
            let texts = body.documents.map(\.text)
            let question = RerankQuestion(query: body.query, places: Array(texts.indices), texts: texts)
            let scores = try await scores([question], body.options, since: start, context)
            guard body.shape == .tei else {
                return try JSONAnswer.response(ResultsAnswer(body, scores, occasion: occasion))
            }
            let results = RankedDocument.ranking(body, scores).map { ranked in
                ListedResult(
                    index: ranked.index,
                    score: ranked.score,
                    text: body.returnsDocuments ? ranked.document.text : nil
                )
            }
            return try JSONAnswer.response(results)
        } catch {
            throw RerankRefusal(error, style: body.shape.errors)
        }
    }

    private func score(_ path: RerankPath, _ request: Request, _ context: ServerContext) async throws -> Response {
        let start = ContinuousClock.now
        let json = try await request.json(limit: limits.rerank.bodyBytes)
        let body: ScoreBody = try BodyReading(path: path, limits: limits).read(json)
        let occasion = try occasion(context)
        let questions = RerankQuestion.questions(queries: body.queries, documents: body.documents)
        let scores = try await scores(questions, body.options, since: start, context)
        return try JSONAnswer.response(ScoresAnswer(body, scores, occasion: occasion))
    }

    private func occasion(_ context: ServerContext) throws -> AnswerOccasion {
        AnswerOccasion(
            id: context.requestID,
            created: Int(Date.now.timeIntervalSince1970),
            model: try parts.rerank.model()
        )
    }

    /// Scores when it is the client's turn, for as long as the client is there.
    private func scores(
        _ questions: [RerankQuestion],
        _ options: RerankOptions,
        since start: ContinuousClock.Instant,
        _ context: ServerContext
    ) async throws -> RerankScores {
        let (client, trace) = (context.client, context.trace)
        return try await ClientPresence.during(context.channel) {
            try await parts.rerank.admission.run(client: client, deadline: start + options.time) { waited in
                trace.add(waited.milliseconds, to: .queue)
                let begin = ContinuousClock.now
                defer { trace.add((ContinuousClock.now - begin).milliseconds, to: .rerank) }
                let scores = try await parts.rerank.scores(questions, options: options, since: start)
                parts.metrics.note(scored: scores.margins.count { $0 != nil }, cached: scores.cached)
                return scores
            }
        }
    }
}
