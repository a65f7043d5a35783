internal import Foundation

/// Instructions, thresholds and calibration: what people write into a settings file, and what `aisle align fit` does.
public struct AlignmentSettings: Sendable, Equatable, Codable {
    /// The model's task; nil: `standardInstruction`.
    public var instruction: String?
    /// Probability from which a pair is merged.
    public var merge: Double?
    /// Probability from which a person looks at it.
    public var review: Double?
    /// How scores become probabilities; nil: as the model gives them.
    public var calibration: Calibration?
    /// What is different in some categories, by a name that the row's category path has, in any case.
    public var categories: [String: Category]?
    /// Where fitted values come from.
    public var fitted: Provenance?

    /// What is different in one category.
    public struct Category: Sendable, Equatable, Codable {
        /// The model's task there.
        public var instruction: String?
        /// Probability from which a pair is merged there.
        public var merge: Double?
        /// Probability from which a person looks at it there.
        public var review: Double?

        /// What is different; nil: as everywhere.
        public init(instruction: String? = nil, merge: Double? = nil, review: Double? = nil) {
            self.instruction = instruction
            self.merge = merge
            self.review = review
        }
    }

    /// Settings as they are without a file.
    public init() {}

    /// The task where none is given.
    ///
    /// Near misses are named, because a general "is this relevant?" takes them for hits.
    public static let standardInstruction = """
        Judge whether the Query and the Document describe the very same product, in whatever languages they are written: \
        the same kind of thing, brand, model, size, quantity and colour. A variant, a part or an accessory is not the \
        same product.
        """

    /// Thresholds without any settings.
    public static let standardMerge = 0.9
    /// Thresholds without any settings.
    public static let standardReview = 0.7

    /// A category's rules, or those of everywhere.
    ///
    /// - Parameter paths: The row's category paths, or those of its partner where it has none.
    /// - Returns: The task and both thresholds.
    func rules(for paths: [[String]]) -> Rules {
        var rules = Rules(
            instruction: instruction ?? Self.standardInstruction,
            merge: merge ?? Self.standardMerge,
            review: review ?? Self.standardReview
        )
        guard let categories, !categories.isEmpty else { return rules }
        let names = Set(paths.joined().map { $0.lowercased() })
        // In order of their names: the choice must not hang on how a dictionary is laid out.
        let chosen = categories.keys.sorted().first { names.contains($0.lowercased()) }
        guard let chosen, let category = categories[chosen] else { return rules }
        rules.instruction = category.instruction ?? rules.instruction
        rules.merge = category.merge ?? rules.merge
        rules.review = category.review ?? rules.review
        return rules
    }

    /// What counts for one pair.
    struct Rules: Equatable {
        var instruction: String
        var merge: Double
        var review: Double
    }
}

extension AlignmentSettings {
    /// Reads a settings file.
    ///
    /// - Throws: `AlignmentError.settings` with the field at fault.
    public init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw AlignmentError.settings(path: path, field: "", problem: "there is no such file, or it cannot be read")
        }
        do {
            try Self.checkKeys(data)
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch let error as DecodingError {
            let (field, problem) = Self.place(of: error)
            throw AlignmentError.settings(path: path, field: field, problem: problem)
        } catch let error as UnknownKey {
            let problem = "there is no such setting; known are \(error.known.sorted().joined(separator: ", "))"
            throw AlignmentError.settings(path: path, field: error.field, problem: problem)
        }
        if let (field, problem) = problem { throw AlignmentError.settings(path: path, field: field, problem: problem) }
    }

    /// Writes a settings file, whole or not at all.
    ///
    /// - Throws: `AlignmentError.settings`.
    public func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw AlignmentError.settings(
                path: path,
                field: "",
                problem: "it cannot be written (\(error.localizedDescription))"
            )
        }
    }

    /// The first value that makes no sense, and why.
    public var problem: (field: String, problem: String)? {
        let all = [("", Category(merge: merge, review: review))] + (categories ?? [:]).map { ("categories.\($0).", $1) }
        for (place, category) in all.sorted(by: { $0.0 < $1.0 }) {
            let merge = category.merge ?? self.merge ?? Self.standardMerge
            let review = category.review ?? self.review ?? Self.standardReview
            for (name, value) in [("merge", merge), ("review", review)] where !(0...1).contains(value) {
                return (place + name, "\(value) is no probability: it is 0 to 1")
            }
            if review > merge { return (place + "review", "\(review) is above merge, \(merge)") }
        }
        if let calibration, !(calibration.slope > 0 && calibration.slope.isFinite && calibration.intercept.isFinite) {
            return ("calibration.slope", "it is above 0, so that more stays more")
        }
        return nil
    }

    private struct UnknownKey: Error {
        var field: String
        var known: [String]
    }

    /// A misspelt setting would go unnoticed otherwise.
    private static func checkKeys(_ data: Data) throws {
        guard let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else { return }
        func check(_ object: Any?, _ place: String, _ known: [String]) throws {
            guard let object = object as? [String: Any] else { return }
            for key in object.keys.sorted() where !known.contains(key) {
                throw UnknownKey(field: place + key, known: known)
            }
        }
        try check(root, "", ["instruction", "merge", "review", "calibration", "categories", "fitted"])
        try check(root["calibration"], "calibration.", ["slope", "intercept"])
        for (name, category) in root["categories"] as? [String: Any] ?? [:] {
            try check(category, "categories.\(name).", ["instruction", "merge", "review"])
        }
    }

    private static func place(of error: DecodingError) -> (field: String, problem: String) {
        func path(_ context: DecodingError.Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".")
        }
        switch error {
        case .typeMismatch(let type, let context): return (path(context), "it should be a \(type)")
        case .valueNotFound(let type, let context): return (path(context), "it should be a \(type), not null")
        case .keyNotFound(let key, let context):
            return ((context.codingPath + [key]).map(\.stringValue).joined(separator: "."), "it is missing")
        case .dataCorrupted(let context): return (path(context), "this is no JSON")
        @unknown default: return ("", "this is no settings file")
        }
    }
}
