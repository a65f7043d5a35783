/// What a stub server sends back.
struct StubAnswer: Sendable {
    enum Part: Sendable {
        case bytes([UInt8])
        /// Milliseconds of silence.
        case pause(Int)
    }

    var parts: [Part]
    /// Whether the connection ends with this answer.
    var closes = false

    /// A well-formed answer.
    static func answer(
        _ status: Int = 200,
        _ body: String = "",
        headers: [(String, String)] = []
    ) -> StubAnswer {
        bytes(status, Array(body.utf8), headers: headers)
    }

    static func bytes(_ status: Int, _ body: [UInt8], headers: [(String, String)] = []) -> StubAnswer {
        StubAnswer(parts: [.bytes(head(status, length: body.count, headers)), .bytes(body)])
    }

    /// The head alone, as HEAD is answered, with the length a GET would have.
    static func headOnly(length: Int, headers: [(String, String)] = []) -> StubAnswer {
        StubAnswer(parts: [.bytes(head(200, length: length, headers))])
    }

    /// Announces more than it sends.
    static func truncated(_ body: String, announced: Int) -> StubAnswer {
        StubAnswer(parts: [.bytes(head(200, length: announced, [])), .bytes(Array(body.utf8))], closes: true)
    }

    /// Closes the connection without a word.
    static let dropped = StubAnswer(parts: [], closes: true)

    /// Whatever the bytes are, then the end.
    static func raw(_ text: String) -> StubAnswer {
        StubAnswer(parts: [.bytes(Array(text.utf8))], closes: true)
    }

    /// The same after a silence.
    func after(_ milliseconds: Int) -> StubAnswer {
        StubAnswer(parts: [.pause(milliseconds)] + parts, closes: closes)
    }

    static func head(_ status: Int, length: Int, _ headers: [(String, String)]) -> [UInt8] {
        var text = "HTTP/1.1 \(status) Whatever\r\nContent-Length: \(length)\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        return Array((text + "\r\n").utf8)
    }
}
