/// Something a check found.
public struct BackendFinding: Sendable, Hashable, CustomStringConvertible {
    /// What was found.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The backend gave no scores.
        case failed
        /// Some documents got none.
        case unscored
        /// The same score for everything.
        case constant
        /// Every probability is about 0.
        case nearZero
        /// Every probability is about 1.
        case nearOne
        /// A sigmoid was put on probabilities.
        case doubleSigmoid
        /// Numbers on another scale: percent, similarities.
        case wrongScale
        /// What does not answer scores above what does.
        case inverted
        /// The order is that of chance.
        case unordered
        /// The order is right most of the time only, or in some languages.
        case weak
        /// Prompts have too few tokens for the model's template.
        case templateMissing
        /// Prompts have enough tokens for two templates.
        case templateTwice
        /// A document's score depends on its place in the request.
        case unstable
        /// The server calls itself another kind than the URL does.
        case otherServer
        /// A key is sent without encryption.
        case openKey
    }

    /// How bad it is.
    public enum Severity: String, Sendable, Hashable {
        /// The scores cannot be used.
        case error
        /// They can, but somebody should look.
        case warning
    }

    /// What was found.
    public var kind: Kind
    /// What it looks like and what to do.
    public var message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// How bad it is.
    public var severity: Severity {
        switch kind {
        case .weak, .templateMissing, .templateTwice, .otherServer, .openKey: .warning
        default: .error
        }
    }

    /// Severity and message on one line.
    public var description: String { "\(severity.rawValue): \(message)" }

    static func unstable(by margin: Double) -> BackendFinding {
        BackendFinding(
            .unstable,
            "A document's log-odds change by \(margin.rounded(toPlaces: 2)) with its place in the request: scores may be handed "
                + "to the wrong documents, or padding leaks into them. Try chunk=1 in the URL, and another server release."
        )
    }
}

extension Double {
    /// Decimal places for people.
    func rounded(toPlaces places: Int) -> Double {
        let factor = (0..<places).reduce(1.0) { value, _ in value * 10 }
        return (self * factor).rounded() / factor
    }
}
