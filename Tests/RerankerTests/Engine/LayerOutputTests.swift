import CKernels
import Foundation
import Testing

@testable import Reranker

/// The residual stream after each layer, seen through what the next layer makes of it.
///
/// The engine hands out no residual streams. A kept prefix shows them: a token's values in layer l are
/// `v_proj (input_layernorm x)` of the stream x after layer l - 1, which the fixtures have from the reference.
@Suite struct LayerOutputTests {
    @Test(arguments: ReferenceModel.names)
    func `Each layer's output is the reference's`(name: String) throws {
        let reference = try ReferenceModel(name)
        let model = try reference.load()
        let c = model.configuration, d = c.headDimension
        let weights = try ModelWeights(folder: reference.folder, configuration: c)
        var checked = 0
        for one in reference.expected.cases {
            guard let layers = one.layers else { continue }
            let block = try #require(try model.prefix(one.ids))
            for layer in 1..<c.layerCount {
                let name = "model.layers.\(layer)"
                let gain = try weights.tensor(named: "\(name).input_layernorm.weight", shape: [c.hiddenSize]).floats()
                let matrix = try weights.tensor(
                    named: "\(name).self_attn.v_proj.weight",
                    shape: [c.keyValueSize, c.hiddenSize]
                ).floats()
                for (token, stream) in [(0, layers.first[layer - 1]), (one.ids.count - 1, layers.last[layer - 1])] {
                    let x = stream.map(Double.init)
                    let square = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
                    let normed = zip(x, gain).map { $0 * Double($1) / (square + c.rmsNormEpsilon).squareRoot() }
                    for output in 0..<c.keyValueSize {
                        let expected = normed.indices.reduce(0.0) {
                            $0 + normed[$1] * Double(matrix[output * c.hiddenSize + $1])
                        }
                        let value = Double(block.value(token, head: output / d, layer: layer)[output % d])
                        #expect(abs(value - expected) <= 5e-5, "layer \(layer), token \(token), output \(output)")
                        checked += 1
                    }
                }
            }
            // The last layer's output, normed, against the head's two rows.
            let head = model.headDifference.map(Double.init)
            let last = try #require(layers.last.last).map(Double.init)
            let square = last.reduce(0) { $0 + $1 * $1 } / Double(last.count) + c.rmsNormEpsilon
            let margin = head.indices.reduce(0.0) {
                $0 + last[$1] * Double(model.norm[$1]) / square.squareRoot() * head[$1]
            }
            #expect(abs(Double(try model.margin(one.ids)) - margin) <= 1e-4 * max(1, abs(margin)))
        }
        #expect(checked > 0)
    }
}
