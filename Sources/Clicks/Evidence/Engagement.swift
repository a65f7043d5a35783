/// How far a shopper went with something that was shown; each level includes those below.
enum Engagement: UInt8, Comparable, Sendable {
    case none
    case click
    /// Into the cart, or a conversion that was not said more of.
    case conversion
    case purchase

    /// The level of an action; nil for those that say nothing about the product.
    init?(_ action: EventAction) {
        switch action {
        case .click: self = .click
        case .addToCart, .conversion: self = .conversion
        case .purchase: self = .purchase
        case .impression, .view, .watch, .other: return nil
        }
    }

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
