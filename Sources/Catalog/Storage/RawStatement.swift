internal import GRDBSQLite

/// A prepared statement on the raw connection, for the loops where a row costs about a microsecond.
///
/// Everything outside those loops goes through GRDB. Belongs to the thread that uses its connection.
package final class RawStatement {
    private let connection: OpaquePointer
    private let handle: OpaquePointer
    private let sql: String

    /// Prepares `sql`.
    ///
    /// Throws `CatalogError.sqlite`.
    package init(_ connection: OpaquePointer, _ sql: String) throws {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else {
            throw CatalogError.sqlite(connection, code: code, doing: sql)
        }
        self.connection = connection
        self.handle = handle
        self.sql = sql
    }

    deinit {
        sqlite3_finalize(handle)
    }

    // MARK: Binding (parameters count from 1)

    package func bind(_ parameter: Int32, _ value: Int64?) {
        if let value {
            sqlite3_bind_int64(handle, parameter, value)
        } else {
            sqlite3_bind_null(handle, parameter)
        }
    }

    package func bind(_ parameter: Int32, _ value: Double?) {
        if let value {
            sqlite3_bind_double(handle, parameter, value)
        } else {
            sqlite3_bind_null(handle, parameter)
        }
    }

    /// Binds a copy of the text.
    package func bind(_ parameter: Int32, _ value: String?) {
        guard var value else {
            sqlite3_bind_null(handle, parameter)
            return
        }
        value.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                _ = sqlite3_bind_text64(
                    handle,
                    parameter,
                    characters.baseAddress ?? Self.nothing,
                    UInt64(characters.count),
                    Self.copied,
                    UInt8(SQLITE_UTF8)
                )
            }
        }
    }

    /// Binds UTF-8 as text without copying: it must stay in place until the statement is reset.
    package func bind(_ parameter: Int32, borrowedText bytes: UnsafeRawBufferPointer) {
        let characters = bytes.bindMemory(to: CChar.self)
        sqlite3_bind_text64(
            handle,
            parameter,
            characters.baseAddress ?? Self.nothing,
            UInt64(characters.count),
            nil,
            UInt8(SQLITE_UTF8)
        )
    }

    /// Binds a copy of the bytes as a blob.
    package func bind(_ parameter: Int32, blob bytes: UnsafeRawBufferPointer) {
        sqlite3_bind_blob64(
            handle,
            parameter,
            bytes.baseAddress ?? UnsafeRawPointer(Self.nothing),
            UInt64(bytes.count),
            Self.copied
        )
    }

    /// Binds bytes as a blob without copying: they must stay in place until the statement is reset.
    package func bind(_ parameter: Int32, borrowed bytes: UnsafeRawBufferPointer) {
        sqlite3_bind_blob64(
            handle,
            parameter,
            bytes.baseAddress ?? UnsafeRawPointer(Self.nothing),
            UInt64(bytes.count),
            nil
        )
    }

    /// SQLITE_TRANSIENT: SQLite copies before the call returns.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    /// A valid address for empty text, which SQLite would take for NULL otherwise.
    nonisolated(unsafe) private static let nothing = UnsafePointer(UnsafeMutablePointer<CChar>.allocate(capacity: 1))

    // MARK: Running

    /// Moves to the next row: false at the end.
    ///
    /// Throws `CatalogError.sqlite`.
    package func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = CatalogError.sqlite(connection, code: code, doing: sql)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Runs to the end and resets, for statements without rows.
    ///
    /// Throws `CatalogError.sqlite`.
    package func run() throws {
        while try step() {}
        sqlite3_reset(handle)
    }

    /// Makes the statement ready to run again; bindings stay.
    package func reset() {
        sqlite3_reset(handle)
    }

    // MARK: Columns of the current row (count from 0)

    package func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    package func double(_ column: Int32) -> Double? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : sqlite3_column_double(handle, column)
    }

    package func integer(_ column: Int32) -> Int64? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : sqlite3_column_int64(handle, column)
    }

    package func text(_ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// The bytes of a blob or text: valid until the next step or reset.
    package func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: sqlite3_column_blob(handle, column),
            count: Int(sqlite3_column_bytes(handle, column))
        )
    }
}
