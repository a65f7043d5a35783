import CDigest
import Foundation
import Synchronization

@testable import Reranker

/// A hub on this machine: it names files, states their hashes, and redirects to a second server for the large ones.
final class StubHub: Sendable {
    /// What goes wrong: asked before each answer, with how often this file was asked for with this method before.
    typealias Fault = @Sendable (_ request: StubRequest, _ file: String, _ time: Int) -> StubAnswer?

    static let commit = "e61197ed45024b0ed8a2d74b80b4d909f1255473"

    let hub: StubServer
    /// Where large files lie: another port is another host.
    let storage: StubServer
    let files: [String: [UInt8]]

    private final class Counts: Sendable {
        let counts = Mutex<[String: Int]>([:])

        func next(_ key: String) -> Int {
            counts.withLock { counts in
                defer { counts[key, default: 0] += 1 }
                return counts[key, default: 0]
            }
        }
    }

    /// A hub with one model.
    ///
    /// - Parameters:
    ///   - files: The model's files.
    ///   - atHub: What goes wrong where files are named.
    ///   - atStorage: What goes wrong where large files lie.
    /// - Throws: `StubServerError`.
    init(
        _ files: [String: [UInt8]],
        atHub: @escaping Fault = { _, _, _ in nil },
        atStorage: @escaping Fault = { _, _, _ in nil }
    ) throws {
        self.files = files
        let counts = Counts()
        let storage = try StubServer { request in
            let name = String(request.path.dropFirst())
            if let answer = atStorage(request, name, counts.next("storage \(request.method) \(name)")) { return answer }
            return Self.stored(files[name], request)
        }
        self.storage = storage
        let address = storage.url
        hub = try StubServer { request in
            let parts = request.path.split(separator: "/").map(String.init)
            let name = parts.last ?? ""
            if let answer = atHub(request, name, counts.next("hub \(request.method) \(name)")) { return answer }
            return Self.named(parts, files, storage: address, request)
        }
    }

    static func isLarge(_ name: String) -> Bool { name.hasSuffix(".safetensors") || name == "tokenizer.json" }

    static func sha256(_ bytes: [UInt8]) -> String {
        var digest = SHA256()
        bytes.withUnsafeBytes { digest.add($0) }
        return digest.hexadecimal()
    }

    /// The name Git gives a file.
    static func gitHash(_ bytes: [UInt8]) -> String {
        var hasher = ContentHasher(.gitBlob(""), size: Int64(bytes.count))
        bytes.withUnsafeBytes { hasher.add($0) }
        return hasher.digits ?? ""
    }

    /// Answers for `/ORGANIZATION/NAME/resolve/REVISION/FILE`.
    private static func named(
        _ parts: [String],
        _ files: [String: [UInt8]],
        storage: String,
        _ request: StubRequest
    ) -> StubAnswer {
        guard parts.count == 5, parts[2] == "resolve", parts[0] == "org", parts[1] == "model" else {
            return .answer(404, "", headers: [("X-Error-Code", "RepoNotFound")])
        }
        guard ["main", commit, "v%2F1"].contains(parts[3]) else {
            return .answer(404, "", headers: [("X-Error-Code", "RevisionNotFound")])
        }
        guard let bytes = files[parts[4]] else {
            return .answer(404, "", headers: [("X-Error-Code", "EntryNotFound"), ("X-Repo-Commit", commit)])
        }
        var headers = [("X-Repo-Commit", commit)]
        guard isLarge(parts[4]) else {
            headers.append(("ETag", "\"\(gitHash(bytes))\""))
            return request.method == "HEAD"
                ? .headOnly(length: bytes.count, headers: headers)
                : .bytes(200, bytes, headers: headers)
        }
        headers += [
            ("X-Linked-Etag", "\"\(sha256(bytes))\""), ("X-Linked-Size", "\(bytes.count)"), ("ETag", "\"pointer\""),
            ("Location", "\(storage)/\(parts[4])?X-Signature=a%2Fb%3D&Expires=1"),
        ]
        return StubAnswer(parts: [.bytes(StubAnswer.head(302, length: 0, headers))])
    }

    private static func stored(_ bytes: [UInt8]?, _ request: StubRequest) -> StubAnswer {
        guard let bytes, request.target.hasSuffix("?X-Signature=a%2Fb%3D&Expires=1") else { return .answer(403, "") }
        guard let first = offset(request) else { return .bytes(200, bytes) }
        guard first < bytes.count else { return .answer(416, "") }
        let range = "bytes \(first)-\(bytes.count - 1)/\(bytes.count)"
        return .bytes(206, Array(bytes[first...]), headers: [("Content-Range", range)])
    }

    /// The first byte a request asks for.
    static func offset(_ request: StubRequest) -> Int? {
        request.headers["range"].flatMap { Int($0.dropFirst("bytes=".count).prefix { $0 != "-" }) }
    }

    /// Part of a file's rest, then the end of the connection.
    static func broken(_ bytes: [UInt8], _ request: StubRequest, after count: Int) -> StubAnswer {
        let first = offset(request) ?? 0
        let end = min(first + count, bytes.count)
        let range = ("Content-Range", "bytes \(first)-\(bytes.count - 1)/\(bytes.count)")
        let head = StubAnswer.head(first > 0 ? 206 : 200, length: bytes.count - first, first > 0 ? [range] : [])
        return StubAnswer(parts: [.bytes(head), .bytes(Array(bytes[first..<end]))], closes: true)
    }

    /// Requests to both servers, as `METHOD file`.
    var storageRequests: [String] { storage.requests.map { "\($0.method) \($0.path.dropFirst())" } }
}

/// Files of a tiny model.
enum StubModel {
    static var single: [String: [UInt8]] {
        get throws {
            var files = try small
            files["model.safetensors"] = try writer.file()
            return files
        }
    }

    /// The same in shards of eight tensors.
    static var sharded: [String: [UInt8]] {
        get throws {
            var files = try small
            var map: [String: String] = [:]
            let tensors = try writer.tensors
            let count = (tensors.count + 7) / 8
            for shard in 0..<count {
                let name = "model-0000\(shard + 1)-of-0000\(count).safetensors"
                let part = Array(tensors[shard * 8..<min(shard * 8 + 8, tensors.count)])
                files[name] = SafetensorsWriter(tensors: part).file()
                for tensor in part { map[tensor.name] = name }
            }
            let index = try JSONSerialization.data(withJSONObject: ["weight_map": map])
            files["model.safetensors.index.json"] = Array(index)
            return files
        }
    }

    private static var small: [String: [UInt8]] {
        get throws {
            [
                "config.json": Array(ModelConfigurationTests.tiny.utf8), "tokenizer.json": Array("{}".utf8),
                "tokenizer_config.json": Array("{ }".utf8), "README.md": Array("# Model".utf8),
            ]
        }
    }

    private static var writer: SafetensorsWriter {
        get throws {
            let json = Array(ModelConfigurationTests.tiny.utf8)
            return ModelWeightsTests.writer(try ModelConfiguration(json: json, path: "config.json"))
        }
    }
}
