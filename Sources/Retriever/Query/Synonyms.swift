internal import Catalog

/// Synonyms as a file gives them: phrases of plain text, not yet analyzed.
///
/// One group a line, phrases separated by `,`, `，` or `、`: `laptop, notebook, 笔记本`. With `=>` the rule goes one way:
/// `tv => television, 电视` also searches for the right side when the left is asked for, not the reverse. `#` begins a
/// comment at the start of a line and after white space (`c#` is a phrase). A backslash keeps the sign behind it from
/// having a meaning.
public struct Synonyms: Sendable, Hashable {
    /// How much of a file is read, in UTF-8 bytes.
    public static let maxBytes = 4 << 20
    /// How many rules are kept.
    public static let maxRules = 50_000
    /// How many phrases a line may have.
    public static let maxPhrases = 64
    /// How long a phrase may be, in UTF-8 bytes.
    public static let maxPhraseBytes = 256

    /// One line's rule.
    public struct Rule: Sendable, Hashable {
        /// The phrases that call for the others.
        public var from: [String]
        /// The phrases that are searched for, too; equal to `from` where the rule goes both ways.
        public var to: [String]
        /// The line in the file, from 1.
        public var line: Int

        /// Whether each phrase stands for each other.
        public var isTwoWay: Bool { from == to }

        /// A rule from a line of a file.
        public init(from: [String], to: [String], line: Int) {
            self.from = from
            self.to = to
            self.line = line
        }
    }

    /// The rules in the file's order.
    public private(set) var rules: [Rule] = []
    /// What could not be used, in the file's order; the rest of the file counts all the same.
    public private(set) var problems: [SynonymProblem] = []

    /// Reads a file's text.
    ///
    /// Nothing is thrown: lines that cannot be used are in `problems`.
    public init(parsing text: String) {
        var rest = text.utf8[...]
        if rest.count > Self.maxBytes {
            problems.append(.fileTooLong(bytes: rest.count, limit: Self.maxBytes))
            rest = rest.prefix(Self.maxBytes)
            // Not the half of a line.
            rest = rest[..<(rest.lastIndex(of: UInt8(ascii: "\n")) ?? rest.startIndex)]
        }
        let readable = String(Substring(rest))
        var line = 0
        for text in readable.split(omittingEmptySubsequences: false, whereSeparator: Self.isLineEnd) {
            line += 1
            var content = text.unicodeScalars[...]
            if line == 1, content.first == "\u{FEFF}" { content = content.dropFirst() }
            let parsed = SynonymLine(content)
            if parsed.isBlank { continue }
            guard rules.count < Self.maxRules else {
                problems.append(.tooManyRules(line: line, limit: Self.maxRules))
                return
            }
            parse(parsed, line)
        }
    }

    private static func isLineEnd(_ character: Character) -> Bool {
        character == "\n" || character == "\r\n" || character == "\r"
    }

    private mutating func parse(_ content: SynonymLine, _ line: Int) {
        guard content.sides.count <= 2 else {
            problems.append(.severalArrows(line: line))
            return
        }
        let sides = content.sides.map { phrases($0, line) }
        if sides.count == 2 {
            guard !sides[0].isEmpty, !sides[1].isEmpty else {
                problems.append(.emptySide(line: line, isLeft: sides[0].isEmpty))
                return
            }
            rules.append(Rule(from: sides[0], to: sides[1], line: line))
        } else if sides[0].count < 2 {
            problems.append(.groupOfOne(line: line, phrase: sides[0].first ?? ""))
        } else {
            rules.append(Rule(from: sides[0], to: sides[0], line: line))
        }
    }

    /// Without empty, overlong and repeated ones.
    private mutating func phrases(_ texts: [String], _ line: Int) -> [String] {
        var seen = Set<String>()
        var phrases: [String] = []
        for text in texts where !text.isEmpty {
            guard text.utf8.count <= Self.maxPhraseBytes else {
                problems.append(.phraseTooLong(line: line, start: String(text.prefix(20)), limit: Self.maxPhraseBytes))
                continue
            }
            guard seen.insert(FilterText.folded(text)).inserted else { continue }
            guard phrases.count < Self.maxPhrases else {
                problems.append(.tooManyPhrases(line: line, limit: Self.maxPhrases))
                break
            }
            phrases.append(text)
        }
        return phrases
    }
}

/// A line of a synonym file split at arrows and commas.
private struct SynonymLine {
    /// The phrases of each side of an arrow, white space trimmed and collapsed; empty ones included.
    private(set) var sides: [[String]] = [[]]
    private(set) var isBlank = true

    init(_ line: Substring.UnicodeScalarView) {
        var phrase = String.UnicodeScalarView()
        var needsSpace = false
        var previousIsSpace = true
        func finish() {
            sides[sides.count - 1].append(String(phrase))
            phrase = String.UnicodeScalarView()
            needsSpace = false
        }
        func add(_ scalar: Unicode.Scalar) {
            if needsSpace, !phrase.isEmpty { phrase.append(" ") }
            needsSpace = false
            phrase.append(scalar)
            isBlank = false
        }
        var index = line.startIndex
        while index < line.endIndex {
            let scalar = line[index]
            line.formIndex(after: &index)
            let next = index < line.endIndex ? line[index] : nil
            defer { previousIsSpace = scalar.properties.isWhitespace }
            if scalar == "#", previousIsSpace { break }
            switch scalar {
            case "\\":
                guard let next else { break }
                add(next)
                line.formIndex(after: &index)
            case ",", "，", "、":
                finish()
                isBlank = false
            case "=" where next == ">", "＝" where next == "＞":
                line.formIndex(after: &index)
                finish()
                sides.append([])
                isBlank = false
            case _ where scalar.properties.isWhitespace: needsSpace = true
            default: add(scalar)
            }
        }
        finish()
    }
}
