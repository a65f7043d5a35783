/// The languages of the catalogue, in the order in which the tables give them.
enum Language: String, CaseIterable {
    case en, zh, de, fr, es

    var position: Int {
        switch self {
        case .en: 0
        case .zh: 1
        case .de: 2
        case .fr: 3
        case .es: 4
        }
    }
}

/// Wordings of one thing in several languages; each language may have synonyms, best first.
struct Wording {
    private let lists: [[String]]

    /// Takes one table cell a language, in the order of `Language`; a comma and a space separate synonyms.
    init(cells: some Sequence<String>, synonyms: Bool = true) {
        lists = cells.map { cell in
            guard cell != "-", !cell.isEmpty else { return [] }
            return synonyms ? cell.split(separator: ", ").map { String($0).trimmed } : [cell]
        }
    }

    /// All synonyms in a language; empty where the tables have none.
    func all(_ language: Language) -> [String] {
        language.position < lists.count ? lists[language.position] : []
    }

    /// The best wording in a language, or the English one.
    func best(_ language: Language) -> String {
        all(language).first ?? all(.en).first ?? ""
    }

    func has(_ language: Language) -> Bool {
        !all(language).isEmpty
    }
}
