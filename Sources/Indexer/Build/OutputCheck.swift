internal import Catalog
internal import Foundation

/// Refuses to write over what is read in the same run, and over files that nobody can have meant.
enum OutputCheck {
    /// Looks at the files that a build would write, before it touches any.
    ///
    /// Throws `IndexerError.sameFile`, `.notAnIndex`, `.rejectsTaken`.
    static func check(_ options: BuildOptions, changing: Bool) throws {
        let index = try Publication.target(of: options.into)
        var written: [String] = ["", ".lock", ".building"].map { index + $0 }
        if let rejects = options.rejects {
            written += RejectsWriter.names(rejects, layouts: options.dumps.count)
        }
        var known: [(name: String, file: FileIdentity)] = options.dumps.compactMap { dump in
            FileIdentity(dump).map { ("the dump \(dump)", $0) }
        }
        for name in written {
            guard let file = FileIdentity(name) else { continue }
            if let other = known.first(where: { $0.file == file }) {
                throw IndexerError.sameFile(output: name, other: other.name)
            }
            known.append((name, file))
        }
        // An empty file, as `mktemp` makes it, holds nothing to lose.
        if let size = size(index), changing || size > 0, !IndexConnection.isIndex(index) {
            throw IndexerError.notAnIndex(path: options.into)
        }
        if let rejects = options.rejects, let size = size(rejects), size > 0,
            !FileManager.default.fileExists(atPath: RejectsWriter.reasons(rejects))
        {
            throw IndexerError.rejectsTaken(path: rejects)
        }
    }

    /// A regular file's size in bytes; nil where there is none.
    private static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }
}

/// What a path leads to, however it is spelled: a file, or a name in a folder for a file to come.
private struct FileIdentity: Equatable {
    private let device: UInt
    private let inode: UInt
    private let name: String

    /// The file at a path, "-" being standard input; nil for pipes, terminals and `/dev/null`.
    init?(_ path: String) {
        var status = stat()
        if path == "-" ? fstat(STDIN_FILENO, &status) == 0 : stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { return nil }
            name = ""
        } else {
            let url = URL(fileURLWithPath: (try? Publication.target(of: path)) ?? path)
            guard stat(url.deletingLastPathComponent().path, &status) == 0 else { return nil }
            name = url.lastPathComponent
        }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }
}
