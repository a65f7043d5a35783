internal import CScorer
internal import Catalog

/// Memory that scoring one range needs, kept between ranges and searches.
///
/// One thread at a time.
final class ScoringScratch {
    /// AISLE_RANGE floats, all zero between uses.
    let scores: UnsafeMutablePointer<Float>
    /// Documents of the range at hand, with their scores.
    let documents: UnsafeMutablePointer<UInt16>
    let kept: UnsafeMutablePointer<Float>
    /// Room for intermediate sets.
    let spare: UnsafeMutablePointer<UInt16>
    let union: UnsafeMutablePointer<UInt16>
    private(set) var touched: UnsafeMutablePointer<UInt16>
    private var touchedCapacity = DocumentRange.capacity

    init() {
        // One more than a range where a loop writes before it counts.
        let capacity = DocumentRange.capacity + 1
        scores = .allocate(capacity: capacity)
        scores.initialize(repeating: 0, count: capacity)
        documents = .allocate(capacity: capacity)
        kept = .allocate(capacity: capacity)
        spare = .allocate(capacity: 2 * capacity)
        union = .allocate(capacity: 2 * capacity)
        touched = .allocate(capacity: capacity)
    }

    deinit {
        scores.deallocate()
        documents.deallocate()
        kept.deallocate()
        spare.deallocate()
        union.deallocate()
        touched.deallocate()
    }

    /// Makes `touched` hold at least `count` documents and one more.
    func reserveTouched(_ count: Int) {
        guard count > touchedCapacity else { return }
        touched.deallocate()
        touched = .allocate(capacity: count + 1)
        touchedCapacity = count
    }
}
