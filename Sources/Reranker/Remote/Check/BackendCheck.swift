/// Finds out whether a backend's scores can be trusted, with a few pairs whose order nobody disputes.
///
/// Works on any backend. What it knows is what servers are seen to do wrong: constant scores, scores near zero,
/// inverted order, a sigmoid too many, a prompt template left out or put twice.
public enum BackendCheck {
    /// Scores the known pairs and judges the figures.
    ///
    /// - Parameters:
    ///   - backend: Asked seven times, three documents each.
    ///   - limit: How long all of it may take.
    /// - Returns: What was found; a failing backend is a finding, not an error.
    public static func run(_ backend: any RerankBackend, within limit: Duration = .seconds(60)) async -> BackendReport {
        let deadline = ContinuousClock.now + limit
        var report = BackendReport(description: backend.description)
        var isCounted = true
        for question in KnownQuestion.all {
            do {
                var request = question.request
                request.deadline = deadline
                let result = try await backend.score(request)
                report.add(question, result.scores)
                if let tokens = result.promptTokens {
                    report.promptTokens = (report.promptTokens ?? 0) + tokens
                } else {
                    isCounted = false
                }
            } catch {
                report.findings.append(BackendFinding(.failed, "It could not score \"\(question.query)\": \(error)"))
                // The next one would only fail the same way.
                break
            }
        }
        report.backend = backend.description
        if !isCounted { report.promptTokens = nil }
        report.judge()
        if report.passed { await checkOrder(backend, &report, deadline) }
        return report
    }

    /// Looks at a server and checks it; a server that cannot be used is a finding, too.
    ///
    /// - Parameters:
    ///   - url: As `RemoteEndpoint` reads it.
    ///   - environment: Where the key is looked for.
    ///   - limit: How long all of it may take.
    /// - Returns: What was found.
    public static func run(
        url: String,
        environment: [String: String],
        within limit: Duration = .seconds(60)
    ) async -> BackendReport {
        do {
            return await run(remote: try await RemoteReranker.connect(url, environment: environment), within: limit)
        } catch {
            let shown = RedactedURL.describe(url)
            var report = BackendReport(
                description: BackendDescription(
                    model: shown,
                    backend: "unknown",
                    fingerprint: "",
                    scoreKind: .probability,
                    takesInstruction: false
                )
            )
            report.findings = [BackendFinding(.failed, "\(error)")]
            return report
        }
    }

    /// Checks a server's scores, and what its address and its own words show.
    ///
    /// - Parameters:
    ///   - reranker: Asked as in `run(_:within:)`.
    ///   - limit: How long all of it may take.
    /// - Returns: What was found.
    public static func run(remote reranker: RemoteReranker, within limit: Duration) async -> BackendReport {
        var report = await run(reranker, within: limit)
        report.findings += reranker.findings
        return report
    }

    /// A document's score may not depend on its place: where it does, scores are handed to the wrong documents.
    private static func checkOrder(
        _ backend: any RerankBackend,
        _ report: inout BackendReport,
        _ deadline: ContinuousClock.Instant
    ) async {
        guard let known = report.answers.first else { return }
        let reversed = Array(known.question.documents.reversed())
        let request = RerankRequest(query: known.question.query, documents: reversed, deadline: deadline)
        guard let result = try? await backend.score(request), result.scores.count == reversed.count else { return }
        let margins = result.scores.reversed().map { $0?.margin }
        let most = zip(known.margins, margins).compactMap { before, after in
            before.flatMap { before in after.map { abs($0 - before) } }
        }.max()
        if let most, most > BackendReport.largestNoise { report.findings.append(.unstable(by: most)) }
    }
}

extension RemoteReranker {
    /// What its address and the server's own words show, without any score.
    var findings: [BackendFinding] {
        var findings: [BackendFinding] = []
        if let said = identity?.dialect, said.rawValue != description.backend,
            !(said == .vllm && description.backend == RemoteDialect.vllmScore.rawValue)
        {
            findings.append(
                BackendFinding(
                    .otherServer,
                    "The server says it is \(said.rawValue): use \(said.rawValue)+http in its URL."
                )
            )
        }
        if endpoint.isOpenToListeners, hasKey {
            findings.append(
                BackendFinding(.openKey, "The key crosses the network in the clear: use https, or a tunnel.")
            )
        }
        return findings
    }
}
