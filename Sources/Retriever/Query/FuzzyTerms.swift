/// Finds the terms of a sorted dictionary that are a few typing errors away from a word.
///
/// The dictionary is seen only through a function that seeks the first term at or after a key. The walk keeps the rows
/// of the edit distance for the current prefix; where no continuation can be near, it seeks the next key that can be,
/// which is a whole term as soon as the errors are used up.
package struct FuzzyTerms: Sendable, Hashable {
    /// A term near the word.
    package struct Match: Sendable, Hashable {
        package var term: String
        /// 0 for the word itself.
        package var distance: Int

        /// A term at a distance from the word.
        package init(term: String, distance: Int) {
            self.term = term
            self.distance = distance
        }
    }

    /// What was found, and at what cost.
    package struct Result: Sendable, Hashable {
        /// Nearest first, then in byte order.
        package var matches: [Match]
        /// How often the dictionary was asked.
        package var seeks: Int
        /// False if the walk ended early because the budget of seeks was used up.
        package var isComplete: Bool
    }

    /// Words longer than this, in scalars, are not looked up.
    package static let maxLength = 64

    /// The edit distance up to which terms are found.
    package var maxDistance: Int
    /// Whether a term has to begin with the word's first scalar: fewer seeks, and people rarely mistype it.
    package var requiresFirst: Bool
    /// The distance up to which a term may begin with another scalar all the same.
    package var freeDistance: Int
    /// How often the dictionary may be asked.
    package var maxSeeks: Int

    /// A search for terms up to a distance.
    package init(maxDistance: Int, requiresFirst: Bool = false, freeDistance: Int = 0, maxSeeks: Int = 2_000) {
        self.maxDistance = max(maxDistance, 0)
        self.requiresFirst = requiresFirst
        self.freeDistance = freeDistance
        self.maxSeeks = maxSeeks
    }

    /// What suits a word.
    ///
    /// Distance 2 from 8 letters and 1 from 4. The first letter has to match at distance 2, and in Chinese, where
    /// dictionaries have thousands of first letters. Nil below 4 letters, for words with a digit and overlong ones.
    package init?(for word: String) {
        let distance = Self.allowedDistance(for: word)
        guard distance > 0 else { return nil }
        let isIdeographic = word.unicodeScalars.first?.properties.isIdeographic ?? false
        self.init(
            maxDistance: distance,
            requiresFirst: distance > 1 || isIdeographic,
            freeDistance: isIdeographic ? 0 : 1
        )
    }

    /// The edit distance a word is given: 2 from 8 scalars, 1 from 4, 0 below, with a digit and above `maxLength`.
    package static func allowedDistance(for word: String) -> Int {
        var count = 0
        for scalar in word.unicodeScalars {
            count += 1
            if scalar.properties.numericType != nil && !scalar.properties.isIdeographic || count > maxLength {
                return 0
            }
        }
        return count >= 8 ? 2 : count >= 4 ? 1 : 0
    }

    /// Walks a dictionary.
    ///
    /// - Parameters:
    ///   - word: Folded as the dictionary's terms are.
    ///   - seek: Gives the first term at or after a key in the order of UTF-8 bytes, nil at the end.
    /// - Returns: The terms within the distance, the word itself included if the dictionary has it.
    /// - Throws: What `seek` throws.
    package func matches(of word: String, seek: ([UInt8]) throws -> [UInt8]?) rethrows -> Result {
        let scalars = word.unicodeScalars.map(\.value)
        var result = Result(matches: [], seeks: 0, isComplete: true)
        guard !scalars.isEmpty, scalars.count <= Self.maxLength else { return result }
        let free = min(freeDistance, maxDistance)
        if requiresFirst, free > 0 {
            // The short walk first: it is never cut off by the long one.
            try walk(FuzzyWalk(word: scalars, limit: free, requiresFirst: false), into: &result, seek: seek)
            result.matches.removeAll { $0.term.unicodeScalars.first == word.unicodeScalars.first }
        }
        try walk(
            FuzzyWalk(word: scalars, limit: maxDistance, requiresFirst: requiresFirst),
            into: &result,
            seek: seek
        )
        result.matches.sort { left, right in
            left.distance != right.distance
                ? left.distance < right.distance : left.term.utf8.lexicographicallyPrecedes(right.term.utf8)
        }
        return result
    }

    private func walk(
        _ walk: FuzzyWalk,
        into result: inout Result,
        seek: ([UInt8]) throws -> [UInt8]?
    ) rethrows {
        var walk = walk
        var key: [UInt8]? = walk.firstKey()
        while let sought = key {
            guard result.seeks < maxSeeks else {
                result.isComplete = false
                break
            }
            result.seeks += 1
            // A term before the key would be visited for ever.
            guard let term = try seek(sought), !term.lexicographicallyPrecedes(sought) else { break }
            if let distance = walk.visit(term) {
                result.matches.append(Match(term: String(decoding: term, as: UTF8.self), distance: distance))
            }
            key = walk.nextKey(after: term)
        }
    }
}
