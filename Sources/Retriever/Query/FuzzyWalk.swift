/// The state of a walk over a sorted dictionary: the current term's prefix that can still match, and where to go next.
struct FuzzyWalk {
    private var rows: EditDistance
    private let requiresFirst: Bool
    /// The word's distinct scalars in ascending order: all that can follow when the errors are used up.
    private let alphabet: [UInt32]
    /// The scalars of the current term; nil if it is not UTF-8.
    private var term: [UInt32]?

    init(word: [UInt32], limit: Int, requiresFirst: Bool) {
        rows = EditDistance(word: word, limit: limit)
        self.requiresFirst = requiresFirst
        alphabet = Set(word).sorted()
    }

    /// The smallest key that can match.
    mutating func firstKey() -> [UInt8] {
        extended()
    }

    /// Takes in a term of the dictionary.
    ///
    /// - Returns: Its distance, if that is within the limit.
    mutating func visit(_ bytes: [UInt8]) -> Int? {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            term = nil
            return nil
        }
        let scalars = text.unicodeScalars.map(\.value)
        term = scalars
        var common = 0
        while common < min(scalars.count, rows.prefix.count), scalars[common] == rows.prefix[common] { common += 1 }
        rows.shorten(to: common)
        while rows.prefix.count < scalars.count {
            rows.append(scalars[rows.prefix.count])
            if !isAlive {
                rows.shorten(to: rows.prefix.count - 1)
                return nil
            }
        }
        return rows.distance <= rows.limit ? rows.distance : nil
    }

    /// The smallest key after the current term that can match, nil if there is none.
    mutating func nextKey(after bytes: [UInt8]) -> [UInt8]? {
        guard let term else { return bytes + [0] }
        // All of the term's scalars have a row: its continuations come next. Otherwise its siblings.
        var after: UInt32? = rows.prefix.count < term.count ? term[rows.prefix.count] : nil
        while true {
            if let scalar = nextScalar(after: after) {
                if rows.bound < rows.limit, !(requiresFirst && rows.prefix.isEmpty) {
                    // Any scalar will do, so the key ends here.
                    return encoded(rows.prefix + [scalar])
                }
                rows.append(scalar)
                return extended()
            }
            guard let last = rows.prefix.last else { return nil }
            rows.shorten(to: rows.prefix.count - 1)
            after = last
        }
    }

    private var isAlive: Bool {
        if requiresFirst, let first = rows.prefix.first, first != rows.word.first { return false }
        return rows.bound <= rows.limit
    }

    /// The smallest scalar behind the prefix, greater than a given one, with which it can still match.
    private mutating func nextScalar(after: UInt32?) -> UInt32? {
        let isOpen = rows.bound < rows.limit
        if requiresFirst, rows.prefix.isEmpty {
            guard let first = rows.word.first, after.map({ first > $0 }) ?? true else { return nil }
            return first
        }
        if isOpen {
            guard let after else { return 0 }
            if after == 0x10FFFF { return nil }
            return after == 0xD7FF ? 0xE000 : after + 1
        }
        for scalar in alphabet where after.map({ scalar > $0 }) ?? true {
            rows.append(scalar)
            let isAlive = isAlive
            rows.shorten(to: rows.prefix.count - 1)
            if isAlive { return scalar }
        }
        return nil
    }

    /// The prefix, continued as far as there is no choice of scalars outside the word and no match yet.
    private mutating func extended() -> [UInt8] {
        while rows.distance > rows.limit || (requiresFirst && rows.prefix.isEmpty),
            rows.bound >= rows.limit || (requiresFirst && rows.prefix.isEmpty),
            let scalar = nextScalar(after: nil)
        {
            rows.append(scalar)
        }
        return encoded(rows.prefix)
    }

    private func encoded(_ scalars: [UInt32]) -> [UInt8] {
        var view = String.UnicodeScalarView()
        for value in scalars {
            if let scalar = Unicode.Scalar(value) { view.append(scalar) }
        }
        return Array(String(view).utf8)
    }
}
