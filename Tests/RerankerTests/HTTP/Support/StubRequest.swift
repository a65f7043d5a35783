import Foundation

/// A request as it came over the wire.
struct StubRequest: Sendable {
    var method: String
    /// Path and query, as sent.
    var target: String
    /// Names in lower case.
    var headers: [String: String]
    var body: [UInt8]
    /// Which connection it came over, from 1.
    var connection: Int

    var path: String { String(target.prefix { $0 != "?" }) }
}

/// Reads requests from a connection, one after the other.
struct RequestReader {
    let socket: Int32
    let connection: Int
    private var buffer: [UInt8] = []

    init(socket: Int32, connection: Int) {
        self.socket = socket
        self.connection = connection
    }

    /// The next request; nil when the client is gone.
    mutating func next() -> StubRequest? {
        let mark = Array("\r\n\r\n".utf8)
        while true {
            if let end = buffer.firstRange(of: mark) {
                let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<end.upperBound)
                return request(head)
            }
            guard fill() else { return nil }
            if buffer.first == 0x16 { return refuseTLS() }
        }
    }

    /// Answers a TLS greeting as plain servers do.
    private func refuseTLS() -> StubRequest? {
        let answer = Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8)
        _ = send(socket, answer, answer.count, Int32(MSG_NOSIGNAL))
        return nil
    }

    private mutating func request(_ head: String) -> StubRequest? {
        let lines = head.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...]
            headers[line[..<colon].lowercased()] = value.trimmingCharacters(in: .whitespaces)
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while buffer.count < length { guard fill() else { return nil } }
        let body = Array(buffer[..<length])
        buffer.removeSubrange(..<length)
        return StubRequest(
            method: String(words[0]),
            target: String(words[1]),
            headers: headers,
            body: body,
            connection: connection
        )
    }

    private mutating func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: chunk[..<count])
        return true
    }
}
