internal import Foundation

/// The key for a server, which shows itself to nobody.
struct RemoteKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let value: String

    var description: String { "a key" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// The first key that the environment has for a dialect.
    ///
    /// - Throws: `RemoteError.badKey` for one that would break a header apart.
    static func find(_ dialect: RemoteDialect, in environment: [String: String]) throws -> RemoteKey? {
        for variable in dialect.keyVariables {
            let value = (environment[variable] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
            guard !value.isEmpty else { continue }
            guard value.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { throw RemoteError.badKey(variable: variable) }
            return RemoteKey(value: value)
        }
        return nil
    }
}
