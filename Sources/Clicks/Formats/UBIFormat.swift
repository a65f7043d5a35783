/// Events and queries of User Behavior Insights 1.3.0 (https://www.ubisearch.dev).
enum UBIFormat {
    /// An event: `action_name` and `timestamp` are required.
    static func event(_ fields: JSONFields) throws(EventProblem) -> LogRecord {
        guard let action = try fields.identifier("action_name") else {
            throw fields.problem("action_name", "is missing: impression, click, add_to_cart, purchase, view, watch")
        }
        guard let time = try fields.time("timestamp") else {
            throw fields.problem("timestamp", "is missing: write 2026-01-31T12:00:00Z")
        }
        let attributes = try fields.object("event_attributes")
        let object = try attributes?.object("object")
        let position = try attributes?.object("position")?.position("ordinal", countedFrom: 1)
        let id = try object?.identifier("object_id")
        if let object, id == nil {
            throw object.problem("object_id", "is missing: the id of the product as the search showed it")
        }
        return .event(
            BehaviorEvent(
                EventAction(rawValue: action),
                time: time,
                queryID: try fields.identifier("query_id").map { QueryID($0) },
                object: id.map { ObjectID($0) },
                position: position,
                userQuery: try fields.query("user_query"),
                visitor: try visitor(fields),
                application: try fields.identifier("application")
            )
        )
    }

    /// A query: `user_query` is required, and `query_id`, without which no event could name it.
    ///
    /// `query_attributes` may name the `configuration` that ranked, the `first_position` of the first hit (default 1),
    /// and for interleaved answers `interleaving: {"a", "b", "teams": "ABBA"}`.
    static func query(_ fields: JSONFields) throws(EventProblem) -> LogRecord {
        guard let text = try fields.query("user_query") else {
            throw fields.problem("user_query", "is missing: what was typed")
        }
        guard let id = try fields.identifier("query_id") else {
            throw fields.problem("query_id", "is missing: without it no event can name this search")
        }
        let isOld = !fields.has("query_response_hit_ids")
        let shown = try fields.identifiers(isOld ? "query_response_objects_ids" : "query_response_hit_ids") ?? []
        let attributes = try fields.object("query_attributes")
        return .search(
            SearchRecord(
                QueryID(id),
                userQuery: text,
                time: try fields.time("timestamp") ?? fields.arrival,
                shown: shown.map { ObjectID($0) },
                firstPosition: try attributes?.position("first_position", countedFrom: 1) ?? 1,
                configuration: try attributes?.identifier("configuration"),
                interleaving: try attributes?.object("interleaving").map { fields throws(EventProblem) in
                    try interleaving(fields, count: shown.count)
                },
                visitor: try visitor(fields),
                application: try fields.identifier("application")
            )
        )
    }

    private static func visitor(_ fields: JSONFields) throws(EventProblem) -> Visitor {
        Visitor(
            user: try fields.identifier("user_id").map { UserID($0) },
            client: try fields.identifier("client_id").map { ClientID($0) },
            session: try fields.identifier("session_id").map { SessionID($0) }
        )
    }

    private static func interleaving(_ fields: JSONFields, count: Int) throws(EventProblem) -> InterleavedTeams {
        guard let a = try fields.identifier("a"), let b = try fields.identifier("b") else {
            throw fields.problem("a", "the names of both configurations are required, as a and b")
        }
        guard let teams = InterleavedTeams(a: a, b: b, letters: try fields.query("teams") ?? ""),
            teams.teams.count == count
        else {
            throw fields.problem("teams", "expected one letter, A or B, for each of the \(count) hits")
        }
        return teams
    }
}
