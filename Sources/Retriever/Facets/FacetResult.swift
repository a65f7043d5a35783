/// A field's values among the matches: the commonest ones, or for numbers the ranges they lie in.
public struct FacetResult: Sendable, Hashable {
    /// A value and how many matches have it.
    public struct Count: Sendable, Hashable {
        /// The value as the feed spells it.
        public var value: String
        /// Matches with the value; a product with several values counts for each.
        public var count: Int

        /// A value's count.
        public init(_ value: String, _ count: Int) {
            self.value = value
            self.count = count
        }
    }

    /// Numbers that lie beside each other and how many matches have one of them.
    ///
    /// Ranges of a result follow each other without gaps, and none is empty.
    public struct Range: Sendable, Hashable {
        /// The least number that belongs to it; nil in the first range, which has no lower end.
        public var from: Double?
        /// The number it ends before; nil in the last range, which has no upper end.
        public var to: Double?
        /// Matches with a number in the range.
        public var count: Int

        /// A range's count.
        public init(from: Double?, to: Double?, count: Int) {
            self.from = from
            self.to = to
            self.count = count
        }

        /// The condition that finds these products; nil for a range without ends.
        public func filter(on field: FilterField) -> Filter? {
            let ends =
                (from.map { [Filter.compare(field, .greaterOrEqual, FilterValue($0))] } ?? [])
                + (to.map { [Filter.compare(field, .less, FilterValue($0))] } ?? [])
            return ends.isEmpty ? nil : .conjunction(ends)
        }
    }

    /// What a number field's values are like.
    public struct Statistics: Sendable, Hashable {
        /// The least value of a match.
        public var least: Double
        /// The greatest value of a match.
        public var greatest: Double
        /// The mean over the matches that have a value.
        public var mean: Double

        /// A field's least, greatest and mean value.
        public init(least: Double, greatest: Double, mean: Double) {
            self.least = least
            self.greatest = greatest
            self.mean = mean
        }
    }

    /// The field that was counted.
    public var field: FilterField
    /// The commonest first, ties in the order of the values' UTF-8 bytes; none for numbers.
    public var counts: [Count] = []
    /// How many further values there are.
    public var otherValues = 0
    /// A number field's ranges, the least first; of other fields none.
    public var ranges: [Range] = []
    /// Nil where no match has a number.
    public var statistics: Statistics?
    /// How many matches have no value.
    public var missing: Int

    /// A number field's ranges.
    public init(field: FilterField, ranges: [Range], statistics: Statistics?, missing: Int) {
        self.field = field
        self.ranges = ranges
        self.statistics = statistics
        self.missing = missing
    }

    /// A field's counts.
    public init(field: FilterField, counts: [Count], otherValues: Int, missing: Int) {
        self.field = field
        self.counts = counts
        self.otherValues = otherValues
        self.missing = missing
    }
}
