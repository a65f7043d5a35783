/// What the query part of a server's URL can set.
public struct RemoteSettings: Sendable, Hashable {
    /// What a server's numbers are.
    public enum Scores: String, Sendable, Hashable, CaseIterable {
        /// Probabilities, unless the server ever sends one outside 0...1.
        case auto
        case probability
        /// Log-odds.
        case margin
        /// Probabilities with a sigmoid too many, which is taken away: 0.5...0.73.
        case doubled
    }

    /// `model`: the name to ask for; nil where the server has only one.
    public var model: String?
    /// `template`: nil takes the dialect's default.
    public var template: RemoteTemplate?
    /// `chunk`: documents to a request; nil takes the dialect's default.
    public var chunk: Int?
    /// `parallel`: requests under way at a time.
    public var parallel = 4
    /// `timeout`: how long one request may take, as `30s` or `500ms`; nil takes the default.
    public var timeout: Duration?
    /// `chars`: Unicode scalars of a document that are sent; the rest is cut off.
    public var characters = 6000
    /// `retries`: how often a request is repeated after 429 or 503.
    public var retries = 2
    /// `scores`: what the numbers are.
    public var scores = Scores.auto

    /// The defaults.
    public init() {}

    /// Their names, for messages.
    static let names = ["model", "template", "chunk", "parallel", "timeout", "chars", "retries", "scores"]

    /// How long one request may take where the URL does not say.
    static let defaultTimeout = Duration.seconds(30)

    /// Scalars of a query that are sent: a huge one may not eat the document's place.
    static let queryCharacters = 2000

    /// Takes one setting.
    ///
    /// - Throws: `RemoteError.badSetting`, without the value where the name is unknown: it could be a key.
    mutating func set(_ name: String, _ value: String) throws {
        switch name {
        case "model": model = try Self.nonempty(name, value)
        case "template": template = try Self.choice(name, value)
        case "chunk": chunk = try Self.number(name, value, 1...10_000)
        case "parallel": parallel = try Self.number(name, value, 1...64)
        case "timeout": timeout = try Self.duration(name, value)
        case "chars": characters = try Self.number(name, value, 1...1_000_000)
        case "retries": retries = try Self.number(name, value, 0...10)
        case "scores": scores = try Self.choice(name, value)
        case "key", "api_key", "apikey", "api-key", "token":
            throw RemoteError.badSetting(name: name, reason: "keys come from the environment: AISLE_RERANK_API_KEY")
        default:
            throw RemoteError.badSetting(
                name: name,
                reason: "there is no such setting; there are \(Self.names.joined(separator: ", "))"
            )
        }
    }

    private static func nonempty(_ name: String, _ value: String) throws -> String {
        guard !value.isEmpty else { throw RemoteError.badSetting(name: name, reason: "it is empty") }
        return value
    }

    private static func number(_ name: String, _ value: String, _ range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw RemoteError.badSetting(
                name: name,
                reason: "\"\(value.prefix(40))\" is not a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        _ value: String
    ) throws -> Choice {
        guard let choice = Choice(rawValue: value) else {
            let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw RemoteError.badSetting(name: name, reason: "\"\(value.prefix(40))\" is none of \(all)")
        }
        return choice
    }

    private static func duration(_ name: String, _ value: String) throws -> Duration {
        let isMilliseconds = value.hasSuffix("ms")
        let digits = value.prefix { $0.isNumber || $0 == "." }
        let unit = value.dropFirst(digits.count)
        guard ["", "s", "ms"].contains(unit), let number = Double(digits), number > 0,
            number <= (isMilliseconds ? 3_600_000 : 3600)
        else {
            throw RemoteError.badSetting(
                name: name,
                reason: "\"\(value.prefix(40))\" is not a time as 30s or 500ms, an hour at most"
            )
        }
        return .milliseconds(Int((isMilliseconds ? number : number * 1000).rounded(.up)))
    }
}
