/// A product line as its maker sells it: one brand, one range, one number, several variants.
struct Model {
    let id: String
    /// The line it derives from: a successor and a look-alike share the root of the original, and are held out with it.
    let root: String
    let type: ProductType
    let brand: Brand
    let series: Series
    let number: String
    let properName: Wording?
    let code: String

    /// The name that follows the brand: "Orbit 12", "星轨12".
    func name(_ language: Language) -> String {
        if let properName { return properName.best(language) }
        let range = language == .zh ? series.chineseName ?? series.name : series.name
        guard !number.isEmpty else { return range }
        return language == .zh && series.chineseName != nil ? range + number : range + " " + number
    }
}

/// One real-world product, whatever the number of shops and languages it is listed in.
struct Concept {
    let id: String
    let model: Model
    var attributes: [(id: String, value: String)]
    var host: Model?
    var needs: [String]
    var dollars: Double
    var code: String

    func value(_ attribute: String) -> String? {
        attributes.first { $0.id == attribute }?.value
    }

    mutating func set(_ attribute: String, _ value: String) {
        if let index = attributes.firstIndex(where: { $0.id == attribute }) {
            attributes[index].value = value
        } else {
            attributes.append((id: attribute, value: value))
        }
    }

    /// Whether a value rules a need out: milk chocolate is not vegan, a winter coat not for summer.
    func contradicts(_ need: String) -> Bool {
        switch need {
        case "newborn": value("age").map { $0 != "0m" } ?? false
        case "vegan": value("flavour") == "milk"
        case "summer": value("season").map { $0 != "summer" } ?? false
        case "winter": value("season").map { $0 != "winter" } ?? false
        case "quiet": value("switch").map { $0 != "silent" } ?? false
        default: false
        }
    }

    /// What tells it from another product of the same root, in the words of the ground truth.
    func differences(from other: Concept) -> [String] {
        var result: [String] = []
        if model.brand.name != other.model.brand.name { result.append("brand") }
        if model.number != other.model.number { result.append("generation") }
        if host?.id != other.host?.id { result.append("compatibility") }
        for attribute in attributes where other.value(attribute.id) != attribute.value { result.append(attribute.id) }
        for attribute in other.attributes where value(attribute.id) == nil { result.append(attribute.id) }
        return result
    }
}
