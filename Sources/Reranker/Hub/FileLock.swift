internal import Foundation

/// A lock between processes, held until this object goes.
///
/// Python's tools lock the same files in the same way.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// Waits for the lock of a file, which is made where it is missing.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - waiting: Called once if somebody else holds it.
    /// - Throws: `HubError.system`, `CancellationError`.
    init(_ path: String, waiting: () -> Void) async throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw HubError.system(path: path, code: errno, doing: "open") }
        self.descriptor = descriptor
        var isTold = false
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw HubError.system(path: path, code: errno, doing: "lock")
            }
            if !isTold { waiting() }
            isTold = true
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    deinit {
        close(descriptor)
    }
}
