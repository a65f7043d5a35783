public import Clicks

/// What clicks say about a product, as other programs read it.
public struct ClickEvidenceAnswer: Encodable, Sendable {
    let score: Double
    let source: String
    let rate: Double
    let expectedRate: Double
    let rateFrom: Double
    let rateTo: Double
    let clicks: Double
    let examinedImpressions: Double
    let clickers: Int
    let shoppers: Int
    let converters: Int

    /// The evidence in JSON's words.
    public init(_ evidence: ClickEvidence) {
        score = evidence.score
        source = evidence.source.rawValue
        rate = evidence.rate
        expectedRate = evidence.expectedRate
        let interval = evidence.interval
        rateFrom = interval.lowerBound
        rateTo = interval.upperBound
        clicks = Double(evidence.tally.clicks)
        examinedImpressions = Double(evidence.tally.examined)
        clickers = Int(evidence.tally.clickers)
        shoppers = Int(evidence.tally.shoppers)
        converters = Int(evidence.tally.converters)
    }
}
