import Catalog
import Foundation
import Ranking
import Testing

@testable import SearchServer

@Suite("How a shop ranks, from a file")
struct ShopSettingsTests {
    @Test("Everything that can be said is read")
    func whole() throws {
        let json = """
            {"stage": "rerank", "candidates": 40, "fusion": "rrf:20", "floor": -2.5, "instruction": "Find it.",
             "category_instructions": {"Audio > Headphones": "Find headphones."},
             "template": {"lines": [{"field": "title", "label": "Name"}, {"attribute": "color"}], "limit": 300},
             "rules": {"pin": ["a"], "hide_filter": "brand = Acme"}}
            """
        let settings = try ShopSettings(json: Data(json.utf8))
        #expect(settings.stage == .rerank && settings.candidates == 40 && settings.floor == -2.5)
        #expect(settings.fusion == .reciprocalRank(k: 20))
        #expect(settings.ranking.instruction == "Find it.")
        #expect(settings.ranking.categoryInstructions.byPath == [["Audio", "Headphones"]: "Find headphones."])
        let lines = [
            DocumentTemplate.Line(.title, label: "Name"), DocumentTemplate.Line(.attribute("color"), label: "color"),
        ]
        #expect(settings.ranking.template.lines == lines)
        #expect(settings.ranking.template.limit == 300)
        #expect(settings.rules.pinned == [ProductID("a")] && settings.rules.hiddenFilter != nil)
    }

    @Test(
        "What cannot be read is named",
        arguments: [
            (#"{"stgae": "rerank"}"#, "stgae"), (#"{"candidates": "many"}"#, "candidates"),
            (#"{"rules": {"pins": []}}"#, "pins"), (#"{"template": {"lines": [{"field": "colour"}]}}"#, "field"),
            (#"{"template": {"lines": [{}]}}"#, "lines"), (#"{"rules": {"hide_filter": "("}}"#, "hide_filter"),
        ]
    )
    func wrong(json: String, field: String) {
        do {
            _ = try ShopSettings(json: Data(json.utf8))
            Issue.record("was read")
        } catch {
            #expect(ErrorAnswer(error).field == field)
        }
    }
}
