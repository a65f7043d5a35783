internal import GRDBSQLite

/// What can go wrong with an index file.
public enum CatalogError: Error, Sendable, Equatable {
    /// SQLite refused: its extended result code, its words, and the statement or step.
    case sqlite(code: Int32, message: String, doing: String)
    /// There is no file at this path.
    case noIndex(path: String)
    /// The file at this path is something else.
    case notAnIndex(path: String)
    /// A part of the index is missing or damaged.
    case damagedIndex(path: String, reason: String)
    /// The index was built by another version of the schema.
    case otherSchema(path: String, found: String, expected: String)

    /// The error of a raw connection, as it stands after a call that failed.
    static func sqlite(_ connection: OpaquePointer, code: Int32, doing: String) -> CatalogError {
        .sqlite(
            code: sqlite3_extended_errcode(connection),
            message: String(cString: sqlite3_errmsg(connection)),
            doing: doing
        )
    }
}

extension CatalogError: CustomStringConvertible {
    /// One sentence that says what was wrong and what to do.
    public var description: String {
        switch self {
        case .sqlite(let code, let message, let doing):
            switch code & 0xFF {
            case SQLITE_FULL: "The disk is full (\(message)): free some space and run it again. Nothing was changed."
            case SQLITE_IOERR:
                """
                The disk failed, or the file may not grow so large (\(message)): check the disk, quotas and limits \
                (ulimit -f), and run it again. Nothing was changed.
                """
            case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM:
                "The index cannot be written or opened (\(message)): check the folder's permissions."
            case SQLITE_BUSY, SQLITE_LOCKED: "Another process is writing this index (\(message)): try again."
            case SQLITE_CORRUPT, SQLITE_NOTADB:
                "The index is damaged (\(message)): build it again with `aisle index DUMP --into FILE`."
            default: "SQLite error \(code): \(message) (in: \(doing.prefix(120)))"
            }
        case .noIndex(let path): "There is no index at \(path): build one with `aisle index DUMP --into \(path)`."
        case .notAnIndex(let path): "\(path) is no index of Aisle's: check the path."
        case .damagedIndex(let path, let reason):
            "\(path) is not a usable index (\(reason)): build it again with `aisle index DUMP --into \(path)`."
        case .otherSchema(let path, let found, let expected):
            """
            \(path) was built by another version of Aisle (schema \(found), this one reads \(expected)): \
            build it again with `aisle index DUMP --into \(path)`.
            """
        }
    }
}
