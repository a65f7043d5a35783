import Foundation
import Glibc

/// A rerank server on loopback that speaks as text-embeddings-inference does and finds long texts relevant.
final class LengthServer: Sendable {
    let port: UInt16
    private let socket: Int32

    struct NoSocket: Error {}

    init() throws {
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
        Thread.detachNewThread {
            while case let client = accept(socket, nil, nil), client >= 0 {
                Self.answer(FileHandle(fileDescriptor: client, closeOnDealloc: true))
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    /// One request a connection.
    private static func answer(_ client: FileHandle) {
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
        if let body, let asked = try? JSONSerialization.jsonObject(with: body) as? [String: Any],
            let texts = asked["texts"] as? [String]
        {
            let scores = texts.enumerated().map { place, text in
                "{\"index\":\(place),\"score\":\(min(0.9, Double(text.count) / 300))}"
            }
            json = "[\(scores.joined(separator: ","))]"
        } else {
            json = "{\"model_id\":\"length\",\"model_type\":{\"reranker\":{}},\"max_client_batch_size\":32}"
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n"
        try? client.write(contentsOf: Data("\(head)Connection: close\r\n\r\n\(json)".utf8))
    }
}
