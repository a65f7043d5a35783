import Foundation
import Glibc
import Synchronization

/// A rerank server on loopback that speaks as text-embeddings-inference does and finds long texts relevant, unless it is
/// told otherwise.
final class LengthServer: Sendable {
    /// Scores of texts; nil is an error 500.
    ///
    /// `call` counts requests for scores from 1.
    typealias Scoring = @Sendable (_ texts: [String], _ call: Int) -> [Double]?

    let port: UInt16
    private let socket: Int32
    private let record: Record
    /// How many texts each request had.
    var sizes: [Int] { record.sizes.withLock { $0 } }

    private final class Record: Sendable {
        let sizes = Mutex<[Int]>([])
        let scoring: Scoring

        init(scoring: @escaping Scoring) {
            self.scoring = scoring
        }

        /// Notes a request and answers it.
        func scores(_ texts: [String]) -> [Double]? {
            let call = sizes.withLock { sizes in
                sizes.append(texts.count)
                return sizes.count
            }
            return scoring(texts, call)
        }
    }

    struct NoSocket: Error {}

    init(_ scoring: @escaping Scoring = { texts, _ in texts.map { min(0.9, Double($0.count) / 300) } }) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && listen(socket, 16) == 0
                    && getsockname(socket, address, &length) == 0
            }
        }
        guard socket >= 0, bound else { throw NoSocket() }
        self.socket = socket
        port = UInt16(bigEndian: address.sin_port)
        let record = Record(scoring: scoring)
        self.record = record
        Thread.detachNewThread {
            while case let client = accept(socket, nil, nil), client >= 0 {
                Thread.detachNewThread {
                    Self.answer(FileHandle(fileDescriptor: client, closeOnDealloc: true), record)
                }
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    /// One request a connection.
    private static func answer(_ client: FileHandle, _ record: Record) {
        var request = Data()
        let blank = Data("\r\n\r\n".utf8)
        var body: Data?
        while body == nil {
            let more = client.availableData
            if more.isEmpty { break }
            request.append(more)
            guard let end = request.range(of: blank) else { continue }
            let head = String(decoding: request[..<end.lowerBound], as: UTF8.self).lowercased()
            let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
            let rest = request[end.upperBound...]
            if rest.count >= length ?? 0 { body = Data(rest) }
        }
        let json: String
        var status = "200 OK"
        if let body, let asked = try? JSONSerialization.jsonObject(with: body) as? [String: Any],
            let texts = asked["texts"] as? [String]
        {
            let scores = record.scores(texts)
            let items = (scores ?? []).enumerated().map { "{\"index\":\($0.offset),\"score\":\($0.element)}" }
            status = scores == nil ? "500 Broken" : status
            json = scores == nil ? "{\"error\":\"out of memory\"}" : "[\(items.joined(separator: ","))]"
        } else {
            json = "{\"model_id\":\"length\",\"model_type\":{\"reranker\":{}},\"max_client_batch_size\":32}"
        }
        let head = "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n"
        try? client.write(contentsOf: Data("\(head)Connection: close\r\n\r\n\(json)".utf8))
    }
}

extension LengthServer {
    /// Finds what has words of the questions of a check relevant.
    static let knowing: Scoring = { texts, _ in
        let answers = ["noise cancellation", "running shoes", "Beijing", "雨靴", "数据线", "北京"]
        return texts.map { text in answers.contains { text.contains($0) } ? 0.9 : 0.1 }
    }
}
