internal import CScorer
internal import Catalog

/// The posting list of one term (or of a phrase, or of several terms taken as one), range by range.
///
/// Immutable.
final class PostingList: Sendable {
    /// Postings of one range: addresses into the list's own memory.
    struct Slice {
        let range: Int
        let count: Int
        /// u16 little-endian, need not be aligned.
        let documents: UnsafePointer<UInt8>
        /// One byte each, nil where `frequencies` hold the weighted frequencies.
        let patterns: UnsafePointer<UInt8>?
        let exceptions: UnsafePointer<UInt8>?
        let exceptionCount: Int
        let frequencies: UnsafePointer<Double>?
    }

    /// Live documents with the term.
    let documentFrequency: Int64
    /// In rising order of range.
    nonisolated(unsafe) let slices: [Slice]
    private nonisolated(unsafe) let memory: [UnsafeMutableRawPointer]
    /// Bytes held, for the cache's bound.
    let cost: Int

    private init(documentFrequency: Int64, slices: [Slice], memory: [UnsafeMutableRawPointer], cost: Int) {
        self.documentFrequency = documentFrequency
        self.slices = slices
        self.memory = memory
        self.cost = cost
    }

    deinit {
        for block in memory { block.deallocate() }
    }

    static let empty = PostingList(documentFrequency: 0, slices: [], memory: [], cost: 0)

    /// The postings of a range, nil where there are none.
    func slice(_ range: Int) -> Slice? {
        if slices.count == 1 { return slices[0].range == range ? slices[0] : nil }
        var low = 0
        var high = slices.count
        while low < high {
            let middle = (low + high) / 2
            if slices[middle].range < range { low = middle + 1 } else { high = middle }
        }
        return low < slices.count && slices[low].range == range ? slices[low] : nil
    }

    // MARK: Reading stored lists

    /// Joins the stored lists of one term's segments.
    struct Builder: ~Copyable {
        private var documentFrequency: Int64 = 0
        private var slices: [Slice] = []
        private var memory: [UnsafeMutableRawPointer] = []
        private var cost = 64

        init() {}

        /// Copies one segment's list; segments come in rising order.
        ///
        /// Throws `RetrieverError.damagedPostings`.
        mutating func append(frequency: Int64, list: UnsafeRawBufferPointer) throws {
            documentFrequency += frequency
            guard list.count > 1, let bytes = list.baseAddress else { return }
            let copy = UnsafeMutableRawPointer.allocate(byteCount: list.count, alignment: 8)
            copy.copyMemory(from: bytes, byteCount: list.count)
            memory.append(copy)
            cost += list.count + MemoryLayout<Slice>.stride
            try PostingList.parse(
                UnsafeRawBufferPointer(start: copy, count: list.count),
                into: &slices,
                memory: &memory
            )
        }

        /// The list, whole.
        consuming func list() -> PostingList {
            let list = PostingList(documentFrequency: documentFrequency, slices: slices, memory: memory, cost: cost)
            memory = []
            return list
        }

        deinit {
            for block in memory { block.deallocate() }
        }
    }

    private static func parse(
        _ bytes: UnsafeRawBufferPointer,
        into slices: inout [Slice],
        memory: inout [UnsafeMutableRawPointer]
    ) throws {
        var reader = VarintReader(bytes)
        let rangeCount = try reader.next()
        var shapes: [(range: Int, count: Int, exceptions: Int)] = []
        shapes.reserveCapacity(min(rangeCount, 1 << 16))
        var range = 0
        for _ in 0..<rangeCount {
            range += try reader.next()
            let count = try reader.next()
            shapes.append((range, count, try reader.next()))
        }
        var place = reader.place
        for shape in shapes {
            let length = shape.count * 3 + shape.exceptions * 4
            guard shape.count <= DocumentRange.capacity, shape.exceptions <= shape.count, place + length <= bytes.count,
                let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            else { throw RetrieverError.damagedPostings }
            let slice = Slice(
                range: shape.range,
                count: shape.count,
                documents: base + place,
                patterns: base + place + 2 * shape.count,
                exceptions: base + place + 3 * shape.count,
                exceptionCount: shape.exceptions,
                frequencies: nil
            )
            if let last = slices.last, last.range == shape.range {
                slices[slices.count - 1] = joined(last, slice, memory: &memory)
            } else {
                slices.append(slice)
            }
            place += length
        }
    }

    /// Two segments' postings of one range; the later segment's documents have the larger numbers.
    private static func joined(_ first: Slice, _ second: Slice, memory: inout [UnsafeMutableRawPointer]) -> Slice {
        let count = first.count + second.count
        let exceptionCount = first.exceptionCount + second.exceptionCount
        let block = UnsafeMutableRawPointer.allocate(byteCount: count * 3 + exceptionCount * 4, alignment: 8)
        memory.append(block)
        let documents = block.assumingMemoryBound(to: UInt8.self)
        let patterns = documents + 2 * count
        let exceptions = patterns + count
        for (slice, offset, exceptionOffset) in [(first, 0, 0), (second, first.count, first.exceptionCount)] {
            (documents + 2 * offset).update(from: slice.documents, count: 2 * slice.count)
            if let source = slice.patterns { (patterns + offset).update(from: source, count: slice.count) }
            guard let source = slice.exceptions else { continue }
            for index in 0..<slice.exceptionCount {
                let from = UnsafeRawPointer(source + 4 * index)
                let to = UnsafeMutableRawPointer(exceptions + 4 * (exceptionOffset + index))
                let position = from.loadUnaligned(as: UInt16.self) + UInt16(truncatingIfNeeded: offset)
                to.storeBytes(of: position, as: UInt16.self)
                (to + 2).storeBytes(of: (from + 2).loadUnaligned(as: UInt16.self), as: UInt16.self)
            }
        }
        return Slice(
            range: first.range,
            count: count,
            documents: documents,
            patterns: patterns,
            exceptions: exceptions,
            exceptionCount: exceptionCount,
            frequencies: nil
        )
    }

    // MARK: Lists made while searching

    /// A list from documents and their weighted frequencies, in rising order of document.
    convenience init(documentFrequency: Int64, ranges: [(range: Int, documents: [UInt16], frequencies: [Double])]) {
        var slices: [Slice] = []
        var memory: [UnsafeMutableRawPointer] = []
        var cost = 0
        for (range, documents, frequencies) in ranges where !documents.isEmpty {
            let bytes = documents.count * 10
            let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
            memory.append(block)
            cost += bytes
            let weights = block.initializeMemory(as: Double.self, from: frequencies, count: documents.count)
            let numbers = (block + documents.count * 8).initializeMemory(
                as: UInt16.self,
                from: documents,
                count: documents.count
            )
            slices.append(
                Slice(
                    range: range,
                    count: documents.count,
                    documents: UnsafeRawPointer(numbers).assumingMemoryBound(to: UInt8.self),
                    patterns: nil,
                    exceptions: nil,
                    exceptionCount: 0,
                    frequencies: UnsafePointer(weights)
                )
            )
        }
        self.init(documentFrequency: documentFrequency, slices: slices, memory: memory, cost: cost)
    }
}

/// Reads unsigned LEB128 numbers.
private struct VarintReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var place = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func next() throws -> Int {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard place < bytes.count else { throw RetrieverError.damagedPostings }
            let byte = Int(bytes[place])
            place += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw RetrieverError.damagedPostings
    }
}
