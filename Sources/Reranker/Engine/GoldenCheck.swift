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

    /// What became of the comparison.
    public enum Outcome: Sendable {
        case compared(GoldenCheck)
        /// Nothing is published for this model; why.
        case skipped(String)
    }

    /// The pairs, in order.
    public let pairs: [Pair]
    /// Whether the weights are those that were published; nil where nobody had to look.
    public let hasPublishedWeights: Bool?
    /// Whether nothing is wrong: all are close enough, or the weights are others, whose margins nobody knows.
    public var passed: Bool { isClose || hasPublishedWeights == false }

    private var isClose: Bool { pairs.allSatisfy(\.passed) }

    private static let query = "What is the capital of China?"
    private static let known: [(document: String, margin: Double, tolerance: Double)] = [
        ("The capital of China is Beijing.", 7.625, 0.25),
        (
            "Gravity is a force that attracts two bodies towards each other. It gives weight to physical objects and is "
                + "responsible for the movement of planets around the sun.", -11.375, 1
        ),
    ]

    /// `model.safetensors` of revision e61197ed: bytes, and SHA-256 as the hub states it.
    private static let published = (
        size: Int64(1_191_588_280), sha256: "27cd75a405b9c1b46b59abfd88aaa209e6fed2a1972cde9b70e7659537c5e65b"
    )

    /// Scores the published pairs, if the model can be the one they were published for.
    ///
    /// What decides are shape and vocabulary: a folder may be called anything.
    ///
    /// - Parameter model: Its weights are hashed where its margins are others, which takes some seconds.
    /// - Returns: The figures, or why there are none.
    /// - Throws: What the model throws, and `HubError.system`.
    public static func run(_ model: LocalReranker) async throws -> Outcome {
        if let obstacle = obstacle(model.folder.configuration) { return .skipped(obstacle) }
        return .compared(
            try await compare(model) {
                let path = "\(model.folder.path)/model.safetensors"
                guard HubCache.size(path) == published.size else { return false }
                return try BlobFile.digits(of: path, as: .sha256(published.sha256), size: published.size)
                    == published.sha256
            }
        )
    }

    /// Why a model of this configuration cannot be Qwen3-Reranker-0.6B; nil: it can.
    static func obstacle(_ configuration: ModelConfiguration) -> String? {
        let sizes = [
            configuration.hiddenSize, configuration.layerCount, configuration.headCount,
            configuration.keyValueHeadCount, configuration.headDimension, configuration.intermediateSize,
        ]
        guard sizes == [1024, 28, 16, 8, 128, 3072] else { return "the model has another shape" }
        // Some tools pad the embedding to a round number of rows.
        guard [151_669, 151_936].contains(configuration.vocabularySize) else {
            return "the model has another vocabulary"
        }
        return nil
    }

    /// Scores the published pairs.
    ///
    /// - Parameters:
    ///   - backend: Scores them.
    ///   - hasPublishedWeights: Asked only where margins are not the published ones.
    /// - Returns: The figures.
    /// - Throws: What they throw.
    static func compare(
        _ backend: any RerankBackend,
        hasPublishedWeights: () throws -> Bool
    ) async throws -> GoldenCheck {
        let result = try await backend.score(RerankRequest(query: query, documents: known.map(\.document)))
        let pairs = zip(known, result.scores).map { pair, score in
            Pair(
                document: String(pair.document.prefix(40)),
                expected: pair.margin,
                tolerance: pair.tolerance,
                margin: score?.margin ?? .nan
            )
        }
        let isClose = pairs.allSatisfy(\.passed)
        return GoldenCheck(pairs: pairs, hasPublishedWeights: isClose ? nil : try hasPublishedWeights())
    }

    /// A line for each pair, and what a difference means.
    public var description: String {
        var lines = ["published margins of Qwen3-Reranker-0.6B:"]
        for pair in pairs {
            let verdict = pair.passed ? "passed" : passed ? "differs" : "FAILED"
            lines.append(
                String(
                    format: "  %@  %+.3f, published %+.3f (tolerance %.2f): %@",
                    pair.document,
                    pair.margin,
                    pair.expected,
                    pair.tolerance,
                    verdict
                )
            )
        }
        switch hasPublishedWeights {
        case false?:
            lines.append(
                "The weights are not the published ones. Of a model that was trained further the margins are its own, and "
                    + "this says nothing; otherwise fetch it again with `aisle model pull --verify`."
            )
        case true?:
            lines.append(
                "The weights are the published ones: tokenizer.json or config.json is not, or this machine computes "
                    + "wrongly; compare with --precision f32."
            )
        case nil: break
        }
        return lines.joined(separator: "\n")
    }
}
