import Foundation
import HTTPTypes

/// An answer with its JSON read.
struct TestAnswer {
    let status: Int
    let headers: HTTPFields
    let text: String
    let json: Any?

    init(status: Int, headers: HTTPFields, _ body: Data) {
        self.status = status
        self.headers = headers
        text = String(decoding: body, as: UTF8.self)
        json = try? JSONSerialization.jsonObject(with: body)
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
