/// Where in a dump something stands: enough to find the row again with an editor.
public struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    /// The file the row came from.
    public let source: DumpSource
    /// The physical line the row starts on, 1-based; formats without meaningful lines count records here too.
    public let line: Int
    /// The row's ordinal in its file, 1-based, header not counted.
    public let record: Int
    /// Where the row starts, in bytes of the decompressed text (after conversion to UTF-8).
    public let byteOffset: Int

    /// A location in `source`.
    public init(source: DumpSource, line: Int, record: Int, byteOffset: Int) {
        self.source = source
        self.line = line
        self.record = record
        self.byteOffset = byteOffset
    }

    /// The file's name as given; "-" is standard input.
    public var file: String { source.name }

    /// `file:line`.
    public var description: String { "\(file):\(line)" }
}

/// One recognized input file; shared by all locations that point into it.
public final class DumpSource: Sendable, Hashable {
    /// The name as given; "-" is standard input.
    public let name: String
    /// How rows of this file are written so that they can be read again.
    public let layout: RowLayout

    /// A file of this name and layout.
    public init(name: String, layout: RowLayout) {
        self.name = name
        self.layout = layout
    }

    /// Whether both are the same opened file.
    public static func == (left: DumpSource, right: DumpSource) -> Bool { left === right }

    /// Hashes the object's identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// What stands before, between and after rows in a file of this format.
public struct RowLayout: Sendable, Hashable {
    /// The CSV header line, `[`, or the XML document up to the first item.
    public var prologue: [UInt8]
    /// What stands between two rows, a line feed or a comma.
    public var separator: [UInt8]
    /// What closes the document.
    public var epilogue: [UInt8]

    /// A layout; all empty means rows are simply lines.
    public init(prologue: [UInt8] = [], separator: [UInt8] = [], epilogue: [UInt8] = []) {
        self.prologue = prologue
        self.separator = separator
        self.epilogue = epilogue
    }
}
