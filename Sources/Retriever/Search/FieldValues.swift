internal import Catalog
internal import Synchronization

/// A field's values document by document: the posting lists of its keys turned round.
///
/// For facets and sorting.
final class FieldValues: Sendable {
    /// By code: the commonest spelling of each distinct value; of a value too long for its key, its beginning.
    let spellings: [String]
    /// The keys and lists of values that were too long for them, by code.
    private let shortened: [Int: (key: [UInt8], list: PostingList)]
    private let field: String
    /// `codes[starts[n]..<starts[n + 1]]` are document n's values.
    private let starts: [UInt32]
    private let codes: [UInt32]

    init(field: String, snapshot: IndexSnapshot, session: IndexSession) throws {
        var spellings: [String] = []
        var shortened: [Int: (key: [UInt8], list: PostingList)] = [:]
        var pairs: [(number: DocumentNumber, code: UInt32)] = []
        let prefix = FilterKey.prefix(field: field)
        var lastFolded: String?
        var best = 0
        try session.eachTerm(prefix: prefix) { key, list in
            let value = key.withUnsafeBytes { FilterKey.value(in: $0, prefixLength: prefix.count) }
            guard let value else { return true }
            let count = list.slices.reduce(0) { $0 + $1.count }
            let isNew = value.folded != lastFolded
            if isNew || count > best {
                if isNew { spellings.append(value.spelling) }
                lastFolded = value.folded
                best = count
                spellings[spellings.count - 1] = value.spelling
                shortened[spellings.count - 1] = value.isShortened ? (key, list) : nil
            }
            let code = UInt32(spellings.count - 1)
            for slice in list.slices {
                let documents = UnsafeRawPointer(slice.documents)
                for index in 0..<slice.count {
                    let document = documents.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
                    pairs.append((DocumentNumber(slice.range) << 16 | DocumentNumber(document), code))
                }
            }
            return true
        }
        var starts = [UInt32](repeating: 0, count: snapshot.columns.rangeCount * DocumentRange.capacity + 1)
        for pair in pairs { starts[Int(pair.number) + 1] += 1 }
        for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
        var codes = [UInt32](repeating: 0, count: pairs.count)
        var next = starts
        for pair in pairs {
            codes[Int(next[Int(pair.number)])] = pair.code
            next[Int(pair.number)] += 1
        }
        self.field = field
        self.spellings = spellings
        self.shortened = shortened
        self.starts = starts
        self.codes = codes
    }

    /// The commonest spelling of a value, whole however long it is.
    func spelling(_ code: Int, session: IndexSession) throws -> String {
        guard let (key, list) = shortened[code] else { return spellings[code] }
        let value = FilterKey.Value(folded: "", spelling: spellings[code], isShortened: true)
        return try session.spelling(value, key: key, field: field, of: list)
    }

    /// The codes of a document's values, in order of value.
    func codes(of number: DocumentNumber) -> ArraySlice<UInt32> {
        codes[Int(starts[Int(number)])..<Int(starts[Int(number) + 1])]
    }
}

extension IndexSnapshot {
    /// The values of a field, made at first use.
    ///
    /// Throws `RetrieverError.unknownField`.
    func values(of field: FilterField, session: IndexSession) throws -> FieldValues {
        let name =
            switch field.standard {
            case .availability, .inStock: "availability"
            case .groupID: FilterKey.groupField
            case let standard?: standard.rawValue
            case nil: FilterKey.fieldName(field.name)
            }
        guard fields[name] != nil else {
            throw RetrieverError.unknownField(name: field.name, known: fields.keys.sorted())
        }
        if let known = facetFields.withLock({ $0[name] }) { return known }
        let values = try FieldValues(field: name, snapshot: self, session: session)
        facetFields.withLock { $0[name] = values }
        return values
    }
}
