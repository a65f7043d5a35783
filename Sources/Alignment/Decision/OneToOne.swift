/// The best assignment of left rows to right rows: no row twice, the greatest sum of weights.
///
/// Successive shortest augmenting paths with potentials (Jonker and Volgenant, Computing 38, 1987), on the pairs there
/// are instead of a matrix, one connected component after the other: exact, in O(n m log m) for a component of n left
/// rows and m pairs. A row may stay alone, which is worth 0.
struct OneToOne {
    /// A pair that may be chosen.
    struct Edge: Equatable {
        var left: Int64
        var right: Int64
        /// Above 0; others are never chosen.
        var weight: Double
    }

    /// The chosen edges' places in `edges`, in order.
    ///
    /// Depends on the edges only, not on their order among equal rows: the same edges give the same answer.
    static func best(_ edges: [Edge]) -> [Int] {
        let usable = edges.indices.filter { edges[$0].weight > 0 && edges[$0].weight.isFinite }
            .sorted { (edges[$0].left, edges[$0].right) < (edges[$1].left, edges[$1].right) }
        var chosen: [Int] = []
        for component in components(usable, edges) {
            var solver = ComponentSolver(component.map { ($0, edges[$0]) })
            chosen += solver.solve()
        }
        return chosen.sorted()
    }

    /// Edges that hang together through common rows, each group in order.
    private static func components(_ usable: [Int], _ edges: [Edge]) -> [[Int]] {
        var parents = Array(usable.indices)
        func root(_ place: Int) -> Int {
            var place = place
            while parents[place] != place {
                parents[place] = parents[parents[place]]
                place = parents[place]
            }
            return place
        }
        var lefts: [Int64: Int] = [:]
        var rights: [Int64: Int] = [:]
        for (place, edge) in usable.enumerated() {
            for other in [lefts[edges[edge].left], rights[edges[edge].right]].compactMap({ $0 }) {
                let (a, b) = (root(other), root(place))
                parents[max(a, b)] = min(a, b)
            }
            lefts[edges[edge].left] = lefts[edges[edge].left] ?? place
            rights[edges[edge].right] = rights[edges[edge].right] ?? place
        }
        var groups: [Int: [Int]] = [:]
        for (place, edge) in usable.enumerated() { groups[root(place), default: []].append(edge) }
        return groups.keys.sorted().compactMap { groups[$0] }
    }
}

/// One component of the assignment.
private struct ComponentSolver {
    private let edges: [(id: Int, edge: OneToOne.Edge)]
    private let greatest: Double
    /// Places in `edges` of each left row's pairs.
    private var pairs: [[Int]] = []
    /// The rows of each edge, counted within the component.
    private var leftOf: [Int] = []
    private var rightOf: [Int] = []
    /// The edge by which a right row, and a left row, is taken; nil: alone.
    private var takenRight: [Int?]
    private var takenLeft: [Int?]
    /// What a right row adds to the cost of its pairs; never above 0.
    private var potentials: [Double]
    /// Of the search that runs: how far right rows are, by which edge, and which are done.
    ///
    /// Clean between searches.
    private var distance: [Double]
    private var reachedBy: [Int?]
    private var isSettled: [Bool]
    private var touched: [Int] = []

    init(_ edges: [(id: Int, edge: OneToOne.Edge)]) {
        self.edges = edges
        greatest = edges.map(\.edge.weight).max() ?? 0
        var lefts: [Int64: Int] = [:]
        var rights: [Int64: Int] = [:]
        for (place, item) in edges.enumerated() {
            let left = lefts[item.edge.left] ?? lefts.count
            let right = rights[item.edge.right] ?? rights.count
            lefts[item.edge.left] = left
            rights[item.edge.right] = right
            if left == pairs.count { pairs.append([]) }
            pairs[left].append(place)
            leftOf.append(left)
            rightOf.append(right)
        }
        takenRight = Array(repeating: nil, count: rights.count)
        takenLeft = Array(repeating: nil, count: lefts.count)
        potentials = Array(repeating: 0, count: rights.count)
        distance = Array(repeating: .infinity, count: rights.count)
        reachedBy = Array(repeating: nil, count: rights.count)
        isSettled = Array(repeating: false, count: rights.count)
    }

    /// The ids of the chosen edges.
    mutating func solve() -> [Int] {
        for left in pairs.indices {
            augment(from: left)
            for right in touched {
                distance[right] = .infinity
                reachedBy[right] = nil
                isSettled[right] = false
            }
            touched = []
        }
        return takenRight.compactMap { $0.map { edges[$0].id } }
    }

    /// Gives one more left row a right row or nothing, moving others where that is best.
    ///
    /// Pairs cost `greatest` less their weight and being alone costs `greatest`: all costs are 0 or more, and the
    /// shortest path to a free right row, or to a left row that had better be alone, is the change that loses least.
    private mutating func augment(from start: Int) {
        var queue = DistanceQueue()
        var settled: [Int] = []
        var left = start
        var base = 0.0
        var alone = (left: start, cost: greatest)
        var target: Int?
        search: while target == nil {
            for place in pairs[left] {
                let right = rightOf[place]
                let cost = base + greatest - edges[place].edge.weight - potentials[right]
                guard !isSettled[right], cost < distance[right] else { continue }
                if distance[right] == .infinity { touched.append(right) }
                distance[right] = cost
                reachedBy[right] = place
                queue.push(right, cost)
            }
            var nearest: Int?
            while nearest == nil {
                guard let (right, cost) = queue.pop() else { break search }
                if !isSettled[right], cost == distance[right] { nearest = right }
            }
            guard let right = nearest, distance[right] < alone.cost else { break }
            isSettled[right] = true
            settled.append(right)
            guard let taken = takenRight[right] else {
                target = right
                break
            }
            left = leftOf[taken]
            base = distance[right] - (greatest - edges[taken].edge.weight - potentials[right])
            if base + greatest < alone.cost { alone = (left, base + greatest) }
        }
        let length = target.map { distance[$0] } ?? alone.cost
        for right in settled where distance[right] < length { potentials[right] += distance[right] - length }
        if let target {
            take(target, start)
        } else if alone.left != start, let taken = takenLeft[alone.left] {
            takenLeft[alone.left] = nil
            take(rightOf[taken], start)
        }
    }

    /// Follows the path back to the start and gives every right row on it to the left row before it.
    private mutating func take(_ last: Int, _ start: Int) {
        var right = last
        while let place = reachedBy[right] {
            let left = leftOf[place]
            let previous = takenLeft[left]
            takenRight[right] = place
            takenLeft[left] = place
            guard left != start, let previous else { return }
            right = rightOf[previous]
        }
    }
}

/// Right rows by distance; equal distances in order of the rows.
private struct DistanceQueue {
    private var heap: [(row: Int, distance: Double)] = []

    private static func precedes(_ a: (row: Int, distance: Double), _ b: (row: Int, distance: Double)) -> Bool {
        a.distance == b.distance ? a.row < b.row : a.distance < b.distance
    }

    mutating func push(_ row: Int, _ distance: Double) {
        heap.append((row, distance))
        var place = heap.count - 1
        while place > 0, Self.precedes(heap[place], heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func pop() -> (row: Int, distance: Double)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
                if Self.precedes(heap[child], heap[least]) { least = child }
            }
            if least == place { return first }
            heap.swapAt(place, least)
            place = least
        }
    }
}
