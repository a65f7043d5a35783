import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// The whole body.
    ///
    /// - Throws: `ServerError.bodyTooLarge`, before reading where the sender tells the size.
    func bytes(limit: Int) async throws -> ByteBuffer {
        if let length = headers[.contentLength].flatMap(Int.init), length > limit {
            throw ServerError.bodyTooLarge(limit: limit)
        }
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw ServerError.bodyTooLarge(limit: limit)
        }
    }

    /// The body of a request that has to be JSON.
    ///
    /// The content type has to say so: a page of another site cannot send that without asking first.
    ///
    /// - Throws: `ServerError.wrongContentType`, `.bodyTooLarge`.
    func json(limit: Int) async throws -> Data {
        try require(contentTypes: ["application/json"])
        return Data(try await bytes(limit: limit).readableBytesView)
    }

    /// Checks the content type without its parameters.
    ///
    /// - Throws: `ServerError.wrongContentType`.
    func require(contentTypes: [String]) throws(ServerError) {
        let found = headers[.contentType] ?? ""
        let type = found.prefix { $0 != ";" }.lowercased().trimmingCharacters(in: .whitespaces)
        guard contentTypes.contains(type) else {
            throw .wrongContentType(found: found, expected: contentTypes.joined(separator: " or "))
        }
    }
}
