internal import Glibc

/// Bytes that never change and live as long as this object: a file mapped read-only, or a copy in memory.
///
/// A mapped file must not be shortened while it is mapped: touching a page that is gone ends the process with SIGBUS.
/// Nothing can check for that without copying the file. Its size is checked when it is opened, and models are replaced
/// by renaming a new file into place (as `aisle model pull` does), which leaves mappings of the old one intact.
package final class MemoryRegion: Sendable {
    /// Nobody writes here after `init`, so any thread may read.
    nonisolated(unsafe) private let base: UnsafeRawPointer
    /// Bytes.
    package let count: Int
    private let isMapped: Bool

    /// Maps a whole file.
    ///
    /// - Throws: `WeightsError.system`, `.emptyFile`.
    package init(mapping path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw WeightsError.system(path: path, code: errno, doing: "open") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw WeightsError.system(path: path, code: errno, doing: "stat")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let code = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
            throw WeightsError.system(path: path, code: code, doing: "map")
        }
        guard status.st_size > 0 else { throw WeightsError.emptyFile(path: path) }
        guard let mapped = mmap(nil, Int(status.st_size), PROT_READ, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED
        else { throw WeightsError.system(path: path, code: errno, doing: "map") }
        base = UnsafeRawPointer(mapped)
        count = Int(status.st_size)
        isMapped = true
    }

    /// A copy of some bytes, aligned to 64.
    package init(copying bytes: UnsafeRawBufferPointer) {
        let copy = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 64)
        UnsafeMutableRawBufferPointer(start: copy, count: bytes.count).copyMemory(from: bytes)
        base = UnsafeRawPointer(copy)
        count = bytes.count
        isMapped = false
    }

    deinit {
        if isMapped {
            munmap(UnsafeMutableRawPointer(mutating: base), count)
        } else {
            base.deallocate()
        }
    }

    /// Lends bytes for the time of a call; the pointer must not leave it.
    ///
    /// `range` lies inside 0..<`count`.
    package func withUnsafeBytes<Result>(
        in range: Range<Int>,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the region")
        return try withExtendedLifetime(self) {
            try body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
        }
    }

    /// Tells the system that these bytes are not needed for now.
    ///
    /// They leave this process's resident memory and come back from the file when they are touched. A copy in memory
    /// stays as it is.
    package func discardPages(in range: Range<Int>) {
        guard isMapped, range.lowerBound >= 0, range.upperBound <= count else { return }
        // Whole pages only: neighbours may be in use.
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let first = (range.lowerBound + page - 1) / page * page
        let end = range.upperBound == count ? count : range.upperBound / page * page
        guard end > first else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED)
    }
}
