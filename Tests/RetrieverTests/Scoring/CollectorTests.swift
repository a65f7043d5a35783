import Catalog
import Statistics
import Testing

@testable import Retriever

@Suite("Sets, collectors and caches")
struct CollectorTests {
    @Test("document sets behave as sets of numbers do", arguments: [51, 52])
    func documentSets(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let limit: DocumentNumber = 3 << 16
        func numbers(_ count: Int) -> Set<DocumentNumber> {
            // The middle range stays empty half of the time.
            let skip = Bool.random(using: &random)
            let all = (0..<count).map { _ in DocumentNumber.random(in: 0..<limit, using: &random) }
            return Set(all.filter { !skip || $0 >> 16 != 1 })
        }
        func set(_ numbers: Set<DocumentNumber>) -> DocumentSet {
            var set = DocumentSet(rangeCount: 3)
            for number in numbers { set.insert(number) }
            return set
        }
        func members(_ set: DocumentSet) -> [DocumentNumber] {
            var members: [DocumentNumber] = []
            set.forEach { members.append($0) }
            return members
        }
        for size in [0, 1, 2, 63, 64, 65, 700] {
            let (a, b, all) = (numbers(size), numbers(size / 2 + 1), numbers(2000))
            #expect(members(set(a)) == a.sorted(), "seed \(seed)")
            var union = set(a)
            union.formUnion(set(b))
            #expect(members(union) == a.union(b).sorted())
            var both = set(a)
            both.formIntersection(set(b))
            #expect(members(both) == a.intersection(b).sorted())
            #expect(members(set(a).complement(in: set(all))) == all.subtracting(a).sorted())
            for range in 0..<3 {
                #expect(both.isEmpty(range) == a.intersection(b).allSatisfy { $0 >> 16 != range })
                #expect((both.words(range) == nil) == both.isEmpty(range))
            }
            for number in a.prefix(20) { #expect(set(a).contains(Int(number >> 16), UInt16(number & 0xFFFF))) }
            #expect(!set(a).contains(2, 65535) || a.contains(limit - 1))
        }
    }

    @Test("a posting list goes into a set whole")
    func insertingLists() {
        let list = PostingList(
            documentFrequency: 3,
            ranges: [(range: 0, documents: [0, 65535], frequencies: [1, 1]), (2, [64], [2])]
        )
        var set = DocumentSet(rangeCount: 3)
        set.insert(list)
        var members: [DocumentNumber] = []
        set.forEach { members.append($0) }
        #expect(members == [0, 65535, 2 << 16 | 64])
    }

    @Test("the best scores are kept with everything that ties with the last", arguments: [53, 54, 55])
    func topDocuments(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for count in [0, 1, 2, 7, 100] {
            var top = TopDocuments(count: count, terms: 3)
            var all: [(score: Float, number: DocumentNumber)] = []
            for number in 0..<DocumentNumber(12_000) {
                // Coarse scores: many ties.
                let score = Float(Int.random(in: 0..<500, using: &random)) / 16
                all.append((score, number))
                top.add(score, number)
            }
            let least = all.map(\.score).sorted(by: >).dropFirst(max(count - 1, 0)).first ?? 0
            let expected = count == 0 ? [] : all.filter { $0.score >= least }.map(\.number)
            #expect(top.remaining().map(\.number).sorted() == expected, "seed \(seed), count \(count)")
            #expect(count == 0 || top.threshold <= least && top.threshold > least * 0.999)
        }
    }

    @Test("fewer documents than asked for have no threshold; a score of 0 is no match")
    func topDocumentsNotFull() {
        var top = TopDocuments(count: 3, terms: 1)
        top.add(2, 7)
        top.add(0, 8)
        top.add(1, 9)
        #expect(top.threshold == 0)
        #expect(top.remaining().map(\.number) == [7, 9])
    }

    @Test("ranked documents are a plain sort: NaN last, ties by product id", arguments: [false, true])
    func rankedDocuments(isDescending: Bool) {
        var random = SplitMix64(seed: 56)
        for count in [0, 1, 5, 300, 20_000] {
            var ranked = RankedDocuments(count: count, isDescending: isDescending)
            var all: [(key: Double, order: UInt64, number: DocumentNumber)] = []
            for number in 0..<DocumentNumber(11_000) {
                let key =
                    Int.random(in: 0..<6, using: &random) == 0 ? .nan : Double(Int.random(in: -20..<20, using: &random))
                let entry = (key: key, order: UInt64(number) &* 0x9E37_79B9_7F4A_7C15, number: number)
                all.append(entry)
                ranked.add(entry.number, key: entry.key, order: entry.order)
            }
            let valued = all.filter { !$0.key.isNaN }.sorted {
                $0.key == $1.key ? $0.order < $1.order : ($0.key > $1.key) == isDescending
            }
            let missing = all.filter(\.key.isNaN).sorted { $0.order < $1.order }
            #expect(ranked.documents() == (valued + missing).prefix(count).map(\.number), "count \(count)")
        }
    }

    @Test("the posting cache keeps what is used and stays within its bound")
    func postingCache() {
        func list(_ size: Int) -> PostingList {
            let documents = (0..<size).map { UInt16($0) }
            return PostingList(
                documentFrequency: Int64(size),
                ranges: [(range: 0, documents: documents, frequencies: documents.map { _ in 1 })]
            )
        }
        var cache = PostingCache(limit: 100_000)
        let hot: [UInt8] = [1]
        cache.keep(list(10), of: hot)
        for round in 0..<400 {
            #expect(cache.list(of: hot)?.documentFrequency == 10, "round \(round)")
            // Some 1,100 bytes each: the cache turns over many times.
            cache.keep(list(100), of: Array("term\(round)".utf8))
        }
        let left = (0..<400).filter { cache.list(of: Array("term\($0)".utf8)) != nil }
        #expect(left.count < 100, "100,000 bytes hold fewer than 100 lists of 1,000 bytes")
        #expect(left.contains(399))
        #expect(!left.contains(0))
        #expect(cache.list(of: [9, 9]) == nil)
    }

    @Test("what was used longest ago is forgotten first", arguments: [57])
    func leastRecentlyUsed(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var map = LeastRecentlyUsed<Int, Int>(limit: 5)
        // Most recently used first.
        var model: [(key: Int, value: Int)] = []
        for step in 0..<3000 {
            let key = Int.random(in: 0..<9, using: &random)
            let place = model.firstIndex { $0.key == key }
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1:
                map[key] = step
                if let place { model.remove(at: place) }
                model.insert((key, step), at: 0)
                if model.count > 5 { model.removeLast() }
            case 2 where step % 3 == 0:
                map[key] = nil
                if let place { model.remove(at: place) }
            default:
                #expect(map[key] == place.map { model[$0].value }, "seed \(seed), step \(step)")
                if let place { model.insert(model.remove(at: place), at: 0) }
            }
        }
    }
}
