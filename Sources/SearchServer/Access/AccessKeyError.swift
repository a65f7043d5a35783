/// Why a list of keys cannot be used.
///
/// Messages name the place, never the key.
public enum AccessKeyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file is not there or cannot be read.
    case noFile(path: String)
    /// Not `NAME SCOPES KEY`.
    case unreadable(source: String, line: Int)
    /// No such scope.
    case unknownScope(source: String, line: Int, scope: String)
    /// A key that can be guessed.
    case tooShort(source: String, line: Int, least: Int)
    /// The server would be open to the network.
    case open(host: String)

    /// One line: where, what is wrong, what to do.
    public var description: String {
        let scopes = AccessScope.allCases.map(\.rawValue).joined(separator: ", ")
        switch self {
        case .noFile(let path): return "\(path): there is no such file of keys, or it cannot be read."
        case .unreadable(let source, let line): return "\(source), line \(line): write NAME SCOPES KEY."
        case .unknownScope(let source, let line, let scope):
            return "\(source), line \(line): there is no scope \"\(scope.prefix(40))\". Scopes are \(scopes)."
        case .tooShort(let source, let line, let least):
            return "\(source), line \(line): the key is too short. It has \(least) characters at least."
        case .open(let host):
            return """
                Without keys, a server at \(host) would do whatever the network tells it. Give it keys (--keys FILE or \
                AISLE_KEYS), or say what may be done without one (--anonymous search).
                """
        }
    }
}
