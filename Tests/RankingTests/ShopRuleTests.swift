import Catalog
import Reranker
import Testing

@testable import Ranking
@testable import Retriever

@Suite struct ShopRuleTests {
    @Test func `Products that pass the shop's filter are hidden, from totals too, and cannot be pinned`() async throws {
        let shop = try TestShop(margins: [1, 2, 3, 4])
        let page = try await shop.pipeline(nil).page(
            lamps(.bm25) { request in
                request.rules = BusinessRules(
                    pinned: [ProductID("p001")],
                    hidden: [ProductID("p003")],
                    hiddenFilter: .oneOf(FilterField("id"), [.text("p001")])
                )
            }
        )
        #expect(page.ids == ids([0, 2]))
        #expect(page.search.total == 2)
    }

    @Test func `Rules of the shop and of a request hold together`() {
        let one = BusinessRules(
            pinned: [ProductID("a")],
            hidden: [ProductID("x")],
            hiddenFilter: .flag(FilterField("f"))
        )
        let two = BusinessRules(
            pinned: [ProductID("b"), ProductID("a")],
            buried: [ProductID("y")],
            hiddenFilter: .flag(FilterField("g"))
        )
        let both = one.joined(two)
        #expect(both.pinned.map(\.rawValue) == ["a", "b"])
        #expect(both.hidden == [ProductID("x")] && both.buried == [ProductID("y")])
        #expect(both.hiddenFilter == .any([.flag(FilterField("f")), .flag(FilterField("g"))]))
    }

    private func hits(_ categories: [[String]]) -> [Hit] {
        categories.enumerated().map { place, path in
            var hit = Hit(id: ProductID("\(place)"), score: 0)
            hit.product = Product(id: hit.id, title: "t", categories: path.isEmpty ? [] : [path])
            return hit
        }
    }

    @Test func `The instruction is that of the deepest category which half of the candidates are in`() {
        let instructions = CategoryInstructions([
            ["Audio"]: "audio", ["Audio", "Headphones"]: "head", ["Home"]: "home",
        ])
        let head = ["Audio", "Headphones", "Over-ear"]
        #expect(instructions.instruction(for: hits([head, head, ["Home"], []])) == "head")
        #expect(instructions.instruction(for: hits([head, ["Audio", "Speakers"], ["Home"], []])) == "audio")
        #expect(instructions.instruction(for: hits([head, [], [], ["Home"]])) == nil)
        #expect(instructions.instruction(for: []) == nil)
    }
}
