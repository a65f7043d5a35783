/// The parts of an alignment, in their order; each goes through the rows of one list.
enum WorkStep: String, CaseIterable {
    case leftEvidence, rightEvidence, forward, backward, exhaustive, compare, scoreForward, scoreBackward

    /// What people are told.
    var phase: AlignmentProgress.Phase {
        switch self {
        case .leftEvidence, .rightEvidence: .evidence
        case .forward, .backward, .exhaustive: .candidates
        case .compare: .comparing
        case .scoreForward, .scoreBackward: .scoring
        }
    }

    /// Whether it goes through the right list.
    var isRight: Bool {
        switch self {
        case .rightEvidence, .backward, .scoreBackward: true
        default: false
        }
    }

    /// The parts before the model is asked.
    static let preparing: [WorkStep] = [.leftEvidence, .rightEvidence, .forward, .backward, .exhaustive, .compare]
}
