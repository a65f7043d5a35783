import CKernels
import Foundation
import Testing

@testable import Reranker

@Suite struct AttentionKernelTests {
    /// Keys and values of some tokens, plain and as the kernel wants them.
    private struct Context {
        let keys: [[Float]]
        let values: [[Float]]
        let packedKeys: KernelMemory<Float>
        let packedValues: KernelMemory<Float>

        init(_ count: Int, headDimension d: Int, valueStride: Int, _ numbers: inout NormalNumbers) throws {
            var keys: [[Float]] = [], values: [[Float]] = []
            for _ in 0..<count {
                keys.append(numbers.array(d))
                values.append(numbers.array(d))
            }
            // The last panel's free columns are anything: here numbers that would spoil every sum.
            packedKeys = try KernelMemory(count.roundedUp(to: 16) * d, repeating: Float(1e30))
            packedValues = try KernelMemory(count * valueStride, repeating: Float(1e30))
            for token in 0..<count {
                for j in d..<max(d, valueStride) { packedValues[token * valueStride + j] = 0 }
                for j in 0..<d {
                    packedKeys[(token / 16 * d + j) * 16 + token % 16] = keys[token][j]
                    packedValues[token * valueStride + j] = values[token][j]
                }
            }
            self.keys = keys
            self.values = values
        }

        var packed: aisle_context {
            aisle_context(keys: packedKeys.pointer, values: packedValues.pointer, count: keys.count)
        }
    }

    @Test(arguments: [1, 2, 4, 5])
    func `Attention agrees with its definition`(heads: Int) throws {
        let seed = UInt64(40 + heads)
        var numbers = NormalNumbers(seed: seed)
        var shapes: [(d: Int, contexts: [Int], first: Int, rows: Int)] = []
        for d in [8, 24, 32, 128] {
            shapes += [
                (d, [1], 0, 1), (d, [17], 0, 17), (d, [3, 40], 5, 30), (d, [0, 16, 9], 8, 1), (d, [40, 0, 7], 0, 7),
            ]
        }
        for count in 0...40 { shapes.append((16, [count, 33], 26, 7)) }
        for count in 1...40 { shapes.append((8, [16, 5, count], count / 2, count - count / 2)) }
        // Rows beyond those that are taken together.
        shapes += [(16, [21, 80], 0, 80), (64, [100, 60], 3, 49), (128, [75, 75], 0, 74)]
        for shape in shapes { try check(shape, heads: heads, seed: seed, &numbers) }
    }

    @Test func `More heads than are taken together change nothing`() throws {
        let seed: UInt64 = 47
        var numbers = NormalNumbers(seed: seed)
        try check((16, [21, 30], 3, 27), heads: 25, seed: seed, &numbers)
        try check((128, [21, 30], 3, 27), heads: 25, seed: seed, &numbers)
    }

    /// A score, and the sum of its products' magnitudes. (Plain loops: a debug build's iterators take most of the time.)
    private func product(_ query: [Double], _ key: [Float]) -> (sum: Double, magnitude: Double) {
        var sum = 0.0, magnitude = 0.0, j = 0
        while j < query.count {
            let one = query[j] * Double(key[j])
            sum += one
            magnitude += abs(one)
            j += 1
        }
        return (sum, magnitude)
    }

    private func add(_ value: [Float], times weight: Double, to sums: inout [Double]) {
        var j = 0
        while j < sums.count {
            sums[j] += weight * Double(value[j])
            j += 1
        }
    }

    private func check(
        _ shape: (d: Int, contexts: [Int], first: Int, rows: Int),
        heads: Int,
        seed: UInt64,
        _ numbers: inout NormalNumbers
    ) throws {
        let d = shape.d, valueStride = d.roundedUp(to: 16), rows = shape.rows
        var contexts: [Context] = []
        for count in shape.contexts {
            contexts.append(try Context(count, headDimension: d, valueStride: valueStride, &numbers))
        }
        let outStride = heads * d + 2
        let queries = try KernelMemory(numbers.array(rows * heads * d))

        // Softmax over the visible tokens, in double; and what 24 bits may change: a score is off by some roundings of
        // the sum of its products' magnitudes, its weight by as much of itself, and values are a few units large.
        var expected: [[Double]] = [], tolerances: [Double] = []
        for row in 0..<rows {
            var keys: [[Float]] = [], values: [[Float]] = []
            for (index, context) in contexts.enumerated() {
                let seen = index == contexts.count - 1 ? shape.first + row + 1 : context.keys.count
                keys += context.keys.prefix(seen)
                values += context.values.prefix(seen)
            }
            for head in 0..<heads {
                let query = (0..<d).map { Double(queries.pointer[(row * heads + head) * d + $0]) }
                let products = keys.map { product(query, $0) }
                let magnitude = products.map(\.magnitude).max() ?? 0
                tolerances.append(4 * (8 + magnitude) * Double(Float.ulpOfOne) / 2)
                let most = products.map(\.sum).max() ?? 0
                let weights = products.map { exp($0.sum - most) }, total = weights.reduce(0, +)
                var sums = [Double](repeating: 0, count: d)
                for (weight, value) in zip(weights, values) { add(value, times: weight / total, to: &sums) }
                expected.append(sums)
            }
        }
        let tokens = shape.contexts.reduce(0, +)
        for processor in Processor.all {
            let out = try KernelMemory((rows - 1) * outStride + heads * d, repeating: Float(-7))
            let scratch = try KernelMemory(
                aisle_attention_scratch(valueStride, heads, tokens, contexts.count),
                repeating: Float.nan
            )
            aisle_attention(
                processor.bits,
                d,
                valueStride,
                heads,
                rows,
                shape.first,
                queries.pointer,
                contexts.map(\.packed),
                contexts.count,
                out.pointer,
                outStride,
                scratch.pointer
            )
            let wrong = (0..<rows * heads).filter { place in
                let (row, head) = (place / heads, place % heads)
                return !(0..<d).allSatisfy { j in
                    abs(Double(out[row * outStride + head * d + j]) - expected[place][j]) <= tolerances[place]
                }
            }
            #expect(wrong.isEmpty, "\(processor), \(shape), heads \(heads), seed \(seed): \(wrong.prefix(5))")
            for row in 0..<rows - 1 {
                for gap in heads * d..<outStride { #expect(out[row * outStride + gap] == -7) }
            }
        }
    }

    @Test(arguments: Processor.all)
    func `Scores far apart neither overflow nor vanish`(processor: Processor) throws {
        var numbers = NormalNumbers(seed: 48)
        let context = try Context(20, headDimension: 8, valueStride: 16, &numbers)
        // Token 11 is the only one that counts; e^1000 is far beyond a float.
        for token in 0..<20 {
            for j in 0..<8 { context.packedKeys[(token / 16 * 8 + j) * 16 + token % 16] = token == 11 ? 125 : -125 }
        }
        let queries = [Float](repeating: 1, count: 8)
        var out = [Float](repeating: 0, count: 8)
        var scratch = [Float](repeating: 0, count: aisle_attention_scratch(16, 1, 20, 1))
        withUnsafePointer(to: context.packed) { contexts in
            aisle_attention(processor.bits, 8, 16, 1, 1, 19, queries, contexts, 1, &out, 8, &scratch)
        }
        #expect(zip(out, context.values[11]).allSatisfy { abs($0 - $1) <= 1e-6 })
        withExtendedLifetime(context) {}
    }

    @Test(arguments: [1, 3, 16, 20, 37], [Float.nan, .infinity, -.infinity])
    func `A score that is not finite makes its row NaN`(count: Int, bad: Float) throws {
        var numbers = NormalNumbers(seed: 49)
        for processor in Processor.all {
            for place in [0, count / 2, count - 1] {
                let context = try Context(count, headDimension: 8, valueStride: 16, &numbers)
                context.packedKeys[place / 16 * 8 * 16 + place % 16] = bad
                let queries = [Float](repeating: 1, count: 8)
                var out = [Float](repeating: 0, count: 8)
                var scratch = [Float](repeating: 0, count: aisle_attention_scratch(16, 1, count, 1))
                withUnsafePointer(to: context.packed) { contexts in
                    aisle_attention(
                        processor.bits,
                        8,
                        16,
                        1,
                        1,
                        count - 1,
                        queries,
                        contexts,
                        1,
                        &out,
                        8,
                        &scratch
                    )
                }
                withExtendedLifetime(context) {}
                #expect(out.allSatisfy { $0.isNaN }, "\(processor), \(count), \(place)")
            }
        }
    }
}
