import ArgumentParser
import Reranker

/// Whether a rerank server's scores are looked at before they are used.
struct CheckOptions: ParsableArguments {
    @Flag(help: "Use a server's scores without asking it first about pairs whose answer is known.")
    var noCheck = false

    /// The opposite of the flag.
    var isWanted: Bool { !noCheck }

    /// The check, which takes `limit` at most; nil: none is wanted.
    func check(within limit: Duration = .seconds(10)) -> ServerCheck? { noCheck ? nil : ServerCheck(limit: limit) }
}

/// Asks a rerank server about pairs whose answer is known before its scores are used.
struct ServerCheck {
    /// How long it may take: somebody waits.
    let limit: Duration

    /// Warns of scores that cannot be trusted, on standard error.
    ///
    /// What a company's service answers is known to its makers, and each question costs money: only `aisle model verify`
    /// and servers of our own ask it. A server of which nothing bad is known is not asked again while its scores last,
    /// unless it sends log-odds: that is only known from its answers.
    ///
    /// Returns whether the scores can be trusted.
    func warn(of server: RemoteReranker, remembering cache: ScoreCache?) async -> Bool {
        guard !server.isHosted else { return true }
        if let cache, await cache.knowsGood(server) { return true }
        let report = await BackendCheck.run(remote: server, within: limit)
        cache?.remember(report)
        // A server that fails says so again when it is asked in earnest.
        let silent: [BackendFinding.Kind] = [.failed, .unscored]
        for finding in report.findings where !silent.contains(finding.kind) {
            Terminal.printError("warning: \(report.backend.model): \(finding.message)")
        }
        if report.isUndecided {
            Terminal.printError("warning: \(report.backend.model): its scores could not be checked in \(limit)")
        } else if !report.passed {
            Terminal.printError(
                "warning: its scores are used all the same, but not kept; `aisle model verify` shows the figures, "
                    + "--no-check leaves this out"
            )
        }
        return report.passed || report.isUndecided
    }
}
