/// A well-known export format, recognized by its columns.
struct Feed: Sendable {
    var name: String
    /// Whether these normalized column names are this feed's.
    var matches: @Sendable (Set<String>) -> Bool
    /// Words that the values of a column are, where names alone say too little: the column's normalized name, and them.
    var words: (column: String, allowed: Set<String>)?
    /// What its columns are, by normalized name; columns not named here go by `FieldNames`.
    var columns: [String: ColumnPlan.Role]
    var ranks: [String: Int] = [:]
    var rules: [String: ColumnPlan.Rule] = [:]
    /// What remains open after `columns`: numbered options.
    var numbered: (@Sendable (String) -> ColumnPlan.Role?)?
    var grouping: Grouping = .none

    /// How rows that make one product belong together.
    enum Grouping: Equatable, Sendable {
        case none
        /// Rows with the same identifier; only the first has a title.
        case sameID
        /// Variants name their parent.
        case parent
        /// Configurable products list their variants.
        case variantList
    }

    /// The feed with these columns, nil where it is none of those known.
    ///
    /// `values` gives some of a column's, by its name's place.
    static func recognize(_ names: [String], values: (Int) -> Set<String> = { _ in [] }) -> Feed? {
        let keys = names.map(FieldNames.normalize)
        let set = Set(keys)
        return all.first { feed in
            guard feed.matches(set) else { return false }
            guard let words = feed.words else { return true }
            let met = keys.firstIndex(of: words.column).map(values) ?? []
            return !met.isEmpty && met.allSatisfy { words.allowed.contains($0.lowercased()) }
        }
    }

    /// The feed of this name, of several the one with one of these identifiers.
    static func named(_ name: String, identifiedBy identifiers: [String]) -> Feed? {
        let keys = identifiers.map(FieldNames.normalize)
        return all.first { feed in feed.name == name && keys.contains { feed.columns[$0] == .field(.id) } }
    }

    /// Most specific first.
    private static let all: [Feed] = [
        schemaOrg, shopifyOld, shopifyNew, wooCommerce, magento, magentoBrief, amazonESCI, wands, openFoodFacts, google,
    ]

    private static func has(_ names: String...) -> @Sendable (Set<String>) -> Bool {
        { set in names.allSatisfy(set.contains) }
    }
}

extension Feed {
    private static let schemaOrg = Feed(
        name: "schema.org",
        matches: { set in
            set.contains("type") && set.contains("name")
                && (set.contains { $0.hasPrefix("offers") } || set.contains("context"))
        },
        columns: [
            "type": .ignored(reason: "JSON-LD keyword"), "context": .ignored(reason: "JSON-LD keyword"),
            "id": .field(.id), "sku": .field(.id), "productid": .field(.id), "url": .field(.url),
            "name": .field(.title), "brand": .field(.brand), "brandname": .field(.brand),
            "manufacturername": .field(.brand), "category": .field(.category), "description": .field(.description),
            "offersprice": .field(.price), "offerslowprice": .field(.price),
            "offerspricespecificationprice": .field(.price), "offerspricecurrency": .field(.currency),
            "offerspricespecificationpricecurrency": .field(.currency), "offersavailability": .field(.availability),
            "offersoffersprice": .field(.price), "offersofferspricecurrency": .field(.currency),
            "offersoffersavailability": .field(.availability), "offersurl": .field(.url), "image": .field(.image),
            "imageurl": .field(.image),
            "imagecontenturl": .field(.image), "aggregateratingratingvalue": .field(.rating),
            "aggregateratingreviewcount": .field(.ratingCount), "aggregateratingratingcount": .field(.ratingCount),
            "inproductgroupwithid": .field(.group), "productgroupid": .field(.group), "mpn": .field(.mpn),
            "gtin": .field(.id), "gtin14": .field(.id), "gtin13": .field(.id), "gtin12": .field(.id),
            "gtin8": .field(.id), "variesby": .ignored(reason: "names the attributes of variants"),
            "colorname": .attribute("color"), "sizename": .attribute("size"), "patternname": .attribute("pattern"),
            "materialname": .attribute("material"),
        ],
        ranks: [
            "productid": 0, "sku": 1, "id": 2, "gtin": 3, "gtin14": 3, "gtin13": 3, "gtin12": 3, "gtin8": 3,
            "offerslowprice": 1, "offerspricespecificationprice": 2, "offersoffersprice": 3,
            "offersofferspricecurrency": 1, "offersoffersavailability": 1, "brandname": 1,
            "manufacturername": 2, "offersurl": 1, "imageurl": 1, "imagecontenturl": 2, "productgroupid": 1,
            "aggregateratingratingcount": 1,
        ]
    )

    private static let shopifyShared: [String: ColumnPlan.Role] = [
        "title": .field(.title), "bodyhtml": .field(.description), "description": .field(.description),
        "vendor": .field(.brand), "productcategory": .field(.category), "type": .field(.category),
        "status": .control(.status), "imagesrc": .field(.image), "productimageurl": .field(.image),
    ]

    private static let shopifyOld = Feed(
        name: "Shopify",
        matches: {
            $0.contains("handle") && $0.contains("title") && $0.contains { $0.hasPrefix("variant") || $0 == "vendor" }
        },
        columns: shopifyShared.merging(
            [
                "handle": .field(.id), "published": .control(.published), "variantsku": .field(.sku),
                "variantprice": .field(.price), "variantcompareatprice": .control(.compareAtPrice),
                "variantbarcode": .field(.gtin), "variantinventoryqty": .field(.quantity),
                "variantimage": .ignored(reason: "picture address"),
            ],
            uniquingKeysWith: { $1 }
        ),
        rules: ["tags": .list(UInt8(ascii: ","))],
        numbered: { option($0, prefix: "option", name: "name", value: "value") },
        grouping: .sameID
    )

    private static let shopifyNew = Feed(
        name: "Shopify",
        matches: has("urlhandle", "title"),
        columns: shopifyShared.merging(
            [
                "urlhandle": .field(.id), "publishedononlinestore": .control(.published), "sku": .field(.sku),
                "price": .field(.price), "compareatprice": .control(.compareAtPrice), "barcode": .field(.gtin),
                "inventoryquantity": .field(.quantity), "variantimageurl": .ignored(reason: "picture address"),
            ],
            uniquingKeysWith: { $1 }
        ),
        rules: ["tags": .list(UInt8(ascii: ","))],
        numbered: { option($0, prefix: "option", name: "name", value: "value") },
        grouping: .sameID
    )

    private static let wooCommerce = Feed(
        name: "WooCommerce",
        matches: { set in
            ["type", "name", "sku"].allSatisfy(set.contains)
                && (set.contains("regularprice") || set.contains("visibilityincatalog") || set.contains("instock"))
        },
        columns: [
            "id": .field(.id), "sku": .field(.sku), "type": .control(.type), "name": .field(.title),
            "published": .control(.published), "visibilityincatalog": .control(.visibility),
            "shortdescription": .field(.description), "description": .field(.description),
            "instock": .field(.availability), "stock": .field(.quantity), "regularprice": .field(.price),
            "saleprice": .field(.salePrice), "categories": .field(.category), "images": .field(.image),
            "parent": .control(.parent), "gtinupceanorisbn": .field(.gtin), "brands": .field(.brand),
        ],
        ranks: ["description": 0, "shortdescription": 1],
        rules: [
            "categories": .categories(CategoryRule(list: UInt8(ascii: ","))), "tags": .list(UInt8(ascii: ",")),
            "images": .list(UInt8(ascii: ",")),
        ],
        numbered: { option($0, prefix: "attribute", name: "name", value: "values") },
        grouping: .parent
    )

    private static let magento = Feed(
        name: "Magento",
        matches: { set in
            set.contains("sku") && set.contains("producttype")
                && (set.contains("attributesetcode") || set.contains("urlkey") || set.contains("visibility")
                    || set.contains("configurablevariations") || set.contains("productwebsites"))
        },
        columns: [
            "sku": .field(.id), "storeviewcode": .control(.storeView), "producttype": .control(.type),
            "name": .field(.title), "description": .field(.description), "shortdescription": .field(.description),
            "price": .field(.price), "specialprice": .field(.salePrice), "qty": .field(.quantity),
            "isinstock": .field(.availability), "categories": .field(.category), "urlkey": .attribute("url_key"),
            "baseimage": .field(.image), "visibility": .control(.visibility), "productonline": .control(.published),
            "configurablevariations": .control(.variants), "additionalattributes": .attribute("additional_attributes"),
            "manufacturer": .field(.brand), "brand": .field(.brand),
        ],
        ranks: ["description": 0, "shortdescription": 1, "brand": 0, "manufacturer": 1],
        rules: [
            "categories": .categories(CategoryRule(list: UInt8(ascii: ","), path: UInt8(ascii: "/"))),
            "additionalattributes": .pairs(outer: UInt8(ascii: ","), inner: UInt8(ascii: "=")),
        ],
        grouping: .variantList
    )

    /// An export of a few columns: `product_type` names categories in other tables.
    private static let magentoBrief: Feed = {
        var feed = magento
        feed.matches = has("sku", "producttype")
        feed.words = (
            "producttype", ["simple", "configurable", "virtual", "downloadable", "bundle", "grouped", "giftcard"]
        )
        return feed
    }()

    private static let amazonESCI = Feed(
        name: "Amazon ESCI",
        matches: has("productid", "producttitle"),
        columns: [
            "productid": .field(.id), "producttitle": .field(.title), "productdescription": .field(.description),
            "productbulletpoint": .attribute("product_bullet_point"), "productbrand": .field(.brand),
            "productcolor": .attribute("color"), "productcolorname": .attribute("color"),
        ]
    )

    private static let wands = Feed(
        name: "WANDS",
        matches: { set in
            ["productid", "productname"].allSatisfy(set.contains)
                && (set.contains("productclass") || set.contains("categoryhierarchy"))
        },
        columns: [
            "productid": .field(.id), "productname": .field(.title), "productclass": .attribute("product_class"),
            "categoryhierarchy": .field(.category), "productdescription": .field(.description),
            "productfeatures": .attribute("product_features"), "averagerating": .field(.rating),
            "ratingcount": .field(.ratingCount), "reviewcount": .attribute("review_count"),
        ],
        rules: [
            "categoryhierarchy": .categories(CategoryRule(path: UInt8(ascii: "/"))),
            "productclass": .list(UInt8(ascii: "|")),
            "productfeatures": .pairs(outer: UInt8(ascii: "|"), inner: UInt8(ascii: ":")),
        ]
    )

    private static let openFoodFacts = Feed(
        name: "Open Food Facts",
        matches: has("code", "productname", "brands", "categories"),
        columns: [
            "code": .field(.id), "productname": .field(.title), "brands": .field(.brand),
            "categories": .field(.category),
            "genericname": .field(.description), "url": .field(.url), "imageurl": .field(.image),
            "quantity": .attribute("quantity"), "stores": .attribute("stores"), "labels": .attribute("labels"),
        ],
        rules: [
            "categories": .categories(CategoryRule(list: UInt8(ascii: ","))), "labels": .list(UInt8(ascii: ",")),
            "brands": .list(UInt8(ascii: ",")), "countries": .list(UInt8(ascii: ",")),
            "stores": .list(UInt8(ascii: ",")),
        ]
    )

    private static let google = Feed(
        name: "Google Merchant",
        matches: { set in
            ["id", "title", "link"].allSatisfy(set.contains)
                && (set.contains("imagelink") || set.contains("availability") || set.contains("googleproductcategory"))
        },
        columns: [
            "id": .field(.id), "title": .field(.title), "description": .field(.description), "link": .field(.url),
            "imagelink": .field(.image), "availability": .field(.availability), "price": .field(.price),
            "saleprice": .field(.salePrice), "brand": .field(.brand), "gtin": .field(.gtin), "mpn": .field(.mpn),
            "itemgroupid": .field(.group), "producttype": .field(.category), "googleproductcategory": .field(.category),
            "additionalimagelink": .ignored(reason: "picture address"),
            "mobilelink": .ignored(reason: "page address"), "adsredirect": .ignored(reason: "page address"),
        ],
        ranks: ["producttype": 0, "googleproductcategory": 1],
        rules: ["producttype": .categories(CategoryRule()), "googleproductcategory": .categories(CategoryRule())]
    )

    /// `option2value` with prefix `option` is value 2; nil for other names.
    private static func option(_ key: String, prefix: String, name: String, value: String) -> ColumnPlan.Role? {
        guard key.hasPrefix(prefix) else { return nil }
        let rest = key.dropFirst(prefix.count)
        let digits = rest.prefix { $0.isNumber }
        guard let number = Int(digits) else { return nil }
        let kind = rest.dropFirst(digits.count)
        if kind == name { return .optionName(number) }
        if kind == value || kind == "value" { return .optionValue(number) }
        return .ignored(reason: "about how options are shown")
    }
}
