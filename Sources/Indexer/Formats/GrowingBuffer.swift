/// A plain array of plain values without uniqueness and exclusivity checks, for loops over every field of every row.
final class GrowingBuffer<Element: BitwiseCopyable> {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 64) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deallocate()
    }

    var indices: Range<Int> { 0..<count }

    /// The element at an index below `count`, which the caller guarantees.
    @inline(__always)
    subscript(index: Int) -> Element {
        get { base[index] }
        set { base[index] = newValue }
    }

    @inline(__always)
    func append(_ element: Element) {
        if count == capacity { grow(to: 2 * capacity) }
        base[count] = element
        count += 1
    }

    func removeLast() { count -= 1 }

    @inline(__always)
    func removeAll() { count = 0 }

    /// Makes the buffer hold `newCount` elements, `element` where there were none.
    func extend(to newCount: Int, with element: Element) {
        if newCount > capacity { grow(to: max(newCount, 2 * capacity)) }
        while count < newCount {
            base[count] = element
            count += 1
        }
    }

    private func grow(to larger: Int) {
        let grown = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        grown.update(from: base, count: count)
        base.deallocate()
        base = grown
        capacity = larger
    }
}
