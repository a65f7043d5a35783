internal import Statistics

/// Two configurations that are compared by showing both in one list: their names, and who sees that list.
///
/// A shopper takes part or does not, by a hash of the experiment's and the shopper's names: the same in every process,
/// and independent of who takes part in another experiment. Who takes part at a share does so at every greater one.
public struct InterleavingExperiment: Hashable, Sendable {
    /// The name of the configuration in use, team A.
    public var a: String
    /// The name of its challenger, team B.
    public var b: String
    /// The share of shoppers who take part, 0...1.
    public var share: Double

    /// An experiment.
    public init(a: String, b: String, share: Double) {
        self.a = a
        self.b = b
        self.share = share
    }

    /// Whether a shopper takes part.
    public func includes(_ shopper: String) -> Bool {
        var random = SplitMix64(shopper, seed: seed("share"))
        return Double.random(in: 0..<1, using: &random) < share
    }

    /// Both rankings in one list, the same whenever the shopper makes this search.
    ///
    /// - Parameters:
    ///   - rankings: Of both configurations.
    ///   - shopper: Who searches; another one sees another list.
    ///   - query: What for; each of a shopper's queries has coins of its own.
    /// - Returns: The list, and who contributed what.
    public func draft(_ rankings: (a: [ObjectID], b: [ObjectID]), shopper: String, query: String) -> TeamDraft {
        let key = "\(shopper)\0\(NormalizedQuery(query).text)"
        return TeamDraft(rankings.a, rankings.b, key: key, seed: seed("coins"))
    }

    /// Numbers of the experiment's own, one series a purpose.
    private func seed(_ purpose: String) -> UInt64 {
        var random = SplitMix64("\(a)\0\(b)\0\(purpose)", seed: 0)
        return random.next()
    }
}
