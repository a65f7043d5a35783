/// Events as Meilisearch's analytics take them: `eventType`, `userId`, `queryUid`, `objectId`, `position` from 0.
///
/// They carry no time, so they have happened when they arrive.
enum MeilisearchFormat {
    /// Whether a record is of this form.
    static func recognizes(_ fields: JSONFields) -> Bool {
        fields.has("queryUid") || fields.has("objectId") || fields.has("indexUid")
    }

    /// The event of a record.
    static func event(_ fields: JSONFields) throws(EventProblem) -> LogRecord {
        let action: EventAction =
            switch try fields.identifier("eventType") {
            case "click": .click
            case "conversion": .conversion
            case nil: throw fields.problem("eventType", "is missing: click or conversion")
            case let type?: throw fields.problem("eventType", "\"\(type.prefix(40))\" is neither click nor conversion")
            }
        guard let object = try fields.identifier("objectId") else {
            throw fields.problem("objectId", "is missing: the product's id")
        }
        return .event(
            BehaviorEvent(
                action,
                time: fields.arrival,
                isTimed: false,
                queryID: try fields.identifier("queryUid").map { QueryID($0) },
                object: ObjectID(object),
                position: try fields.position("position", countedFrom: 0),
                visitor: Visitor(user: try fields.identifier("userId").map { UserID($0) }),
                application: try fields.identifier("indexUid")
            )
        )
    }
}
