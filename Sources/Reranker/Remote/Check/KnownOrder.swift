/// What the known pairs say about a backend's order.
struct KnownOrder {
    /// One question's margins, all of its documents scored.
    struct Contest {
        var language: KnownQuestion.Language
        var answer: Double
        var others: [Double]

        /// Whether the answer is above all that is unrelated.
        var isWon: Bool { others.allSatisfy { answer > $0 } }
    }

    enum Verdict: Equatable {
        /// Every answer is above what is unrelated to its question.
        case right
        /// Most are, more often than by chance, or all of some languages; there is more to say of the others.
        case weak(languages: [KnownQuestion.Language])
        /// Answers are below, more often than by chance.
        case reversed
        case chance
    }

    let contests: [Contest]
    let verdict: Verdict

    /// Whether it is better than chance, at least in some language.
    var isUseful: Bool { ![.reversed, .chance].contains(verdict) }

    /// How often a backend that knows nothing may get a better word than chance, each way.
    private static let chance = 0.05

    init(_ contests: [Contest]) {
        self.contests = contests
        verdict = Self.verdict(contests)
    }

    /// A line for people: `English 3 of 3, Chinese 1 of 3`.
    var figures: String {
        KnownQuestion.Language.allCases.map { language in
            let asked = contests.filter { $0.language == language }
            return "\(language.rawValue) \(asked.count(where: \.isWon)) of \(asked.count)"
        }.joined(separator: ", ")
    }

    private static func verdict(_ contests: [Contest]) -> Verdict {
        let languages = KnownQuestion.Language.allCases
        let lost = languages.filter { language in contests.contains { $0.language == language && !$0.isWon } }
        if lost.isEmpty { return .right }
        let groups = languages.map { language in contests.filter { $0.language == language } }
        // First, as numbers for texts that it cannot read may be anything.
        if groups.contains(where: isApart) { return .weak(languages: lost) }
        let (above, below) = shares(contests)
        if below <= chance { return .reversed }
        if above <= chance { return .weak(languages: lost) }
        return groups.map(reversed).contains(where: isApart) ? .reversed : .chance
    }

    /// Whether all answers are above all other documents, also those of other questions.
    ///
    /// By chance that happens to three questions in one of 84 cases.
    private static func isApart(_ contests: [Contest]) -> Bool {
        let answers = contests.map(\.answer), others = contests.flatMap(\.others)
        return answers.allSatisfy { answer in others.allSatisfy { answer > $0 } } && !contests.isEmpty
    }

    private static func reversed(_ contests: [Contest]) -> [Contest] {
        contests.map { Contest(language: $0.language, answer: -$0.answer, others: $0.others.map { -$0 }) }
    }

    /// Of all ways to take one document of each question, the shares whose margins add up to as much as those of the
    /// answers or more, and to as much or less: an exact permutation test, which needs no scale.
    private static func shares(_ contests: [Contest]) -> (above: Double, below: Double) {
        let sums = contests.reduce([0.0]) { sums, contest in
            sums.flatMap { sum in ([contest.answer] + contest.others).map { sum + $0 } }
        }
        let answers = contests.reduce(0) { $0 + $1.answer }
        // Sums of the same numbers in another order differ in their last bits.
        let above = sums.count { $0 >= answers - 1e-9 }
        let below = sums.count { $0 <= answers + 1e-9 }
        return (Double(above) / Double(sums.count), Double(below) / Double(sums.count))
    }
}
