import Catalog

/// What a record's fields mean, before rows of one product are put together.
struct MappedRow {
    var product: Product
    /// The price as charged now and before reduction, of feeds that give them the other way round.
    var compareAtPrice: Double?
    /// Values of numbered options whose name stands in another row.
    var options: [(number: Int, values: [String])] = []
    var optionNames: [Int: String] = [:]
    var type: String?
    var parent: String?
    var visibility: String?
    /// Identifiers of the variants this product lists.
    var variants: [String] = []
    /// How it hangs together with other rows of linked data.
    var link: ProductLink?
    var location: SourceLocation
    var original: [UInt8]

    /// Bytes this row is reckoned to occupy while it waits for others.
    var cost: Int { 1024 + 4 * original.count }
}

/// What mapping a record gave.
enum Mapped {
    case row(MappedRow)
    case rejected(field: String?, value: String?, RejectReason)
    case skipped(String)
}
