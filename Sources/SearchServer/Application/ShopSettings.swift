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
        stage = try reader.choice("stage")
        candidates = try reader.integer("candidates", in: 1...RankingRequest.mostCandidates) ?? candidates
        if let text = try reader.text("fusion") { fusion = try Fusion(parsing: text) }
        floor = try reader.number("floor")
        clicks = ClickBlend(
            weight: try reader.number("click_weight") ?? 0,
            relevantFrom: try reader.number("click_floor") ?? 0
        )
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
        if let text = try reader.text("weights") { weights = try ColumnWeights(parsing: text) }
        // What `aisle tune` writes beside weights and fusion.
        reader.leave("choices", "evidence")
        try reader.finish()
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
