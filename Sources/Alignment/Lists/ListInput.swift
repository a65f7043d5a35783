internal import Foundation
public import Indexer

/// One of the lists, as it is given.
public struct ListInput: Sendable, Equatable {
    /// A file that can be read again.
    public var path: String
    /// Which columns are the id, the text and so on, where guessing is not wanted.
    public var map: [FieldMapping]
    /// The file's encoding; nil: recognized.
    public var encoding: TextEncoding?
    /// Whether the first row names the columns; nil: recognized.
    public var hasHeader: Bool?

    /// A list in a file.
    public init(
        path: String,
        map: [FieldMapping] = [],
        encoding: TextEncoding? = nil,
        hasHeader: Bool? = nil
    ) {
        self.path = path
        self.map = map
        self.encoding = encoding
        self.hasHeader = hasHeader
    }

    /// How the file is read.
    ///
    /// What the indexer recognizes is taken as it is. Beyond that, a table of two columns is a list of ids and texts,
    /// whatever its columns are called, and also where they are not.
    ///
    /// - Throws: `DumpError`, and `AlignmentError.notAFile`.
    func recognized() throws -> DumpOptions {
        try checkFile()
        var options = DumpOptions(encoding: encoding, map: map, hasHeader: hasHeader)
        do {
            _ = try DumpReader(paths: [path], options: options)
            return options
        } catch DumpError.noColumn(let field, let file, let columns) where columns.count == 2 {
            for guess in guesses(field, columns) {
                options.map = map + guess.map
                options.hasHeader = guess.hasHeader ?? hasHeader
                do {
                    _ = try DumpReader(paths: [path], options: options)
                    return options
                } catch DumpError.noColumn {
                    continue
                }
            }
            throw DumpError.noColumn(field: field, file: file, columns: columns)
        }
    }

    /// What two columns may be, the likeliest first.
    private func guesses(_ field: ProductField, _ columns: [String]) -> [(map: [FieldMapping], hasHeader: Bool?)] {
        if field == .title { return columns.reversed().map { ([FieldMapping(.title, .named($0))], nil) } }
        guard hasHeader != true, map.isEmpty else { return [] }
        return [([FieldMapping(.id, .named("1")), FieldMapping(.title, .named("2"))], false)]
    }

    private func checkFile() throws {
        var status = stat()
        guard path != "-" else { throw AlignmentError.notAFile(path: "standard input") }
        guard stat(path, &status) == 0 else { return }  // the reader says what is wrong
        let kind = status.st_mode & S_IFMT
        if kind != S_IFREG, kind != S_IFDIR { throw AlignmentError.notAFile(path: path) }
    }

    /// What tells this list from any other, and from itself after a change.
    var fingerprint: String {
        var status = stat()
        let known = stat(path, &status) == 0
        let time = known ? "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)" : ""
        let columns = map.map { "\($0.field.rawValue)=\($0.column)" }.joined(separator: ",")
        return [
            path, "\(known ? status.st_size : -1)", time, columns, encoding?.rawValue ?? "auto",
            hasHeader.map { "\($0)" } ?? "auto",
        ].joined(separator: "|")
    }
}
