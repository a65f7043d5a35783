/// What a key allows.
public enum AccessScope: String, Sendable, Hashable, CaseIterable, Codable {
    /// Searching, suggestions, reranking, and sending events: what a shop's page does.
    case search
    /// Changing the products.
    case write
    /// Looking into the server: metrics, analysis; also everything else.
    case admin
}
