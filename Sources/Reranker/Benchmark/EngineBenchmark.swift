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
    /// - Throws: `WeightsError`, `EngineError`.
    package init(_ folder: ModelFolder, precision: Precision, threads: Int?) throws {
        model = try Qwen3Model(
            configuration: folder.configuration,
            weights: folder.openWeights(),
            answers: AnswerTokens(yes: 1, no: 0),
            precision: precision,
            threads: threads ?? WorkerTeam.availableCores
        )
    }

    /// Scores the workload once.
    ///
    /// - Returns: The margins.
    package func score(_ workload: Workload) throws -> [Float] {
        var generator = TokenGenerator(vocabularySize: model.configuration.vocabularySize)
        let prefix = Segment(tokens: generator.tokens(workload.sharedTokens), purpose: .prefix)
        let documents = (0..<workload.candidates).map { _ in generator.tokens(workload.ownTokens) }
        guard let block = try model.run([prefix])[0].keysAndValues else { return [] }
        let results = try model.run(documents.map { Segment(tokens: $0, context: [block], purpose: .margin) })
        return results.compactMap(\.margin)
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
        let gateUp = FloatMatrix(rows: rows, width: 2 * c.intermediateSize.roundedUp(to: Int(AISLE_BLOCK) / 2))
        for (matrix, width) in [(wide, c.intermediateSize), (queries, c.querySize), (narrow, c.hiddenSize)] {
            for row in 0..<rows {
                for j in 0..<width { matrix.row(row)[j] = Float((row * 31 + j * 17) % 255 - 127) }
            }
        }
        // The widest layer's form of the rows does for all.
        model.layers.first?.downProj.prepare(wide, rows: 0..<rows, isExact: false, in: work)
        let clock = ContinuousClock(), begin = clock.now
        for (index, layer) in model.layers.enumerated() {
            let isLast = index == model.layers.count - 1
            let keyValueBlocks = c.querySize / Int(AISLE_BLOCK)..<layer.qkvProj.blockCount
            for first in stride(from: 0, to: workload.tokens, by: rows) {
                func multiply(
                    _ linear: any LinearLayer,
                    _ input: FloatMatrix,
                    into output: FloatMatrix,
                    blocks: Range<Int>? = nil
                ) {
                    let product = LinearProduct(
                        input: input,
                        rows: min(rows, workload.tokens - first),
                        blocks: blocks ?? linear.blocks,
                        output: .matrix(output, accumulate: false)
                    )
                    linear.multiply(product, in: work)
                }
                multiply(layer.qkvProj, narrow, into: qkv, blocks: isLast ? keyValueBlocks : nil)
                if isLast { continue }
                multiply(layer.oProj, queries, into: narrow)
                multiply(layer.gateUpProj, narrow, into: gateUp)
                multiply(layer.downProj, wide, into: narrow)
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
