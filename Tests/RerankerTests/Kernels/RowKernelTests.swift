import CKernels
import Foundation
import Testing

@testable import Reranker

@Suite struct RowKernelTests {
    @Test(arguments: Processor.all)
    func `Norms agree with their definition`(processor: Processor) throws {
        var numbers = NormalNumbers(seed: 31)
        for width in Array(1...70) + [127, 128, 200] {
            for (rows, magnitude) in [(0, 1), (1, 1e-6), (3, 1), (2, 1e12)] as [(Int, Float)] {
                let stride = width + 3, count = rows == 0 ? 0 : (rows - 1) * stride + width
                let x = try KernelMemory(numbers.array(count, deviation: magnitude))
                let gain = try KernelMemory(numbers.array(width))
                let out = try KernelMemory(count, repeating: Float(-7))
                aisle_rms_norm(
                    processor.bits,
                    rows,
                    width,
                    x.pointer,
                    stride,
                    gain.pointer,
                    1e-6,
                    out.pointer,
                    stride
                )
                for row in 0..<rows {
                    let values = (0..<width).map { Double(x[row * stride + $0]) }
                    let scale = 1 / (values.reduce(0) { $0 + $1 * $1 } / Double(width) + 1e-6).squareRoot()
                    let good = values.indices.allSatisfy { i in
                        let expected = Double(gain[i]) * values[i] * scale
                        return abs(Double(out[row * stride + i]) - expected) <= 3e-6 * abs(expected)
                    }
                    #expect(good, "\(width), row \(row), \(magnitude)")
                    for gap in width..<stride where row < rows - 1 { #expect(out[row * stride + gap] == -7) }
                }
            }
        }
    }

    @Test func `A row of zeros stays zeros`() throws {
        for processor in Processor.all {
            var out = [Float](repeating: 1, count: 40)
            aisle_rms_norm(processor.bits, 1, 40, [Float](repeating: 0, count: 40), 40, out, 1e-6, &out, 40)
            #expect(out.allSatisfy { $0 == 0 })
        }
    }

    @Test(arguments: Processor.all)
    func `Heads are normed and rotated, apart or in place`(processor: Processor) throws {
        var numbers = NormalNumbers(seed: 32)
        for d in [2, 4, 8, 10, 16, 24, 32, 64, 128] {
            let half = d / 2, scale: Float = 0.3
            let x = numbers.array(d), gain = numbers.array(d)
            let angles = numbers.array(half, deviation: 3)
            let cosines = try KernelMemory(angles.map { cosf($0) }), sines = try KernelMemory(angles.map { sinf($0) })
            let norm = 1 / (x.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(d) + 1e-6).squareRoot()
            let normed = (0..<d).map { Double(gain[$0]) * Double(x[$0]) * norm }
            let expected = (0..<d).map { j in
                let c = Double(cosines[j % half]), s = Double(sines[j % half])
                // The pair (a, b) turns by the angle: (a cos - b sin, b cos + a sin).
                let turned = j < half ? normed[j] * c - normed[j + half] * s : normed[j] * c + normed[j - half] * s
                return turned * Double(scale)
            }
            let size = normed.map(abs).max() ?? 0
            let memory = try KernelMemory(x), gains = try KernelMemory(gain)
            let out = try KernelMemory(d, repeating: Float(-7))
            aisle_rotate_head(
                processor.bits,
                d,
                memory.pointer,
                gains.pointer,
                1e-6,
                cosines.pointer,
                sines.pointer,
                scale,
                out.pointer
            )
            let wrong = (0..<d).filter { abs(Double(out[$0]) - expected[$0]) > 1e-6 * size }
            #expect(wrong.isEmpty, "d \(d): \(wrong)")
            aisle_rotate_head(
                processor.bits,
                d,
                memory.pointer,
                gains.pointer,
                1e-6,
                cosines.pointer,
                sines.pointer,
                scale,
                memory.pointer
            )
            #expect((0..<d).allSatisfy { abs(Double(memory[$0]) - expected[$0]) <= 1e-6 * size }, "d \(d), in place")
        }
    }

    @Test(arguments: Processor.all)
    func `The gated activation agrees with its definition at every magnitude`(processor: Processor) throws {
        var numbers = NormalNumbers(seed: 33)
        var gates: [Float] = [
            0, -0, 1e-30, -1e-30, 20, -20, 86.9, -86.9, 88, -88, 89, -89, 104, -104, 1e4, -1e4, 3e30, -3e30,
        ]
        gates += numbers.array(174, deviation: 4)
        for m in [0, 1, 2, 6] {
            let stride = 64 + 3, outStride = 32 + 5
            let blocks = try KernelMemory(m == 0 ? 0 : (m - 1) * stride + 64, repeating: Float(0))
            for row in 0..<m {
                for i in 0..<32 {
                    blocks[row * stride + i] = gates[(row * 32 + i) % gates.count]
                    blocks[row * stride + 32 + i] = numbers.array(1)[0]
                }
            }
            let out = try KernelMemory(m == 0 ? 0 : (m - 1) * outStride + 32, repeating: Float(-7))
            aisle_swiglu(processor.bits, m, blocks.pointer, stride, out.pointer, outStride)
            for row in 0..<m {
                for i in 0..<32 {
                    let gate = Double(blocks[row * stride + i]), up = Double(blocks[row * stride + 32 + i])
                    let expected = gate / (1 + exp(-gate)) * up, got = Double(out[row * outStride + i])
                    // Where e^-gate leaves the range of floats, silu is below 1e-30 of the gate.
                    let allowed = 2e-6 * abs(expected) + abs(gate) * abs(up) * 1e-30
                    #expect(got.isFinite && abs(got - expected) <= allowed, "\(gate): \(got), \(expected)")
                }
                for gap in 32..<outStride where row < m - 1 { #expect(out[row * outStride + gap] == -7) }
            }
        }
    }

    @Test(arguments: Processor.all)
    func `The gated activation passes a NaN on`(processor: Processor) {
        var blocks = [Float](repeating: 1, count: 64)
        blocks[3] = .nan
        blocks[32 + 9] = .nan
        var out = [Float](repeating: 0, count: 32)
        aisle_swiglu(processor.bits, 1, blocks, 64, &out, 32)
        #expect(out.indices.filter { out[$0].isNaN } == [3, 9])
    }
}
