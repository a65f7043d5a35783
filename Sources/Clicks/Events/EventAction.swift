/// What a shopper did (UBI `action_name`).
public enum EventAction: RawRepresentable, Hashable, Sendable {
    /// It was on the screen.
    case impression
    case click
    /// It was looked at; says too little to count as evidence.
    case view
    case watch
    case addToCart
    case purchase
    /// A conversion of a kind that was not said (Algolia, Meilisearch).
    case conversion
    /// Kept, but no evidence.
    case other(String)

    /// The action of a name; unknown ones are `.other`.
    public init(rawValue: String) {
        self =
            switch rawValue {
            case "impression": .impression
            case "click": .click
            case "view": .view
            case "watch": .watch
            case "add_to_cart": .addToCart
            case "purchase": .purchase
            case "conversion": .conversion
            default: .other(rawValue)
            }
    }

    /// The name in UBI.
    public var rawValue: String {
        switch self {
        case .impression: "impression"
        case .click: "click"
        case .view: "view"
        case .watch: "watch"
        case .addToCart: "add_to_cart"
        case .purchase: "purchase"
        case .conversion: "conversion"
        case .other(let name): name
        }
    }
}
