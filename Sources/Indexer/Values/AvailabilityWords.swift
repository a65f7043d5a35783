import Catalog

/// Reads availability as feeds and shops write it.
enum AvailabilityWords {
    /// What a word, number or schema.org address says; nil when it says nothing known.
    static func parse(_ text: String) -> Availability? {
        let key = normalized(text)
        if let known = words[key] { return known }
        if let number = Double(text) { return number > 0 ? .inStock : .outOfStock }
        return nil
    }

    /// Lower case letters and digits only, without the address in front of a schema.org term.
    private static func normalized(_ text: String) -> String {
        let last = text.split { $0 == "/" || $0 == "#" || $0 == ":" }.last ?? Substring(text)
        return String(last.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    private static let words: [String: Availability] = {
        var words: [String: Availability] = [:]
        for (availability, list) in table { for word in list { words[word] = availability } }
        return words
    }()

    private static let table: [(Availability, [String])] = [
        (
            .inStock,
            [
                "instock", "available", "yes", "true", "y", "1", "limitedavailability", "onlineonly", "instoreonly",
                "lowstock", "auflager", "lieferbar", "verfügbar", "sofortlieferbar", "vorrätig", "ja", "enstock",
                "disponible", "oui", "enexistencia", "sí", "вналичии", "есть", "да", "有货", "现货", "有", "是", "在售",
                "有库存", "在庫あり", "disponibile", "opvoorraad", "ilager",
            ]
        ),
        (
            .outOfStock,
            [
                "outofstock", "unavailable", "no", "false", "n", "0", "soldout", "discontinued", "notavailable",
                "nichtauflager", "ausverkauft", "nichtverfügbar", "nichtlieferbar", "vergriffen", "nein",
                "épuisé", "rupturedestock", "enrupture", "nondisponible", "indisponible", "agotado", "sinexistencias",
                "нетвналичии", "нет", "无货", "缺货", "售罄", "无", "否", "下架", "在庫なし", "esaurito", "uitverkocht",
            ]
        ),
        (
            .preorder,
            ["preorder", "presale", "vorbestellbar", "précommande", "preventa", "предзаказ", "预售", "预订", "予約"]
        ),
        (
            .backorder,
            ["backorder", "onbackorder", "madetoorder", "nachbestellt", "surcommande", "bajopedido", "подзаказ", "补货中"]
        ),
    ]
}
