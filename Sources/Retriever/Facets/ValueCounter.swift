internal import Catalog

/// Counts values that are texts.
struct ValueCounter: FacetCounter {
    private let request: FacetRequest
    private let values: FieldValues
    private let session: IndexSession
    private var counts: [Int]
    private var missing = 0

    /// Throws `RetrieverError.unknownField`.
    init(_ request: FacetRequest, snapshot: IndexSnapshot, session: IndexSession) throws {
        self.request = request
        self.session = session
        values = try snapshot.values(of: request.field, session: session)
        counts = Array(repeating: 0, count: values.spellings.count)
    }

    mutating func count(_ number: DocumentNumber) {
        let codes = values.codes(of: number)
        if codes.isEmpty { missing += 1 }
        var last: UInt32?
        for code in codes where code != last {
            // A product that spells a value in two ways has it once; codes are in order.
            counts[Int(code)] += 1
            last = code
        }
    }

    /// Commonest first, then in order of value.
    func result() throws -> FacetResult {
        let present = counts.indices.filter { counts[$0] > 0 }
        let sorted = present.sorted { counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1] }
        return FacetResult(
            field: request.field,
            counts: try sorted.prefix(request.limit).map { code in
                FacetResult.Count(try values.spelling(code, session: session), counts[code])
            },
            otherValues: max(present.count - request.limit, 0),
            missing: missing
        )
    }
}
