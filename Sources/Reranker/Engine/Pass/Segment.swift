/// Consecutive tokens that pass through the model together: a prompt's prefix, or a document that follows one.
struct Segment {
    /// At least one.
    var tokens: [TokenID]
    /// What stands before them, the first tokens first.
    var context: [KeyValueBlock] = []
    /// What becomes of them.
    var purpose: Purpose

    enum Purpose {
        /// Their keys and values are kept, for segments that follow.
        case prefix
        /// The margin is read from the last one.
        case margin
    }

    /// The position of the first token.
    var position: Int { context.reduce(0) { $0 + $1.count } }
}

/// What became of a segment.
enum SegmentResult {
    case prefix(KeyValueBlock)
    /// Log-odds of "yes"; NaN where the model's numbers overflowed.
    case margin(Float)

    /// The margin of a judged segment.
    var margin: Float? {
        if case .margin(let margin) = self { margin } else { nil }
    }

    /// What a prefix left.
    var keysAndValues: KeyValueBlock? {
        if case .prefix(let block) = self { block } else { nil }
    }
}
