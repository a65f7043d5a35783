import Foundation
import Testing

@testable import Reranker

/// The model that comes with the program: where it is found, and that it is what the reference makes of its files.
@Suite struct BundledModelTests {
    /// See `Training/make_fixture.py`.
    private struct Expected: Decodable {
        var cases: [Case]

        struct Case: Decodable {
            var instruction: String
            var query: String
            var document: String
            var ids: [TokenID]
            var margin: Double
            /// What the reference makes of it when it computes in bfloat16 throughout.
            var marginInBfloat16: Double
        }
    }

    private static func expected() throws -> [Expected.Case] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: tests.appendingPathComponent("Fixtures/bundled/expected.json"))
        return try JSONDecoder().decode(Expected.self, from: data).cases
    }

    @Test func `"bundled" opens the model beside the program, never in int8 unless told`() async throws {
        let model = try OpenModel.local("bundled", environment: [:])
        #expect(model.description.model == "bundled")
        #expect(model.description.takesInstruction)
        #expect([.f32, .bf16].contains(model.precision))
        #expect(try OpenModel.local("bundled", options: .init(precision: .int8), environment: [:]).precision == .int8)
    }

    @Test func `Where the resources are not beside the program, the error says which folder is missing`() throws {
        let scratch = try ModelScratch()
        let error = #expect(throws: ModelError.self) {
            try BundledModel.folder(beside: "\(scratch.path)/aisle")
        }
        let text = try #require(error).description
        #expect(text.contains("\(scratch.path)/aisle_Reranker.resources/Bundled"))
        #expect(text.contains("beside the program"))
    }

    @Test func `The folder is no larger than what was promised for a repository`() throws {
        let folder = try BundledModel.folder()
        var total = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name != "aisle-int8.bin" {
            total += try #require(
                FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.size] as? NSNumber
            ).intValue
        }
        #expect(total <= 24 << 20)
    }

    @Test func `Token ids of whole prompts are the reference's`() throws {
        let folder = try ModelFolder(path: BundledModel.folder())
        let encoder = try PromptEncoder(
            tokenizer: Tokenizer(contentsOf: URL(fileURLWithPath: folder.tokenizerPath)),
            maxLength: folder.configuration.maximumPositions
        )
        for expected in try Self.expected() {
            let prompts = try encoder.encode(
                query: expected.query,
                documents: [expected.document],
                instruction: expected.instruction
            )
            #expect(prompts.prompt(0) == expected.ids, "\(expected.query) | \(expected.document.prefix(60))")
        }
    }

    @Test func `Margins in bf16 are as near to the exact ones as the reference's own bf16`() async throws {
        let model: LocalReranker
        do {
            model = try OpenModel.local("bundled", options: .init(precision: .bf16), environment: [:])
        } catch EngineError.noBF16 {
            return
        }
        var ours = 0.0
        var theirs = 0.0
        for expected in try Self.expected() {
            let request = RerankRequest(
                query: expected.query,
                documents: [expected.document],
                instruction: expected.instruction
            )
            let margin = try #require(try await model.score(request).scores.first??.margin)
            ours += (margin - expected.margin).magnitude
            theirs += (expected.marginInBfloat16 - expected.margin).magnitude
        }
        #expect(ours <= theirs)
    }

    @Test func `Margins are the reference's to 1e-4`() async throws {
        let model = try OpenModel.local("bundled", options: .init(precision: .f32), environment: [:])
        for expected in try Self.expected() {
            let result = try await model.score(
                RerankRequest(
                    query: expected.query,
                    documents: [expected.document],
                    instruction: expected.instruction
                )
            )
            let margin = try #require(result.scores.first??.margin)
            #expect(abs(margin - expected.margin) <= 1e-4, "\(expected.query) | \(expected.document.prefix(60))")
        }
    }
}
