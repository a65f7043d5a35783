public import Catalog
public import Foundation
public import Ranking
import Retriever

/// How a shop ranks: what requests may leave unsaid, read from a JSON file.
public struct ShopSettings: Sendable {
    /// The stage of requests that name none; nil: fused where there is a reranker.
    public var stage: RankingStage?
    /// Hits that the reranker sees.
    public var candidates = 100
    /// How stage fused makes one order; nil: as suits the model.
    public var fusion: Fusion?
    /// Hits with a margin below it are left out.
    public var floor: Double?
    /// How much clicks count, where events are kept.
    public var clicks = ClickBlend()
    /// Weights of the text columns; nil: the index's own.
    public var weights: ColumnWeights?
    /// Rules of every search; those of a request come on top.
    public var rules = BusinessRules()
    /// What products look like to the reranker, and its tasks.
    public var ranking = RankingPipeline.Settings()

    /// The defaults.
    public init() {}

    /// Reads a file's content; what it leaves out keeps its default.
    ///
    /// - Throws: `ServerError`, `RankingError`, which name the member that is wrong.
    public init(json: Data) throws {
        var reader = try ParameterReader(json: json)
        try readRanking(&reader)
        ranking.instruction = try reader.text("instruction")
        for (category, instruction) in try reader.object("category_instructions") ?? [:] {
            guard case .string(let text) = instruction else {
                throw ServerError.badParameter(name: category, value: instruction.kind, expected: "a string")
            }
            ranking.categoryInstructions.byPath[category.components(separatedBy: " > ")] = text
        }
        if let object = try reader.object("template") { ranking.template = try Self.template(object) }
        if let object = try reader.object("rules") {
            var members = ParameterReader(object: object)
            rules = try members.rules(limit: .max)
            try members.finish()
        }
        reader.leave(Self.tuningNotes)
        try reader.finish()
    }

    /// What `aisle tune` writes beside weights and fusion.
    static let tuningNotes = ["choices", "evidence"]

    /// Reads what a request may say, too; what is left out stays as it is.
    mutating func readRanking(_ reader: inout ParameterReader) throws {
        stage = try reader.choice("stage") ?? stage
        candidates = try reader.integer("candidates", in: 1...RankingRequest.mostCandidates) ?? candidates
        if let text = try reader.text("fusion") { fusion = try Fusion(parsing: text) }
        floor = try reader.number("floor") ?? floor
        clicks = ClickBlend(
            weight: try reader.number("click_weight") ?? clicks.weight,
            relevantFrom: try reader.number("click_floor") ?? clicks.relevantFrom
        )
        if let text = try reader.text("weights") { weights = try ColumnWeights(parsing: text) }
    }

    /// Says of a request how it is ranked.
    ///
    /// - Parameters:
    ///   - request: Whatever it says about that is replaced.
    ///   - standard: The stage where the shop names none.
    func rank(_ request: inout RankingRequest, stage standard: RankingStage) {
        request.stage = stage ?? standard
        request.candidates = candidates
        request.fusion = fusion
        request.floor = floor
        request.clicks = clicks
        request.search.weights = weights
    }

    private static func template(_ object: [String: JSONValue]) throws -> DocumentTemplate {
        var reader = ParameterReader(object: object)
        var template = DocumentTemplate.standard
        template.limit = try reader.integer("limit", in: 1...100_000) ?? template.limit
        template.lineLimit = try reader.integer("line_limit", in: 1...100_000) ?? template.lineLimit
        if let lines = try reader.objects("lines") {
            template.lines = try lines.map { line in
                var members = ParameterReader(object: line)
                let label = try members.text("label")
                let attribute = try members.text("attribute")
                let field: TemplateField? = try members.choice("field")
                try members.finish()
                switch (field, attribute) {
                case (let field?, nil): return .init(field.field, label: label ?? field.rawValue.capitalized)
                case (nil, let name?): return .init(.attribute(name), label: label ?? name)
                default:
                    throw ServerError.badParameter(
                        name: "lines",
                        value: "a line with \(field == nil ? "neither field nor" : "both field and") attribute",
                        expected: "a list of lines with one of them"
                    )
                }
            }
        }
        try reader.finish()
        return template
    }

    /// `field` of a template's line.
    private enum TemplateField: String, CaseIterable {
        case id, title, brand, category, attributes, price, availability, rating, description

        var field: DocumentTemplate.Field {
            switch self {
            case .id: .id
            case .title: .title
            case .brand: .brand
            case .category: .category
            case .attributes: .attributes
            case .price: .price
            case .availability: .availability
            case .rating: .rating
            case .description: .description
            }
        }
    }
}
