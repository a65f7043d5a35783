import Testing

@testable import Clicks

@Suite struct InterleavingExperimentTests {
    private func experiment(_ share: Double, b: String = "new") -> InterleavingExperiment {
        InterleavingExperiment(a: "old", b: b, share: share)
    }

    @Test func `The share of shoppers who take part is the one asked for, and who takes part stays in it`() {
        let shoppers = (0..<10_000).map { "shopper \($0)" }
        var before: Set<String> = []
        for share in [0.02, 0.1, 0.5, 0.9, 1] {
            let part = Set(shoppers.filter(experiment(share).includes))
            // Five standard deviations.
            #expect(abs(Double(part.count) - 10_000 * share) <= 5 * (10_000 * share * (1 - share)).squareRoot())
            #expect(before.isSubset(of: part))
            before = part
        }
        #expect(!shoppers.contains(where: experiment(0).includes))
    }

    @Test func `Another experiment has other shoppers`() {
        let shoppers = (0..<10_000).map { "shopper \($0)" }
        let first = Set(shoppers.filter(experiment(0.5).includes))
        let second = Set(shoppers.filter(experiment(0.5, b: "newer").includes))
        // Independent: a quarter is in both.
        #expect(abs(first.intersection(second).count - 2500) < 250)
    }

    @Test func `Coins fall anew for each shopper and query, and the same when it is asked again`() {
        let rankings: (a: [ObjectID], b: [ObjectID]) = (["a", "b", "c", "d"], ["d", "c", "b", "a"])
        func teams(_ shopper: String, _ query: String) -> [Team] {
            experiment(1).draft(rankings, shopper: shopper, query: query).teams
        }
        #expect(teams("s", "Desk  LAMP") == teams("s", "desk lamp"))
        var (byShopper, byQuery, both) = (0, 0, 0)
        for number in 0..<1000 {
            let base = teams("s\(number)", "lamp")
            if base[0] == .a { both += 1 }
            if base != teams("t\(number)", "lamp") { byShopper += 1 }
            if base != teams("s\(number)", "desk") { byQuery += 1 }
        }
        // Two coins a list: they differ in three of four cases. Five standard deviations.
        #expect(abs(byShopper - 750) < 69 && abs(byQuery - 750) < 69 && abs(both - 500) < 79)
    }
}
