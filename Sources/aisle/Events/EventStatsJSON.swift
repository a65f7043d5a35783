import Clicks
import SearchServer

/// What a file of events holds and says, as other programs read it.
struct EventStatsJSON: Encodable {
    struct Place: Encodable {
        let from: Int
        /// Nil: open.
        let to: Int?
        let examination: Double
        let impressions: Double
        let clicks: Double
    }

    struct Product: Encodable {
        let id: String
        let evidence: ClickEvidenceAnswer
    }

    struct Query: Encodable {
        let query: String
        let expectedRate: Double
        let products: [Product]
    }

    let searches: Int
    let queries: Int
    let events: [String: Int]
    let withoutSearch: Int
    let ofUnknownSearch: Int
    let users: Int
    let clients: Int
    let sessions: Int
    let earliest: String?
    let latest: String?
    let bytes: Int
    let meanRate: Double
    let queriesWithEvidence: Int
    let reducedClients: Int
    let rankCurve: [Place]
    let evidence: Query?

    init(_ counts: EventCounts, _ table: EvidenceTable, _ query: QueryEvidence?, top: Int) {
        searches = counts.searches
        queries = counts.queries
        events = counts.events
        withoutSearch = counts.withoutSearch
        ofUnknownSearch = counts.ofUnknownSearch
        users = counts.users
        clients = counts.clients
        sessions = counts.sessions
        earliest = counts.earliest?.description
        latest = counts.latest?.description
        bytes = counts.bytes
        meanRate = table.rate
        queriesWithEvidence = table.knownQueries.count
        reducedClients = table.reducedClients
        rankCurve = zip(RankCurve.ranges, zip(table.curve.values, zip(table.curve.impressions, table.curve.clicks)))
            .map { range, values in
                Place(
                    from: range.lowerBound,
                    to: range.upperBound == .max ? nil : range.upperBound,
                    examination: values.0,
                    impressions: values.1.0,
                    clicks: values.1.1
                )
            }
        evidence = query.map { query in
            Query(
                query: query.query.text,
                expectedRate: query.expectedRate,
                products: query.products.prefix(top).map {
                    Product(id: $0.object.rawValue, evidence: ClickEvidenceAnswer($0.evidence))
                }
            )
        }
    }
}
