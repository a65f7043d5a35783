internal import Foundation

/// Thresholds for a wanted precision, from judged pairs, with what they promise.
public struct ThresholdFit: Sendable, Equatable {
    /// Probability from which pairs are merged.
    public var merge: Double
    /// Probability from which a person looks.
    public var review: Double
    /// How scores become probabilities; nil: a model's margins as they are.
    public var calibration: Calibration?
    /// Judged pairs at `merge` or above.
    public var merged: Int
    /// Of those, one product.
    public var mergedCorrectly: Int
    /// The lower bound of the precision of merged pairs.
    public var precisionBound: Double
    /// The share of matches at `review` or above that is promised; nil: too few matches to promise one.
    public var reviewRecall: Double?
    /// Mean negative log-likelihood over held-out fifths of the sample, as the scores are and calibrated.
    public var logLoss: (asIs: Double?, calibrated: Double?)

    /// Fits.
    ///
    /// The cuts that are tried are chosen by scores alone: from a first one on, each takes in about a fiftieth more pairs.
    /// They are tested from the strictest to the loosest and the first one that fails ends it, so all that pass hold
    /// together (fixed sequence testing; Angelopoulos et al., "Learn then test", 2021). Two such walks share the doubt:
    /// one starts where no error is allowed yet, the other where half as many errors as wanted still pass.
    ///
    /// - Parameters:
    ///   - sample: Judged pairs, all candidates of the judged rows.
    ///   - isModel: Whether scores are margins; lexical ones need a calibration.
    ///   - precision: Wanted of merged pairs, between 0 and 1.
    ///   - reviewRecall: Wanted share of matches that a person sees or that are merged, between 0 and 1.
    ///   - confidence: Of each promise, between 0 and 1.
    /// - Throws: `AlignmentError.sampleTooSmall`, `.unreachablePrecision`.
    public init(
        _ sample: [LabelledScore],
        isModel: Bool,
        precision: Double,
        reviewRecall: Double,
        confidence: Double
    ) throws {
        let matches = sample.count { $0.isMatch }
        let perWalk = 1 - (1 - confidence) / 2
        let fewest = ClopperPearson.fewestTrials(showing: precision, confidence: perWalk)
        guard matches >= fewest else {
            throw AlignmentError.sampleTooSmall(
                what: String(format: "to show a precision of %g with a confidence of %g", precision, confidence),
                have: matches,
                needed: fewest
            )
        }
        let (calibration, losses) = Self.calibration(sample, isModel: isModel)
        let sorted = sample.sorted { $0.score > $1.score }
        let tolerant = Self.tolerantStart(precision: precision, confidence: perWalk)
        let walks = [fewest, tolerant].map { Self.walk(sorted, from: $0, precision: precision, confidence: perWalk) }
        guard let best = walks.compactMap(\.passed).max(by: { $0.pairs < $1.pairs }) else {
            throw AlignmentError.unreachablePrecision(wanted: precision, best: Self.words(walks))
        }
        let probability = (calibration ?? .identity).probability
        let share = Self.reviewCut(sorted, recall: reviewRecall, confidence: confidence)
        merge = probability(sorted[best.pairs - 1].score)
        review = min(merge, share.map { probability($0) } ?? AlignmentSettings.standardReview)
        self.calibration = calibration
        merged = best.pairs
        mergedCorrectly = best.correct
        precisionBound = best.bound
        self.reviewRecall = share == nil ? nil : reviewRecall
        logLoss = losses
    }

    /// Equal where all values are.
    public static func == (left: ThresholdFit, right: ThresholdFit) -> Bool {
        left.merge == right.merge && left.review == right.review && left.calibration == right.calibration
            && left.merged == right.merged && left.mergedCorrectly == right.mergedCorrectly
            && left.precisionBound == right.precisionBound && left.reviewRecall == right.reviewRecall
            && left.logLoss == right.logLoss
    }

    // MARK: Precision

    private struct Cut {
        var pairs: Int
        var correct: Int
        var bound: Double
    }

    /// The loosest cut before the first that fails, and the first that was tried.
    private static func walk(
        _ sorted: [LabelledScore],
        from start: Int,
        precision: Double,
        confidence: Double
    ) -> (passed: Cut?, first: Cut?) {
        var passed: Cut?
        var first: Cut?
        var count = start
        var (seen, correct) = (0, 0)
        while count <= sorted.count {
            // Equal scores are on one side of any threshold.
            while count < sorted.count, sorted[count].score == sorted[count - 1].score { count += 1 }
            while seen < count {
                correct += sorted[seen].isMatch ? 1 : 0
                seen += 1
            }
            let bound = ClopperPearson.lower(correct, of: count, confidence: confidence)
            let cut = Cut(pairs: count, correct: correct, bound: bound)
            first = first ?? cut
            guard bound >= precision else { break }
            passed = cut
            count += max(1, count / 50)
        }
        return (passed, first)
    }

    /// The fewest pairs that pass although half of the errors that the precision allows are among them.
    private static func tolerantStart(precision: Double, confidence: Double) -> Int {
        var count = ClopperPearson.fewestTrials(showing: precision, confidence: confidence)
        func passes(_ count: Int) -> Bool {
            let errors = Int(Double(count) * (1 - precision) / 2)
            return errors > 0 && ClopperPearson.lower(count - errors, of: count, confidence: confidence) >= precision
        }
        while !passes(count), count < 10_000_000 { count += max(1, count / 100) }
        return count
    }

    private static func words(_ walks: [(passed: Cut?, first: Cut?)]) -> String {
        let tried = walks.compactMap(\.first)
        guard !tried.isEmpty else { return "it has too few candidates" }
        return tried.map { cut in
            String(
                format: "of the best %d pairs %d are one product, which shows %.4f",
                cut.pairs,
                cut.correct,
                cut.bound
            )
        }
        .joined(separator: "; ")
    }

    // MARK: Recall

    /// The greatest score that, with this confidence, at least a share of all matches reaches; nil: too few matches.
    ///
    /// A one-sided tolerance limit from order statistics (Wilks, 1941): nothing is assumed of the scores.
    private static func reviewCut(_ sorted: [LabelledScore], recall: Double, confidence: Double) -> Double? {
        let scores = sorted.filter(\.isMatch).map(\.score)
        guard scores.count >= ClopperPearson.fewestTrials(showing: recall, confidence: confidence) else { return nil }
        var missed = 0
        while missed + 1 < scores.count,
            ClopperPearson.lower(scores.count - missed - 1, of: scores.count, confidence: confidence) >= recall
        {
            missed += 1
        }
        return scores[scores.count - 1 - missed]
    }

    // MARK: Calibration

    /// The calibration, where it does better on pairs that it was not fitted on; lexical scores always need one.
    private static func calibration(
        _ sample: [LabelledScore],
        isModel: Bool
    ) -> (Calibration?, (asIs: Double?, calibrated: Double?)) {
        let folds = 5
        let rows = Array(Set(sample.map(\.row))).sorted()
        let fold = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0 % folds) })
        var sum = 0.0
        var isComplete = true
        for held in 0..<folds {
            let rest = sample.filter { fold[$0.row] != held }
            let out = sample.filter { fold[$0.row] == held }
            guard !out.isEmpty else { continue }
            guard let fitted = Calibration(fitting: rest) else {
                isComplete = false
                break
            }
            sum += fitted.logLoss(out) * Double(out.count)
        }
        let calibrated = isComplete && !sample.isEmpty ? sum / Double(sample.count) : nil
        let asIs = isModel ? Calibration.identity.logLoss(sample) : nil
        guard let all = Calibration(fitting: sample) else { return (isModel ? nil : .identity, (asIs, nil)) }
        guard let asIs else { return (all, (nil, calibrated)) }
        return (calibrated.map { $0 < asIs } == true ? all : nil, (asIs, calibrated))
    }
}
