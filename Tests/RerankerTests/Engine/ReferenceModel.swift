import Foundation

@testable import Reranker

/// A random model with what the reference implementation makes of it; see `Fixtures/models/make_fixtures.py`.
struct ReferenceModel {
    let name: String
    let folder: String
    let expected: Expected

    struct Expected: Decodable {
        var yes_id: TokenID
        var no_id: TokenID
        var cases: [Case]
        var shared: [Shared]
    }

    struct Case: Decodable {
        var ids: [TokenID]
        var margin: Float
        var layers: Layers?
    }

    /// The residual stream after each layer.
    struct Layers: Decodable {
        var first: [[Float]]
        var last: [[Float]]
    }

    struct Shared: Decodable {
        var prefix: [TokenID]
        var documents: [[TokenID]]
        var margins: [Float]
    }

    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("Fixtures/models")

    static let names =
        ((try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? [])
        .filter { FileManager.default.fileExists(atPath: fixtures.appendingPathComponent("\($0)/config.json").path) }
        .sorted()

    init(_ name: String) throws {
        self.name = name
        let url = Self.fixtures.appendingPathComponent(name)
        folder = url.path
        expected = try JSONDecoder().decode(
            Expected.self,
            from: Data(contentsOf: url.appendingPathComponent("expected.json"))
        )
    }

    func load(
        precision: Precision = .f32,
        threads: Int = 2,
        chunk: Int = 64,
        cpu: UInt32 = Processor.whole.bits
    ) throws -> Qwen3Model {
        let path = "\(folder)/config.json"
        let configuration = try ModelConfiguration(
            json: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))),
            path: path
        )
        return try Qwen3Model(
            configuration: configuration,
            weights: ModelWeights(folder: folder, configuration: configuration),
            answers: AnswerTokens(yes: expected.yes_id, no: expected.no_id),
            precision: precision,
            threads: threads,
            chunk: chunk,
            cpu: cpu
        )
    }
}

extension Qwen3Model {
    /// The margin of a prompt in one piece.
    func margin(_ ids: [TokenID]) throws -> Float {
        try margins([Segment(tokens: ids, purpose: .margin)])[0]
    }

    func margins(_ segments: [Segment]) throws -> [Float] { try run(segments).compactMap(\.margin) }

    func prefix(_ ids: [TokenID], after context: [KeyValueBlock] = []) throws -> KeyValueBlock? {
        try run([Segment(tokens: ids, context: context, purpose: .prefix)])[0].keysAndValues
    }
}
