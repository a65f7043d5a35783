import CKernels
import Foundation
import Statistics

/// Which of the processor's instruction sets a kernel may use.
struct Processor: Sendable, CustomStringConvertible {
    let description: String
    let bits: UInt32

    /// Everything this machine has.
    static let whole = Processor(description: "all", bits: aisle_cpu_features())

    /// The sets that choose different code, as far as this machine has them.
    static let all: [Processor] = {
        let avx2 = UInt32(AISLE_CPU_AVX2), avx512 = UInt32(AISLE_CPU_AVX512)
        let sets = [
            Processor(description: "portable", bits: 0),
            Processor(description: "AVX2", bits: avx2),
            Processor(description: "AVX2 and AVX-VNNI", bits: avx2 | UInt32(AISLE_CPU_AVXVNNI)),
            Processor(description: "AVX-512", bits: avx2 | avx512),
            whole,
        ]
        return sets.filter { $0.bits & whole.bits == $0.bits }
    }()
}

/// Memory that ends where the next page cannot be touched: reading or writing one element too many ends the test.
final class KernelMemory<Element: BitwiseCopyable> {
    let count: Int
    let pointer: UnsafeMutablePointer<Element>
    private let pages: UnsafeMutableRawPointer
    private let size: Int

    /// `count` copies of a value; `shift` bytes are left free behind them, so that they are not aligned.
    init(_ count: Int, repeating value: Element, shift: Int = 0) throws {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let bytes = count * MemoryLayout<Element>.stride + shift
        size = (bytes + page - 1) / page * page + page
        let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED, mprotect(mapped + (size - page), page, PROT_NONE) == 0 else {
            throw POSIXError(.ENOMEM)
        }
        pages = mapped
        self.count = count
        pointer = (mapped + (size - page - bytes)).assumingMemoryBound(to: Element.self)
        for index in 0..<count {
            UnsafeMutableRawPointer(pointer + index).storeBytes(of: value, as: Element.self)
        }
    }

    convenience init(_ values: [Element], filler: Element, shift: Int = 0) throws {
        try self.init(values.count, repeating: values.first ?? filler, shift: shift)
        values.withUnsafeBytes { bytes in
            if let source = bytes.baseAddress {
                UnsafeMutableRawPointer(pointer).copyMemory(from: source, byteCount: bytes.count)
            }
        }
    }

    deinit {
        munmap(pages, size)
    }

    /// All of it.
    var values: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    subscript(index: Int) -> Element {
        get { pointer[index] }
        set { pointer[index] = newValue }
    }
}

extension KernelMemory where Element == Float {
    convenience init(_ values: [Float], shift: Int = 0) throws { try self.init(values, filler: 0, shift: shift) }
}

/// Random numbers that are cheap to draw: from a table of a normal distribution's values.
struct NormalNumbers {
    private var numbers: SplitMix64
    private static let table: [Float] = {
        var source = SplitMix64(seed: 20)
        return (0..<4096).map { _ in
            let u = Double.random(in: 1e-12..<1, using: &source), v = Double.random(in: 0..<1, using: &source)
            return Float((-2 * log(u)).squareRoot() * cos(2 * .pi * v))
        }
    }()

    init(seed: UInt64) {
        numbers = SplitMix64(seed: seed)
    }

    /// `count` numbers of mean 0.
    mutating func array(_ count: Int, deviation: Float = 1) -> [Float] {
        Self.table.withUnsafeBufferPointer { table in
            [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                var index = 0
                while index < count {
                    var bits = numbers.next()
                    for _ in 0..<5 where index < count {
                        buffer[index] = table[Int(bits & 4095)] * deviation
                        bits >>= 12
                        index += 1
                    }
                }
                initialized = count
            }
        }
    }

    mutating func int(in range: ClosedRange<Int>) -> Int { .random(in: range, using: &numbers) }

    mutating func bits() -> UInt64 { numbers.next() }
}
