/// Why a row did not become a product.
public enum RejectReason: Sendable, Hashable {
    /// A delimited row has another number of fields than the header.
    case ragged(expected: Int, actual: Int)
    /// A quoted field is never closed.
    case unclosedQuote
    /// Not JSON; `offset` counts bytes from the start of the row.
    case malformedJSON(problem: String, offset: Int)
    /// Not well-formed XML.
    case malformedXML(problem: String)
    /// A JSON value that is not an object where a product was expected.
    case notAnObject(found: String)
    case missingID(column: String)
    case missingTitle(column: String)
    /// Another row has this identifier already; found by the index build.
    case duplicateID(first: SourceLocation)
    /// The row is larger than the limit, both in bytes.
    case tooLarge(bytes: Int, limit: Int)
    /// A variant row came when its product had already been passed on.
    case variantAfterGroup(group: String)
    /// A variant row whose parent product is nowhere in the dump.
    case variantWithoutParent(parent: String)

    /// A short stable name, for counting and for JSON.
    public var code: String {
        switch self {
        case .ragged: "ragged"
        case .unclosedQuote: "unclosed_quote"
        case .malformedJSON: "malformed_json"
        case .malformedXML: "malformed_xml"
        case .notAnObject: "not_an_object"
        case .missingID: "missing_id"
        case .missingTitle: "missing_title"
        case .duplicateID: "duplicate_id"
        case .tooLarge: "too_large"
        case .variantAfterGroup: "variant_after_group"
        case .variantWithoutParent: "variant_without_parent"
        }
    }

    /// What is wrong, without a full stop.
    public var message: String {
        switch self {
        case .ragged(let expected, let actual): "the row has \(actual) fields where the header has \(expected)"
        case .unclosedQuote: "a quoted field is never closed"
        case .malformedJSON(let problem, let offset): "not valid JSON at byte \(offset) of the row: \(problem)"
        case .malformedXML(let problem): "not well-formed XML: \(problem)"
        case .notAnObject(let found): "a product is a JSON object, this is \(found)"
        case .missingID(let column): "no identifier in \(column)"
        case .missingTitle(let column): "no title in \(column)"
        case .duplicateID(let first): "the identifier was already used at \(first)"
        case .tooLarge(let bytes, let limit): "the row has at least \(bytes) bytes, the limit is \(limit)"
        case .variantAfterGroup(let group): "a variant of \"\(group)\" too far away from its product's other rows"
        case .variantWithoutParent(let parent): "the variant's parent \"\(parent)\" is not in the dump, or too far away"
        }
    }

    /// What to do about it, without a full stop.
    public var remedy: String {
        switch self {
        case .ragged: "Add the missing fields, or quote the field that contains the delimiter"
        case .unclosedQuote: "Close the quote, and double quotes inside quoted fields"
        case .malformedJSON, .malformedXML, .notAnObject: "Correct the row in the rejects file and index that file"
        case .missingID: "Fill it in, or name another column with --map id=COLUMN (--map id=#line numbers the rows)"
        case .missingTitle: "Fill it in, or name another column with --map title=COLUMN"
        case .duplicateID: "Give each product its own identifier, or name the right column with --map id=COLUMN"
        case .tooLarge: "Shorten its fields, or look for a quote or bracket that is never closed"
        case .variantAfterGroup: "Sort the dump so that a product's rows stand together"
        case .variantWithoutParent: "Add the parent's row to the dump, near its variants"
        }
    }
}
