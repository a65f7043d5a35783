internal import Foundation

/// The margins published for Qwen3-Reranker-0.6B (revision e61197ed), beside what this machine computes.
public struct GoldenCheck: Sendable, CustomStringConvertible {
    /// One pair and its figures.
    public struct Pair: Sendable, Equatable {
        /// The document, shortened for people.
        public var document: String
        /// The published margin.
        public var expected: Double
        /// How far a margin may be from it; the publisher's own tolerance.
        public var tolerance: Double
        /// What came out.
        public var margin: Double
        /// Whether it is close enough.
        public var passed: Bool { abs(margin - expected) <= tolerance }
    }

    /// The pairs, in order.
    public let pairs: [Pair]
    /// Whether all are close enough.
    public var passed: Bool { pairs.allSatisfy(\.passed) }

    private static let query = "What is the capital of China?"
    private static let known: [(document: String, margin: Double, tolerance: Double)] = [
        ("The capital of China is Beijing.", 7.625, 0.25),
        (
            "Gravity is a force that attracts two bodies towards each other. It gives weight to physical objects and is "
                + "responsible for the movement of planets around the sun.", -11.375, 1
        ),
    ]

    /// Scores the published pairs.
    ///
    /// - Parameter backend: Only the 0.6B model's own weights can pass.
    /// - Returns: The figures; nil for a model that is not called Qwen3-Reranker-0.6B, for which nothing is published.
    /// - Throws: What the backend throws.
    public static func run(_ backend: any RerankBackend) async throws -> GoldenCheck? {
        guard backend.description.model.contains("Qwen3-Reranker-0.6B") else { return nil }
        let result = try await backend.score(RerankRequest(query: query, documents: known.map(\.document)))
        return GoldenCheck(
            pairs: zip(known, result.scores).map { pair, score in
                Pair(
                    document: String(pair.document.prefix(40)),
                    expected: pair.margin,
                    tolerance: pair.tolerance,
                    margin: score?.margin ?? .nan
                )
            }
        )
    }

    /// A line for each pair.
    public var description: String {
        (["published margins of Qwen3-Reranker-0.6B:"]
            + pairs.map { pair in
                String(
                    format: "  %@  %+.3f, published %+.3f (tolerance %.2f): %@",
                    pair.document,
                    pair.margin,
                    pair.expected,
                    pair.tolerance,
                    pair.passed ? "passed" : "FAILED"
                )
            }).joined(separator: "\n")
    }
}
