/// How well a page answers a query: the four labels of Amazon's Shopping Queries (ESCI), as TREC grades.
enum Grade: Int, Comparable {
    case irrelevant = 0
    case complement = 1
    case substitute = 2
    case exact = 3

    /// The label's letter, as decisions are written.
    init?(letter: String) {
        switch letter {
        case "E": self = .exact
        case "S": self = .substitute
        case "C": self = .complement
        case "I": self = .irrelevant
        default: return nil
        }
    }

    static func < (left: Grade, right: Grade) -> Bool { left.rawValue < right.rawValue }
}
