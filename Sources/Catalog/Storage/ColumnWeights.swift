/// How much one occurrence of a term counts in each text column, as FTS5's `bm25()` weights columns.
public struct ColumnWeights: Sendable, Hashable, Codable {
    /// One finite weight >= 0 a column, in the order of `TextColumn`.
    public private(set) var values: [Double]

    /// The defaults: what names a product counts more than what describes it, and lists of attributes, of which
    /// products have a hundred or none, count least.
    public init(
        title: Double = 5,
        brand: Double = 2,
        category: Double = 1.5,
        attributes: Double = 0.5,
        description: Double = 1
    ) {
        values = [title, brand, category, attributes, description]
    }

    /// The weight of a column.
    public subscript(column: TextColumn) -> Double {
        values[column.rawValue]
    }

    /// Reads `title=3,brand=2`: columns that are not named keep the weight they have in `base`.
    ///
    /// Throws `ColumnWeightsError`.
    public init(parsing text: String, base: ColumnWeights = ColumnWeights()) throws(ColumnWeightsError) {
        self = base
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
            guard sides.count == 2, let column = TextColumn.allCases.first(where: { "\($0)" == sides[0].lowercased() }),
                let weight = Double(sides[1]), weight >= 0, weight <= 1000
            else { throw ColumnWeightsError(part: String(part)) }
            values[column.rawValue] = weight
        }
    }
}

/// A part of a list of weights that cannot be read.
public struct ColumnWeightsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The part as it was written.
    public let part: String

    /// What is expected.
    public var description: String {
        let names = TextColumn.allCases.map { "\($0)" }.joined(separator: ", ")
        return "\"\(part)\" is no weight: write COLUMN=NUMBER with COLUMN one of \(names) and NUMBER from 0 to 1000."
    }
}
