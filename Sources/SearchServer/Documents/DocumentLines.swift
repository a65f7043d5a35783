import Catalog
import Foundation
import Indexer

/// What a body of documents asks for, line by line.
struct DocumentLines: Sendable {
    /// What a line asks for.
    enum Request: Sendable {
        case upsert(Product)
        case delete(ProductID)
        case refused(DocumentResult.Problem)

        /// The product it is about; nil for lines that cannot be read.
        var id: ProductID? {
            switch self {
            case .upsert(let product): product.id
            case .delete(let id): id
            case .refused: nil
            }
        }
    }

    /// By line, in order; lines are counted from 1, elements of an array are lines.
    private(set) var requests: [(line: Int, request: Request)] = []

    /// Reads a body: one JSON object a line, or one JSON array of them.
    ///
    /// Objects are products as the index's dumps have them, or in the form that `GET /documents/{id}` answers;
    /// `{"delete": "ID"}` deletes one.
    ///
    /// - Parameters:
    ///   - body: The bytes.
    ///   - index: The path of the index, which remembers how its dumps were read.
    ///   - limit: Lines at most.
    /// - Throws: `ServerError.tooManyDocuments`, `.badJSON`, `.noIdentifier`, `CatalogError` of the index, and
    ///   `DumpError` where no field is recognized.
    init(_ body: Data, index: String, limit: Int) throws {
        var objects: [(line: Int, text: Data)] = []
        for (line, text) in try Self.texts(body, limit: limit) {
            do {
                let value = try JSONValue(parsing: text)
                guard case .object(let object) = value else {
                    let message = "A document is a JSON object, this is \(value.kind)."
                    refuse(line, .init(code: "not_an_object", message: message, field: nil))
                    continue
                }
                guard let delete = object["delete"], object.count == 1 else {
                    objects.append((line, text))
                    continue
                }
                guard case .string(let id) = delete, !id.isEmpty else {
                    refuse(line, .init(code: "missing_id", message: "delete is the id of a product.", field: "delete"))
                    continue
                }
                requests.append((line, .delete(ProductID(id))))
            } catch {
                refuse(line, .init(code: "malformed_json", message: JSONProblem.words(error), field: nil))
            }
        }
        try read(objects, index)
        requests.sort { $0.line < $1.line }
    }

    private mutating func refuse(_ line: Int, _ problem: DocumentResult.Problem) {
        requests.append((line, .refused(problem)))
    }

    /// The documents' texts: lines that are not empty, or the elements of an array.
    private static func texts(_ body: Data, limit: Int) throws -> [(line: Int, text: Data)] {
        var texts: [(Int, Data)] = []
        if body.first(where: { $0 > 32 }) == UInt8(ascii: "[") {
            let value: JSONValue
            do {
                value = try JSONValue(parsing: body)
            } catch {
                throw ServerError.badJSON(reason: JSONProblem.words(error))
            }
            // What begins as an array is one.
            guard case .array(let elements) = value else { throw ServerError.notAnObject(found: value.kind) }
            texts = try elements.enumerated().map { ($0 + 1, try JSONEncoder().encode($1)) }
        } else {
            let lines = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for (place, line) in lines.enumerated() where !line.allSatisfy(Self.isBlank) {
                texts.append((place + 1, line))
            }
        }
        guard !texts.isEmpty else { throw ServerError.badJSON(reason: "it holds no document.") }
        guard texts.count <= limit else { throw ServerError.tooManyDocuments(count: texts.count, limit: limit) }
        return texts
    }

    /// White space of JSON (RFC 8259) but the line feed.
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }

    /// Makes products of objects, as `aisle index --update` makes them of a dump's.
    private mutating func read(_ objects: [(line: Int, text: Data)], _ index: String) throws {
        guard !objects.isEmpty else { return }
        let name = "aisle-\(UUID().uuidString).jsonl"
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        var lines = Data()
        for object in objects {
            lines.append(object.text.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
            lines.append(UInt8(ascii: "\n"))
        }
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard FileManager.default.createFile(atPath: path, contents: lines, attributes: [.posixPermissions: 0o600])
        else { throw IndexerError.system(code: errno, doing: "writing a temporary file") }
        var options = DumpOptions(format: .jsonl, encoding: .utf8)
        try options.follow(indexAt: index)
        let reader: DumpReader
        do {
            reader = try DumpReader(paths: [path], options: options)
        } catch DumpError.noIdentifier(let names, _, _) {
            throw ServerError.noIdentifier(names: names)
        }
        var answered = Set<Int>()
        while let outcomes = try reader.nextBatch(limit: 512) {
            for outcome in outcomes {
                // One line can hold several products (JSON-LD), and several lines can make one.
                switch outcome {
                case .product(let product, let location, _):
                    requests.append((objects[location.line - 1].line, .upsert(product)))
                    answered.insert(location.line)
                case .rejected(let reject):
                    let reason = reject.reason
                    refuse(
                        objects[reject.location.line - 1].line,
                        .init(code: reason.code, message: "\(reason.message). \(reason.remedy).", field: reject.field)
                    )
                    answered.insert(reject.location.line)
                }
            }
        }
        for (place, object) in objects.enumerated() where !answered.contains(place + 1) {
            let message = "It is no product by itself: not published, not meant as one, or a part of another line's."
            refuse(object.line, .init(code: "no_product", message: message, field: nil))
        }
    }
}
