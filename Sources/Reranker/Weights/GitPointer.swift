/// The small text files that Git LFS leaves in a working tree in place of large ones.
///
/// Source: git-lfs, `docs/spec.md`.
enum GitPointer {
    private static let start = Array("version https://git-lfs.github.com/spec/".utf8)

    /// Whether a file's content (or its first hundred bytes) is such a pointer.
    static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.prefix(start.count).elementsEqual(start)
    }
}
