/// A language the analyzer has a stemmer for.
///
/// Raw values are ISO 639-1 codes.
public enum Language: String, Sendable, Hashable, CaseIterable, Codable {
    case none
    case english = "en"
    case german = "de"
    case french = "fr"
    case spanish = "es"
    case italian = "it"
    case portuguese = "pt"
    case dutch = "nl"
    case swedish = "sv"
    case norwegian = "no"
    case danish = "da"
    case finnish = "fi"
    case russian = "ru"
}
