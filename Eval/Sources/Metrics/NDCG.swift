/// Normalized DCG: the DCG divided by that of the best possible ranking of all judged documents.
///
/// The ideal ranking is cut at the same depth. `ndcg@k` is trec_eval's `ndcg_cut_k`, `ndcg` its `ndcg`.
public struct NDCG: Metric {
    private let dcg: DCG

    /// nDCG of the first `depth` documents, of all for nil.
    public init(_ gain: Gain = .linear, at depth: Int? = nil) {
        dcg = DCG(gain, at: depth)
    }

    /// `ndcg@10`, `ndcg_exp@10`.
    public var name: String { "n\(dcg.name)" }

    /// 0 to 1; 0 where no judged document has a gain.
    public func value(of ranking: JudgedRanking) -> Double {
        let ideal = dcg.ideal(of: ranking)
        return ideal > 0 ? dcg.value(of: ranking) / ideal : 0
    }
}
