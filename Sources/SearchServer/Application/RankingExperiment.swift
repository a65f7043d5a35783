public import Clicks
public import Foundation
import Ranking

/// A second way to rank that is compared with the shop's own: some shoppers see both in one list, and whose hits they
/// choose tells which is better.
public struct RankingExperiment: Sendable {
    /// The names of both, and how many shoppers take part.
    public let interleaving: InterleavingExperiment
    /// The second configuration: the shop's, but for what the experiment says.
    let challenger: ShopSettings
    /// Its task for the reranker; nil: as in the shop's own.
    let instruction: String?

    /// Reads a file's content: how the second configuration ranks, under the names of the settings file.
    ///
    /// `name` names it, `against` the one in use; `share` (above 0, at most 1) is the share of shoppers who take part.
    /// What it leaves out is as the shop has it.
    ///
    /// - Parameters:
    ///   - json: The content.
    ///   - name: The second configuration's name where the content has none.
    ///   - shop: How the shop ranks.
    /// - Throws: `ServerError`, `RankingError`, `ColumnWeightsError`, which name the member that is wrong.
    public init(json: Data, name: String, over shop: ShopSettings) throws {
        var reader = try ParameterReader(json: json)
        let b = try reader.text("name", limit: Self.longestName) ?? name
        let a = try reader.text("against", limit: Self.longestName) ?? "shop"
        guard a != b, !a.isEmpty, !b.isEmpty else {
            throw ServerError.badParameter(name: "name", value: "\"\(b)\"", expected: "another name than \"\(a)\"")
        }
        let share = try reader.number("share") ?? 1
        guard share > 0, share <= 1 else {
            throw ServerError.badParameter(name: "share", value: "\(share)", expected: "above 0 and at most 1")
        }
        var challenger = shop
        try challenger.readRanking(&reader)
        instruction = try reader.text("instruction")
        reader.leave(ShopSettings.tuningNotes)
        try reader.finish()
        self.challenger = challenger
        interleaving = InterleavingExperiment(a: a, b: b, share: share)
    }

    /// Characters of a name at most.
    private static let longestName = 100

    /// A request as the second configuration ranks it.
    func request(_ request: RankingRequest, stage: RankingStage) -> RankingRequest {
        var request = request
        challenger.rank(&request, stage: stage)
        request.instruction = instruction
        return request
    }
}
