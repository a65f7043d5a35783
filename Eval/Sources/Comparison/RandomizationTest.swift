internal import Foundation
internal import Statistics

/// Fisher's randomization test of the mean difference, two-sided.
///
/// If two runs were as good as each other, every difference could as well have the other sign. The p-value is the share
/// of sign choices whose mean is at least as far from 0 as the real one (Smucker, Allan and Carterette, CIKM 2007).
public struct RandomizationTest: Sendable, Equatable {
    /// How many sign choices are drawn where all of them are too many.
    public static let permutations = 20_000
    /// Up to so many differences other than 0, all sign choices are tried (2^14 = 16,384).
    static let exactLimit = 14

    /// The share of sign choices at least as extreme; never 0 where choices were drawn.
    public let pValue: Double
    /// Whether all sign choices were tried.
    public let isExact: Bool

    /// The test of differences query by query; `permutations` below 10,000 counts as 10,000.
    public init(_ differences: [Double], permutations: Int = Self.permutations, seed: UInt64) {
        // A difference of 0 is the same with both signs.
        let differences = differences.filter { $0 != 0 }
        let observed = abs(differences.reduce(0, +))
        // Sums of the same numbers in another order may differ in their last digits: they are as extreme.
        let threshold = observed - 1e-12 * differences.reduce(0) { $0 + abs($1) }
        isExact = differences.count <= Self.exactLimit
        if isExact {
            let choices = 1 << differences.count
            pValue = Double((0..<choices).count { Self.isExtreme(differences, $0, threshold) }) / Double(choices)
        } else {
            let count = max(permutations, 10_000)
            var random = SplitMix64(seed: seed)
            let extreme = (0..<count).count { _ in abs(Self.drawnSum(differences, &random)) >= threshold }
            // The real signs are one of the choices (Phipson and Smyth 2010).
            pValue = Double(extreme + 1) / Double(count + 1)
        }
    }

    private static func isExtreme(_ differences: [Double], _ signs: Int, _ threshold: Double) -> Bool {
        var sum = 0.0
        for (index, difference) in differences.enumerated() {
            sum += signs >> index & 1 == 0 ? difference : -difference
        }
        return abs(sum) >= threshold
    }

    private static func drawnSum(_ differences: [Double], _ random: inout SplitMix64) -> Double {
        var sum = 0.0
        var bits: UInt64 = 0
        for (index, difference) in differences.enumerated() {
            if index & 63 == 0 { bits = random.next() }
            // The lowest bit becomes the sign.
            sum += Double(bitPattern: difference.bitPattern ^ (bits << 63))
            bits >>= 1
        }
        return sum
    }
}
