import HTTPTypes
import Hummingbird
import NIOCore

/// `/` and the files it is made of: the page for people.
///
/// Everybody may have them, as they hold nothing of the shop; the page asks for a key when the rest needs one.
struct PageEndpoints: Sendable {
    var all: [Endpoint] {
        PageFile.all.map { file in
            let path = file.name == PageFile.index ? "/" : "/\(file.name)"
            let content = Operation.Content(type: file.contentType, schema: .text("The file."))
            let operation = Operation(name: file.name, summary: "A part of the page for people", answer: content)
            return Endpoint(.get, path, access: .open, operation) { request, _ in Self.answer(file, to: request) }
        }
    }

    /// What the page may do: load its own files, ask its own server, show products' pictures.
    ///
    /// Nothing inline, no markup from strings, no frame around it.
    static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; \
        frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
        require-trusted-types-for 'script'; trusted-types 'none'
        """

    /// A file, or that the asker has it already.
    static func answer(_ file: PageFile, to request: Request) -> Response {
        var headers: HTTPFields = [
            .eTag: file.tag,
            // Kept, but asked for again: a new program's page is seen at once.
            .cacheControl: "no-cache",
            .contentSecurityPolicy: policy,
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "no-referrer",
            // The search box for shops is loaded by their pages, everything else by this one.
            .crossOriginResourcePolicy: file.name == "embed.js" ? "cross-origin" : "same-origin",
        ]
        if isKept(file.tag, request.headers[values: .ifNoneMatch]) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = file.contentType
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.content)))
    }

    /// Whether `If-None-Match` names a tag (RFC 9110, 13.1.2: weak comparison).
    static func isKept(_ tag: String, _ fields: [String]) -> Bool {
        fields.joined(separator: ",").split(separator: ",").contains { part in
            var part = part.drop { $0 == " " || $0 == "\t" }
            while part.last == " " || part.last == "\t" { part.removeLast() }
            if part.hasPrefix("W/") { part = part.dropFirst(2) }
            return part == "*" || part == tag
        }
    }
}

extension HTTPField.Name {
    /// Fetch Standard, section 3.7.
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy") ?? .xContentTypeOptions
    /// Referrer Policy, section 4.1.
    static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .xContentTypeOptions
}
