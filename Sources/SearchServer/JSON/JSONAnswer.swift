import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// JSON as it leaves the server: snake case, no escaped slashes.
enum JSONAnswer {
    /// The bytes of a value.
    static func data(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(value)
    }

    /// One object of the members of two, neither of them empty.
    static func joined(_ first: Data, _ second: Data) -> Data {
        var both = Data(capacity: first.count + second.count)
        both.append(first.dropLast())
        both.append(UInt8(ascii: ","))
        both.append(second.dropFirst())
        return both
    }

    /// An answer with a value as its body.
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        response(try data(value), status: status)
    }

    /// An answer with JSON that is encoded already.
    static func response(_ json: Data, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json))
        )
    }
}
