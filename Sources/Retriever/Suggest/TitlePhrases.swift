internal import Catalog

/// Finds phrases of titles that go on with what was typed.
///
/// Titles say how shops talk: a phrase that many of the best hits share is a good query. Chinese, which has no spaces,
/// is divided into the analyzer's dictionary words.
struct TitlePhrases {
    /// A piece of a title that is never divided.
    private struct Piece {
        let folded: String
        let range: Range<Int>
        /// What joins it to the piece before it; nil where a phrase ends.
        let joint: String?
    }

    private struct Phrase {
        var spellings: [String: Int] = [:]
        var titles = 0
        /// Titles of its commonest continuation.
        var longest = 0

        var spelling: String {
            spellings.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
        }
    }

    private let typed: String
    /// The word that is being typed, and what stands before it.
    private let head: String
    private let last: String
    private var phrases: [String: Phrase] = [:]
    /// Words that complete the last one, of titles that have the others elsewhere.
    private var words: [String: Phrase] = [:]

    /// Pieces a phrase goes on for, behind the one in which the typed text ends.
    private static let further = 3
    /// A phrase that goes on in the same way in this share of its titles is not whole.
    private static let fixedShare = 0.8

    /// `typed` is folded, with single spaces; it may end in one.
    init(typed: String) {
        self.typed = typed
        let place = typed.lastIndex(of: " ")
        head = place.map { String(typed[...$0]) } ?? ""
        last = place.map { String(typed[typed.index(after: $0)...]) } ?? typed
    }

    /// Looks through a title.
    mutating func add(_ title: String, analyzer: Analyzer, language: Language) {
        let bytes = Array(title.utf8)
        let pieces = Self.pieces(bytes, analyzer.analyze(title, language: language))
        var seen: [String: (spelling: String, parent: String?)] = [:]
        for start in pieces.indices {
            var text = pieces[start].folded
            var end = start
            var extra = -1
            var parent: String?
            while true {
                if extra >= 0 || text.hasPrefix(typed) {
                    extra += 1
                    if text != typed, seen[text] == nil {
                        let range = pieces[start].range.lowerBound..<pieces[end].range.upperBound
                        seen[text] = (String(decoding: bytes[range], as: UTF8.self), parent)
                    }
                    parent = text
                } else if !typed.hasPrefix(text) {
                    break
                }
                guard extra < Self.further, end + 1 < pieces.count, let joint = pieces[end + 1].joint else { break }
                end += 1
                text += joint + pieces[end].folded
            }
        }
        for (text, phrase) in seen {
            phrases[text, default: Phrase()].titles += 1
            phrases[text, default: Phrase()].spellings[phrase.spelling, default: 0] += 1
        }
        if seen.isEmpty, !head.isEmpty, !last.isEmpty {
            for text in Set(pieces.map(\.folded)) where text.hasPrefix(last) && text != last {
                words[text, default: Phrase()].titles += 1
            }
        }
    }

    /// The best phrases, the one of most titles first.
    func best(_ limit: Int) -> [String] {
        var phrases = phrases
        for text in phrases.keys {
            guard let titles = phrases[text]?.titles, let parent = parent(of: text) else { continue }
            let known = phrases[parent]?.longest ?? 0
            phrases[parent]?.longest = max(known, titles)
        }
        let whole = phrases.filter { text, phrase in
            // What only one title says is worth no more than the end of the word that is being typed.
            if phrase.titles == 1 { return parent(of: text) == nil }
            return Double(phrase.longest) < Self.fixedShare * Double(phrase.titles)
        }
        var texts = Self.sorted(whole).map { whole[$0]?.spelling ?? $0 }
        if texts.count < limit { texts += Self.sorted(words).map { head + $0 } }
        return Array(texts.prefix(limit))
    }

    /// The longest shorter phrase that a phrase begins with.
    private func parent(of text: String) -> String? {
        var text = text
        while text.count > typed.count {
            text.removeLast()
            if phrases[text] != nil { return text }
        }
        return nil
    }

    private static func sorted(_ phrases: [String: Phrase]) -> [String] {
        phrases.sorted { left, right in
            let (a, b) = (left.value.titles, right.value.titles)
            if a != b { return a > b }
            return left.key.count == right.key.count ? left.key < right.key : left.key.count < right.key.count
        }.map(\.key)
    }

    /// The words of a title: one for each unit of the analyzer.
    private static func pieces(_ bytes: [UInt8], _ tokens: [Token]) -> [Piece] {
        // A character that is a word by itself may have no token but the bigram with the next word's first: then the
        // word ends where the next one begins.
        var words: [Int: (start: Int, end: Int?)] = [:]
        for token in tokens {
            let end = token.kinds.contains(.crossing) ? nil : token.range.upperBound
            let known = words[token.unit] ?? (token.range.lowerBound, nil)
            words[token.unit] = (min(known.start, token.range.lowerBound), [known.end, end].compactMap { $0 }.max())
        }
        let sorted = words.values.sorted { $0.start < $1.start }
        var pieces: [Piece] = []
        var end = 0
        for (place, word) in sorted.enumerated() {
            let next = place + 1 < sorted.count ? sorted[place + 1].start : bytes.count
            let range = word.start..<max(word.start, word.end ?? next)
            guard range.lowerBound >= end else { continue }
            let gap = String(decoding: bytes[end..<range.lowerBound], as: UTF8.self)
            let joint: String? = gap.isEmpty ? "" : gap.allSatisfy(\.isWhitespace) ? " " : nil
            let folded = FilterText.folded(String(decoding: bytes[range], as: UTF8.self))
            pieces.append(Piece(folded: folded, range: range, joint: joint))
            end = range.upperBound
        }
        return pieces
    }
}
