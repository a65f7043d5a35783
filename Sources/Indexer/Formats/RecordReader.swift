/// Cuts one file's text into records.
protocol RecordReader: AnyObject {
    /// The columns met so far; readers of self-describing formats add to it as they go.
    var columns: ColumnTable { get }
    /// What stands around rows of this file.
    var layout: RowLayout { get }
    /// What is worth telling about how the file is read.
    var notes: [String] { get }

    /// Parses the next record into `record`.
    ///
    /// - Throws: `DumpError` when the rest of the file cannot be read.
    func next(_ record: RawRecord) throws -> RecordStep
}

/// What a reader came upon.
///
/// The record's location and bytes are set in every case but `end`.
enum RecordStep {
    case record
    /// No row of its own: what a group of variants shares.
    case context
    /// Not a product and not meant to be one.
    case skipped(String)
    case malformed(RejectReason)
    case end
}
