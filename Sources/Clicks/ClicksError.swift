/// What can stop reading, keeping or using events.
///
/// A single bad record never does; see `EventProblem`.
public enum ClicksError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A file of events cannot be read.
    case unreadable(path: String, problem: String)
    /// A document is no JSON, or not of a form that holds events.
    case badDocument(problem: String)
    /// A document is longer than what is read at once, in bytes.
    case documentTooLarge(bytes: Int, most: Int)
    /// A document holds more records than are taken at once.
    case tooManyRecords(count: Int, most: Int)
    /// There is no file of kept events here.
    case noStore(path: String)
    /// A file that is not one of kept events.
    case otherDatabase(path: String)
    /// A file of kept events that a newer version of this program made.
    case newerStore(path: String, version: Int, newest: Int)
    /// The disk that holds the events is full.
    case diskFull(path: String)
    /// The file of kept events failed otherwise.
    case store(path: String, problem: String)
    /// More records wait to be written than are allowed to.
    case overloaded(waiting: Int)

    /// The message: what is wrong, where, and what helps.
    public var description: String {
        switch self {
        case .unreadable(let path, let problem): "\(path): \(problem)."
        case .badDocument(let problem):
            "\(problem). Send a record, a list of records, {\"events\": [...]}, or one record a line."
        case .documentTooLarge(let bytes, let most):
            "\(bytes) bytes of events, at most \(most) are read at once: send fewer, or one record a line in a file."
        case .tooManyRecords(let count, let most): "\(count) records, at most \(most) are taken at once: send fewer."
        case .noStore(let path): "\(path): there is no such file. Make it with: aisle events import FILE --into \(path)"
        case .otherDatabase(let path):
            "\(path) is not a file of events. Nothing was changed; name another file for the events."
        case .newerStore(let path, let version, let newest):
            "\(path) was made by a newer aisle (format \(version), this one knows \(newest)): use that one."
        case .diskFull(let path):
            "The disk is full: \(path) takes no more events, and none of these were kept. Free some space and send "
                + "them again."
        case .store(let path, let problem): "\(path): \(problem). None of these events were kept."
        case .overloaded(let waiting): "\(waiting) records wait to be written already: send these again in a moment."
        }
    }
}
