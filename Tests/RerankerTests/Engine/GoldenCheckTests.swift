import Foundation
import Testing

@testable import Reranker

@Suite struct GoldenCheckTests {
    /// Gives every request these margins.
    private struct Fixed: RerankBackend {
        var margins: [Double]
        var description = BackendDescription(
            model: "./any-name",
            backend: "in-process",
            fingerprint: "",
            scoreKind: .margin,
            takesInstruction: true
        )

        func score(_ request: RerankRequest) async throws -> RerankResult {
            RerankResult(scores: margins.map { RelevanceScore(margin: $0) })
        }
    }

    private func configuration(vocabulary: Int = 151_669, layers: Int = 28) throws -> ModelConfiguration {
        let json = """
            {"model_type": "qwen3", "hidden_size": 1024, "num_hidden_layers": \(layers), "num_attention_heads": 16,
             "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 3072, "vocab_size": \(vocabulary)}
            """
        return try ModelConfiguration(json: Array(json.utf8), path: "config.json")
    }

    @Test func `Shape and vocabulary decide what is compared`() throws {
        #expect(GoldenCheck.obstacle(try configuration()) == nil)
        #expect(GoldenCheck.obstacle(try configuration(vocabulary: 151_936)) == nil)
        #expect(GoldenCheck.obstacle(try configuration(layers: 36))?.contains("shape") == true)
        #expect(GoldenCheck.obstacle(try configuration(vocabulary: 32_000))?.contains("vocabulary") == true)
    }

    // Figures of the model's publisher: 7.625 within 0.25, -11.375 within 1.
    @Test func `Margins that are close enough pass whatever the weights' file is`() async throws {
        let check = try await GoldenCheck.compare(Fixed(margins: [7.8, -10.5])) {
            Issue.record("nobody has to hash a gigabyte")
            return true
        }
        #expect(check.passed && check.hasPublishedWeights == nil)
        #expect(check.description.components(separatedBy: "passed").count == 3, "\(check)")
    }

    @Test func `Other margins fail for the published weights, and say nothing about others`() async throws {
        let failed = try await GoldenCheck.compare(Fixed(margins: [7.3, -11.4])) { true }
        #expect(!failed.passed && failed.description.contains("FAILED"), "\(failed)")
        let tuned = try await GoldenCheck.compare(Fixed(margins: [2, -3])) { false }
        #expect(tuned.passed && !tuned.description.contains("FAILED"), "\(tuned)")
        #expect(tuned.description.contains("not the published ones") && tuned.description.contains("differs"))
    }
}
