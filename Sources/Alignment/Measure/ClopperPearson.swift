internal import Statistics

/// Bounds of a share from a count of successes (Clopper and Pearson, Biometrika 26, 1934): never less sure than said.
public enum ClopperPearson {
    /// The lower bound that the true share is above with at least this confidence, one-sided.
    ///
    /// - Parameters:
    ///   - successes: 0...`count`.
    ///   - count: Trials; without any the bound is 0.
    ///   - confidence: Between 0 and 1, e.g. 0.95.
    /// - Returns: 0...1.
    public static func lower(_ successes: Int, of count: Int, confidence: Double) -> Double {
        guard successes > 0, count > 0 else { return 0 }
        // P(X >= successes) = I_p(successes, count - successes + 1), which rises with p.
        return share(below: 1 - confidence, Double(successes), Double(count - successes + 1))
    }

    /// The upper bound, one-sided.
    public static func upper(_ successes: Int, of count: Int, confidence: Double) -> Double {
        1 - lower(count - successes, of: count, confidence: confidence)
    }

    /// The two-sided interval: half of the doubt on each side.
    public static func interval(_ successes: Int, of count: Int, confidence: Double) -> ClosedRange<Double> {
        let side = (1 + confidence) / 2
        let lower = lower(successes, of: count, confidence: side)
        return lower...max(lower, upper(successes, of: count, confidence: side))
    }

    /// The fewest trials that show a share with this confidence when nothing fails: ceil(ln(1 - confidence) / ln(share)).
    public static func fewestTrials(showing share: Double, confidence: Double) -> Int {
        guard share > 0 else { return 1 }
        guard share < 1 else { return .max }
        var count = 1
        while lower(count, of: count, confidence: confidence) < share {
            guard count < 1 << 40 else { return .max }
            count *= 2
        }
        var (low, high) = (count / 2, count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lower(middle, of: middle, confidence: confidence) < share { low = middle } else { high = middle }
        }
        return high
    }

    /// The x at which the regularized incomplete beta function is `tail`, by bisection.
    private static func share(below tail: Double, _ a: Double, _ b: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if IncompleteBeta.regularized(middle, complement: 1 - middle, a, b) < tail {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }
}
