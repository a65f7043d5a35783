internal import Foundation
internal import GRDB

/// Owns the file of cached scores: opens it when first needed, puts a damaged one aside, and gives up quietly where
/// nothing can be written.
///
/// Runs on a queue of its own, because SQLite blocks.
actor ScoreStore {
    private let queue: SerialQueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    private let path: String
    private let rowLimit: Int
    private let now: @Sendable () -> Int
    private var file: ScoreFile?
    /// Why the file is not used; nil while it is.
    private(set) var problem: String?
    /// Rows written since the bound was last looked at; nil: never looked.
    private var written: Int?
    private var repairs = 0

    /// A file that keeps breaking is not tried forever.
    private static let repairLimit = 3
    /// Seconds during which another use of a score is not written down.
    private static let useGranularity = 3600

    /// A store that opens its file when it is first used.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - rowLimit: Scores to keep.
    ///   - now: Seconds since 1970.
    init(path: String, rowLimit: Int, now: @escaping @Sendable () -> Int) {
        queue = SerialQueueExecutor(label: "aisle.scores")
        self.path = path
        self.rowLimit = rowLimit
        self.now = now
    }

    /// What a write came to.
    enum Outcome {
        case done
        /// Another process is writing: try again.
        case busy
        /// It cannot be written now, or at all.
        case failed
    }

    /// Looks scores up; returns those found, and which of them should be marked as used.
    ///
    /// Where anything goes wrong, nothing is found.
    func lookup(_ keys: [ScoreKey]) -> (scores: [ScoreKey: CachedScore], stale: [ScoreKey]) {
        var rows: [ScoreKey: ScoreFile.Row] = [:]
        _ = attempt { rows = try $0.rows(keys) }
        let time = now()
        let stale = rows.filter { time - $0.value.used >= Self.useGranularity }.map(\.key)
        return (rows.mapValues(\.score), stale)
    }

    /// Writes scores and marks others as used.
    func write(_ scores: [(ScoreKey, CachedScore)], touched: [ScoreKey]) -> Outcome {
        let outcome = attempt { try $0.write(scores, touched: touched, now: now()) }
        guard outcome == .done else { return outcome }
        let count = (written ?? rowLimit) + scores.count
        written = count
        // Counting takes time: look at the first write, and whenever a twentieth was added.
        if count >= max(1, rowLimit / 20), attempt({ try $0.trim(to: rowLimit) }) == .done { written = 0 }
        return .done
    }

    /// Does something with the file, opening, repairing or giving it up as needed.
    private func attempt(_ body: (ScoreFile) throws -> Void) -> Outcome {
        while problem == nil {
            do {
                let file = try file ?? ScoreFile(path: path)
                self.file = file
                try body(file)
                return .done
            } catch let error as DatabaseError {
                if let outcome = handle(error) { return outcome }
            } catch ScoreFileProblem.otherDatabase {
                problem = "\(path) is another database, not a cache of scores of this version"
            } catch {
                problem = "\(path): \(error)"
            }
        }
        return .failed
    }

    /// What an error means for the attempt; nil: try again.
    private func handle(_ error: DatabaseError) -> Outcome? {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: return .busy
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_SCHEMA, .SQLITE_FORMAT:
            repair(error)
            return nil
        default:
            // Reading may work where writing does not, and a full disk may have room later.
            if file == nil { problem = "\(path): \(error.message ?? "cannot be opened")" }
            return .failed
        }
    }

    /// Puts a damaged file aside, unless another process has just done so.
    private func repair(_ error: DatabaseError) {
        let inode = file?.inode ?? ScoreFile.inode(path)
        file = nil
        repairs += 1
        guard repairs <= Self.repairLimit else {
            problem = "\(path): \(error.message ?? "damaged")"
            return
        }
        let lock = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        defer { if lock >= 0 { close(lock) } }
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            problem = "\(path): \(error.message ?? "damaged")"
            return
        }
        guard let inode, ScoreFile.inode(path) == inode else { return }
        guard rename(path, "\(path).damaged") == 0 else {
            problem = "\(path): \(error.message ?? "damaged"), and it cannot be put aside"
            return
        }
        unlink("\(path)-wal")
        unlink("\(path)-shm")
    }
}
