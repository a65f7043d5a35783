/// The optimal string alignment distance: insertions, deletions, substitutions and transpositions of neighbours cost 1
/// each, and no part is edited twice.
///
/// Rows of the dynamic programme over a fixed word, one for every scalar of a term, so that terms with a common
/// beginning share its rows.
struct EditDistance {
    /// The word's scalars.
    let word: [UInt32]
    /// The distance up to which it matters.
    let limit: Int
    /// The scalars of the term so far.
    private(set) var prefix: [UInt32] = []
    /// Row after row, each `word.count + 1` long, for the empty prefix and every scalar.
    private var cells: [Int]

    init(word: [UInt32], limit: Int) {
        self.word = word
        self.limit = limit
        cells = Array(0...word.count)
    }

    /// The distance between two words; `limit + 1` if it is longer than that.
    static func between(_ left: String, _ right: String, limit: Int) -> Int {
        var rows = EditDistance(word: left.unicodeScalars.map(\.value), limit: limit)
        for scalar in right.unicodeScalars {
            rows.append(scalar.value)
            if rows.bound > limit { return limit + 1 }
        }
        return min(rows.distance, limit + 1)
    }

    private var width: Int { word.count + 1 }

    /// Goes back to a shorter prefix.
    mutating func shorten(to count: Int) {
        prefix.removeLast(prefix.count - count)
        cells.removeLast(cells.count - (count + 1) * width)
    }

    /// Adds a scalar to the prefix.
    mutating func append(_ scalar: UInt32) {
        let above = prefix.count * width
        let row = prefix.count + 1
        cells.append(row)
        for column in 1..<width {
            let matches = word[column - 1] == scalar
            var best = cells[above + column - 1] + (matches ? 0 : 1)
            best = min(best, cells[above + column] + 1, cells[above + width + column - 1] + 1)
            if row > 1, column > 1, !matches, word[column - 2] == scalar, word[column - 1] == prefix[row - 2] {
                best = min(best, cells[above - width + column - 2] + 1)
            }
            cells.append(best)
        }
        prefix.append(scalar)
    }

    /// The distance between the word and the prefix.
    var distance: Int { cells[cells.count - 1] }

    /// A lower bound of the distance to every continuation; not above `limit` means that one is within it.
    var bound: Int { cells[(cells.count - width)...].min() ?? 0 }
}
