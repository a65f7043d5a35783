/// What is done with a pair.
public enum Decision: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// Two products.
    case drop = 0
    /// A person should look.
    case review = 1
    /// One product.
    case merge = 2

    /// The word in outputs.
    public var name: String {
        switch self {
        case .drop: "drop"
        case .review: "review"
        case .merge: "merge"
        }
    }

    /// More certain is greater.
    public static func < (left: Decision, right: Decision) -> Bool { left.rawValue < right.rawValue }
}

/// What is odd about a pair's place among the others.
public struct Conflict: OptionSet, Sendable, Hashable {
    /// The bits as they are stored.
    public let rawValue: Int

    /// A conflict of these bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The left row is merged with another right row as well.
    public static let left = Conflict(rawValue: 1)
    /// The right row is merged with another left row as well.
    public static let right = Conflict(rawValue: 2)
    /// Within one list: one of the rows is merged with a third that the other is not merged with.
    public static let intransitive = Conflict(rawValue: 4)
    /// One-to-one: one of the rows was given to another, and that is why the pair is dropped.
    public static let outbid = Conflict(rawValue: 8)

    /// The words in outputs, with commas between them; empty for none.
    public var name: String {
        [(Self.left, "left"), (.right, "right"), (.intransitive, "intransitive"), (.outbid, "outbid")]
            .filter { contains($0.0) }.map(\.1).joined(separator: ",")
    }
}
