/// What was shown to whom and what became of it, in whole numbers: the input of all estimates.
struct ObservationLog: Sendable {
    /// One page of a search.
    struct Page: Sendable {
        var query: Int32
        /// The shopper: user, else client, else session.
        var shopper: Int32
        /// The source that may be a machine: client, else session, else user.
        var client: Int32
        var time: EventTime
        /// Where its places begin.
        var start: Int
    }

    /// One product shown.
    struct Place: Sendable {
        var object: Int32
        var bucket: UInt8
        var engagement: Engagement
    }

    private(set) var pages: [Page] = []
    private(set) var places: [Place] = []
    private(set) var queries = Interned<NormalizedQuery>()
    private(set) var objects = Interned<ObjectID>()
    private var visitors = Interned<String>()

    /// How many shoppers and clients there are; both are counted from 0 to below this.
    var visitorCount: Int { visitors.values.count }

    /// The places of a page.
    func places(of page: Int) -> ArraySlice<Place> {
        places[pages[page].start..<(page + 1 < pages.count ? pages[page + 1].start : places.count)]
    }

    /// Adds a page.
    ///
    /// - Parameters:
    ///   - query: What was searched for.
    ///   - id: Stands for a visitor of whom nothing is known.
    ///   - time: When.
    ///   - visitor: Who searched.
    ///   - shown: Products with their positions from 1, and how far it went with each.
    mutating func add(
        query: NormalizedQuery,
        id: QueryID,
        time: EventTime,
        visitor: Visitor,
        shown: some Sequence<(object: ObjectID, position: Int, engagement: Engagement)>
    ) {
        let (user, client, session) = (
            visitor.user.map { "u" + $0.rawValue }, visitor.client.map { "c" + $0.rawValue },
            visitor.session.map { "s" + $0.rawValue }
        )
        let unknown = "q" + id.rawValue
        pages.append(
            Page(
                query: queries.number(query),
                shopper: visitors.number(user ?? client ?? session ?? unknown),
                client: visitors.number(client ?? session ?? user ?? unknown),
                time: time,
                start: places.count
            )
        )
        for place in shown {
            places.append(
                Place(
                    object: objects.number(place.object),
                    bucket: UInt8(RankCurve.bucket(of: place.position)),
                    engagement: place.engagement
                )
            )
        }
    }
}

/// Values by number: equal ones have one number, counted from 0.
struct Interned<Value: Hashable & Sendable>: Sendable {
    private(set) var values: [Value] = []
    private var numbers: [Value: Int32] = [:]

    /// The number of a value, a new one where it has none.
    mutating func number(_ value: Value) -> Int32 {
        if let number = numbers[value] { return number }
        let number = Int32(values.count)
        numbers[value] = number
        values.append(value)
        return number
    }

    /// The number of a value that has one.
    func known(_ value: Value) -> Int32? { numbers[value] }
}
