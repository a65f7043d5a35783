internal import Statistics

/// Team-draft interleaving: one list of two rankings, in which each contributes its best of what is left.
///
/// As captains choose players: in each round a coin says who goes first, and each takes the best of its own ranking
/// that is not taken. So both have as many hits, at places that are as good on average, and whose hits are clicked more
/// is the better ranking (Radlinski, Kurup and Joachims, CIKM 2008).
public struct TeamDraft: Sendable, Equatable {
    /// The hits, in the order to show.
    public let objects: [ObjectID]
    /// Who contributed them, one a hit.
    public let teams: [Team]

    /// Interleaves two rankings.
    ///
    /// - Parameters:
    ///   - a: Team A's ranking; of a repeated hit the first place counts.
    ///   - b: Team B's.
    ///   - key: What decides the coins, with the seed: a search's id, or the query and the shopper, so that paging and
    ///     searching again show the same list.
    ///   - seed: The experiment's.
    public init(_ a: [ObjectID], _ b: [ObjectID], key: String, seed: UInt64 = 0) {
        var random = SplitMix64(key, seed: seed)
        var places = [Team.a: 0, Team.b: 0]
        var taken = Set<ObjectID>()
        var objects: [ObjectID] = []
        var teams: [Team] = []
        func choose(_ team: Team) {
            let ranking = team == .a ? a : b
            var place = places[team, default: 0]
            while place < ranking.count, taken.contains(ranking[place]) { place += 1 }
            if place < ranking.count {
                taken.insert(ranking[place])
                objects.append(ranking[place])
                teams.append(team)
                place += 1
            }
            places[team] = place
        }
        while places[.a, default: 0] < a.count || places[.b, default: 0] < b.count {
            let first: Team = Bool.random(using: &random) ? .a : .b
            choose(first)
            choose(first.other)
        }
        self.objects = objects
        self.teams = teams
    }
}
