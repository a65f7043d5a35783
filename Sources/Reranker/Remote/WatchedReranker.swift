public import Foundation
internal import Synchronization

/// A rerank server as a long-running program has it: it may be away at first, and its scores are checked once it is
/// there.
///
/// Until the server answers, scoring throws why it could not be reached; `watch` looks for it again now and then.
public final class WatchedReranker: RerankBackend {
    /// What is known about the server.
    public enum State: Sendable, Equatable {
        /// It does not answer, or not as a reranker does.
        case away
        /// It answers; whether its scores can be trusted is not known yet.
        case checking
        /// Its scores can be used; somebody may have to look at warnings nevertheless.
        case trusted([BackendFinding])
        /// They cannot: the findings say what to do. They are used all the same, as nobody knows better ones.
        case doubtful([BackendFinding])

        /// What was found.
        public var findings: [BackendFinding] {
            switch self {
            case .away, .checking: []
            case .trusted(let findings), .doubtful(let findings): findings
            }
        }
    }

    /// What `watch` tells.
    public enum Event: Sendable {
        /// The server cannot be asked, and why; told once.
        case away(reason: String)
        /// It was away and is there now.
        case found(BackendDescription)
        /// Its scores were checked; told again only when something else was found.
        case checked(BackendReport)
    }

    /// When to look again.
    struct Patience: Sendable {
        /// After the first attempt in vain; doubled each time.
        var first = Duration.seconds(2)
        var longest = Duration.seconds(60)
        /// Between two checks of a server whose scores are in doubt.
        var doubt = Duration.seconds(600)
        /// For one check.
        var check = Duration.seconds(60)
    }

    private struct Inner {
        var reranker: RemoteReranker?
        var failure: RemoteError
        var state = State.away
    }

    private let url: String
    private let environment: [String: String]
    private let patience: Patience
    private let checks: Bool
    private let absent: BackendDescription
    /// Tells scores that are in doubt, and those of nobody, from all others.
    private let mark = "|unchecked \(UUID().uuidString)"
    private let inner: Mutex<Inner>

    /// A server that nobody has looked at yet.
    ///
    /// - Parameters:
    ///   - url: As `RemoteEndpoint` reads it.
    ///   - checks: Whether its scores are checked; otherwise they are trusted.
    ///   - environment: Where the key is looked for.
    /// - Throws: `RemoteError` for a URL or a key that cannot be right.
    public convenience init(
        _ url: String,
        checks: Bool = true,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        try self.init(url, checks: checks, environment: environment, patience: Patience())
    }

    init(_ url: String, checks: Bool = true, environment: [String: String], patience: Patience) throws {
        let endpoint = try RemoteEndpoint(url)
        if let dialect = endpoint.dialect { _ = try RemoteKey.find(dialect, in: environment) }
        self.url = url
        self.environment = environment
        self.patience = patience
        self.checks = checks
        absent = BackendDescription(
            model: endpoint.settings.model ?? endpoint.shown,
            backend: endpoint.dialect?.rawValue ?? "unknown",
            fingerprint: "remote|\(endpoint.shown)\(mark)",
            scoreKind: .probability,
            takesInstruction: true
        )
        inner = Mutex(Inner(failure: .transfer(.couldNotConnect(host: RedactedURL.host(endpoint.shown)))))
    }

    /// What is known now.
    public var state: State { inner.withLock { $0.state } }

    /// The server's description; without it, what the URL says.
    ///
    /// Scores that are in doubt have a fingerprint that no other process has, so that nobody finds them in a cache when
    /// the server has been mended.
    public var description: BackendDescription {
        let (reranker, state) = inner.withLock { ($0.reranker, $0.state) }
        guard let reranker else { return absent }
        var description = reranker.description
        if case .doubtful = state { description.fingerprint += mark }
        return description
    }

    /// Scores a request as the server does.
    ///
    /// - Throws: Why the server could not be reached, and what it throws.
    public func score(_ request: RerankRequest) async throws -> RerankResult {
        let (reranker, failure) = inner.withLock { ($0.reranker, $0.failure) }
        guard let reranker else { throw failure }
        return try await reranker.score(request)
    }

    /// Looks at the server.
    ///
    /// - Throws: `RemoteError` when it is not there or no reranker; a server that was found before stays.
    public func connect() async throws {
        do {
            let found = try await RemoteReranker.connect(url, environment: environment)
            inner.withLock { inner in
                inner.reranker = found
                if inner.state == .away { inner.state = checks ? .checking : .trusted([]) }
            }
        } catch let error as RemoteError {
            inner.withLock { $0.failure = error }
            throw error
        }
    }

    /// Looks for the server until it is there, then checks it until its scores can be trusted, or the task is cancelled.
    ///
    /// - Parameter report: Told what happens.
    /// - Throws: `CancellationError`.
    public func watch(_ report: @Sendable (Event) -> Void) async throws {
        if state == .away { try await find(report) }
        guard checks else { return }
        var known: Set<BackendFinding>?
        while let reranker = inner.withLock({ $0.reranker }) {
            let result = await BackendCheck.run(remote: reranker, within: patience.check)
            try Task.checkCancellation()
            inner.withLock { inner in
                inner.state =
                    result.passed
                    ? .trusted(result.findings) : result.isUndecided ? .checking : .doubtful(result.findings)
            }
            let findings = Set(result.findings)
            if findings != known { report(.checked(result)) }
            known = findings
            if result.passed { return }
            // One that gave no scores is starting, perhaps; the others wait for somebody to mend them.
            try await Task.sleep(for: result.isUndecided ? patience.longest : patience.doubt)
            // It may have another model by now.
            try? await connect()
        }
    }

    /// Looks for the server until it is there.
    private func find(_ report: @Sendable (Event) -> Void) async throws {
        var pause = patience.first
        var isTold = false
        while true {
            do {
                try await connect()
                report(.found(description))
                return
            } catch let error as RemoteError {
                try Task.checkCancellation()
                if !isTold { report(.away(reason: "\(error)")) }
                isTold = true
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, patience.longest)
        }
    }
}
