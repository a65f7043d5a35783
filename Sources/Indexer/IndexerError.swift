internal import Foundation

/// What can stop a build or an update.
///
/// Bad rows never do; see `RejectReason`.
public enum IndexerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A system call failed: its errno and what was being done.
    case system(code: Int32, doing: String)
    case outOfMemory(doing: String)
    /// A record between analysis and writing is damaged: a programming error, or broken memory.
    case damagedRecord(doing: String)
    /// Document numbers are 32 bits and never reused.
    case tooManyProducts
    /// Another process is building or updating this index.
    case locked(path: String)
    /// The index would replace a file that is something else.
    case notAnIndex(path: String)
    /// Rejects would replace a file that holds none of an earlier run.
    case rejectsTaken(path: String)
    /// One file would be read and written, or written twice, in one run.
    case sameFile(output: String, other: String)
    /// `--on-error fail`: the first bad row.
    case badRow(String)
    /// The dumps hold no usable product.
    case noProducts(rejected: Int)

    /// The message, with the file, what happened and what helps.
    public var description: String {
        switch self {
        case .system(ENOSPC, let doing):
            "The disk is full (\(doing)): free some space and run it again. Nothing was changed."
        case .system(EFBIG, let doing):
            """
            The file may not grow so large (\(doing)): check quotas and limits (ulimit -f), and run it again. \
            Nothing was changed.
            """
        case .system(let code, let doing):
            "\(doing) failed: \(String(cString: strerror(code))). Nothing was changed."
        case .outOfMemory(let doing): "Out of memory (\(doing)). Nothing was changed."
        case .damagedRecord(let doing): "Internal error: a damaged record (\(doing)). Nothing was changed."
        case .tooManyProducts: "An index holds at most 4,294,967,294 products over its life: build it anew."
        case .locked(let path):
            "Another process is writing \(path) (it holds \(path).lock): wait for it to end and run this again."
        case .notAnIndex(let path):
            """
            \(path) is there already and is no index of Aisle's. Name another file, or remove this one first. \
            Nothing was changed.
            """
        case .rejectsTaken(let path):
            """
            \(path) is there already and holds no rejects of an earlier run (no \(path).reasons.tsv is beside it). \
            Name another file for the rejects, or remove this one first. Nothing was changed.
            """
        case .sameFile(let output, let other):
            "\(output) cannot be written: it is the same file as \(other). Name another one. Nothing was changed."
        case .badRow(let row): "\(row)\nStopped at the first bad row (--on-error fail). Nothing was changed."
        case .noProducts(let rejected):
            "No usable product in the dump (\(rejected) rows rejected). Nothing was changed."
        }
    }

    /// Turns a C code (0, -1 no memory, -2 damaged, an errno) into an error.
    static func check(_ code: Int32, doing: String) throws {
        switch code {
        case 0: return
        case -1: throw IndexerError.outOfMemory(doing: doing)
        case ..<0: throw IndexerError.damagedRecord(doing: doing)
        default: throw IndexerError.system(code: code, doing: doing)
        }
    }
}
