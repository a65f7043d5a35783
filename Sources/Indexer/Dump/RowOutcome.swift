public import Catalog

/// What became of one row (or one group of rows that make one product).
public enum RowOutcome: Sendable {
    /// A product; `original` is its row's text as it stood in the dump, for rejecting it later as a duplicate (empty
    /// without `DumpOptions.keepsOriginals`).
    case product(Product, SourceLocation, original: [UInt8])
    case rejected(Reject)
}

/// A row that did not become a product, with everything needed to explain and repair it.
public struct Reject: Sendable, Hashable {
    /// Where the row stands.
    public var location: SourceLocation
    /// The column or key at fault, where one is.
    public var field: String?
    /// The offending value, clipped to 200 characters.
    public var value: String?
    /// What is wrong with it.
    public var reason: RejectReason
    /// The row as it stood in the dump (converted to UTF-8 where the dump is in another encoding).
    public var original: [UInt8]

    /// A reject; `value` is clipped.
    public init(
        location: SourceLocation,
        field: String? = nil,
        value: String? = nil,
        reason: RejectReason,
        original: [UInt8]
    ) {
        self.location = location
        self.field = field
        self.value = value.map { $0.count > 200 ? String($0.prefix(199)) + "…" : $0 }
        self.reason = reason
        self.original = original
    }

    /// One line: file, line, field, value, what is wrong and what to do.
    public var message: String {
        var text = "\(location.file), line \(location.line)"
        if let field { text += ", field \"\(field)\"" }
        if let value { text += ", value \"\(value)\"" }
        return text + ": \(reason.message). \(reason.remedy)."
    }
}
