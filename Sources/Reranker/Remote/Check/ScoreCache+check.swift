internal import Foundation

/// A check that found nothing is known by the scores of its pairs, which last as long as the server's others.
extension ScoreCache {
    /// Whether a check of this backend found nothing, and that still counts.
    public func knowsGood(_ backend: any RerankBackend) async -> Bool {
        let now = Date().timeIntervalSince1970
        let keys = KnownQuestion.all.flatMap { ScoreKey.keys(of: $0.request, backend: backend.description, now: now) }
        return await scores(keys).allSatisfy { $0 != nil }
    }

    /// Remembers a check that found nothing; others are made again.
    ///
    /// One that has shown log-odds is kept under the description that this gave the backend, and so is made again by the
    /// next process, which has to see them, too.
    public func remember(_ report: BackendReport) {
        guard report.findings.isEmpty else { return }
        let now = Date().timeIntervalSince1970
        keep(
            report.answers.flatMap { answer in
                let keys = ScoreKey.keys(of: answer.question.request, backend: report.backend, now: now)
                return zip(keys, answer.margins).compactMap { key, margin in
                    margin.map { (key, CachedScore(margin: $0, isTruncated: false)) }
                }
            }
        )
    }
}
