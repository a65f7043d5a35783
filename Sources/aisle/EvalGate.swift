import ArgumentParser
import Eval
import Foundation

/// `--fail-under ndcg@10=0.70`: the least mean that passes.
struct EvalGate {
    let metric: any Metric
    let least: Double

    /// Reads `METRIC=NUMBER`.
    ///
    /// Throws `ValidationError` and what `MetricName.parse` throws.
    init(parsing text: String) throws {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let least = Double(parts[1]), least.isFinite else {
            throw ValidationError("--fail-under \(text): write METRIC=NUMBER, e.g. ndcg@10=0.70.")
        }
        metric = try MetricName.parse(String(parts[0]))
        self.least = least
    }

    /// What to say of a run that is below; nil for one that passes.
    func failure(of evaluation: Evaluation) -> String? {
        guard let mean = evaluation.mean(metric.name), mean < least else { return nil }
        return String(format: "aisle: %@: %@ is %.6f, below %g", evaluation.name, metric.name, mean, least)
    }
}
