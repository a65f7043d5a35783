internal import Statistics

/// Queries divided into parts of about the same size, each held out once.
public struct Folds: Sendable, Equatable {
    /// Fewest queries a part may have: from fewer, nothing can be said.
    public static let leastQueries = 4

    /// The places of the queries of each part, ascending.
    public let parts: [[Int]]

    /// Divides `count` queries at random; the same seed gives the same parts.
    ///
    /// Throws `EvalError.folds` for fewer than two parts, or parts of fewer than four queries.
    public init(_ parts: Int, of count: Int, seed: UInt64) throws {
        guard parts >= 2, count / parts >= Self.leastQueries else {
            throw EvalError.folds(parts: parts, queries: count)
        }
        var random = SplitMix64(seed: seed)
        let shuffled = Array(0..<count).shuffled(using: &random)
        self.parts = (0..<parts).map { part in
            stride(from: part, to: count, by: parts).map { shuffled[$0] }.sorted()
        }
    }

    /// The queries that are not in a part, ascending.
    public func training(without part: Int) -> [Int] {
        parts.enumerated().filter { $0.offset != part }.flatMap(\.element).sorted()
    }
}
