public import Foundation

/// One record that was sent, read or refused; one record may hold several events.
public struct ReadRecord: Sendable {
    /// Its place, from 1; in JSON Lines the line.
    public var place: Int
    /// What it says.
    public var result: Result<[LogRecord], EventProblem>
}

/// Reads events and queries in the forms that shops send: UBI 1.3.0, Algolia's, Meilisearch's.
///
/// A document is a record, a list of records, `{"events": [...]}` (also `"queries"`), or one record a line (JSON
/// Lines). Forms may be mixed. A bad record is refused with its field named; the others are read.
public struct EventReader: Sendable {
    /// How much is read.
    public let limits: EventLimits
    private let now: @Sendable () -> EventTime

    /// A reader.
    ///
    /// - Parameters:
    ///   - limits: How much is read.
    ///   - now: When records arrive; tests have their own.
    public init(limits: EventLimits = EventLimits(), now: @escaping @Sendable () -> EventTime = { .now }) {
        self.limits = limits
        self.now = now
    }

    /// Reads a document.
    ///
    /// - Parameter document: JSON or JSON Lines, UTF-8.
    /// - Returns: One entry a record, in order.
    /// - Throws: `ClicksError.badDocument`, `.documentTooLarge`, `.tooManyRecords`: nothing of it was read.
    public func read(_ document: Data) throws(ClicksError) -> [ReadRecord] {
        guard document.count <= limits.documentBytes else {
            throw .documentTooLarge(bytes: document.count, most: limits.documentBytes)
        }
        let values: [(place: Int, value: Any?)]
        if let whole = Self.json(document) {
            values = Self.records(in: whole).enumerated().map { ($0.offset + 1, $0.element) }
        } else {
            values = try Self.lines(of: document)
        }
        guard values.count <= limits.records else {
            throw .tooManyRecords(count: values.count, most: limits.records)
        }
        return values.map { record($0.value, place: $0.place) }
    }

    /// Reads one line of JSON Lines; nil for a blank one.
    func read(line: Data, place: Int) -> [ReadRecord] {
        guard let value = Self.json(line) else { return [record(nil, place: place)] }
        return Self.records(in: value).map { record($0, place: place) }
    }

    /// Whether a text is one JSON value.
    static func isComplete(_ text: Data) -> Bool { json(text) != nil }

    private static func json(_ text: Data) -> Any? { try? JSONSerialization.jsonObject(with: text) }

    /// The records of a document: its list, or itself.
    private static func records(in value: Any) -> [Any] {
        if let list = value as? [Any] { return list }
        if let fields = value as? [String: Any], fields["action_name"] == nil, fields["user_query"] == nil {
            let lists = ["queries", "events"].compactMap { fields[$0] as? [Any] }
            if !lists.isEmpty { return lists.flatMap { $0 } }
        }
        return [value]
    }

    /// The lines that are not blank; nil values for those that are no JSON.
    private static func lines(of document: Data) throws(ClicksError) -> [(place: Int, value: Any?)] {
        var values: [(Int, Any?)] = []
        for (index, line) in document.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            guard !line.allSatisfy({ $0 <= UInt8(ascii: " ") }) else { continue }
            values.append((index + 1, json(Data(line))))
        }
        // Not one line can be read: this is no JSON Lines at all.
        guard values.contains(where: { $0.1 != nil }) else {
            throw .badDocument(problem: values.isEmpty ? "The document is empty" : "The document is no JSON")
        }
        return values
    }

    private func record(_ value: Any?, place: Int) -> ReadRecord {
        do throws(EventProblem) {
            guard let value else { throw EventProblem("is no JSON") }
            guard let values = value as? [String: Any] else { throw EventProblem("expected an object") }
            let fields = JSONFields(values, limits: limits, arrival: now())
            return ReadRecord(place: place, result: .success(try Self.records(fields)))
        } catch {
            return ReadRecord(place: place, result: .failure(error.at(place)))
        }
    }

    /// The records of an object, by the fields it has.
    private static func records(_ fields: JSONFields) throws(EventProblem) -> [LogRecord] {
        if fields.has("action_name") { return [try UBIFormat.event(fields)] }
        if fields.has("user_query") { return [try UBIFormat.query(fields)] }
        if MeilisearchFormat.recognizes(fields) { return [try MeilisearchFormat.event(fields)] }
        if AlgoliaFormat.recognizes(fields) { return try AlgoliaFormat.events(fields) }
        throw EventProblem(
            "neither an event nor a query of UBI (action_name or user_query), Algolia (objectIDs) or Meilisearch "
                + "(objectId)"
        )
    }
}
