/// A table for people: aligned columns in a terminal, tab-separated lines in a pipe.
public struct TextTable: Sendable {
    /// Where a cell's text stands in its column.
    public enum Alignment: Sendable, Hashable {
        case left, right
    }

    /// A column.
    public struct Column: Sendable, Hashable {
        /// The heading.
        public var title: String
        /// Where its cells' texts stand.
        public var alignment: Alignment
        /// The columns of the terminal it keeps when the table is too wide.
        public var minWidth: Int
        /// Whether it gives way when the table is too wide.
        ///
        /// Fixed columns are cut only when nothing else helps.
        public var isFlexible: Bool

        /// A column; `minWidth` is at least 1.
        public init(_ title: String, _ alignment: Alignment = .left, minWidth: Int = 8, isFlexible: Bool = false) {
            self.title = title
            self.alignment = alignment
            self.minWidth = max(minWidth, 1)
            self.isFlexible = isFlexible
        }
    }

    /// A cell: plain text, or fragments of which the matching ones are shown in bold.
    public struct Cell: Sendable, Hashable, ExpressibleByStringLiteral {
        /// The text, in one line.
        public var fragments: [Fragment]

        /// A cell of plain text.
        public init(_ text: String) {
            fragments = [Fragment(Highlighter.printable(text), isMatch: false)]
        }

        /// A cell with matches.
        public init(_ fragments: [Fragment]) {
            self.fragments = fragments.map { Fragment(Highlighter.printable($0.text), isMatch: $0.isMatch) }
        }

        /// A cell of plain text.
        public init(stringLiteral text: String) {
            self.init(text)
        }

        var text: String { fragments.map(\.text).joined() }
    }

    /// How a table is shown.
    public enum Style: Sendable, Hashable {
        /// Aligned, with a rule under the titles, at most so many columns wide; bold where `isColored`.
        case terminal(width: Int, isColored: Bool)
        /// One line a row, cells separated by tabs, nothing cut: for other programs.
        case plain
    }

    /// The columns from left to right.
    public var columns: [Column]
    /// The rows from top to bottom, each with as many cells as there are columns.
    public private(set) var rows: [[Cell]] = []

    /// A table without rows.
    public init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row.
    ///
    /// Missing cells are empty; cells beyond the last column are dropped.
    public mutating func add(_ cells: [Cell]) {
        let missing = max(columns.count - cells.count, 0)
        rows.append(Array(cells.prefix(columns.count)) + Array(repeating: Cell(""), count: missing))
    }

    /// The table as text, every line ended by a line feed.
    public func rendered(_ style: Style) -> String {
        guard !columns.isEmpty else { return "" }
        switch style {
        case .plain:
            let titles = columns.map { Highlighter.printable($0.title) }
            return ([titles] + rows.map { $0.map(\.text) }).map { $0.joined(separator: "\t") + "\n" }.joined()
        case .terminal(let width, let isColored):
            let widths = widths(within: width)
            var text = line(columns.map { Cell([Fragment($0.title, isMatch: true)]) }, widths, isColored)
            text += widths.map { String(repeating: "─", count: $0) }.joined(separator: Self.gap) + "\n"
            for row in rows { text += line(row, widths, isColored) }
            return text
        }
    }

    private static let gap = "  "

    private func line(_ cells: [Cell], _ widths: [Int], _ isColored: Bool) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let shown = Fragment.truncated(cell.fragments, to: widths[index])
            let padding = String(repeating: " ", count: max(widths[index] - Fragment.width(of: shown), 0))
            let text = isColored ? Highlighter.ansi(shown) : shown.map(\.text).joined()
            if index > 0 { line += Self.gap }
            let isLast = index == cells.count - 1
            switch columns[index].alignment {
            case .left: line += isLast ? text : text + padding
            case .right: line += padding + text
            }
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }

    /// The columns' widths: as wide as their content, the widest flexible ones narrowed first.
    private func widths(within width: Int) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(max(DisplayWidth.of(Highlighter.printable(columns[index].title)), 1)) {
                max($0, Fragment.width(of: $1[index].fragments))
            }
        }
        let available = width - Self.gap.count * (columns.count - 1)
        var excess = widths.reduce(0, +) - available
        // First the flexible columns down to their minimum, then all columns down to theirs, then anything to 1.
        let floors: [(Int) -> Int] = [
            { self.columns[$0].isFlexible ? self.columns[$0].minWidth : Int.max }, { self.columns[$0].minWidth },
            { _ in 1 },
        ]
        for floor in floors {
            while excess > 0 {
                let candidates = widths.indices.filter { widths[$0] > floor($0) }
                guard let widest = candidates.max(by: { (widths[$0], -$0) < (widths[$1], -$1) }) else { break }
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }
}
