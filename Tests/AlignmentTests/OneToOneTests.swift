import Statistics
import Testing

@testable import Alignment

@Suite struct OneToOneTests {
    private typealias Edge = OneToOne.Edge

    /// The greatest sum over all subsets of edges without a common row, by trying them all.
    private static func bestSum(_ edges: [OneToOne.Edge]) -> Double {
        var best = 0.0
        func choose(_ place: Int, _ lefts: Set<Int64>, _ rights: Set<Int64>, _ sum: Double) {
            best = max(best, sum)
            for next in place..<edges.count {
                let edge = edges[next]
                guard !lefts.contains(edge.left), !rights.contains(edge.right) else { continue }
                choose(next + 1, lefts.union([edge.left]), rights.union([edge.right]), sum + edge.weight)
            }
        }
        choose(0, [], [], 0)
        return best
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `Assignments of random sparse pairs are as good as the best of all`(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for trial in 0..<400 {
            let (lefts, rights) = (Int64.random(in: 1...6, using: &random), Int64.random(in: 1...6, using: &random))
            var edges: [Edge] = []
            for left in 0..<lefts {
                for right in 0..<rights where Int.random(in: 0..<10, using: &random) < 5 && edges.count < 14 {
                    // Few different weights make many ties.
                    let weight =
                        trial % 2 == 0
                        ? Double(Int.random(in: 1...4, using: &random)) : Double.random(in: 0.01...5, using: &random)
                    edges.append(Edge(left: left, right: 10 + right, weight: weight))
                }
            }
            let chosen = OneToOne.best(edges)
            #expect(Set(chosen.map { edges[$0].left }).count == chosen.count, "seed \(seed), trial \(trial)")
            #expect(Set(chosen.map { edges[$0].right }).count == chosen.count, "seed \(seed), trial \(trial)")
            let sum = chosen.reduce(0) { $0 + edges[$1].weight }
            #expect(abs(sum - Self.bestSum(edges)) < 1e-9, "seed \(seed), trial \(trial): \(edges)")
        }
    }

    @Test func `The likeliest pair gives way where all together are better`() {
        let edges = [
            Edge(left: 1, right: 1, weight: 10), Edge(left: 1, right: 2, weight: 9), Edge(left: 2, right: 1, weight: 8),
        ]
        #expect(OneToOne.best(edges) == [1, 2])
    }

    @Test func `A row stays alone where that is worth more to the others`() {
        // Three rows for two: the least is left out, whenever it comes.
        for order in [[1.0, 5, 6], [5, 1, 6], [6, 5, 1]] {
            let edges = order.enumerated().flatMap { (left: Int, weight: Double) -> [Edge] in
                [Int64(10), 11].map { Edge(left: Int64(left), right: $0, weight: weight) }
            }
            let sum = OneToOne.best(edges).reduce(0) { $0 + edges[$1].weight }
            #expect(sum == 11)
        }
    }

    @Test func `Weights of nothing, below nothing and beyond all numbers are never chosen`() {
        let edges = [
            Edge(left: 1, right: 1, weight: 0), Edge(left: 2, right: 2, weight: -3),
            Edge(left: 3, right: 3, weight: .nan), Edge(left: 4, right: 4, weight: .infinity),
            Edge(left: 5, right: 5, weight: 1),
        ]
        #expect(OneToOne.best(edges) == [4])
        #expect(OneToOne.best([]).isEmpty)
    }

    @Test func `The order of the pairs does not change the answer`() {
        var random = SplitMix64(seed: 9)
        let edges = (0..<60).map { (place: Int) -> Edge in
            let weight = Double(Int.random(in: 1...3, using: &random))
            return Edge(left: Int64(place % 12), right: Int64(place / 5), weight: weight)
        }
        func rows(_ edges: [Edge]) -> Set<[Int64]> {
            Set(OneToOne.best(edges).map { [edges[$0].left, edges[$0].right] })
        }
        let first = rows(edges)
        for _ in 0..<20 { #expect(rows(edges.shuffled(using: &random)) == first) }
    }

    @Test func `A chain of thousands of rows is solved whole`() {
        // Left i may have right i (weight 2) or i + 1 (weight 3): all move up, the last right row is taken, too.
        let count: Int64 = 4000
        let edges = (0..<count).flatMap { (row: Int64) -> [Edge] in
            [Edge(left: row, right: row, weight: 2), Edge(left: row, right: row + 1, weight: 3)]
        }
        let chosen = OneToOne.best(edges)
        #expect(chosen.count == Int(count))
        #expect(chosen.allSatisfy { edges[$0].weight == 3 })
    }
}
