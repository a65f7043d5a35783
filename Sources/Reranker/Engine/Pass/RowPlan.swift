/// Where the tokens of a pass lie among its rows, and which rows go through a layer together.
///
/// The final token of each judged segment lies after all others. What is computed for it decides the margin directly, and
/// what is computed for a prefix acts on all documents alike, so these rows are computed exactly, the others fast.
struct RowPlan {
    /// Each row's segment.
    private(set) var segments: [Int32] = []
    /// Each row's token in its segment.
    private(set) var tokens: [Int32] = []
    /// Rows that go through a layer together, in order.
    private(set) var chunks: [Chunk] = []
    /// The row of each segment's final token, for judged segments.
    private(set) var finalRows: [Int?]

    /// Rows that go through a layer together.
    struct Chunk {
        var rows: Range<Int>
        /// What the rows are.
        var kind: Kind
    }

    enum Kind {
        /// Tokens of documents but their last.
        case body
        /// Tokens whose keys and values are kept.
        case prefix
        /// The last tokens of judged segments.
        case final
    }

    init(_ all: [Segment], chunk: Int) {
        finalRows = Array(repeating: nil, count: all.count)
        for kind in [Kind.body, .prefix, .final] {
            let first = segments.count
            for (index, segment) in all.enumerated() {
                let count = segment.tokens.count
                let range: Range<Int>
                switch (kind, segment.purpose) {
                case (.body, .margin): range = 0..<count - 1
                case (.prefix, .prefix): range = 0..<count
                case (.final, .margin):
                    range = count - 1..<count
                    finalRows[index] = segments.count
                default: continue
                }
                segments += Array(repeating: Int32(index), count: range.count)
                tokens += range.map(Int32.init)
            }
            for begin in stride(from: first, to: segments.count, by: chunk) {
                chunks.append(Chunk(rows: begin..<min(begin + chunk, segments.count), kind: kind))
            }
        }
    }

    /// Rows of all segments.
    var count: Int { segments.count }

    /// Runs of rows of one segment within some rows, at most `limit` long.
    func runs(in rows: Range<Int>, limit: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var begin = rows.lowerBound
        while begin < rows.upperBound {
            var end = begin + 1
            while end < rows.upperBound, segments[end] == segments[begin], end - begin < limit { end += 1 }
            runs.append(begin..<end)
            begin = end
        }
        return runs
    }
}
