/// A file's text: decompressed, converted to UTF-8, without byte order mark, its head in the window.
struct TextInput {
    let window: ByteWindow
    let encoding: TextEncoding
    let isCompressed: Bool
    let transcoder: TranscodingSource?
    /// The text's first bytes, by which formats are told apart, and whether they are all there is.
    let head: [UInt8]
    let isWhole: Bool
    /// What the user should know about the encoding.
    let notes: [String]
    /// Whether the head has multi-byte UTF-8.
    let sawMultiByte: Bool

    /// - Throws: `DumpError` when the file is empty, not text, or damaged.
    init(_ raw: FileSource, name: String, options: DumpOptions) throws {
        let start = try raw.readHead(512)
        if start.isEmpty { throw DumpError.empty(name) }
        isCompressed = start.starts(with: FileKind.gzipMagic)
        try FileKind.refuse(start, file: name)
        let whole = HeadedSource(head: start, rest: raw)
        let plain: any ByteSource = isCompressed ? try GzipSource(whole, name: name) : whole
        let head = try plain.readHead(options.headSize)
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
        // Exactly so many bytes are looked at, however many came: recognition must not depend on the chunk size.
        try window.fill(toAtLeast: options.headSize + 1)
        self.head = Array(window.bytes.prefix(options.headSize))
        isWhole = window.count <= options.headSize
        try self.head.withUnsafeBufferPointer { try FileKind.refuseControls($0, file: name) }
        if isWhole, self.head.allSatisfy({ $0 <= 32 }) { throw DumpError.empty(name) }
        sawMultiByte = guess.encoding != .utf8 || UTF8Counts(head).wellFormed > 0
    }
}
