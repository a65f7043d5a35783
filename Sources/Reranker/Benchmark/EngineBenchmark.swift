internal import CKernels

/// Times the engine on one query's candidates, as tokens: no tokenizer, no cache, no scheduler.
package final class EngineBenchmark {
    /// What is scored: random tokens, a prefix all candidates share and tokens of their own.
    package struct Workload: Sendable {
        /// Candidates of the query.
        package var candidates: Int
        /// Tokens before the document, the same for all.
        package var sharedTokens: Int
        /// Tokens of each document and what follows it.
        package var ownTokens: Int

        /// The tokens computed: the shared ones once.
        package var tokens: Int { sharedTokens + candidates * ownTokens }

        /// A workload.
        package init(candidates: Int, sharedTokens: Int, ownTokens: Int) {
            self.candidates = candidates
            self.sharedTokens = sharedTokens
            self.ownTokens = ownTokens
        }
    }

    private let model: Qwen3Model
    /// Parameters of the model.
    package var parameters: Int { model.configuration.parameterCount }

    /// Loads a model; "yes" and "no" are the first two tokens, as what they mean makes no difference here.
    ///
    /// - Throws: `ModelError`, `WeightsError`, `EngineError`.
    package init(folder: String, configuration: ModelConfiguration, precision: Precision, threads: Int) throws {
        model = try Qwen3Model(
            configuration: configuration,
            weights: ModelWeights(folder: folder, configuration: configuration),
            answers: AnswerTokens(yes: 1, no: 0),
            precision: precision,
            threads: threads
        )
    }

    /// Scores the workload once.
    ///
    /// - Returns: Wall-clock seconds, and the margins.
    package func score(_ workload: Workload) throws -> (seconds: Double, margins: [Float]) {
        var generator = TokenGenerator(vocabularySize: model.configuration.vocabularySize)
        let prefix = generator.tokens(workload.sharedTokens)
        let documents = (0..<workload.candidates).map { _ in generator.tokens(workload.ownTokens) }
        let clock = ContinuousClock(), begin = clock.now
        guard case .prefix(let block)? = try model.run([Segment(tokens: prefix, purpose: .prefix)]).first else {
            return (0, [])
        }
        let results = try model.run(documents.map { Segment(tokens: $0, context: [block], purpose: .margin) })
        let seconds = (clock.now - begin) / .seconds(1)
        return (
            seconds,
            results.map { result in
                guard case .margin(let margin) = result else { return .nan }
                return margin
            }
        )
    }

    /// The matrix products of the workload alone, of the same shapes, on rows already prepared.
    ///
    /// - Returns: Wall-clock seconds.
    package func multiplyOnly(_ workload: Workload) -> Double {
        let c = model.configuration, work = model.workspace
        let rows = min(work.chunk, workload.candidates * workload.ownTokens)
        let narrow = FloatMatrix(rows: rows, width: c.hiddenSize)
        let wide = FloatMatrix(rows: rows, width: c.intermediateSize)
        let queries = FloatMatrix(rows: rows, width: c.querySize)
        let qkv = FloatMatrix(rows: rows, width: c.querySize + 2 * c.keyValueSize)
        let clock = ContinuousClock(), begin = clock.now
        for (index, layer) in model.layers.enumerated() {
            for total in [workload.sharedTokens, workload.candidates * workload.ownTokens] {
                for first in stride(from: 0, to: total, by: rows) {
                    let count = min(rows, total - first)
                    let isLast = index == model.layers.count - 1
                    let block = c.querySize / Int(AISLE_BLOCK)
                    let blocks = isLast ? block..<layer.qkvProj.blockCount : layer.qkvProj.blocks
                    layer.qkvProj.multiply(
                        narrow, rows: count, blocks: blocks, into: qkv, accumulate: false, workspace: work)
                    if isLast { continue }
                    for (linear, input, output) in [
                        (layer.oProj, queries, narrow), (layer.gateUpProj, narrow, wide), (layer.downProj, wide, narrow),
                    ] {
                        linear.multiply(
                            input, rows: count, blocks: linear.blocks, into: output, accumulate: false, workspace: work)
                    }
                }
            }
        }
        return (clock.now - begin) / .seconds(1)
    }
}

/// Reproducible random tokens.
private struct TokenGenerator {
    let vocabularySize: Int
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    init(vocabularySize: Int) {
        self.vocabularySize = vocabularySize
    }

    mutating func tokens(_ count: Int) -> [TokenID] {
        (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return TokenID((state >> 33) % UInt64(vocabularySize))
        }
    }
}
