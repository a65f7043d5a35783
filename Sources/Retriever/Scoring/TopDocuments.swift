internal import Catalog

/// Collects the documents that can be among the best `count`, by approximate score.
///
/// Scores are single precision sums; everything within the rounding error of the count-th best is kept, so that exact
/// scores can decide.
struct TopDocuments {
    /// Documents to return in the end.
    private let count: Int
    /// Scores this much below the count-th best may still be equal to it.
    private let slack: Float
    /// The best `count` scores as a heap with the least on top.
    private var best: [Float] = []
    private(set) var candidates: [(score: Float, number: DocumentNumber)] = []
    private var pruneAt: Int

    init(count: Int, terms: Int) {
        self.count = count
        slack = 1 - Float(terms + 2) * 1e-6
        pruneAt = 4 * count + 4096
        best.reserveCapacity(count + 1)
    }

    /// Documents at or below this score cannot be among the best any more.
    var threshold: Float {
        guard best.count == count, let least = best.first else { return 0 }
        return least * slack
    }

    mutating func add(_ score: Float, _ number: DocumentNumber) {
        guard count > 0, score > 0, score >= threshold else { return }
        candidates.append((score, number))
        if best.count < count {
            best.append(score)
            siftUp(best.count - 1)
        } else if score > best[0] {
            best[0] = score
            siftDown(0)
        }
        if candidates.count >= pruneAt {
            let least = threshold
            candidates.removeAll { $0.score < least }
            pruneAt = max(pruneAt, 2 * candidates.count)
        }
    }

    /// The candidates that are left in the end.
    func remaining() -> [(score: Float, number: DocumentNumber)] {
        let least = threshold
        return candidates.filter { $0.score >= least }
    }

    private mutating func siftUp(_ start: Int) {
        var at = start
        while at > 0, best[at] < best[(at - 1) / 2] {
            best.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    private mutating func siftDown(_ start: Int) {
        var at = start
        while true {
            var least = at
            for child in [2 * at + 1, 2 * at + 2] where child < best.count && best[child] < best[least] {
                least = child
            }
            if least == at { return }
            best.swapAt(at, least)
            at = least
        }
    }
}
