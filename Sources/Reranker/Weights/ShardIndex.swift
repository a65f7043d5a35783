internal import Foundation

/// `model.safetensors.index.json`: which shard holds which tensor.
struct ShardIndex {
    /// The index's name in a model's folder.
    static let name = "model.safetensors.index.json"

    /// The index as far as it matters here.
    private struct Content: Decodable {
        var weight_map: [String: String]
    }

    /// Shards by tensor.
    let map: [String: String]
    /// The shards, in order of name: plain names that end in `.safetensors`.
    let files: [String]

    /// Reads the index of a folder.
    ///
    /// - Throws: `WeightsError.system`, `.gitPointer`, `.badIndex`.
    init(folder: String) throws {
        let path = "\(folder)/\(Self.name)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw WeightsError.system(path: path, code: errno == 0 ? EIO : errno, doing: "read")
        }
        guard !data.withUnsafeBytes(GitPointer.matches) else { throw WeightsError.gitPointer(path: path) }
        guard let map = try? JSONDecoder().decode(Content.self, from: data).weight_map, !map.isEmpty else {
            throw WeightsError.badIndex(path: path, problem: .noWeightMap)
        }
        self.map = map
        files = Set(map.values).sorted()
        for file in files where !Self.isPlain(file) {
            throw WeightsError.badIndex(path: path, problem: .fileName(file))
        }
    }

    /// The index comes from elsewhere: it may not reach outside the folder.
    private static func isPlain(_ name: String) -> Bool {
        name.hasSuffix(".safetensors") && !name.hasPrefix(".")
            && name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") }
    }
}
