import Foundation
import Ranking
import Reranker

/// The second stage's part of an answer as a person reads it.
enum RankingText {
    /// What became of it; nil where it was not asked for.
    static func headline(_ report: RerankReport) -> String? {
        let reason = report.reason.map { "\($0)" } ?? ""
        let scored = "\(report.scored) of \(report.candidates)"
        var parts: [String]
        switch report.status {
        case .complete: parts = [String(format: "reranked \(scored) in %.0f ms", report.milliseconds)]
        case .partial: parts = [String(format: "reranked \(scored) in %.0f ms: \(reason)", report.milliseconds)]
        case .skipped where report.reason == .stage: return nil
        case .skipped, .failed: return "not reranked: \(reason)"
        }
        if report.cached > 0 { parts.append("\(report.cached) known before") }
        if report.dropped > 0 { parts.append("\(report.dropped) below the floor") }
        return parts.joined(separator: ", ")
    }

    /// How far a hit went up or down: `+3`, `-1`, `=`; `new` for one from beyond the candidates.
    static func movement(_ hit: RankedHit) -> String {
        guard let movement = hit.movement else { return "new" }
        return movement == 0 ? "=" : String(format: "%+d", movement)
    }

    /// `+2.31`; nothing where there is no margin.
    static func margin(_ hit: RankedHit) -> String {
        hit.relevance.map { String(format: "%+.2f", $0.margin) } ?? ""
    }

    /// Where a hit's place comes from, for `--explain`.
    static func explanation(_ hit: RankedHit) -> [String] {
        var lines: [String] = []
        if let fused = hit.fused {
            let terms = fused.terms.map { String(format: "%+.4f (\($0.name))", $0.value) }
            lines.append(String(format: "   %8.4f  = ", fused.value) + terms.joined(separator: " "))
        }
        if let clicks = hit.clicks { lines.append("   clicks: \(clicks)") }
        if let rule = hit.rule { lines.append("   \(rule.rawValue) by the shop") }
        return lines
    }
}
