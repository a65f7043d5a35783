internal import Foundation

/// SHA-256 of files, remembered for large ones as long as nothing about the file has changed.
///
/// A file that is written to has another change time, which cannot be set back, so that no change goes unnoticed; a file
/// that was only moved, copied or linked is hashed once more.
package struct FileDigests: Sendable {
    /// Where digests are remembered, a line each; nil: nowhere.
    let path: String?
    /// Bytes from which a file is worth it.
    var least: Int64 = 64 << 20

    /// Lines kept.
    private static let limit = 200
    /// A file that changed so recently (seconds) may change again within the same tick of its clock.
    private static let settled: Int = 2

    package init(path: String?) {
        self.path = path
    }

    /// Where digests are remembered unless told otherwise, beside cached scores; nil without a home.
    static func defaultPath(_ environment: [String: String]) -> String? {
        ScoreCache.defaultPath(environment).map { "\(($0 as NSString).deletingLastPathComponent)/weights.sha256" }
    }

    /// The hash of a file's bytes, 64 hexadecimal digits.
    ///
    /// - Throws: `HubError.system` where it cannot be read, `CancellationError`.
    func sha256(of file: String) throws -> String {
        var status = stat()
        guard stat(file, &status) == 0 else { throw HubError.system(path: file, code: errno, doing: "open") }
        let size = Int64(status.st_size)
        let identity = [
            "\(status.st_dev)", "\(status.st_ino)", "\(size)", "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)",
            "\(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)",
        ].joined(separator: " ")
        let isRemembered = size >= least && time(nil) - status.st_ctim.tv_sec > Self.settled
        if isRemembered, let known = remembered(identity) { return known }
        let digits = try BlobFile.digits(of: file, as: .sha256(""), size: size) ?? ""
        if isRemembered { remember(digits, of: identity) }
        return digits
    }

    private var lines: [Substring] {
        guard let path, let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return text.split(separator: "\n")
    }

    private func remembered(_ identity: String) -> String? {
        for line in lines.reversed() where line.hasPrefix("\(identity) ") {
            let digits = String(line.dropFirst(identity.utf8.count + 1))
            if case .sha256 = ContentHash(etag: digits) { return digits }
        }
        return nil
    }

    /// Writes the file anew; where that is not possible, the hash is computed again next time.
    private func remember(_ digits: String, of identity: String) {
        guard let path else { return }
        let text = (lines.suffix(Self.limit - 1) + ["\(identity) \(digits)"]).joined(separator: "\n") + "\n"
        let folder = (path as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try? Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
