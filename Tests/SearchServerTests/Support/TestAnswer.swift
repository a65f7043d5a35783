import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// An answer with its JSON read.
struct TestAnswer {
    let status: Int
    let headers: HTTPFields
    let text: String
    let json: Any?

    init(_ response: TestResponse) {
        status = response.status.code
        headers = response.headers
        text = String(buffer: response.body)
        json = try? JSONSerialization.jsonObject(with: Data(text.utf8))
    }

    /// The value at a path: `error.code`, `hits.0.id`.
    subscript(path: String) -> Any? {
        path.split(separator: ".").reduce(json) { value, part in
            if let object = value as? [String: Any] { return object[String(part)] }
            if let array = value as? [Any], let place = Int(part), array.indices.contains(place) { return array[place] }
            return nil
        }
    }

    /// The text at a path.
    func string(_ path: String) -> String? { self[path] as? String }
    /// The number at a path.
    func number(_ path: String) -> Double? { (self[path] as? NSNumber)?.doubleValue }
    /// The ids of the hits.
    var ids: [String] { (self["hits"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String } }
}

extension TestClientProtocol {
    func get(_ uri: String, headers: HTTPFields = [:]) async throws -> TestAnswer {
        try await ask(.get, uri, headers: headers)
    }

    /// A request without a body.
    func ask(_ method: HTTPRequest.Method, _ uri: String, headers: HTTPFields = [:]) async throws -> TestAnswer {
        TestAnswer(try await executeRequest(uri: uri, method: method, headers: headers, body: nil))
    }

    func post(_ uri: String, _ body: String, type: String? = "application/json", headers: HTTPFields = [:]) async throws
        -> TestAnswer
    {
        var headers = headers
        if let type { headers[.contentType] = type }
        return TestAnswer(
            try await executeRequest(uri: uri, method: .post, headers: headers, body: ByteBuffer(string: body))
        )
    }
}
