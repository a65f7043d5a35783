/// What a server says before the body.
struct HTTPHead: Sendable, Hashable {
    /// 200, 206, 302, 404 ...
    var status: Int
    var headers: HTTPHeaders
}

/// A server's answer.
struct HTTPResponse: Sendable, Hashable {
    var head: HTTPHead
    /// The body; empty where it was streamed.
    var body: [UInt8]
    /// Where the answer came from at last: differs from the request's URL when redirects were followed.
    var url: String
    /// Whether an open connection was used again.
    var reusedConnection: Bool

    var status: Int { head.status }
    var headers: HTTPHeaders { head.headers }
}

/// Header fields in their order.
///
/// Names are compared without case.
struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    struct Field: Sendable, Hashable {
        var name: String
        var value: String
    }

    private(set) var fields: [Field] = []

    init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }

    /// The first field of this name; setting replaces all of them, nil removes them.
    subscript(name: String) -> String? {
        get { fields.first { Self.same($0.name, name) }?.value }
        set {
            fields.removeAll { Self.same($0.name, name) }
            if let newValue { fields.append(Field(name: name, value: newValue)) }
        }
    }

    /// All fields of this name.
    func values(_ name: String) -> [String] {
        fields.filter { Self.same($0.name, name) }.map(\.value)
    }

    mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    private static func same(_ a: String, _ b: String) -> Bool {
        a.utf8.count == b.utf8.count && a.lowercased() == b.lowercased()
    }
}
