/// Finds quotes and exclusions in a query; see `QuerySyntax` for what is what.
struct QueryScanner {
    private(set) var segments: [QuerySyntax.Segment] = []

    private let scalars: [Unicode.Scalar]
    /// The UTF-8 offset of every scalar, and of the end.
    private let offsets: [Int]

    init(_ query: String) {
        scalars = Array(query.unicodeScalars)
        var offsets = [0]
        offsets.reserveCapacity(scalars.count + 1)
        for scalar in scalars { offsets.append((offsets.last ?? 0) + UTF8.width(scalar)) }
        self.offsets = offsets
    }

    mutating func scan() {
        var index = 0
        var textStart = 0
        while index < scalars.count {
            if isMinus(index), let end = exclusionEnd(after: index) {
                add(textStart..<index)
                if let closing = closingQuote(ofQuoteAt: index + 1) {
                    add(index + 2..<closing, isPhrase: true, isExcluded: true)
                } else {
                    add(index + 1..<end, isExcluded: true)
                }
                index = end
                textStart = end
            } else if let closing = closingQuote(ofQuoteAt: index) {
                add(textStart..<index)
                add(index + 1..<closing, isPhrase: true)
                index = closing + 1
                textStart = index
            } else {
                index += 1
            }
        }
        add(textStart..<scalars.count)
    }

    private mutating func add(_ range: Range<Int>, isPhrase: Bool = false, isExcluded: Bool = false) {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isSpace(start) { start += 1 }
        while end > start, isSpace(end - 1) { end -= 1 }
        guard start < end else { return }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[start..<end])
        segments.append(
            QuerySyntax.Segment(
                text: String(text),
                isPhrase: isPhrase,
                isExcluded: isExcluded,
                bytes: offsets[start]..<offsets[end]
            )
        )
    }

    // MARK: Quotes

    private static let pairs: [Unicode.Scalar: [Unicode.Scalar]] = [
        "\"": ["\""], "＂": ["＂"], "“": ["”"], "„": ["“", "”"], "«": ["»"], "「": ["」"], "『": ["』"],
    ]

    /// The index of the quote that closes the one at an index, if an opening quote is there and has a partner.
    private func closingQuote(ofQuoteAt index: Int) -> Int? {
        guard index < scalars.count, let partners = Self.pairs[scalars[index]] else { return nil }
        guard scalars[index] == "\"" else {
            return scalars[(index + 1)...].firstIndex(where: partners.contains)
        }
        if index > 0, isDigit(index - 1) { return nil }
        guard let first = nextStraightQuote(after: index) else { return nil }
        guard isDigit(first - 1), let second = nextStraightQuote(after: first) else { return first }
        // An inch mark, if the next quote can only close.
        let isClosing = second == first + 1 || !isSpace(second - 1) && !isDigit(second - 1) && !isMinus(second - 1)
        return isClosing ? second : first
    }

    private func nextStraightQuote(after index: Int) -> Int? {
        scalars[(index + 1)...].firstIndex(of: "\"")
    }

    // MARK: Exclusions

    private func isMinus(_ index: Int) -> Bool {
        guard scalars[index] == "-" || scalars[index] == "－" || scalars[index] == "−" else { return false }
        return index == 0 || isSpace(index - 1)
    }

    /// The end of what the minus at an index excludes; nil if it excludes nothing.
    private func exclusionEnd(after minus: Int) -> Int? {
        let start = minus + 1
        guard start < scalars.count, !isSpace(start), !["-", "－", "−"].contains(scalars[start]) else { return nil }
        if let closing = closingQuote(ofQuoteAt: start) { return closing + 1 }
        var end = start
        while end < scalars.count, !isSpace(end) { end += 1 }
        return isDigit(start) && (followsNumber(minus) || isTemperature(start..<end)) ? nil : end
    }

    /// Whether the word before an index is a number: then a minus and a digit make a range.
    private func followsNumber(_ index: Int) -> Bool {
        var end = index
        while end > 0, isSpace(end - 1) { end -= 1 }
        var start = end
        while start > 0, !isSpace(start - 1) { start -= 1 }
        return start < end && isDigit(end - 1) && scalars[start..<end].allSatisfy { Self.isNumeric($0) }
    }

    private func isTemperature(_ word: Range<Int>) -> Bool {
        let tail = scalars[word].drop(while: { Self.isNumeric($0) })
        guard let first = tail.first else { return false }
        return ["°", "º", "℃", "℉", "度"].contains(first)
    }

    private static func isNumeric(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.numericType == .decimal || scalar == "." || scalar == ","
    }

    private func isDigit(_ index: Int) -> Bool {
        index >= 0 && index < scalars.count && scalars[index].properties.numericType == .decimal
    }

    private func isSpace(_ index: Int) -> Bool {
        scalars[index].properties.isWhitespace
    }
}
