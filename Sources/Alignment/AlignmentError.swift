internal import Foundation

/// What can stop an alignment.
///
/// Bad rows of the lists do not, unless that is wished; see `ListReport`.
public enum AlignmentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A list that can be read only once: standard input or a pipe.
    case notAFile(path: String)
    /// The state beside the output belongs to other lists, another model or other settings.
    case stateOfAnotherRun(path: String, difference: String)
    /// Another process works with this state.
    case stateInUse(path: String)
    /// The state cannot be read or written.
    case state(path: String, problem: String)
    /// A settings file is not what it should be; `field` is where, from the outermost key to the innermost.
    case settings(path: String, field: String, problem: String)
    /// None of the rows that the truth judges is in the left list.
    case noTruth(path: String)
    /// One-to-one needs two lists.
    case oneToOneOfOneList
    /// The model left documents without a score although nothing hurried it.
    case unscored(count: Int, model: String)
    /// The settings were fitted with another scorer than this run has.
    case otherScorer(path: String, fitted: String, now: String)
    /// The labelled sample does not suffice for what was wanted.
    case sampleTooSmall(what: String, have: Int, needed: Int)
    /// No threshold keeps the wanted precision, as far as the sample can promise.
    case unreachablePrecision(wanted: Double, best: String)

    /// What was wrong, where, and what to do.
    public var description: String {
        switch self {
        case .notAFile(let path):
            "\(path) can be read only once, and lists are read twice: save it in a file and name that."
        case .stateOfAnotherRun(let path, let difference):
            """
            \(path) is the state of another run (\(difference)). Repeat that run's command to go on with it, or add \
            --restart to throw it away.
            """
        case .stateInUse(let path):
            "Another process is working with \(path): wait for it to end, or give this run another --output."
        case .state(let path, let problem): "\(path): \(problem)"
        case .settings(let path, let field, let problem):
            "\(path): \(field.isEmpty ? "" : "\(field): ")\(problem). docs/alignment.md describes the file."
        case .noTruth(let path): "\(path) judges no row of the left list: nothing can be measured."
        case .oneToOneOfOneList:
            "--one-to-one needs two lists: within one list a product may be there any number of times."
        case .unscored(let count, let model):
            "\(model) left \(count) texts without a score. What was scored before is kept: run the command again."
        case .otherScorer(let path, let fitted, let now):
            """
            \(path) was fitted for the scores of \(fitted), this run has \(now): thresholds of one say nothing about the \
            other. Fit it again with `aisle align fit`.
            """
        case .sampleTooSmall(let what, let have, let needed):
            """
            The labelled sample is too small: \(what) takes at least \(needed) candidates that are one product, it has \(have). \
            Label more rows.
            """
        case .unreachablePrecision(let wanted, let best):
            """
            No threshold keeps a precision of \(Self.share(wanted)) as far as this sample can promise: \(best). Label more \
            rows, or ask for less with --merge-precision.
            """
        }
    }

    private static func share(_ value: Double) -> String { String(format: "%g", value) }
}
