import Foundation

/// Names of answers, by which events refer to them.
enum QueryID {
    /// A random UUID (RFC 9562, version 4) in lower case.
    static func next() -> String { UUID().uuidString.lowercased() }
}
