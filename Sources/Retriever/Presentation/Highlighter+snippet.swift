extension Highlighter {
    /// The part of a long text that shows most of the query's terms, with matches marked.
    ///
    /// Of all windows of the width the one with the most distinct terms wins, then the one with the most matches, then
    /// the first. It is widened to both sides, cut between words where there are spaces, and shows `…` where text is
    /// missing. White space and line ends become single spaces.
    ///
    /// - Parameters:
    ///   - text: The text as it was analyzed.
    ///   - matches: In any order; see `Match`.
    ///   - width: Terminal columns (a CJK character counts 2) at most, ellipses included.
    /// - Returns: Fragments; the text's beginning where nothing matches.
    public static func snippet(of text: String, matches: [Match], width: Int) -> [Fragment] {
        guard width > 0 else { return [] }
        let cells = cells(of: text, matches: matches)
        let total = cells.last.map { $0.column + $0.width } ?? 0
        guard total > width else { return fragments(of: cells[...]) }
        // Both sides may need an ellipsis.
        let room = max(width - 2, 1)
        let core = densest(cells, room: room)
        var window = widened(core, in: cells, room: room)
        if window.lowerBound == 0 || window.upperBound == cells.count {
            let wider = widened(core, in: cells, room: max(width - 1, 1))
            if wider.lowerBound == 0 || wider.upperBound == cells.count { window = wider }
        }
        var fragments: [Fragment] = []
        if window.lowerBound > 0 { Fragment.append("…", false, to: &fragments) }
        for fragment in self.fragments(of: cells[window]) {
            Fragment.append(fragment.text, fragment.isMatch, to: &fragments)
        }
        if window.upperBound < cells.count { Fragment.append("…", false, to: &fragments) }
        return Fragment.width(of: fragments) <= width ? fragments : Fragment.truncated(fragments, to: width)
    }

    /// A character of the shown text.
    private struct Cell {
        var character: Character
        /// The columns before it.
        var column: Int
        var width: Int
        /// The index of the merged match that covers it, -1 for none.
        var match: Int
        /// The term of a match that begins here, -1 for none.
        var term: Int
    }

    private static func cells(of text: String, matches: [Match]) -> [Cell] {
        let count = text.utf8.count
        let sorted = matches.map { Match(bytes: $0.bytes.clamped(to: 0..<count), term: $0.term) }
            .filter { !$0.bytes.isEmpty }
            .sorted { ($0.bytes.lowerBound, $0.term) < ($1.bytes.lowerBound, $1.term) }
        let merged = merged(sorted.map(\.bytes), count: count)
        var cells: [Cell] = []
        cells.reserveCapacity(min(count, 100_000))
        var offset = 0
        var column = 0
        var nextMatch = 0
        var nextTerm = 0
        for character in text {
            let end = offset + character.utf8.count
            defer { offset = end }
            while nextMatch < merged.count, merged[nextMatch].upperBound <= offset { nextMatch += 1 }
            let isInside = nextMatch < merged.count && merged[nextMatch].lowerBound < end
            var term = -1
            while nextTerm < sorted.count, sorted[nextTerm].bytes.lowerBound < end {
                term = sorted[nextTerm].term
                nextTerm += 1
            }
            let isSpace = character.isWhitespace
            if isSpace, cells.last.map({ $0.character == " " }) ?? true { continue }
            let width = isSpace ? 1 : DisplayWidth.of(character)
            cells.append(
                Cell(
                    character: isSpace ? " " : character,
                    column: column,
                    width: width,
                    match: isInside ? nextMatch : -1,
                    term: term
                )
            )
            column += width
        }
        if cells.last?.character == " " { cells.removeLast() }
        return cells
    }

    /// The cells from the first match of the best window to its last one; empty if nothing matches.
    private static func densest(_ cells: [Cell], room: Int) -> Range<Int> {
        var spans: [(cells: Range<Int>, term: Int)] = []
        for (index, cell) in cells.enumerated() where cell.term >= 0 {
            var end = index + 1
            while end < cells.count, cells[end].match == cell.match, cells[end].term < 0 { end += 1 }
            spans.append((index..<end, cell.term))
        }
        guard var best = spans.first?.cells else { return 0..<0 }
        var bestScore = (0, 0)
        var counts: [Int: Int] = [:]
        var last = 0
        for first in spans.indices {
            if last < first { last = first }
            let start = cells[spans[first].cells.lowerBound].column
            while last < spans.count {
                let end = cells[spans[last].cells.upperBound - 1]
                guard last == first || end.column + end.width - start <= room else { break }
                counts[spans[last].term, default: 0] += 1
                last += 1
            }
            let score = (counts.count, last - first)
            if score > bestScore {
                bestScore = score
                best = spans[first].cells.lowerBound..<spans[last - 1].cells.upperBound
            }
            let term = spans[first].term
            counts[term, default: 1] -= 1
            if counts[term] == 0 { counts[term] = nil }
        }
        return best
    }

    /// The window around the core, as wide as there is room, its ends between words.
    private static func widened(_ core: Range<Int>, in cells: [Cell], room: Int) -> Range<Int> {
        func columns(_ range: Range<Int>) -> Int {
            guard let first = cells[range].first, let last = cells[range].last else { return 0 }
            return last.column + last.width - first.column
        }
        var start = core.lowerBound
        var end = core.upperBound
        while end > start + 1, columns(start..<end) > room { end -= 1 }
        // A third of the room that is left goes before the matches; what one side cannot use, the other gets.
        let before = (room - columns(start..<end)) / 3
        let matched = start..<end
        while start > 0, columns(start - 1..<matched.lowerBound) <= before { start -= 1 }
        while end < cells.count, columns(start..<end + 1) <= room { end += 1 }
        if end == cells.count {
            while start > 0, columns(start - 1..<end) <= room { start -= 1 }
        }
        // Give up at most a quarter of the room to end between words.
        if start > 0, !isBoundary(start, in: cells) {
            var index = start
            while index < matched.lowerBound, !isBoundary(index, in: cells), columns(start..<index + 1) <= room / 4 {
                index += 1
            }
            if isBoundary(index, in: cells) { start = index }
        }
        if end < cells.count, !isBoundary(end, in: cells) {
            var index = end
            while index > max(matched.upperBound, start + 1), !isBoundary(index, in: cells),
                columns(index - 1..<end) <= room / 4
            {
                index -= 1
            }
            if isBoundary(index, in: cells) { end = index }
        }
        while start < matched.lowerBound, cells[start].character == " " { start += 1 }
        while end > max(matched.upperBound, start + 1), cells[end - 1].character == " " { end -= 1 }
        return start..<end
    }

    /// Whether a cut before the cell leaves words whole; between wide characters any cut does.
    private static func isBoundary(_ index: Int, in cells: [Cell]) -> Bool {
        guard index > 0, index < cells.count else { return true }
        let (left, right) = (cells[index - 1], cells[index])
        if left.match >= 0, left.match == right.match { return false }
        return left.character == " " || right.character == " " || left.width == 2 || right.width == 2
    }

    private static func fragments(of cells: ArraySlice<Cell>) -> [Fragment] {
        var fragments: [Fragment] = []
        for cell in cells { Fragment.append(String(cell.character), cell.match >= 0, to: &fragments) }
        return fragments
    }
}
