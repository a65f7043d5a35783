/// Reads dumps one after the other and gives their products.
///
/// Not thread-safe: call it from one thread at a time.
public final class DumpReader {
    /// Opens and recognizes every file.
    ///
    /// - Throws: `DumpError` naming the file and a remedy.
    public init(paths: [String], options: DumpOptions = DumpOptions()) throws {
        throw DumpError.noFiles
    }

    /// Reads on; gives at most `limit` outcomes, nil at the end of the last file.
    ///
    /// - Throws: `DumpError` when a file cannot be read to its end (damaged gzip, broken JSON array).
    public func nextBatch(limit: Int) throws -> [RowOutcome]? { nil }

    /// How far the reader is.
    public var progress: DumpProgress { DumpProgress() }

    /// What was recognized, and what became of the rows so far.
    public var report: DumpReport { DumpReport() }
}
