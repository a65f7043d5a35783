/// What `/openapi.json` says of the rerank endpoints.
struct RerankSchemas {
    let limits: RequestLimits

    /// The description of a path.
    func operation(_ path: RerankPath) -> Operation {
        var operation = Operation(
            name: path.operationName,
            summary: path.summary,
            body: [.json(path.scoresPairs ? pairs : documents)],
            answer: .json(answer(path)),
            errors: [422, 424, 429, 499, 501, 502, 504]
        )
        operation.error = error
        return operation
    }

    private func answer(_ path: RerankPath) -> Schema {
        if path.scoresPairs { return scores }
        return path.knowsTexts ? .any("Results, or a bare list.", of: [results, list]) : results
    }

    private var text: Schema {
        .any(
            "A text, or an object with one.",
            of: [.text("The text."), .openObject("With text or content, or what rank_fields names.", [:])]
        )
    }

    /// Members of both kinds of bodies.
    private var documents: Schema {
        .openObject(
            "A query and documents; members of other servers are ignored.",
            [
                "query": text,
                "documents": .any(
                    "Also texts, passages, items.",
                    of: [.list("Several.", of: text, most: limits.rerank.documents), text]
                ),
                "top_n": .integer("Results wanted, also top_k; 0: all.", 0...RerankOptions.most).optional,
                "return_documents": .flag("Whether documents are sent back; also return_text.").optional,
                "rank_fields": .list("Members of documents that are ranked.", of: .text("A name.")).optional,
                "instruction": .text("The task; also instruct.", most: limits.instructionLength).optional,
                "raw_scores": .flag("Whether scores are log-odds.").optional,
                "max_tokens_per_doc": .integer("Tokens of a document; 0: no limit.", 0...RerankOptions.most).optional,
                "truncate": .flag("False: a text that has to be cut is an error.").optional,
                "budget_ms": .integer("Time for the answer.", 1...Int(limits.rerank.time.milliseconds)).optional,
                "allow_partial": .flag("Whether what is scored in time is enough.").optional,
            ]
        )
    }

    private var pairs: Schema {
        .openObject(
            "One query for all documents, or one for each; members of other servers are ignored.",
            [
                "text_1": .any("Also queries.", of: [.list("Several.", of: text), text]),
                "text_2": .any(
                    "Also documents.",
                    of: [.list("Several.", of: text, most: limits.rerank.documents), text]
                ),
                "instruction": .text("The task; also instruct.", most: limits.instructionLength).optional,
                "raw_scores": .flag("Whether scores are log-odds.").optional,
                "budget_ms": .integer("Time for the answer.", 1...Int(limits.rerank.time.milliseconds)).optional,
                "allow_partial": .flag("Whether what is scored in time is enough.").optional,
            ]
        )
    }

    private var usage: Schema {
        .object(
            "Tokens that went through the model; known scores cost none.",
            ["prompt_tokens": .integer("Of all prompts."), "total_tokens": .integer("The same.")]
        )
    }

    private var partial: Schema {
        .object("What was scored in time.", ["scored": .integer("So many."), "documents": .integer("Of these.")])
    }

    private var cut: Schema { .list("Documents whose tails were cut.", of: .integer("From 0.")) }

    private var results: Schema {
        .object(
            "Results, best first.",
            [
                "id": .text("The request's.").optional,
                "object": .choice("Where the server imitated has it.", ["list", "rerank"]).optional,
                "created": .integer("Seconds since 1970.").optional,
                "model": .text("The model that is loaded."),
                "results": .list(
                    "Best first.",
                    of: .object(
                        "A result.",
                        [
                            "index": .integer("The document's place in the request, from 0."),
                            "relevance_score": .number("The probability that it is relevant, or log-odds."),
                            "document": text.optional,
                        ]
                    )
                ),
                "meta": .openObject("Cohere's block.", [:]).optional,
                "usage": usage.optional,
                "truncated": cut.optional,
                "query_truncated": .flag("True where the query's tail was cut.").optional,
                "partial": partial.optional,
            ]
        )
    }

    private var list: Schema {
        .list(
            "TEI's list, best first, for bodies with texts.",
            of: .object(
                "A result.",
                [
                    "index": .integer("The text's place in the request, from 0."),
                    "score": .number("The probability that it is relevant, or log-odds."),
                    "text": .text("The text.").optional,
                ]
            )
        )
    }

    private var scores: Schema {
        .object(
            "Scores in the order of the request.",
            [
                "id": .text("The request's."),
                "object": .choice("Always the same.", ["list"]),
                "created": .integer("Seconds since 1970."),
                "model": .text("The model that is loaded."),
                "data": .list(
                    "One for each pair.",
                    of: .object(
                        "A score.",
                        [
                            "index": .integer("The pair's place, from 0."),
                            "object": .choice("Always the same.", ["score"]),
                            "score": .number("The probability that the document is relevant, or log-odds."),
                        ]
                    )
                ),
                "usage": usage.optional,
                "truncated": cut.optional,
                "query_truncated": .flag("True where the query's tail was cut.").optional,
                "partial": partial.optional,
            ]
        )
    }

    private var error: Schema {
        .any(
            "An error, in the words of the servers imitated.",
            of: [
                .openObject(
                    "Most servers'.",
                    ["error": .openObject("What was wrong.", ["message": .text("In words.")])]
                ),
                .object("TEI's.", ["error": .text("In words."), "error_type": .text("Its kind.")]),
            ]
        )
    }
}
