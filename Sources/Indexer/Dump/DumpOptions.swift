/// How to read a dump; everything left nil is recognized.
public struct DumpOptions: Sendable {
    /// The syntax, where recognizing it is not wanted.
    public var format: DumpFormat?
    /// The encoding, where detecting it is not wanted.
    public var encoding: TextEncoding?
    /// What the user said with `--map`; wins over everything recognized.
    public var map: [FieldMapping]
    /// The delimiter of a delimited file, where sniffing it is not wanted.
    public var delimiter: UInt8?
    /// Whether the first row of a delimited file names its columns, where guessing that is not wanted.
    public var hasHeader: Bool?
    /// The most bytes one row may have; longer ones are rejected.
    public var recordLimit: Int
    /// The most bytes of open product groups held in memory.
    public var groupWindow: Int
    /// Whether products come with their row's text (`RowOutcome`), which whoever writes no rejects can do without.
    ///
    /// Rows that are put together to products keep theirs.
    public var keepsOriginals = true
    /// Bytes asked of a file at once: few enough to be in the processor's caches when they are parsed; outcomes never
    /// depend on it.
    public var chunkSize: Int
    /// How the dumps of the index to update were read; what is in them settles how these are.
    var remembered: [RememberedPlan] = []
    /// Whether rows without the columns of `remembered` may say `id` instead, where those have no such column.
    var takesPlainID = false
    /// Bytes looked at to recognize a file; tests make it small to get behind it.
    var headSize = 256 << 10

    /// Options; sizes in bytes.
    public init(
        format: DumpFormat? = nil,
        encoding: TextEncoding? = nil,
        map: [FieldMapping] = [],
        delimiter: UInt8? = nil,
        hasHeader: Bool? = nil,
        recordLimit: Int = 8 << 20,
        groupWindow: Int = 64 << 20,
        chunkSize: Int = 64 << 10
    ) {
        self.format = format
        self.encoding = encoding
        self.map = map
        self.delimiter = delimiter
        self.hasHeader = hasHeader
        self.recordLimit = recordLimit
        self.groupWindow = groupWindow
        self.chunkSize = chunkSize
    }

    /// Reads columns as the dumps of an index were read, and products in their plain form, whose identifier is `id`.
    ///
    /// - Throws: `CatalogError` when the index at `path` cannot be read.
    public mutating func follow(indexAt path: String) throws {
        remembered = try RememberedPlan.stored(at: path).map { plan in
            // The lines of a few products are not those of the dump.
            var plan = plan
            plan.numbersRows = false
            return plan
        }
        takesPlainID = true
    }
}

/// The syntax of a dump.
public enum DumpFormat: String, Sendable, Hashable, CaseIterable, Codable {
    /// Fields separated by comma, tab, semicolon or bar; quoted as in RFC 4180.
    case csv
    case tsv
    /// One array of objects, bare or somewhere inside an object.
    case json
    /// One object a line (or simply one after the other).
    case jsonl
    /// Items in an RSS, Atom or similar document.
    case xml
    /// A web page with `<script type="application/ld+json">` blocks.
    case html
}

/// A character encoding dumps come in.
///
/// Raw values are what `--encoding` takes.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable, Codable {
    case utf8 = "utf-8"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    case windows1252 = "windows-1252"
    case latin1 = "iso-8859-1"
    case windows1250 = "windows-1250"
    case windows1251 = "windows-1251"
    case koi8r = "koi8-r"
    case gb18030
    case big5
    case shiftJIS = "shift_jis"
    case eucKR = "euc-kr"

    /// The encoding of this name or a common alias ("latin1", "gbk", "cp1251"), nil where there is none.
    public init?(name: String) {
        let key = name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }
        switch key {
        case "utf8", "utf8bom", "utf8sig", "ascii", "usascii": self = .utf8
        case "utf16", "utf16le", "ucs2", "unicode": self = .utf16LittleEndian
        case "utf16be": self = .utf16BigEndian
        case "windows1252", "cp1252", "ansi", "win1252": self = .windows1252
        case "latin1", "iso88591", "l1": self = .latin1
        case "windows1250", "cp1250": self = .windows1250
        case "windows1251", "cp1251", "win1251": self = .windows1251
        case "koi8r", "koi8": self = .koi8r
        case "gb18030", "gbk", "gb2312", "cp936": self = .gb18030
        case "big5", "cp950": self = .big5
        case "shiftjis", "sjis", "cp932", "windows31j": self = .shiftJIS
        case "euckr", "cp949", "uhc": self = .eucKR
        default: return nil
        }
    }
}
