import CKernels
import Foundation
import Testing

@testable import Reranker

@Suite struct Int8KernelTests {
    private static let group = Int(AISLE_GROUP)

    @Test func `Quantized rows are within half a step of what they stand for`() throws {
        let seed: UInt64 = 51
        var numbers = NormalNumbers(seed: seed)
        for width in [1, 3, Self.group - 1, Self.group, Self.group + 1, 2 * Self.group + 44] {
            for crest in [0, 3, 12, 1000] as [Float] {
                let rows = 3, first = 1, stride = width + 2
                var x = numbers.array((rows - 1) * stride + width, deviation: 3)
                // An outlier in the first group of row 1; a last row of zeros.
                x[stride] = 900
                for i in 2 * stride..<x.count { x[i] = 0 }
                let columns = numbers.array(width).map { abs($0) + 0.1 }
                let input = try KernelMemory(x), scales = try KernelMemory(columns)
                var quantized: [QuantizedRows] = []
                for processor in Processor.all {
                    let out = try QuantizedRows(rows: first + rows, groups: (width + Self.group - 1) / Self.group)
                    aisle_quantize_rows(
                        processor.bits,
                        rows,
                        width,
                        out.groups,
                        input.pointer,
                        stride,
                        scales.pointer,
                        crest,
                        &out.rows,
                        first
                    )
                    quantized.append(out)
                    for row in 0..<rows {
                        check(
                            (0..<width).map { x[row * stride + $0] * columns[$0] },
                            crest: crest,
                            out,
                            first + row,
                            "\(processor), width \(width), crest \(crest), row \(row), seed \(seed)"
                        )
                    }
                }
                // Eight bits are the same on every processor; the scale of sixteen may differ by a rounding.
                for other in quantized.dropFirst() {
                    #expect(other.values.values == quantized[0].values.values)
                    #expect(other.offsets.values == quantized[0].offsets.values)
                    #expect(other.scales.values == quantized[0].scales.values)
                    #expect(zip(other.plain, quantized[0].plain).allSatisfy { abs($0 - $1) <= 0.2 })
                }
            }
        }
    }

    private func check(_ x: [Float], crest: Float, _ out: QuantizedRows, _ row: Int, _ what: String) {
        for g in 0..<out.groups {
            let begin = g * Self.group, count = min(Self.group, x.count - begin), at = row * out.groups + g
            let values = x[begin..<begin + count].map(Double.init)
            let most = values.map(abs).max() ?? 0, mean = values.reduce(0) { $0 + abs($1) } / Double(Self.group)
            let scale = Double(out.scales[at]), wideScale = Double(out.wideScales[at])
            // The rule for sixteen bits, away from its boundary.
            let ratio = mean > 0 ? most / mean : 0
            if ratio > Double(crest) * 1.001 {
                #expect(wideScale > 0 && scale == 0, "\(what)")
                // As fine as 32-bit sums of products with twelve bits allow.
                let finest = max(most / 32767, mean * Double(Self.group) / Double((1 << 31) / 2040))
                #expect(wideScale >= finest * 0.999 && wideScale <= finest * 1.003, "\(what)")
            }
            if ratio < Double(crest) * 0.999 || most == 0 {
                #expect(wideScale == 0 && abs(scale - most / 127) <= 1e-6 * most, "\(what)")
            }
            var sum = 0, magnitudes = 0
            for i in 0..<Self.group {
                let place = at * Self.group + i
                let value = wideScale > 0 ? Int(out.wide[QuantizedRows.swapped(place)]) : Int(out.values[place])
                sum += value
                magnitudes += abs(value)
                let exact = i < count ? values[i] : 0, step = wideScale > 0 ? wideScale : scale
                #expect(abs(exact - step * Double(value)) <= step * 0.5001 + 1e-6 * most, "\(what), \(i)")
            }
            #expect(Int(out.offsets[at]) == (wideScale > 0 ? 0 : -128 * sum), "\(what)")
            #expect(magnitudes * 2040 < 1 << 31, "\(what)")
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity], [0, 5, 255, 258])
    func `A group with a NaN or an infinity becomes NaN, its neighbours do not`(bad: Float, place: Int) throws {
        for processor in Processor.all {
            for crest in [0, 12] as [Float] {
                let width = Self.group + 72
                let out = try QuantizedRows(rows: 2, groups: 2)
                var x = [Float](repeating: 0.5, count: 2 * width)
                x[width + place] = bad
                aisle_quantize_rows(
                    processor.bits,
                    2,
                    width,
                    2,
                    x,
                    width,
                    [Float](repeating: 1, count: width),
                    crest,
                    &out.rows,
                    0
                )
                let expected = (0..<4).map { $0 == 2 + place / Self.group }
                #expect(out.scales.values.map(\.isNaN) == expected, "\(processor)")
                // And so does every sum it takes part in.
                let block = try QuantizedBlock(.f32, width: Self.group + 72, deviation: 1, seed: 52)
                var c = [Float](repeating: 0, count: 128)
                aisle_matmul_int8(processor.bits, 2, 2, &out.rows, 0, &block.block, &c, 64, 0)
                #expect(c[..<64].allSatisfy(\.isFinite) && c[64...].allSatisfy(\.isNaN), "\(processor)")
            }
        }
    }

    @Test(arguments: DType.allCases)
    func `Quantized weights are within half a step, or a sixteenth of it with their remainders`(dtype: DType) throws {
        for width in [1, 3, Self.group - 1, Self.group, Self.group + 1, 2 * Self.group + 44] {
            let block = try QuantizedBlock(dtype, width: width, deviation: 0.02, seed: UInt64(53 + width))
            for row in 0..<64 {
                for g in 0..<block.groups {
                    let columns = g * Self.group..<(g + 1) * Self.group
                    let most = columns.map { abs(block.weight(row, $0)) }.max() ?? 0
                    let step = Double(block.scales[g * 64 + row])
                    #expect(abs(step - most / 127) <= 1e-6 * most)
                    for column in columns {
                        let exact = block.weight(row, column)
                        #expect(abs(exact - block.coarse(row, column)) <= step * 0.50001, "row \(row), \(column)")
                        // In sixteenths, of which +8 does not fit.
                        #expect(abs(exact - block.fine(row, column)) <= step * 0.06251, "row \(row), \(column)")
                    }
                }
            }
        }
    }

    @Test func `Products of quantized numbers are exact but for the rounding of sums`() throws {
        let seed: UInt64 = 54
        var numbers = NormalNumbers(seed: seed)
        for width in [1, 64, Self.group, Self.group + 2, 2 * Self.group + 44] {
            let block = try QuantizedBlock(.bf16, width: width, deviation: 0.05, seed: seed + UInt64(width))
            let groups = block.groups, most = 13
            for crest in [0, 12, 1000] as [Float] {
                let out = try QuantizedRows(rows: most + 2, groups: groups)
                var x = numbers.array((most + 2) * width)
                // Rows of one tile differ in which groups have sixteen bits.
                for row in stride(from: 0, to: most, by: 3) { x[row * width + width / 2] = 500 }
                aisle_quantize_rows(
                    Processor.whole.bits,
                    most + 2,
                    width,
                    groups,
                    x,
                    width,
                    block.sizes,
                    crest,
                    &out.rows,
                    0
                )
                let plain = out.plain, weights = block.plain()
                for m in 0...most {
                    let accumulate = m % 2 == 1, first = m % 3
                    let before = numbers.array(m == 0 ? 0 : (m - 1) * 70 + 64)
                    var results: [[Float]] = []
                    for processor in Processor.all {
                        let c = try KernelMemory(before)
                        aisle_matmul_int8(
                            processor.bits,
                            m,
                            groups,
                            &out.rows,
                            first,
                            &block.block,
                            c.pointer,
                            70,
                            accumulate ? 1 : 0
                        )
                        results.append(c.values)
                    }
                    for row in 0..<m {
                        for column in stride(from: m % 5, to: 64, by: 5) {
                            var sum = accumulate ? Double(before[row * 70 + column]) : 0, size = abs(sum)
                            for i in 0..<width {
                                let (coarse, fine) = weights[column * groups * Self.group + i]
                                // Groups of sixteen bits get the weights' remainders.
                                let isWide = out.wideScales[(first + row) * groups + i / Self.group] != 0
                                let product =
                                    plain[(first + row) * groups * Self.group + i] * (isWide ? fine : coarse)
                                sum += product
                                size += abs(product)
                            }
                            for (processor, c) in zip(Processor.all, results) {
                                let got = Double(c[row * 70 + column])
                                #expect(
                                    abs(got - sum) <= 1e-6 * size,
                                    "\(processor), width \(width), m \(m), crest \(crest), seed \(seed)"
                                )
                            }
                        }
                        if row < m - 1 {
                            for c in results {
                                #expect(c[row * 70 + 64..<row * 70 + 70] == before[row * 70 + 64..<row * 70 + 70])
                            }
                        }
                    }
                }
            }
        }
    }

    @Test func `The worst rows and weights do not overflow`() throws {
        // Everything at +-127, in the arrangements that make partial sums largest.
        for (a, w) in [(1, 1), (1, -1), (-1, 1), (-1, -1)] as [(Float, Float)] {
            let width = 2 * Self.group
            let source = try SourceRows(.f32, (0..<64).map { _ in (0..<width).flatMap { _ in DType.f32.bytes(w) } })
            let block = try QuantizedBlock(source, .f32, sizes: [Float](repeating: 1, count: width))
            for processor in Processor.all {
                let out = try QuantizedRows(rows: 5, groups: 2)
                let x = [Float](repeating: a, count: 5 * width)
                aisle_quantize_rows(processor.bits, 5, width, 2, x, width, block.sizes, 0, &out.rows, 0)
                var c = [Float](repeating: 0, count: 5 * 64)
                aisle_matmul_int8(processor.bits, 5, 2, &out.rows, 0, &block.block, &c, 64, 0)
                #expect(c.allSatisfy { abs($0 - a * w * Float(width)) < 1e-3 }, "\(processor): \(c[0])")
            }
        }
    }

    @Test func `Numbers near the smallest stay finite and near nothing`() throws {
        for processor in Processor.all {
            for size in [Float.leastNonzeroMagnitude, Float.leastNormalMagnitude / 1000, 1e-38, 1e-37, 1e-36] {
                let block = try QuantizedBlock(.f32, width: Self.group + 72, deviation: size, seed: 55)
                let out = try QuantizedRows(rows: 2, groups: 2)
                var x = [Float](repeating: size, count: 2 * (Self.group + 72))
                x[7] = 0
                let width = Self.group + 72
                aisle_quantize_rows(processor.bits, 2, width, 2, x, width, block.sizes, 0, &out.rows, 0)
                var c = [Float](repeating: 0, count: 128)
                aisle_matmul_int8(processor.bits, 2, 2, &out.rows, 0, &block.block, &c, 64, 0)
                #expect(c.allSatisfy { abs($0) < 1e-30 }, "\(processor), \(size): \(c.prefix(3))")
            }
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func `Weights that are not finite make their group NaN, and no other`(bad: Float) throws {
        let width = Self.group + 72
        for processor in Processor.all {
            let rows = (0..<64).map { row in
                (0..<width).flatMap { column in DType.f32.bytes(row == 5 && column == width - 3 ? bad : 0.1) }
            }
            let block = try QuantizedBlock(SourceRows(.f32, rows), .f32, sizes: [Float](repeating: 1, count: width))
            let out = try QuantizedRows(rows: 1, groups: 2)
            let x = [Float](repeating: 1, count: width)
            aisle_quantize_rows(processor.bits, 1, width, 2, x, width, block.sizes, 12, &out.rows, 0)
            var c = [Float](repeating: 0, count: 64)
            aisle_matmul_int8(processor.bits, 1, 2, &out.rows, 0, &block.block, &c, 64, 0)
            #expect(c.indices.filter { !c[$0].isFinite } == [5], "\(processor)")
        }
    }

    @Test func `Sizes of columns and rows agree with their definition`() throws {
        var numbers = NormalNumbers(seed: 56)
        for width in [1, 255, 256, 257, 600] {
            let source = try SourceRows(
                .bf16,
                (0..<64).map { row in
                    [5, 63].contains(row) ? nil : numbers.array(width).flatMap(DType.bf16.bytes)
                }
            )
            let sizes = numbers.array(width).map { 1 / (abs($0) + 0.1) }, ofRows = numbers.array(64).map { abs($0) }
            let start = numbers.array(width)
            for processor in Processor.all {
                var squares = start
                aisle_column_squares(processor.bits, AISLE_BF16, source.pointers, width, ofRows, &squares)
                for column in 0..<width {
                    let expected = (0..<64).reduce(Double(start[column])) { sum, row in
                        let value = Double(source.value(row, column)) * Double(ofRows[row])
                        return sum + value * value
                    }
                    #expect(abs(Double(squares[column]) - expected) <= 1e-5 * (abs(expected) + 10), "\(processor)")
                }
                var rows = [Float](repeating: 9, count: 64)
                aisle_row_squares(processor.bits, AISLE_BF16, source.pointers, width, sizes, &rows)
                for row in 0..<64 {
                    let expected = (0..<width).reduce(0.0) { sum, column in
                        let value = Double(source.value(row, column)) * Double(sizes[column])
                        return sum + value * value
                    }
                    #expect(abs(Double(rows[row]) - expected) <= 1e-5 * expected, "\(processor), row \(row)")
                }
            }
        }
    }
}
