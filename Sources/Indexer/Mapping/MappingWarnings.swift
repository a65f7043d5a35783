/// Values that could not be understood in products that were kept.
struct MappingWarnings {
    /// Their number by kind ("price").
    private(set) var counts: [String: Int] = [:]
    /// The first ones in words.
    private(set) var examples: [String] = []

    private static let exampleLimit = 20

    /// Counts one.
    mutating func count(_ kind: String) { counts[kind, default: 0] += 1 }

    /// Adds to the examples what there is to say about a value; `name` is its column's.
    mutating func tell(
        _ what: String,
        _ value: UnsafeBufferPointer<UInt8>,
        of name: String,
        line: Int,
        in file: String
    ) {
        guard examples.count < Self.exampleLimit else { return }
        let shown = String(decoding: value.prefix(80), as: UTF8.self)
        examples.append("\(file), line \(line), field \"\(name)\", value \"\(shown)\": \(what)")
    }
}
