import Ranking

/// Why a server cannot start with its settings.
public enum ServerSettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Clicks are to count, and there is no reranker.
    case clicksWithoutModel(weight: Double)
    /// An experiment, and nobody to keep what shoppers do.
    case experimentWithoutEvents
    /// An experiment with a stage that there is no reranker for.
    case experimentWithoutModel(configuration: String)
    /// Both configurations of an experiment rank alike.
    case experimentOfEquals(a: String, b: String)

    /// One line: what is wrong, what to do.
    public var description: String {
        switch self {
        case .clicksWithoutModel(let weight):
            """
            "click_weight": \(weight) is a term on the reranker's margins, and there is no reranker: start the server \
            with --model, or take it out of the settings.
            """
        case .experimentWithoutEvents: "--interleave compares by what shoppers do: keep it with --events FILE."
        case .experimentWithoutModel(let configuration):
            """
            The configuration "\(configuration)" of --interleave ranks with a reranker: start the server with --model, \
            or give it "stage": "bm25".
            """
        case .experimentOfEquals(let a, let b):
            "\"\(a)\" and \"\(b)\" of --interleave rank alike: say in its file what is different."
        }
    }
}
