/// The names of metrics, as the command line and reports write them.
public enum MetricName {
    /// What stands before the name of a condensed metric.
    public static let condensedPrefix = "condensed "
    /// The greatest depth a name may have.
    public static let greatestDepth = 1_000_000

    /// Names as they are written in messages.
    public static let known = [
        "ndcg@10", "ndcg_exp@10", "dcg@10", "dcg_exp@10", "map", "rr@10", "p@10", "r@100", "success@1", "bpref",
        "rbp.80", "err@20", "judged@10", "condensed ndcg@10",
    ]

    /// Other tools' words for the same, without a depth.
    private static let synonyms = [
        "ap": "map", "mrr": "rr", "precision": "p", "recall": "r", "hit_rate": "success", "accuracy": "success",
    ]

    /// Reads a name such as `ndcg@10`, `rr@10`, `map`, `rbp.95@10` or `condensed ndcg@10`.
    ///
    /// Strict: lower case, no spaces but the one after "condensed". Throws `EvalError.unknownMetric` and `.metricDepth`.
    public static func parse(_ name: String) throws -> any Metric {
        if name.hasPrefix(condensedPrefix) {
            let inner = String(name.dropFirst(condensedPrefix.count))
            let metric = try parse(inner)
            guard !inner.hasPrefix(condensedPrefix), !(metric is JudgedShare) else {
                throw EvalError.metricDepth(name: name, problem: "it has no condensed form")
            }
            return Condensed(metric)
        }
        let parts = name.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2, let base = parts.first else { throw unknown(name) }
        let depth = parts.count == 2 ? try depth(parts[1], of: name) : nil
        guard let metric = try metric(synonyms[String(base)] ?? String(base), depth, name: name) else {
            throw unknown(name)
        }
        return metric
    }

    /// Reads a list such as `ndcg@10,rr@10,r@100`.
    ///
    /// Throws what `parse` throws, and `EvalError.metricTwice`.
    public static func parseList(_ text: String) throws -> [any Metric] {
        var metrics: [any Metric] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            let metric = try parse(String(name))
            guard !metrics.contains(where: { $0.name == metric.name }) else {
                throw EvalError.metricTwice(name: metric.name)
            }
            metrics.append(metric)
        }
        return metrics
    }

    private static func metric(_ base: String, _ depth: Int?, name: String) throws -> (any Metric)? {
        func needed() throws -> Int {
            guard let depth else {
                throw EvalError.metricDepth(name: name, problem: "it needs a depth, e.g. \(name)@10")
            }
            return depth
        }
        switch base {
        case "ndcg": return NDCG(.linear, at: depth)
        case "ndcg_exp": return NDCG(.exponential, at: depth)
        case "dcg": return DCG(.linear, at: depth)
        case "dcg_exp": return DCG(.exponential, at: depth)
        case "map": return AveragePrecision(at: depth)
        case "rr": return ReciprocalRank(at: depth)
        case "p": return Precision(at: try needed())
        case "r": return Recall(at: depth)
        case "success": return Success(at: try needed())
        case "err": return ExpectedReciprocalRank(at: depth)
        case "judged": return JudgedShare(at: try needed())
        case "rbp": return RankBiasedPrecision(at: depth)
        case "bpref":
            guard depth == nil else { throw EvalError.metricDepth(name: name, problem: "bpref has no depth") }
            return BinaryPreference()
        default: return try rankBiasedPrecision(base, depth, name: name)
        }
    }

    /// `rbp.8` and `rbp.80` are p = 0.8.
    private static func rankBiasedPrecision(_ base: String, _ depth: Int?, name: String) throws -> (any Metric)? {
        guard base.hasPrefix("rbp.") else { return nil }
        let digits = base.dropFirst(4)
        guard (1...2).contains(digits.count), digits.allSatisfy({ ("0"..."9").contains($0) }),
            let number = Int(digits), number > 0
        else {
            throw EvalError.metricDepth(name: name, problem: "p is one or two digits after the dot, e.g. rbp.95")
        }
        return RankBiasedPrecision(hundredths: digits.count == 1 ? number * 10 : number, at: depth)
    }

    private static func depth(_ text: Substring, of name: String) throws -> Int {
        guard !text.isEmpty, text.allSatisfy({ ("0"..."9").contains($0) }), text.first != "0", let depth = Int(text),
            depth <= greatestDepth
        else {
            throw EvalError.metricDepth(name: name, problem: "what follows @ is a whole number, 1 to \(greatestDepth)")
        }
        return depth
    }

    private static func unknown(_ name: String) -> EvalError {
        let tidy = name.lowercased().filter { $0 != " " }
        let isClose = tidy != name && (try? parse(tidy)) != nil
        return .unknownMetric(name: name, suggestion: isClose ? tidy : nil)
    }
}
