import Glibc

/// Writes rejected rows in their original form, to be repaired and indexed again.
///
/// Rows of one file format and header go to `path` itself, rows of a second layout to `path.2` and so on; why each row
/// was rejected goes to `path.reasons.tsv`. Nothing is created before the first reject; in the end, what an earlier run
/// left under these names is gone.
public final class RejectsWriter {
    /// The files written so far.
    public private(set) var files: [String] = []

    private let path: String
    private var outputs: [RowLayout: OutputFile] = [:]
    private var order: [RowLayout] = []
    private var reasons: OutputFile?
    private var isFinished = false
    /// Whether an earlier run wrote to this path.
    private let hadRejects: Bool

    /// A writer that will create `path` when the first reject comes.
    public init(path: String) {
        self.path = path
        hadRejects = access(Self.reasons(path), F_OK) == 0
    }

    /// The file with the reasons of the rejects in `path`.
    static func reasons(_ path: String) -> String { path + ".reasons.tsv" }

    /// All files that rejects of so many layouts can go to.
    static func names(_ path: String, layouts: Int) -> [String] {
        [reasons(path)] + (1...max(1, layouts)).map { name(path, $0) }
    }

    private static func name(_ path: String, _ layout: Int) -> String { layout == 1 ? path : "\(path).\(layout)" }

    /// Adds one row.
    ///
    /// - Throws: `DumpError.cannotWrite`.
    public func write(_ reject: Reject) throws {
        let layout = reject.location.source.layout
        let output = try output(for: layout)
        if output.rows > 0, !layout.separator.isEmpty { try output.write(layout.separator) }
        try output.write(reject.original)
        if layout.separator.isEmpty, reject.original.last != 10 { try output.write([10]) }
        output.rows += 1
        try writeReason(reject, row: output.rows, in: output)
    }

    /// Completes and closes the files.
    ///
    /// - Throws: `DumpError.cannotWrite`.
    public func finish() throws {
        guard !isFinished else { return }
        isFinished = true
        for layout in order {
            try outputs[layout]?.write(layout.epilogue)
            try outputs[layout]?.close()
        }
        try reasons?.close()
        if hadRejects { removeEarlier() }
    }

    /// Removes what an earlier run wrote and this one did not replace: it would pass for rejects of this one.
    private func removeEarlier() {
        if reasons == nil { unlink(Self.reasons(path)) }
        var layout = order.count + 1
        while unlink(Self.name(path, layout)) == 0 { layout += 1 }
    }

    private func output(for layout: RowLayout) throws -> OutputFile {
        if let known = outputs[layout] { return known }
        let output = try OutputFile(path: Self.name(path, order.count + 1))
        try output.write(layout.prologue)
        if layout.prologue.last.map({ $0 != 10 && $0 != 13 }) ?? false, layout.separator.isEmpty {
            try output.write([10])
        }
        outputs[layout] = output
        order.append(layout)
        files.append(output.path)
        return output
    }

    private func writeReason(_ reject: Reject, row: Int, in output: OutputFile) throws {
        if reasons == nil {
            let file = try OutputFile(path: Self.reasons(path))
            try file.write(Array("rejects_file\trow\tfile\tline\tfield\tvalue\treason\tmessage\tremedy\n".utf8))
            reasons = file
            files.append(file.path)
        }
        let cells = [
            output.path, String(row), reject.location.file, String(reject.location.line), reject.field ?? "",
            reject.value ?? "", reject.reason.code, reject.reason.message, reject.reason.remedy,
        ]
        let line = cells.map { cell in
            String(cell.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        }
        try reasons?.write(Array((line.joined(separator: "\t") + "\n").utf8))
    }
}

/// A file written through a buffer.
private final class OutputFile {
    let path: String
    var rows = 0
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isClosed = false

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw DumpError.cannotWrite(file: path, reason: String(cString: strerror(errno))) }
    }

    deinit {
        if !isClosed, descriptor >= 0 {
            try? flush()
            Glibc.close(descriptor)
        }
    }

    func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count >= 64 << 10 { try flush() }
    }

    func close() throws {
        try flush()
        isClosed = true
        if Glibc.close(descriptor) != 0 {
            throw DumpError.cannotWrite(file: path, reason: String(cString: strerror(errno)))
        }
    }

    private func flush() throws {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { bytes in
                bytes.baseAddress.map { Glibc.write(descriptor, $0 + written, bytes.count - written) } ?? 0
            }
            if count < 0, errno != EINTR {
                throw DumpError.cannotWrite(file: path, reason: String(cString: strerror(errno)))
            }
            written += max(0, count)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
