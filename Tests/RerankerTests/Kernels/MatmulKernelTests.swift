import CKernels
import Testing

@testable import Reranker

@Suite struct MatmulKernelTests {
    /// How a test lays out the right side of a product.
    private enum Layout: CaseIterable {
        /// Panels one after the other, with a gap between them.
        case panels
        /// Rows of numbers, as attention has its values: panels lie beside each other.
        case rows
    }

    @Test func `Float products agree with a scalar loop for all small sizes`() throws {
        let seed: UInt64 = 11
        var numbers = NormalNumbers(seed: seed)
        let depths = [0, 1, 2, 3, 5, 8, 16, 31, 70]
        for m in 0...13 {
            for n in [1, 16, 17, 32, 48, 63, 64, 80] {
                // Every depth up to 70 for one shape that uses all tiles, some depths for the others.
                for k in m == 13 && n == 80 ? Array(0...70) : depths {
                    let layout = Layout.allCases[(m + n + k) % 2]
                    try check(m: m, n: n, k: k, layout: layout, accumulate: (m + k) % 3 == 0, seed: seed, &numbers)
                }
            }
        }
    }

    private func check(
        m: Int,
        n: Int,
        k: Int,
        layout: Layout,
        accumulate: Bool,
        seed: UInt64,
        _ numbers: inout NormalNumbers
    ) throws {
        let columns = n.roundedUp(to: 16), panels = columns / 16
        let aStride = k + 3, cStride = columns + 5
        let rowStride = layout == .panels ? 16 : columns + 8
        let panelStride = layout == .panels ? k * 16 + 32 : 16
        // The last row of each operand ends where its memory does.
        let a = try KernelMemory(numbers.array(m == 0 ? 0 : (m - 1) * aStride + k))
        let bCount = k == 0 ? 0 : (panels - 1) * panelStride + (k - 1) * rowStride + 16
        let b = try KernelMemory(numbers.array(bCount))
        let before = numbers.array(m == 0 ? 0 : (m - 1) * cStride + columns)

        var expected = before.map(Double.init), bound = [Double](repeating: 0, count: before.count)
        for row in 0..<m {
            for column in 0..<columns {
                var sum = accumulate ? Double(before[row * cStride + column]) : 0
                var size = abs(sum)
                for i in 0..<k {
                    let place = column / 16 * panelStride + i * rowStride + column % 16
                    let product = Double(a.pointer[row * aStride + i]) * Double(b.pointer[place])
                    sum += product
                    size += abs(product)
                }
                expected[row * cStride + column] = sum
                bound[row * cStride + column] = Double(k + 2) * size * 0x1p-24
            }
        }
        for processor in Processor.all {
            let c = try KernelMemory(before)
            aisle_matmul(
                processor.bits,
                m,
                n,
                k,
                a.pointer,
                aStride,
                aisle_panels(data: b.pointer, panel_stride: panelStride, row_stride: rowStride),
                c.pointer,
                cStride,
                accumulate ? 1 : 0
            )
            // What lies between rows keeps its value: its bound is 0.
            let wrong = expected.indices.filter { abs(Double(c[$0]) - expected[$0]) > bound[$0] }
            #expect(
                wrong.isEmpty,
                "\(processor), m \(m), n \(n), k \(k), \(layout), seed \(seed): at \(wrong.prefix(4))"
            )
        }
    }

    @Test(.enabled(if: Processor.whole.bits & UInt32(AISLE_CPU_BF16) != 0, "no bf16 products"))
    func `bf16 products agree with a scalar loop over rounded numbers`() throws {
        let seed: UInt64 = 12
        var numbers = NormalNumbers(seed: seed)
        for m in 0...13 {
            for k in [1, 2, 3, 7, 16, 31, 64, 70] {
                let accumulate = (m + k) % 2 == 0
                let aStride = k.roundedUp(to: 2) + 2, cStride = 64 + 3, pairs = (k + 1) / 2
                let a = try KernelMemory<UInt16>(m == 0 ? 0 : (m - 1) * aStride + 2 * pairs, repeating: 0)
                for row in 0..<m {
                    for (i, x) in numbers.array(k).enumerated() { a[row * aStride + i] = nearestBF16(x) }
                }
                let b = try KernelMemory<UInt16>(4 * pairs * 32, repeating: 0)
                for i in 0..<b.count {
                    // The second half of the last pair is padding where k is odd.
                    let pair = i / 32 % pairs, isPadding = 2 * pair + i % 2 >= k
                    b[i] = isPadding ? 0 : nearestBF16(numbers.array(1)[0])
                }
                let before = numbers.array(m == 0 ? 0 : (m - 1) * cStride + 64)
                let c = try KernelMemory(before)
                aisle_matmul_bf16(m, k, a.pointer, aStride, b.pointer, c.pointer, cStride, accumulate ? 1 : 0)
                for row in 0..<m {
                    for column in 0..<64 {
                        var sum = accumulate ? Double(before[row * cStride + column]) : 0
                        var size = abs(sum)
                        for i in 0..<k {
                            let place = ((column / 16 * pairs + i / 2) * 16 + column % 16) * 2 + i % 2
                            let product = Double(widened(a[row * aStride + i])) * Double(widened(b[place]))
                            sum += product
                            size += abs(product)
                        }
                        let got = Double(c[row * cStride + column])
                        #expect(abs(got - sum) <= Double(k + 2) * size * 0x1p-23, "m \(m), k \(k), seed \(seed)")
                    }
                    for gap in 64..<cStride where row < m - 1 {
                        #expect(c[row * cStride + gap] == before[row * cStride + gap])
                    }
                }
            }
        }
    }
}

/// The bf16 number nearest to a float, of two equally near the even one: chosen by distance, not by adding halves.
func nearestBF16(_ x: Float) -> UInt16 {
    let low = UInt16(x.bitPattern >> 16)
    if x.isNaN { return 0x7fc0 }
    if x.isInfinite || x.bitPattern & 0xffff == 0 { return low }
    let high = low + 1
    /// The magnitude, where infinity stands for the next power of two.
    func magnitude(_ bits: UInt16) -> Double { bits & 0x7fff == 0x7f80 ? 0x1p128 : abs(Double(widened(bits))) }
    let down = Double(abs(x)) - magnitude(low), up = magnitude(high) - Double(abs(x))
    if down == up { return low % 2 == 0 ? low : high }
    return down < up ? low : high
}

/// A bf16 number as a float: its bits are a float's upper half.
func widened(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
