import Ranking

/// What `/openapi.json` says of searches.
enum SearchSchemas {
    /// The parameters `SearchParameters` reads, without their other names.
    static func parameters(_ limits: RequestLimits) -> [Operation.Parameter] {
        let texts: [(String, Schema)] = [
            ("q", .text("What the shopper typed; empty lists products.", most: limits.queryLength, example: "lamp")),
            (
                "filter",
                .text("A condition: brand = \"Sony\" AND price < 300 AND in_stock.", example: "price < 300")
            ),
            (
                "facets",
                .list(
                    "Fields whose values are counted over all matches: FIELD or FIELD:LIMIT.",
                    of: .text("A field.", example: "brand:5"),
                    most: limits.facets
                )
            ),
            ("sort", .text("relevance, price, -price, price:desc; any field.", example: "-price")),
            ("page", .integer("The page, from 1.", 1...limits.pageOffset, standard: 1)),
            (
                "per_page",
                .integer("Hits of a page.", 0...limits.pageSize, standard: SearchParameters.pageSize)
            ),
            ("offset", .integer("Hits to skip, instead of a page.", 0...limits.pageOffset)),
            ("match", .choice("Which products match.", MatchParameter.allCases.map(\.rawValue))),
            ("prefix", .flag("Whether the last word may be the beginning of one.")),
            ("collapse", .flag("Whether only the first of the variants of a product is given.")),
            ("weights", .text("Weights of the text columns.", example: "title=5,brand=2")),
            ("explain", .flag("Whether hits say where their scores and places come from.")),
            ("stage", .choice("Which stages make the order.", RankingStage.allCases.map(\.rawValue))),
            (
                "candidates",
                .integer("Hits that the reranker sees.", 1...RankingRequest.mostCandidates, standard: 100)
            ),
            ("fusion", .text("How stage fused makes one order.", example: "weighted:1")),
            ("instruction", .text("The reranker's task in a sentence.", most: limits.instructionLength)),
            ("floor", .number("Hits with a margin below it are left out.")),
            ("click_weight", .number("Log-odds that clicks may move a relevant hit, 0 (off) to 10.")),
            ("click_floor", .number("The margin from which a hit is relevant enough for clicks to count.")),
            (
                "budget_ms",
                .integer("Time for the answer, in milliseconds.", 1...Int(limits.time.milliseconds))
            ),
            ("pin", .list("Ids shown first where they match.", of: .text("An id."), most: limits.ruleIDs)),
            ("bury", .list("Ids shown below the other candidates.", of: .text("An id."), most: limits.ruleIDs)),
            ("hide", .list("Ids never shown.", of: .text("An id."), most: limits.ruleIDs)),
            ("hide_filter", .text("Products that pass it are never shown.", example: "brand = \"Acme\"")),
            ("user_id", .text("The person who searches, as in events.", most: SearchParameters.longestID)),
            ("client_id", .text("The browser or app.", most: SearchParameters.longestID)),
            ("session_id", .text("The visit.", most: SearchParameters.longestID)),
        ]
        return texts.map { Operation.Parameter(name: $0.0, schema: $0.1.optional) }
    }

    /// The answer.
    static let answer = Schema.object(
        "A page of hits, and what happened.",
        [
            "query_id": .text("Names this answer, for events."),
            "milliseconds": .number("Time from the request to the answer."),
            "is_cached": .flag("Whether the answer was made for an equal request."),
            "query": .text("As typed."),
            "stage": .choice("Which stages make the order.", RankingStage.allCases.map(\.rawValue)),
            "total": .integer("Products that match, or groups of them.").optional,
            "hits": .list("The page, best first.", of: hit),
            "facets": .map("The counts of the fields asked for, by name.", to: facet),
            "did_you_mean": .text("The query with misspelt words corrected; the hits are already its.").optional,
            "is_relaxed": .flag("Whether products with only some of the words are among the matches."),
            "is_partial": .flag("Whether the time ran out before all products were looked at."),
            "is_truncated": .flag("Whether the query was too long and its end was not used."),
            "first_stage_milliseconds": .number("Time in the first stage."),
            "rerank": rerank,
            "interleaving": .object(
                "Where two configurations are compared: who contributed which hit.",
                [
                    "a": .text("Team A's configuration, the one in use."),
                    "b": .text("Team B's."),
                    "teams": .text("A or B for each hit; hits behind the candidates of both have none."),
                ]
            ).optional,
        ]
    )

    private static let facet = Schema.object(
        "A field's values.",
        [
            "values": .list(
                "The commonest, first.",
                of: .object(
                    "A value.",
                    ["value": .text("As the feed spells it."), "count": .integer("Matches that have it.")]
                )
            ),
            "other_values": .integer("How many further values there are."),
            "missing": .integer("Matches without a value."),
            "ranges": .list(
                "Of a number field (price, rating): the least first, without gaps.",
                of: .object(
                    "A range.",
                    [
                        "from": .number("The least number that belongs to it.").optional,
                        "to": .number("The number it ends before.").optional,
                        "count": .integer("Matches with a number in it."),
                        "filter": .text("The filter expression that finds them.").optional,
                    ]
                )
            ),
            "statistics": .object(
                "Of a number field.",
                [
                    "least": .number("The least number of a match."),
                    "greatest": .number("The greatest."),
                    "mean": .number("The mean."),
                ]
            ).optional,
        ]
    )

    private static let rerank = Schema.object(
        "What became of the reranker.",
        [
            "status": .choice("How far it came.", ["complete", "partial", "skipped", "failed"]),
            "reason": .text("Why it is not complete.").optional,
            "scored": .integer("Candidates with a score."),
            "candidates": .integer("Candidates there were."),
            "cached": .integer("Scores that were known before."),
            "dropped": .integer("Hits taken out because of their margin."),
            "backend": .text("The kind of backend.").optional,
            "model": .text("The model.").optional,
            "ms": .number("Time it took, in milliseconds."),
        ]
    )

    private static let hit = Schema.object(
        "A hit.",
        [
            "id": .text("The product's id."),
            "rank": .integer("The place among all hits, from 1."),
            "score": .number("BM25."),
            "first_stage_rank": .integer("The first stage's place.").optional,
            "movement": .integer("Places it went up (above 0) or down.").optional,
            "margin": .number("The reranker's log-odds.").optional,
            "relevance": .number("The reranker's probability.").optional,
            "title": .text("The title."),
            "title_html": .text("The title as HTML, the query's words in mark elements."),
            "brand": .text("The brand.").optional,
            "categories": .list("Paths from the root down.", of: .list("A path.", of: .text("A level."))),
            "price": .number("What a shopper pays now.").optional,
            "currency": .text("ISO 4217.").optional,
            "availability": availability.optional,
            "rating": .number("The mean rating.").optional,
            "rating_count": .integer("How many ratings.").optional,
            "url": .text("The product's page.").optional,
            "image_url": .text("The product's picture.").optional,
            "group_id": .text("The group of variants.").optional,
            "description": .text("The description.").optional,
            "snippet_html": .text("The best part of the description, as HTML.").optional,
            "attributes": .map("Everything else.", to: .list("Values.", of: .text("A value."))),
            "explanation": .object(
                "Where the score comes from.",
                [
                    "length": .integer("Positions of the product's text."),
                    "mean_length": .number("The mean of all products."),
                    "terms": .list(
                        "The terms of the query.",
                        of: .object(
                            "A term.",
                            [
                                "term": .text("As it stands in the index."),
                                "document_frequency": .integer("Products that have it."),
                                "idf": .number("How rare it is."),
                                "frequency": .number("Occurrences, weighted by column."),
                                "contribution": .number("What it adds to the score."),
                            ]
                        )
                    ),
                ]
            ).optional,
            "place": .object(
                "Where the place comes from.",
                [
                    "fused": .number("What the hit is ordered by.").optional,
                    "terms": .list(
                        "Its summands.",
                        of: .object("One.", ["name": .text("Its name."), "value": .number("What it adds.")])
                    ),
                    "clicks": .object(
                        "What clicks say about it.",
                        [
                            "score": .number("The evidence, as fusion weighs it."),
                            "source": .text("Whether it is about this query or the product."),
                            "rate": .number("The share of clicks, its rank's part removed."),
                            "expected_rate": .number("What its ranks would have had."),
                            "rate_from": .number("The rate's interval: its lower end."),
                            "rate_to": .number("The upper end."),
                            "clicks": .number("Clicks, by weight."),
                            "examined_impressions": .number("Impressions that were probably looked at."),
                            "clickers": .integer("Shoppers who clicked."),
                            "shoppers": .integer("Shoppers who saw it."),
                            "converters": .integer("Shoppers who bought it."),
                        ]
                    ).optional,
                    "rule": .choice("What the shop's rules did to it.", ["pinned", "buried"]).optional,
                ]
            ).optional,
        ]
    )

    /// Whether a product can be bought.
    static let availability = Schema.choice(
        "Whether it can be bought.",
        ["in_stock", "out_of_stock", "preorder", "backorder"]
    )
}
