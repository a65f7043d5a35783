/// A file's text: decompressed, converted to UTF-8, without byte order mark, its head in the window.
struct TextInput {
    let window: ByteWindow
    let encoding: TextEncoding
    let isCompressed: Bool
    let transcoder: TranscodingSource?
    /// What the user should know about the encoding.
    let notes: [String]
    /// Whether the head has multi-byte UTF-8.
    let sawMultiByte: Bool

    /// - Throws: `DumpError` when the file is empty, not text, or damaged.
    init(_ raw: FileSource, name: String, options: DumpOptions, headSize: Int) throws {
        let start = try raw.readHead(512)
        if start.isEmpty { throw DumpError.empty(name) }
        isCompressed = start.starts(with: FileKind.gzipMagic)
        try FileKind.refuse(start, file: name)
        let whole = HeadedSource(head: start, rest: raw)
        let plain: any ByteSource = isCompressed ? try GzipSource(whole, name: name) : whole
        let head = try plain.readHead(headSize)
        if head.isEmpty { throw DumpError.empty(name) }
        if isCompressed { try FileKind.refuse(head, file: name) }
        let guess: EncodingGuess
        if let encoding = options.encoding {
            guess = EncodingGuess(encoding: encoding, markLength: EncodingDetector.markLength(head, for: encoding))
        } else if let found = EncodingDetector.guess(head) {
            guess = found
        } else {
            throw DumpError.binary(file: name, kind: "a binary file")
        }
        encoding = guess.encoding
        notes = guess.note.map { [$0] } ?? []
        let marked = HeadedSource(head: head, from: guess.markLength, rest: plain)
        transcoder = guess.encoding == .utf8 ? nil : try TranscodingSource(marked, from: guess.encoding)
        window = ByteWindow(transcoder ?? marked, chunkSize: options.chunkSize)
        try window.fill(toAtLeast: headSize)
        try FileKind.refuseControls(window.bytes, file: name)
        if window.bytes.allSatisfy({ $0 <= 32 }) { throw DumpError.empty(name) }
        sawMultiByte = guess.encoding != .utf8 || UTF8Counts(head).wellFormed > 0
    }
}
