/// Why a dump cannot be read at all. (A single bad row is a `Reject`, not an error.)
public enum DumpError: Error, Sendable, Hashable, CustomStringConvertible {
    case noFiles
    case missingFile(String)
    case isDirectory(String)
    /// Opening or reading failed; `reason` is the system's own words.
    case unreadable(file: String, reason: String)
    case empty(String)
    /// Not text: a picture, a database, an office document.
    case binary(file: String, kind: String)
    /// Compressed in a way that is not read here; `command` unpacks it to standard output.
    case unsupportedCompression(file: String, kind: String, command: String)
    /// Text in which no format can be seen.
    case unrecognized(file: String, start: String)
    /// The gzip data are damaged after `offset` compressed bytes.
    case damagedGzip(file: String, offset: Int, detail: String)
    /// The gzip file ends in the middle.
    case truncatedGzip(file: String, offset: Int)
    /// No column for a field every product needs.
    case noColumn(field: ProductField, file: String, columns: [String])
    /// No column of those that identify the products of the index to update.
    case noIdentifier(names: [String], file: String, columns: [String])
    /// `--map` names a column the file does not have.
    case unknownColumn(name: String, file: String, columns: [String])
    case badMapping(String)
    /// A JSON or XML document breaks off or turns into something else after a line.
    case brokenDocument(file: String, line: Int, problem: String)
    case unsupportedEncoding(String)
    case cannotWrite(file: String, reason: String)

    /// One line: the file, what is wrong, and what to do.
    public var description: String {
        switch self {
        case .noFiles: return "No dump was given. Name at least one file, or - for standard input."
        case .missingFile(let file): return "\(file): there is no such file. Check the path."
        case .isDirectory(let file):
            return "\(file): this is a folder. Name the files in it, for example \(file)/*.csv."
        case .unreadable(let file, let reason): return "\(file): cannot be read (\(reason)). Check its permissions."
        case .empty(let file): return "\(file): the file is empty. Export the dump again."
        case .binary(let file, let kind):
            return "\(file): this is \(kind), not a text dump. Export it as CSV, TSV, JSON, JSONL or XML."
        case .unsupportedCompression(let file, let kind, let command):
            return "\(file): this is \(kind) compressed. Unpack it first: \(command) | aisle index - ..."
        case .unrecognized(let file, let start):
            return "\(file): no table, JSON or XML can be seen in it; it starts with \"\(start)\". "
                + "Dumps are CSV, TSV, JSON, JSONL or XML with a column or key for the identifier and the title."
        case .damagedGzip(let file, let offset, let detail):
            return "\(file): the gzip data are damaged near byte \(offset) (\(detail)). Fetch the file again."
        case .truncatedGzip(let file, let offset):
            return "\(file): the gzip data end in the middle, after \(offset) bytes. Fetch the file again."
        case .noColumn(let field, let file, let columns):
            let number = field == .id ? ", or number the rows with --map id=#line" : ""
            return "\(file): no column looks like the product's \(field.rawValue). Name one with "
                + "--map \(field.rawValue)=COLUMN\(number). It has: \(Self.list(columns))."
        case .noIdentifier(let names, let file, let columns):
            let known = names.map { "\"\($0)\"" }.joined(separator: " or ")
            return "\(file): there is no column \(known), by which the products of this index are known. "
                + "Name the one that has the same values with --map id=COLUMN. It has: \(Self.list(columns))."
        case .unknownColumn(let name, let file, let columns):
            return "\(file): there is no column \"\(name)\" (from --map). It has: \(Self.list(columns))."
        case .badMapping(let text):
            let fields = ProductField.allCases.map(\.rawValue).joined(separator: ", ")
            return "--map \(text): write FIELD=COLUMN, with FIELD one of \(fields)."
        case .brokenDocument(let file, let line, let problem):
            return "\(file), line \(line): \(problem). Export the dump again, or repair it there."
        case .unsupportedEncoding(let name):
            let known = TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")
            return "The encoding \"\(name)\" is not known. Use one of \(known)."
        case .cannotWrite(let file, let reason):
            return "\(file): cannot be written (\(reason)). Check the folder, its permissions and the free space."
        }
    }

    private static func list(_ columns: [String]) -> String {
        let shown = columns.prefix(40).joined(separator: ", ")
        return columns.count > 40 ? shown + ", and \(columns.count - 40) more" : shown
    }
}
