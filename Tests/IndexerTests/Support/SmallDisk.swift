import Foundation
import GRDBSQLite
import Synchronization

/// A folder in which SQLite can write only so often before the disk is full.
///
/// SQLite's own file system with another `xWrite` (https://sqlite.org/vfs.html), for the files of one folder: no root is
/// needed, and every single write can be the one that fails.
enum SmallDisk {
    private struct State {
        var folder: String?
        var room = Int.max
        var writes = 0
    }

    private static let state = Mutex(State())

    /// The disk as SQLite knows it, the default from its first use on; gives other folders to the system's.
    private static let isRegistered: Bool = {
        guard let system = sqlite3_vfs_find("unix") else { return false }
        let disk = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        disk.initialize(to: system.pointee)
        disk.pointee.zName = UnsafePointer(strdup("small disk"))
        disk.pointee.pNext = nil
        disk.pointee.xOpen = { _, name, file, flags, outFlags in
            guard let system = sqlite3_vfs_find("unix"), let open = system.pointee.xOpen else { return SQLITE_CANTOPEN }
            let code = open(system, name, file, flags, outFlags)
            guard code == SQLITE_OK, let name, SmallDisk.holds(String(cString: name)), let file,
                let methods = file.pointee.pMethods
            else { return code }
            // Never freed: SQLite uses it until the file is closed, and there are few.
            let own = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
            own.initialize(to: methods.pointee)
            own.pointee.xWrite = { file, bytes, count, offset in
                guard SmallDisk.takes() else { return SQLITE_FULL }
                return SmallDisk.systemWrite.map { $0(file, bytes, count, offset) } ?? SQLITE_IOERR
            }
            SmallDisk.note(methods)
            file.pointee.pMethods = UnsafePointer(own)
            return code
        }
        return sqlite3_vfs_register(disk, 1) == SQLITE_OK
    }()

    private typealias Write =
        @convention(c) (
            UnsafeMutablePointer<sqlite3_file>?, UnsafeRawPointer?, Int32, sqlite3_int64
        ) -> Int32

    /// Where the system's methods lie.
    private static let system = Mutex(0)

    private static func note(_ methods: UnsafePointer<sqlite3_io_methods>) {
        system.withLock { $0 = Int(bitPattern: methods) }
    }

    private static var systemWrite: Write? {
        UnsafePointer<sqlite3_io_methods>(bitPattern: system.withLock { $0 })?.pointee.xWrite
    }

    private static func holds(_ path: String) -> Bool {
        state.withLock { state in state.folder.map { path.hasPrefix($0) } ?? false }
    }

    private static func takes() -> Bool {
        state.withLock { state in
            state.writes += 1
            return state.writes <= state.room
        }
    }

    /// Runs `body` with room for so many writes below `folder`; gives how many were asked for.
    ///
    /// One at a time.
    static func with(room: Int, in folder: String, _ body: () throws -> Void) rethrows -> Int {
        precondition(isRegistered)
        state.withLock { $0 = State(folder: folder, room: room) }
        defer { state.withLock { $0.folder = nil } }
        try body()
        return state.withLock { $0.writes }
    }
}
