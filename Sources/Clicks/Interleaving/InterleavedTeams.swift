/// One of the two rankings that are compared.
public enum Team: Character, Sendable, Hashable, CaseIterable {
    case a = "A"
    case b = "B"

    /// The other one.
    public var other: Team { self == .a ? .b : .a }
}

/// Two configurations, and which of them contributed which hit of an interleaved answer.
public struct InterleavedTeams: Hashable, Sendable {
    /// The name of team A's configuration.
    public var a: String
    /// The name of team B's.
    public var b: String
    /// One team a hit, in the order shown; hits behind the last of these come from neither.
    public var teams: [Team]

    /// Teams of an answer.
    public init(a: String, b: String, teams: [Team]) {
        self.a = a
        self.b = b
        self.teams = teams
    }

    /// The teams in letters: `ABBA`.
    public var letters: String { String(teams.map(\.rawValue)) }

    /// Reads letters; nil where one is neither A nor B.
    public init?(a: String, b: String, letters: String) {
        let teams = letters.compactMap(Team.init)
        guard teams.count == letters.count else { return nil }
        self.init(a: a, b: b, teams: teams)
    }

    /// The teams of a part of the answer, as a page of it is recorded; none where the part lies behind them.
    public func page(_ range: Range<Int>) -> InterleavedTeams {
        InterleavedTeams(a: a, b: b, teams: Array(teams[range.clamped(to: teams.indices)]))
    }
}
