import Ranking

/// What became of the second stage, as other programs read it.
struct RerankAnswer: Encodable, Sendable {
    let status: String
    let reason: String?
    let scored: Int
    let candidates: Int
    let cached: Int
    let dropped: Int
    let backend: String?
    let model: String?
    let ms: Double

    init(_ report: RerankReport) {
        status = report.status.rawValue
        reason = report.reason.map { "\($0)" }
        scored = report.scored
        candidates = report.candidates
        cached = report.cached
        dropped = report.dropped
        backend = report.backend
        model = report.model
        ms = report.milliseconds
    }
}

/// Where a hit's place comes from.
struct PlaceAnswer: Encodable, Sendable {
    struct Term: Encodable, Sendable {
        let name: String
        let value: Double
    }
    let fused: Double?
    let terms: [Term]
    let clicks: ClickEvidenceAnswer?
    let rule: String?

    init(_ hit: RankedHit) {
        fused = hit.fused?.value
        terms = (hit.fused?.terms ?? []).map { Term(name: $0.name, value: $0.value) }
        clicks = hit.clicks.map(ClickEvidenceAnswer.init)
        rule = hit.rule?.rawValue
    }
}
