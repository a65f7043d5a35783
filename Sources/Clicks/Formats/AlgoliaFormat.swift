/// Events as Algolia's Insights API and the `search-insights` library send them.
///
/// One record names up to 20 objects and becomes one event each. `userToken` is the client,
/// `authenticatedUserToken` the user, `timestamp` milliseconds since 1970, `positions` count from 1.
enum AlgoliaFormat {
    /// The methods of `search-insights` whose arguments may be sent under their names.
    private static let methods: [(name: String, action: EventAction)] = [
        ("clickedObjectIDsAfterSearch", .click),
        ("clickedObjectIDs", .click),
        ("convertedObjectIDsAfterSearch", .conversion),
        ("convertedObjectIDs", .conversion),
        ("addedToCartObjectIDsAfterSearch", .addToCart),
        ("addedToCartObjectIDs", .addToCart),
        ("purchasedObjectIDsAfterSearch", .purchase),
        ("purchasedObjectIDs", .purchase),
        ("viewedObjectIDs", .impression),
    ]

    /// Whether a record is of this form.
    static func recognizes(_ fields: JSONFields) -> Bool {
        fields.has("objectIDs") || fields.has("queryID") || fields.has("userToken") || method(fields) != nil
    }

    /// The events of a record.
    static func events(_ fields: JSONFields) throws(EventProblem) -> [LogRecord] {
        if let method = method(fields), let arguments = try fields.object(method.name) {
            return try events(arguments, method.action)
        }
        return try events(fields, try action(fields))
    }

    private static func method(_ fields: JSONFields) -> (name: String, action: EventAction)? {
        methods.first { fields.has($0.name) }
    }

    /// By `eventType` and `eventSubtype`.
    private static func action(_ fields: JSONFields) throws(EventProblem) -> EventAction {
        switch (try fields.identifier("eventType"), try fields.identifier("eventSubtype")) {
        case ("click", _): .click
        case ("conversion", "addToCart"): .addToCart
        case ("conversion", "purchase"): .purchase
        case ("conversion", _): .conversion
        // Algolia's "view" is an item that was on the screen.
        case ("view", _): .impression
        case (nil, _): throw fields.problem("eventType", "is missing: click, conversion or view")
        case (let type?, _):
            throw fields.problem("eventType", "\"\(type.prefix(40))\" is none of click, conversion, view")
        }
    }

    private static func events(_ fields: JSONFields, _ action: EventAction) throws(EventProblem) -> [LogRecord] {
        guard let objects = try fields.identifiers("objectIDs"), !objects.isEmpty else {
            throw fields.problem("objectIDs", "is missing: a list of product ids")
        }
        let positions = try fields.positions("positions", countedFrom: 1)
        if let positions, positions.count != objects.count {
            throw fields.problem("positions", "\(positions.count) positions for \(objects.count) objectIDs")
        }
        let time = try fields.time("timestamp")
        let queryID = try fields.identifier("queryID").map { QueryID($0) }
        let visitor = Visitor(
            user: try fields.identifier("authenticatedUserToken").map { UserID($0) },
            client: try fields.identifier("userToken").map { ClientID($0) }
        )
        let application = try fields.identifier("index")
        return objects.enumerated().map { place, object in
            .event(
                BehaviorEvent(
                    action,
                    time: time ?? fields.arrival,
                    isTimed: time != nil,
                    queryID: queryID,
                    object: ObjectID(object),
                    position: positions?[place],
                    visitor: visitor,
                    application: application
                )
            )
        }
    }
}
