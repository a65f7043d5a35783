internal import Catalog

/// Counts groups of products as their members match; a product without a group is one by itself.
struct GroupCounter {
    private let groups: FieldValues
    private var isCounted: [Bool]
    private(set) var total = 0

    init(_ groups: FieldValues) {
        self.groups = groups
        isCounted = Array(repeating: false, count: groups.spellings.count)
    }

    mutating func count(_ number: DocumentNumber) {
        if let group = groups.codes(of: number).first {
            if isCounted[Int(group)] { return }
            isCounted[Int(group)] = true
        }
        total += 1
    }
}

extension Matches {
    /// The same with the first document of each group only, `wanted` of them at most.
    ///
    /// How many documents have to be found for that nobody knows before: `deeper` is asked for more of them until they
    /// are enough, or all.
    func collapsed(
        _ groups: FieldValues?,
        wanted: Int,
        of products: Int,
        deeper: (_ count: Int) throws -> Matches
    ) throws -> Matches {
        guard let groups else { return self }
        var matches = self
        var depth = wanted
        while true {
            var seen: Set<UInt32> = []
            let firsts = matches.documents.filter { document in
                groups.codes(of: document.number).first.map { seen.insert($0).inserted } ?? true
            }
            let isAll = matches.documents.count < depth || depth >= products
            if firsts.count >= wanted || isAll || matches.isPartial {
                matches.documents = Array(firsts.prefix(wanted))
                matches.total = matches.groups
                return matches
            }
            depth = min(4 * depth, products)
            matches = try deeper(depth)
        }
    }
}
