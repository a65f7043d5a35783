internal import Catalog
internal import Foundation

/// Makes a new index file beside the old one and puts it in its place when it is whole.
///
/// An index file never changes once it has its name: builds and updates write `NAME.building`, sync it and rename it.
/// So a reader sees the old file or the new one, a crash at any moment leaves one of the two, and readers need no locks.
/// `NAME.lock` keeps writers apart; the kernel lets go of it when a writer dies, however it dies. A link is followed: the
/// file it leads to is replaced, and keeps its permissions and, where the writer may do that, its owner.
final class Publication {
    /// What is appended to `buildingPath` while a compact copy is written.
    static let compactSuffix = ".compact"

    /// The index's final path, links followed.
    let path: String
    /// Where the new file is written.
    let buildingPath: String
    private let lock: Int32
    private var published = false

    /// Takes the writer's lock and clears what a killed writer left.
    ///
    /// Throws `IndexerError.locked`, `.system`.
    init(path: String) throws {
        let target = try Self.target(of: path)
        // Nothing may be a property before the lock is held: `deinit` would remove the unfinished file of its holder.
        let descriptor = open(target + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw IndexerError.system(code: errno, doing: "creating \(target).lock") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw IndexerError.locked(path: target)
        }
        self.path = target
        buildingPath = target + ".building"
        lock = descriptor
        removeUnfinished()
    }

    deinit {
        if !published { removeUnfinished() }
        close(lock)
    }

    /// The path of the file that a path leads to, which need not be there yet.
    ///
    /// Throws `IndexerError.system` of links that go in circles.
    static func target(of path: String) throws -> String {
        var target = path
        for _ in 0..<40 {
            guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: target) else { return target }
            let folder = URL(fileURLWithPath: target).deletingLastPathComponent()
            target = link.hasPrefix("/") ? link : folder.appendingPathComponent(link).path
        }
        throw IndexerError.system(code: ELOOP, doing: "following the link \(path)")
    }

    /// Copies the index as it is to where the new one is written.
    func copyCurrent() throws {
        guard FileManager.default.fileExists(atPath: path) else { throw CatalogError.noIndex(path: path) }
        do {
            try FileManager.default.copyItem(atPath: path, toPath: buildingPath)
        } catch let error as CocoaError {
            let cause = error.underlying as? POSIXError
            throw IndexerError.system(code: cause?.code.rawValue ?? EIO, doing: "copying \(path)")
        }
    }

    /// Syncs the new file and gives it its name.
    ///
    /// The connection to it must be closed.
    func publish() throws {
        var old = stat()
        if stat(path, &old) == 0 {
            // Only root may give a file away; the permissions are what counts.
            _ = chown(buildingPath, old.st_uid, old.st_gid)
            guard chmod(buildingPath, old.st_mode & 0o7777) == 0 else {
                throw IndexerError.system(code: errno, doing: "setting the permissions of \(buildingPath)")
            }
        }
        try sync(buildingPath, doing: "syncing \(buildingPath)")
        guard rename(buildingPath, path) == 0 else {
            throw IndexerError.system(code: errno, doing: "renaming \(buildingPath) to \(path)")
        }
        published = true
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try sync(folder, doing: "syncing the folder \(folder)")
    }

    private func sync(_ path: String, doing: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw IndexerError.system(code: errno, doing: doing) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw IndexerError.system(code: errno, doing: doing) }
    }

    private func removeUnfinished() {
        for suffix in ["", Self.compactSuffix] { unlink(buildingPath + suffix) }
    }
}
