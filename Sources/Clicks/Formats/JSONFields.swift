internal import Foundation

/// The fields of one JSON object, read with their bounds; every error names the field.
struct JSONFields {
    private let values: [String: Any]
    /// Where the object lies in the record: empty, or `event_attributes.`.
    private let prefix: String
    let limits: EventLimits
    /// When the record arrived.
    let arrival: EventTime

    init(_ values: [String: Any], prefix: String = "", limits: EventLimits, arrival: EventTime) {
        self.values = values
        self.prefix = prefix
        self.limits = limits
        self.arrival = arrival
    }

    /// Whether the object has a field that is not null.
    func has(_ name: String) -> Bool { value(name) != nil }

    /// The names of all fields.
    var names: [String] { values.keys.sorted() }

    /// An error about a field.
    func problem(_ name: String, _ text: String) -> EventProblem { EventProblem(text, field: prefix + name) }

    /// An identifier or a name, numbers as written; nil where it is absent, null or empty.
    func identifier(_ name: String) throws(EventProblem) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = Self.text(value) else { throw problem(name, "expected text, found \(Self.kind(value))") }
        guard text.utf8.count <= limits.identifierBytes else {
            throw problem(name, "\(text.utf8.count) bytes, at most \(limits.identifierBytes) are allowed")
        }
        guard !text.unicodeScalars.contains("\0") else { throw problem(name, "has a zero byte") }
        return text.isEmpty ? nil : text
    }

    /// What a shopper typed; nil where it is absent or null.
    func query(_ name: String) throws(EventProblem) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value as? String else { throw problem(name, "expected text, found \(Self.kind(value))") }
        guard text.utf8.count <= limits.queryBytes else {
            throw problem(name, "\(text.utf8.count) bytes, at most \(limits.queryBytes) are allowed")
        }
        return text.replacing("\0", with: " ")
    }

    /// A list of identifiers; nil where it is absent or null.
    func identifiers(_ name: String) throws(EventProblem) -> [String]? {
        guard let value = value(name) else { return nil }
        guard let list = value as? [Any] else { throw problem(name, "expected a list, found \(Self.kind(value))") }
        try checkCount(list, name)
        var texts: [String] = []
        for (index, element) in list.enumerated() {
            guard let text = Self.text(element), !text.isEmpty, text.utf8.count <= limits.identifierBytes else {
                throw problem("\(name)[\(index)]", "expected text of 1 to \(limits.identifierBytes) bytes")
            }
            texts.append(text)
        }
        return texts
    }

    /// A position counted from `first`, as one from 1; nil where it is absent or null.
    func position(_ name: String, countedFrom first: Int) throws(EventProblem) -> Int? {
        guard let value = value(name) else { return nil }
        return try position(value, name, countedFrom: first)
    }

    /// Positions counted from `first`, as such from 1.
    func positions(_ name: String, countedFrom first: Int) throws(EventProblem) -> [Int]? {
        guard let value = value(name) else { return nil }
        guard let list = value as? [Any] else { throw problem(name, "expected a list, found \(Self.kind(value))") }
        try checkCount(list, name)
        var positions: [Int] = []
        for (index, element) in list.enumerated() {
            positions.append(try position(element, "\(name)[\(index)]", countedFrom: first))
        }
        return positions
    }

    /// A time as ISO 8601 with an offset, or in milliseconds since 1970; nil where it is absent or null.
    func time(_ name: String) throws(EventProblem) -> EventTime? {
        guard let value = value(name) else { return nil }
        let time: EventTime?
        if let text = value as? String {
            time = EventTime(iso: text)
        } else {
            time = Self.integer(value).flatMap { EventTime(checked: Int64($0)) }
        }
        guard let time else {
            throw problem(name, "not a time: write 2026-01-31T12:00:00Z (with an offset), or milliseconds since 1970")
        }
        guard arrival.days(to: time) <= limits.futureDays else {
            throw problem(name, "\(time) lies in the future: look at the sender's clock")
        }
        return time
    }

    /// An object inside this one; nil where it is absent or null.
    func object(_ name: String) throws(EventProblem) -> JSONFields? {
        guard let value = value(name) else { return nil }
        guard let values = value as? [String: Any] else {
            throw problem(name, "expected an object, found \(Self.kind(value))")
        }
        return JSONFields(values, prefix: "\(prefix)\(name).", limits: limits, arrival: arrival)
    }

    private func value(_ name: String) -> Any? {
        guard let value = values[name], !(value is NSNull) else { return nil }
        return value
    }

    private func checkCount(_ list: [Any], _ name: String) throws(EventProblem) {
        guard list.count <= limits.objects else {
            throw problem(name, "\(list.count) entries, at most \(limits.objects) are allowed")
        }
    }

    private func position(_ value: Any, _ name: String, countedFrom first: Int) throws(EventProblem) -> Int {
        guard let number = Self.integer(value), number >= first, number - first < limits.position else {
            throw problem(name, "expected a whole number from \(first) to \(limits.position - 1 + first)")
        }
        return number - first + 1
    }

    private static func text(_ value: Any) -> String? {
        if let text = value as? String { return text }
        return integer(value).map(String.init)
    }

    /// A whole number; JSON's `true` is none.
    private static func integer(_ value: Any) -> Int? {
        guard let number = value as? NSNumber, !isBoolean(number) else { return nil }
        return Int(exactly: number.doubleValue)
    }

    private static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

    private static func kind(_ value: Any) -> String {
        switch value {
        case is String: "text"
        case is [Any]: "a list"
        case is [String: Any]: "an object"
        case let number as NSNumber: isBoolean(number) ? "true or false" : "a number"
        default: "something else"
        }
    }
}
