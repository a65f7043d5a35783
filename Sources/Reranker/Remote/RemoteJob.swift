/// The documents of one request on their way to a server and back.
struct RemoteJob: Sendable {
    let call: RemoteCall
    let experience: RemoteExperience
    let template: RemoteTemplate
    /// Cut and neutralized, without a template.
    let query: String
    /// The same, the most promising first.
    let documents: [String]
    let instruction: String?
    let deadline: ContinuousClock.Instant?

    /// What came of some of the documents.
    struct Outcome: Sendable {
        /// The server's own numbers.
        var scores: [Int: Double] = [:]
        /// Of the documents that were scored; nil when the server does not tell.
        var promptTokens: Int? = 0
        /// Documents that were cut because the server refused their length.
        var cut: [Int] = []
        /// The first thing that went wrong.
        private(set) var error: RemoteError?
        /// Whether asking on makes no sense: what went wrong was not the fault of these documents alone.
        private(set) var isHopeless = false

        /// Documents that were scored.
        init(scores: [Int: Double] = [:], promptTokens: Int? = 0) {
            self.scores = scores
            self.promptTokens = promptTokens
        }

        /// Documents that were not.
        init(error: RemoteError) {
            self.error = error
            if case .refused(let refusal) = error {
                isHopeless = refusal.kind == .fatal || refusal.kind == .busy
            } else {
                isHopeless = true
            }
        }

        mutating func merge(_ other: Outcome) {
            scores.merge(other.scores) { first, _ in first }
            promptTokens = promptTokens.flatMap { mine in other.promptTokens.map { mine + $0 } }
            cut += other.cut
            error = error ?? other.error
            isHopeless = isHopeless || other.isHopeless
        }
    }

    /// Rounding of 32-bit floats may pass the ends.
    static func isProbability(_ score: Double) -> Bool {
        -1e-6...(1 + 1e-6) ~= score
    }

    /// Scores best-first, some requests at a time, until all is done, the deadline has passed or it makes no sense.
    func run() async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            var next = 0
            func launch() {
                guard next < documents.count else { return }
                let range = next..<min(next + experience.chunk, documents.count)
                next = range.upperBound
                group.addTask { await score(range) }
            }
            for _ in 0..<call.endpoint.settings.parallel { launch() }
            var outcome = Outcome()
            while let part = await group.next() {
                outcome.merge(part)
                if !outcome.isHopeless, !Task.isCancelled { launch() }
            }
            return outcome
        }
    }

    /// Scores some documents; in two halves, or cut, when the server finds them too much.
    private func score(_ range: Range<Int>) async -> Outcome {
        do {
            return try await ask(range, documents[range])
        } catch RemoteError.refused(let refusal) where [.batchTooLarge, .inputTooLong].contains(refusal.kind) {
            guard range.count > 1 else { return await scoreShorter(range.lowerBound, refusal) }
            if refusal.kind == .batchTooLarge { experience.lowerChunk(to: (range.count + 1) / 2) }
            let middle = range.lowerBound + (range.count + 1) / 2
            var outcome = await score(range.lowerBound..<middle)
            if !outcome.isHopeless { outcome.merge(await score(middle..<range.upperBound)) }
            return outcome
        } catch {
            return Outcome(error: Self.known(error))
        }
    }

    /// Scores the beginning of a document that is too long for the server.
    private func scoreShorter(_ index: Int, _ refusal: RemoteRefusal) async -> Outcome {
        var text = documents[index]
        for _ in 0..<4 {
            let length = text.unicodeScalars.count / 2
            guard length >= 32 else { break }
            text = RemoteText.cut(text, to: length).text
            do {
                var outcome = try await ask(index..<index + 1, [text])
                outcome.cut = [index]
                return outcome
            } catch RemoteError.refused(let next) where next.kind == refusal.kind {
                continue
            } catch {
                return Outcome(error: Self.known(error))
            }
        }
        return Outcome(error: .refused(refusal))
    }

    private func ask(_ range: Range<Int>, _ texts: ArraySlice<String>) async throws -> Outcome {
        let isWrapped = template == .qwen3
        let body = RemoteRequestBody(
            call.dialect,
            query: isWrapped ? Qwen3Template.query(query, instruction: instruction) : query,
            documents: isWrapped ? texts.map(Qwen3Template.document) : Array(texts),
            model: call.endpoint.settings.model ?? call.dialect.defaultModel,
            // A template around the text and one inside the server would be two.
            instruction: isWrapped ? nil : instruction
        )
        let answer = try RemoteAnswer.scores(
            try await call.post(try body.bytes(), deadline: deadline),
            count: range.count,
            dialect: call.dialect,
            server: call.server,
            hiding: call.secrets,
            repeating: [query] + texts
        )
        return Outcome(
            scores: Dictionary(uniqueKeysWithValues: zip(range, answer.scores)),
            promptTokens: answer.promptTokens
        )
    }

    private static func known(_ error: any Error) -> RemoteError {
        // Nothing else is thrown here: JSON of strings and numbers can always be written.
        error as? RemoteError ?? .transfer(.cancelled)
    }
}
