import Testing

@testable import Clicks

@Suite struct TeamDraftTests {
    private let a: [ObjectID] = ["a", "b", "c", "d", "e", "f"]
    private let b: [ObjectID] = ["b", "e", "a", "f", "c", "d"]

    @Test func `Everything is shown once, in turns, the best of each ranking first`() {
        for key in 0..<200 {
            let draft = TeamDraft(a, b, key: "q\(key)")
            #expect(Set(draft.objects) == Set(a) && draft.objects.count == a.count)
            // In each round both choose once.
            for round in 0..<3 { #expect(draft.teams[2 * round] != draft.teams[2 * round + 1]) }
            // Each choice is the chooser's best of what is left.
            for (place, team) in draft.teams.enumerated() {
                let left = (team == .a ? a : b).filter { !draft.objects[..<place].contains($0) }
                #expect(draft.objects[place] == left.first)
            }
        }
    }

    @Test func `A key and a seed decide the coins, and coins are fair`() {
        #expect(TeamDraft(a, b, key: "q", seed: 3) == TeamDraft(a, b, key: "q", seed: 3))
        var firsts = 0
        var differing = 0
        for key in 0..<10_000 {
            let draft = TeamDraft(a, b, key: "q\(key)")
            if draft.teams[0] == .a { firsts += 1 }
            if draft != TeamDraft(a, b, key: "q\(key)", seed: 1) { differing += 1 }
        }
        // Five standard deviations of a fair coin.
        #expect(abs(firsts - 5000) < 250, "\(firsts)")
        #expect(differing > 5000)
    }

    @Test func `Rankings of other lengths, with other or repeated products, are used up`() {
        let draft = TeamDraft(["x", "x", "y"], ["z"], key: "q")
        #expect(Set(draft.objects) == ["x", "y", "z"] && draft.objects.count == 3)
        #expect(draft.teams.count { $0 == .b } == 1)
        #expect(TeamDraft([], [], key: "q").objects.isEmpty)
        #expect(TeamDraft(["a"], [], key: "q").teams == [.a])
    }

    @Test func `Teams are written as letters and read back`() {
        let teams = InterleavedTeams(a: "x", b: "y", teams: [.a, .b, .b])
        #expect(teams.letters == "ABB")
        #expect(InterleavedTeams(a: "x", b: "y", letters: "ABB") == teams)
        #expect(InterleavedTeams(a: "x", b: "y", letters: "AXB") == nil)
        #expect(teams.page(1..<9).teams == [.b, .b])
    }
}
