import Clicks
import Ranking
import Retriever

/// A search as it was sent: what is asked, and by whom.
struct ShopperSearch: Sendable {
    /// What is asked; what it leaves unsaid is the shop's.
    var request: RankingRequest
    /// The same as the second configuration of an experiment ranks it.
    ///
    /// Nil where there is no experiment, and for searches that are no part of any: those that say themselves how to
    /// rank, sort, list products without a query, or complete the last word.
    var challenger: RankingRequest?
    /// Who asks, as far as the request says.
    var visitor = Visitor()

    /// Who takes part in experiments: a person, else a browser, else a visit.
    ///
    /// Of a request that names none, its address, for this query: so all of its pages are cut from one list, and a proxy
    /// with everybody behind it does not take part as a whole or not at all.
    func shopper(at address: String) -> String {
        visitor.user?.rawValue ?? visitor.client?.rawValue ?? visitor.session?.rawValue
            ?? "\(address)\0\(NormalizedQuery(request.search.query).text)"
    }
}
