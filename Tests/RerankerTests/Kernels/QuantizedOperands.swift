import CKernels

@testable import Reranker

/// Rows of quantized activations, filled with garbage to begin with.
final class QuantizedRows {
    let groups: Int
    let values: KernelMemory<Int8>
    let scales: KernelMemory<Float>
    let offsets: KernelMemory<Int32>
    let wide: KernelMemory<Int16>
    let wideScales: KernelMemory<Float>
    var rows: aisle_int8_rows

    init(rows: Int, groups: Int) throws {
        let width = Int(AISLE_GROUP)
        self.groups = groups
        values = try KernelMemory(rows * groups * width, repeating: 77)
        scales = try KernelMemory(rows * groups, repeating: 5)
        offsets = try KernelMemory(rows * groups, repeating: 9)
        wide = try KernelMemory(rows * groups * width, repeating: -777)
        wideScales = try KernelMemory(rows * groups, repeating: 5)
        self.rows = aisle_int8_rows(
            values: values.pointer,
            scales: scales.pointer,
            offsets: offsets.pointer,
            wide: wide.pointer,
            wide_scales: wideScales.pointer
        )
    }

    /// Where a number's sixteen bits are: of each four the second and the third change places.
    static func swapped(_ place: Int) -> Int { place % 4 == 1 ? place + 1 : place % 4 == 2 ? place - 1 : place }

    /// What each number stands for.
    var plain: [Double] {
        (0..<values.count).map { place in
            let group = place / Int(AISLE_GROUP)
            return wideScales[group] == 0
                ? Double(values[place]) * Double(scales[group])
                : Double(wide[Self.swapped(place)]) * Double(wideScales[group])
        }
    }
}

/// A block of quantized weights beside what it was made from.
final class QuantizedBlock {
    let groups: Int
    /// What inputs are multiplied by, and weights divided by.
    let sizes: [Float]
    let scales: KernelMemory<Float>
    var block: aisle_int8_block
    private let width: Int
    private let source: SourceRows
    private let values: KernelMemory<UInt8>
    private let remainders: KernelMemory<UInt8>

    /// Random weights, a missing row and a row of zeros among them.
    convenience init(_ dtype: DType, width: Int, deviation: Float, seed: UInt64) throws {
        var numbers = NormalNumbers(seed: seed)
        let sizes = numbers.array(width).map { abs($0) + 0.2 }
        let rows = (0..<64).map { row -> [UInt8]? in
            let weights = numbers.array(width, deviation: row == 20 ? 0 : deviation)
            return row == 33 ? nil : weights.flatMap(dtype.bytes)
        }
        try self.init(SourceRows(dtype, rows), dtype, sizes: sizes)
    }

    init(_ source: SourceRows, _ dtype: DType, sizes: [Float]) throws {
        let group = Int(AISLE_GROUP)
        width = sizes.count
        groups = (width + group - 1) / group
        self.sizes = sizes
        self.source = source
        values = try KernelMemory(groups * group * 64, repeating: 0x55)
        remainders = try KernelMemory(groups * group * 32, repeating: 0x55)
        scales = try KernelMemory(groups * 64, repeating: -1)
        block = aisle_int8_block(values: values.pointer, remainders: remainders.pointer, scales: scales.pointer)
        let reciprocals = sizes.map { 1 / $0 }
        aisle_quantize_block(
            Processor.whole.bits,
            dtype.kernels,
            source.pointers,
            width,
            groups,
            reciprocals,
            &block
        )
    }

    /// A weight divided by its input's size; 0 beyond the width.
    func weight(_ row: Int, _ column: Int) -> Double {
        column < width ? Double(source.value(row, column)) / Double(sizes[column]) : 0
    }

    /// What the eight bits of a weight stand for: `values[group][input / 4][row][input % 4]`.
    func coarse(_ row: Int, _ column: Int) -> Double { Double(steps(row, column)) * scale(row, column) }

    /// The same with its remainder: halves of `remainders[group][input / 8][row][input % 4]`, the low ones first.
    func fine(_ row: Int, _ column: Int) -> Double {
        let group = Int(AISLE_GROUP), i = column % group
        let both = remainders[column / group * group * 32 + (i / 8 * 64 + row) * 4 + i % 4]
        let sixteenths = Int(i % 8 < 4 ? both & 15 : both >> 4) - 8
        return (Double(steps(row, column)) + Double(sixteenths) / 16) * scale(row, column)
    }

    /// All weights, `[row][column]`: without and with remainders, the latter only where they count.
    func plain() -> [(Double, Double)] {
        let columns = groups * Int(AISLE_GROUP)
        return (0..<64 * columns).map { place in
            let (row, column) = (place / columns, place % columns)
            return (coarse(row, column), fine(row, column))
        }
    }

    private func steps(_ row: Int, _ column: Int) -> Int {
        let group = Int(AISLE_GROUP), i = column % group
        return Int(values[column / group * group * 64 + (i / 4 * 64 + row) * 4 + i % 4]) - 128
    }

    private func scale(_ row: Int, _ column: Int) -> Double {
        Double(scales[column / Int(AISLE_GROUP) * 64 + row])
    }
}
