/// What can be wrong with a request for a ranking.
///
/// The second stage never is an error: its report says what happened.
public enum RankingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not a fusion.
    case badFusion(String)
    /// A settings file that cannot be used.
    case badSettings(path: String, problem: String)

    /// The value and what to write instead.
    public var description: String {
        switch self {
        case .badFusion(let text):
            "The fusion \"\(text.prefix(40))\" cannot be read. Write rerank, rrf, rrf:60 (above 0), weighted or "
                + "weighted:1 (from 0 to 10000)."
        case .badSettings(let path, let problem):
            "\(path): \(problem). Name a file that `aisle tune --output` wrote."
        }
    }
}
