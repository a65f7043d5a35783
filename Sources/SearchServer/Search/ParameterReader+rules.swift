import Catalog
import Ranking
import Retriever

extension ParameterReader {
    /// The shop's rules: `pin`, `bury`, `hide`, `hide_filter`.
    ///
    /// - Parameter limit: Ids of each at most.
    /// - Returns: The rules; none where nothing is said.
    /// - Throws: `ServerError`.
    mutating func rules(limit: Int) throws(ServerError) -> BusinessRules {
        BusinessRules(
            pinned: try ids("pin", limit),
            buried: Set(try ids("bury", limit)),
            hidden: Set(try ids("hide", limit)),
            hiddenFilter: try filter("hide_filter")
        )
    }

    /// A filter; nil where there is none or an empty one.
    mutating func filter(_ name: String, or alias: String? = nil) throws(ServerError) -> Filter? {
        guard let text = try text(name, or: alias), !text.isEmpty else { return nil }
        do {
            return try Filter(parsing: text)
        } catch {
            throw .badFilter(name: name, error)
        }
    }

    private mutating func ids(_ name: String, _ limit: Int) throws(ServerError) -> [ProductID] {
        (try list(name, limit: limit) ?? []).map { ProductID($0) }
    }
}
