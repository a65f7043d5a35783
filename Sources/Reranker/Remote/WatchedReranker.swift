public import Foundation
internal import Synchronization

/// A rerank server as a long-running program has it: away now and then, perhaps with another model when it comes back.
///
/// Its scores are checked whenever it has come, or says that its model is another.
/// While the server is away, scoring throws why it could not be reached.
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

        /// A state without what was found.
        public enum Word: String, Sendable, CaseIterable {
            case away, checking, trusted, doubtful
        }

        /// In a word.
        public var word: Word {
            switch self {
            case .away: .away
            case .checking: .checking
            case .trusted: .trusted
            case .doubtful: .doubtful
            }
        }

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
        /// The server cannot be asked, and why; told once each time.
        case away(reason: String)
        /// It was away and is there now, or has another model.
        case found(BackendDescription)
        /// Its scores were checked; told again when something else was found, or the server has come back.
        case checked(BackendReport)
    }

    /// When to look again.
    struct Patience: Sendable {
        /// After the first attempt in vain; doubled each time.
        var first = Duration.seconds(2)
        var longest = Duration.seconds(60)
        /// Between two questions which model it runs.
        var look = Duration.seconds(60)
        /// Between two checks of a server whose scores are in doubt.
        var doubt = Duration.seconds(600)
        /// For one check.
        var check = Duration.seconds(60)
    }

    private struct Inner {
        var reranker: RemoteReranker?
        var failure: RemoteError
        var state = State.away
        /// Tells scores that are not trusted, since it has come, from all others.
        var mark = WatchedReranker.newMark()
        /// When its scores are to be checked; nil: they were, and nothing has changed since.
        var checkDue: ContinuousClock.Instant?
    }

    private let url: String
    private let environment: [String: String]
    private let patience: Patience
    private let isHosted: Bool
    private let checks: Bool
    private let absent: BackendDescription
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
        isHosted = endpoint.dialect?.isHosted == true
        // Its makers know what it answers, and each question costs money.
        self.checks = checks && !isHosted
        absent = BackendDescription(
            model: endpoint.settings.model ?? endpoint.shown,
            backend: endpoint.dialect?.rawValue ?? "unknown",
            fingerprint: "remote|\(endpoint.shown)\(Self.newMark())",
            scoreKind: .probability,
            takesInstruction: true
        )
        inner = Mutex(Inner(failure: .transfer(.couldNotConnect(host: RedactedURL.host(endpoint.shown)))))
    }

    /// What no other fingerprint has.
    private static func newMark() -> String { "|unchecked \(UUID().uuidString)" }

    /// What is known now.
    public var state: State { inner.withLock { $0.state } }

    /// The server's description; without it, what the URL says.
    ///
    /// Scores that are in doubt, or not checked yet, have a fingerprint that no other process has, so that nobody finds
    /// them in a cache when the server has been mended.
    public var description: BackendDescription {
        let (reranker, state, mark) = inner.withLock { ($0.reranker, $0.state, $0.mark) }
        guard let reranker else { return absent }
        var description = reranker.description
        switch state {
        case .checking, .doubtful: description.fingerprint += mark
        case .away, .trusted: break
        }
        return description
    }

    /// Scores a request as the server does.
    ///
    /// - Throws: Why the server could not be reached, at once where that is known, and what it throws.
    public func score(_ request: RerankRequest) async throws -> RerankResult {
        let (reranker, failure, state) = inner.withLock { ($0.reranker, $0.failure, $0.state) }
        guard let reranker, state != .away else { throw failure }
        do {
            return try await reranker.score(request)
        } catch let error as RemoteError {
            switch error {
            // Whoever comes back may have another model.
            case .transfer(.couldNotConnect), .transfer(.proxy): inner.withLock { $0.checkDue = .now }
            default: break
            }
            throw error
        }
    }

    /// Looks at the server.
    ///
    /// - Throws: `RemoteError` when it is not there or no reranker; a server that was found before stays.
    public func connect() async throws {
        _ = try await meet()
    }

    /// Looks at the server, and says whether it was away or has another model than before.
    private func meet() async throws -> Bool {
        do {
            let found = try await RemoteReranker.connect(url, environment: environment)
            return inner.withLock { inner in
                let isOther = inner.reranker.map { found.isOther(than: $0) } ?? true
                guard isOther || inner.state == .away else { return false }
                if isOther { inner.reranker = found }
                inner.state = checks ? .checking : .trusted([])
                inner.mark = Self.newMark()
                inner.checkDue = .now
                return true
            }
        } catch let error as RemoteError {
            inner.withLock { $0.failure = error }
            throw error
        }
    }

    /// Looks for the server while it is away, checks its scores when it has come, has another model or is in doubt, and
    /// asks now and then which model it runs, until the task is cancelled.
    ///
    /// A company's service is neither checked nor asked.
    ///
    /// - Parameter report: Told what happens.
    /// - Throws: `CancellationError`.
    public func watch(_ report: @Sendable (Event) -> Void) async throws {
        var known: Set<BackendFinding>?
        while true {
            if state == .away {
                known = nil
                try await find(report)
            }
            if checks { try await checkIfDue(&known, report) }
            try await Task.sleep(for: state == .checking ? patience.longest : patience.look)
            guard !isHosted else { continue }
            do {
                guard try await meet() else { continue }
                known = nil
                report(.found(description))
            } catch let error as RemoteError where error.isOfBusyServer {
                // It does not have to introduce itself while it is at work.
            } catch is RemoteError {
                try Task.checkCancellation()
                inner.withLock { $0.state = .away }
            }
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

    /// Checks the server's scores where that is due.
    private func checkIfDue(_ known: inout Set<BackendFinding>?, _ report: @Sendable (Event) -> Void) async throws {
        let due = inner.withLock { inner -> RemoteReranker? in
            guard let time = inner.checkDue, time <= .now else { return nil }
            inner.checkDue = nil
            return inner.reranker
        }
        guard let due else { return }
        let result = await BackendCheck.run(remote: due, within: patience.check)
        try Task.checkCancellation()
        inner.withLock { inner in
            if result.passed {
                inner.state = .trusted(result.findings)
            } else if result.isUndecided {
                // It is starting, perhaps.
                (inner.state, inner.checkDue) = (.checking, .now)
            } else {
                // Somebody has to mend it.
                (inner.state, inner.checkDue) = (.doubtful(result.findings), .now + patience.doubt)
            }
        }
        let findings = Set(result.findings)
        if findings != known { report(.checked(result)) }
        known = findings
    }
}
