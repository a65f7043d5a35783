/// What a file's first bytes say it is, as far as it is nothing we read.
enum FileKind {
    static let gzipMagic: [UInt8] = [0x1f, 0x8b]

    /// Refuses compressed and binary files by their magic numbers.
    ///
    /// - Throws: `DumpError.unsupportedCompression` or `DumpError.binary`.
    static func refuse(_ head: [UInt8], file: String) throws {
        for (magic, kind, tool) in compressions where head.starts(with: magic) {
            throw DumpError.unsupportedCompression(file: file, kind: kind, command: "\(tool) \(file)")
        }
        for (magic, kind) in binaries where head.starts(with: magic) {
            throw DumpError.binary(file: file, kind: kind)
        }
        if head.count > 262, head[257..<262].elementsEqual("ustar".utf8) {
            throw DumpError.binary(file: file, kind: "a tar archive")
        }
    }

    /// Refuses text full of control characters, which no dump has but for a few by accident.
    ///
    /// - Throws: `DumpError.binary`.
    static func refuseControls(_ text: UnsafeBufferPointer<UInt8>, file: String) throws {
        let controls = text.count { $0 < 9 || ($0 > 13 && $0 < 32 && $0 != 27) }
        if controls >= 4, 100 * controls > text.count { throw DumpError.binary(file: file, kind: "a binary file") }
    }

    private static let compressions: [(magic: [UInt8], kind: String, tool: String)] = [
        ([0x28, 0xb5, 0x2f, 0xfd], "zstd", "zstd -dc"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz", "xz -dc"),
        (Array("BZh".utf8), "bzip2", "bzip2 -dc"),
        ([0x04, 0x22, 0x4d, 0x18], "lz4", "lz4 -dc"),
        ([0x50, 0x4b, 0x03, 0x04], "zip", "unzip -p"),
        ([0x37, 0x7a, 0xbc, 0xaf], "7-zip", "7z x -so"),
    ]

    private static let binaries: [(magic: [UInt8], kind: String)] = [
        (Array("%PDF".utf8), "a PDF document"),
        (Array("SQLite format 3".utf8), "an SQLite database"),
        ([0x89, 0x50, 0x4e, 0x47], "a PNG picture"),
        ([0xff, 0xd8, 0xff], "a JPEG picture"),
        (Array("GIF8".utf8), "a GIF picture"),
        (Array("PAR1".utf8), "a Parquet file"),
        ([0xd0, 0xcf, 0x11, 0xe0], "an old Office document"),
        ([0x7f, 0x45, 0x4c, 0x46], "a program"),
    ]
}
