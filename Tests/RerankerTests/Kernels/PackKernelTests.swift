import CKernels
import Testing

@testable import Reranker

@Suite struct PackKernelTests {
    /// Whether two floats are the same number, all NaN being the same.
    private static func same(_ a: Float, _ b: Float) -> Bool { a.bitPattern == b.bitPattern || a.isNaN && b.isNaN }

    @Test(arguments: Processor.all)
    func `All halves and bf16 numbers widen exactly`(processor: Processor) throws {
        let bits = (0...UInt16.max).map { $0 }
        // An odd address: tensors in a file lie anywhere.
        let source = try KernelMemory(bits, filler: 0, shift: 1)
        let floats = try KernelMemory(bits.count, repeating: Float(-1))
        aisle_widen(processor.bits, AISLE_F16, source.pointer, bits.count, floats.pointer)
        let halves = bits.filter { !Self.same(floats[Int($0)], Float(Float16(bitPattern: $0))) }
        #expect(halves.isEmpty, "\(halves.prefix(5))")
        aisle_widen(processor.bits, AISLE_BF16, source.pointer, bits.count, floats.pointer)
        let shifted = bits.filter { floats[Int($0)].bitPattern != UInt32($0) << 16 }
        #expect(shifted.isEmpty, "\(shifted.prefix(5))")
    }

    @Test(arguments: Processor.all)
    func `Any count widens, and nothing beyond it is touched`(processor: Processor) throws {
        var numbers = NormalNumbers(seed: 21)
        for dtype in DType.allCases {
            for count in 0...70 {
                let source = try KernelMemory(numbers.array(count * 2).map(\.bitPattern), filler: 0, shift: 1)
                let bytes = UnsafeRawPointer(source.pointer) + count * (8 - dtype.size)
                let out = try KernelMemory(count, repeating: Float(-1))
                aisle_widen(processor.bits, dtype.kernels, bytes, count, out.pointer)
                let good = (0..<count).allSatisfy { Self.same(out[$0], dtype.value(bytes, at: $0)) }
                #expect(good, "\(dtype), \(count)")
            }
        }
    }

    @Test(arguments: Processor.all)
    func `Keys are stored in panels, and those beside them stay`(processor: Processor) throws {
        var numbers = NormalNumbers(seed: 22)
        for d in [1, 8, 16, 24, 33, 128] {
            for (first, count) in [(0, 0), (0, 1), (0, 16), (3, 13), (5, 40), (15, 1), (16, 33), (30, 4)] {
                let stride = d + 3, panels = (first + count) / 16 + 1
                let x = try KernelMemory(numbers.array(max(0, (count - 1) * stride + d)))
                let keys = try KernelMemory(panels * 16 * d, repeating: Float(-7))
                aisle_store_keys(processor.bits, d, first, count, x.pointer, stride, keys.pointer)
                let wrong = (0..<panels * 16 * d).filter { place in
                    let token = place / (16 * d) * 16 + place % 16, j = place % (16 * d) / 16
                    let isStored = (first..<first + count).contains(token)
                    return keys[place] != (isStored ? x[(token - first) * stride + j] : -7)
                }
                #expect(wrong.isEmpty, "d \(d), \(first), \(count): \(wrong.prefix(5))")
            }
        }
    }

    @Test(arguments: Processor.all)
    func `Floats are packed in panels, missing rows as zeros`(processor: Processor) throws {
        var numbers = NormalNumbers(seed: 22)
        for dtype in DType.allCases {
            for (first, count) in [(0, 1), (0, 2), (3, 15), (0, 16), (1, 17), (16, 31), (5, 33), (0, 70), (2, 0)] {
                let rows = try SourceRows(dtype, width: first + count, &numbers)
                let panel = try KernelMemory(64 * count, repeating: Float(-1))
                aisle_pack_float(processor.bits, dtype.kernels, rows.pointers, first, count, panel.pointer)
                let wrong = (0..<64 * count).filter { place in
                    let (p, i, column) = (place / (16 * count), place / 16 % count, place % 16)
                    return !Self.same(panel[place], rows.value(16 * p + column, first + i))
                }
                #expect(wrong.isEmpty, "\(dtype), first \(first), count \(count): \(wrong.prefix(4))")
            }
        }
    }

    @Test(arguments: Processor.all)
    func `bf16 pairs are packed in panels, with a zero behind an odd count`(processor: Processor) throws {
        var numbers = NormalNumbers(seed: 23)
        for dtype in DType.allCases {
            for (first, count) in [
                (0, 1), (0, 2), (3, 15), (0, 16), (1, 17), (16, 32), (5, 33), (0, 47), (7, 70), (2, 0),
            ] {
                let rows = try SourceRows(dtype, width: first + count, &numbers)
                let pairs = (count + 1) / 2
                let panel = try KernelMemory<UInt16>(64 * 2 * pairs, repeating: 0xabcd)
                aisle_pack_bf16(processor.bits, dtype.kernels, rows.pointers, first, count, panel.pointer)
                let wrong = panel.values.indices.filter { place in
                    let (p, i, column) = (place / (32 * pairs), place / 32 % pairs * 2 + place % 2, place / 2 % 16)
                    let value = i < count ? rows.value(16 * p + column, first + i) : 0
                    let isNaN = widened(panel[place]).isNaN
                    return value.isNaN ? !isNaN : panel[place] != nearestBF16(value)
                }
                #expect(wrong.isEmpty, "\(dtype), first \(first), count \(count): \(wrong.prefix(4))")
            }
        }
    }

    @Test(arguments: Processor.all)
    func `Rounding to bf16 goes to the nearest, ties to even, and keeps NaN`(processor: Processor) throws {
        var numbers = NormalNumbers(seed: 24)
        // Ties and their neighbours over all exponents, both signs, and the special numbers.
        var floats: [Float] = [0, -0, .infinity, -.infinity, .nan, -.nan, .signalingNaN, .greatestFiniteMagnitude]
        floats += [Float(bitPattern: 0x7f80_0001), Float(bitPattern: 0xffff_ffff), Float(bitPattern: 0x7fff_ffff)]
        for upper in stride(from: UInt32(0), to: 0x1_0000, by: 5) {
            for lower: UInt32 in [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff] {
                floats.append(Float(bitPattern: upper << 16 | lower))
            }
        }
        for _ in 0..<5000 { floats.append(Float(bitPattern: UInt32(truncatingIfNeeded: numbers.bits()))) }
        let source = try KernelMemory(floats), out = try KernelMemory<UInt16>(floats.count, repeating: 0)
        aisle_round_bf16(processor.bits, source.pointer, floats.count, out.pointer)
        let wrong = floats.indices.filter { index in
            floats[index].isNaN ? !widened(out[index]).isNaN : out[index] != nearestBF16(floats[index])
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5).map { (floats[$0].bitPattern, out[$0]) })")
        for count in 0...40 {
            let out = try KernelMemory<UInt16>(count, repeating: 0)
            let some = try KernelMemory(Array(floats[20..<20 + count]))
            aisle_round_bf16(processor.bits, some.pointer, count, out.pointer)
            #expect((0..<count).allSatisfy { out[$0] == nearestBF16(floats[20 + $0]) }, "\(count)")
        }
    }
}

/// A checkpoint's types, with their own reading of bytes.
enum DType: CaseIterable {
    case bf16, f16, f32

    var size: Int { self == .f32 ? 4 : 2 }

    var kernels: aisle_dtype {
        switch self {
        case .bf16: AISLE_BF16
        case .f16: AISLE_F16
        case .f32: AISLE_F32
        }
    }

    /// The number at an index of unaligned memory.
    func value(_ bytes: UnsafeRawPointer, at index: Int) -> Float {
        switch self {
        case .bf16: widened(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        case .f16: Float(Float16(bitPattern: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)))
        case .f32: Float(bitPattern: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
        }
    }

    /// The bytes of a float in this type, rounded.
    func bytes(_ x: Float) -> [UInt8] {
        switch self {
        case .bf16: withUnsafeBytes(of: nearestBF16(x), Array.init)
        case .f16: withUnsafeBytes(of: Float16(x).bitPattern, Array.init)
        case .f32: withUnsafeBytes(of: x.bitPattern, Array.init)
        }
    }
}

/// Sixty-four rows of a checkpoint, each in memory of its own; some are missing.
final class SourceRows {
    let pointers: [UnsafeRawPointer?]
    private let dtype: DType
    private let rows: [KernelMemory<UInt8>?]

    /// Random bits: subnormals, infinities and NaN are among them.
    convenience init(_ dtype: DType, width: Int, _ numbers: inout NormalNumbers) throws {
        var rows: [[UInt8]?] = []
        for row in 0..<64 {
            var bytes: [UInt8] = []
            for column in 0..<width {
                // Every third number has an exponent of all ones or all zeros.
                var bits = UInt32(truncatingIfNeeded: numbers.bits())
                let exponent: UInt32 = dtype == .f16 ? 0x7c00 : dtype == .bf16 ? 0x7f80 : 0x7f80_0000
                if column % 3 == 1 { bits |= exponent } else if column % 3 == 2 { bits &= ~exponent }
                bytes += withUnsafeBytes(of: bits) { Array($0.prefix(dtype.size)) }
            }
            rows.append([7, 40, 63].contains(row) ? nil : bytes)
        }
        try self.init(dtype, rows)
    }

    init(_ dtype: DType, _ bytes: [[UInt8]?]) throws {
        self.dtype = dtype
        rows = try bytes.map { try $0.map { try KernelMemory($0, filler: 0, shift: $0.count % 2) } }
        pointers = rows.map { $0.map { UnsafeRawPointer($0.pointer) } }
    }

    func value(_ row: Int, _ column: Int) -> Float { pointers[row].map { dtype.value($0, at: column) } ?? 0 }
}
