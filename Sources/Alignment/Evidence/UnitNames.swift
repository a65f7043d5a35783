/// What units are called in titles of shops, in the languages these come in.
enum UnitNames {
    /// A unit's dimension, and how many of the dimension's own units it is.
    struct Unit {
        var dimension: Quantity.Dimension
        var factor: Double
    }

    /// The unit of a folded name.
    static func unit(_ name: String) -> Unit? { units[name] }

    /// Names in scripts without spaces, longest first: they may be followed by anything.
    static let unspaced: [String] = units.keys.filter { !isSpaced($0) }
        .sorted { ($0.unicodeScalars.count, $1) > ($1.unicodeScalars.count, $0) }

    private static func isSpaced(_ name: String) -> Bool {
        name.unicodeScalars.allSatisfy { $0.value < 0x250 || (0x400..<0x530).contains($0.value) }
    }

    private static let units: [String: Unit] = {
        var units: [String: Unit] = [:]
        for (dimension, factor, names) in table {
            for name in names.split(separator: " ") { units[String(name)] = Unit(dimension: dimension, factor: factor) }
        }
        return units
    }()

    /// Factors: the international yard and pound (1959), US customary fluid ounces.
    private static let table: [(Quantity.Dimension, Double, String)] = [
        (.mass, 1, "g gr gm gram grams gramm grammes gramme gramos г 克 公克 グラム 그램"),
        (.mass, 1000, "kg kgs kilo kilogram kilograms kilogramm кг 公斤 千克 キロ 킬로"),
        (.mass, 0.001, "mg milligram milligrams мг 毫克"),
        (.mass, 28.349523125, "oz ounce ounces 盎司"),
        (.mass, 453.59237, "lb lbs pound pounds 磅"),
        (.volume, 1, "ml millilitre millilitres milliliter milliliters мл 毫升 cc ミリリットル"),
        (.volume, 10, "cl centilitre"),
        (.volume, 1000, "l lt ltr liter liters litre litres litro litros л 升 公升 リットル"),
        (.volume, 29.5735295625, "floz"),
        (.length, 1, "mm millimeter millimeters millimetre millimetres мм 毫米 公厘 ミリ"),
        (.length, 10, "cm centimeter centimeters centimetre centimetres см 厘米 公分 センチ"),
        (.length, 1000, "m meter meters metre metres metros м 米 公尺 メートル"),
        (.length, 25.4, "in inch inches zoll pouce pouces pulgada pulgadas 英寸 英吋 吋 寸 インチ"),
        (.length, 304.8, "ft foot feet 英尺"),
        (.power, 1, "w watt watts вт 瓦 瓦特"),
        (.power, 1000, "kw kilowatt 千瓦"),
        (.voltage, 1, "v volt volts 伏 伏特"),
        (.charge, 1, "mah 毫安 毫安时 毫安時"),
        (.charge, 1000, "ah 安时 安時"),
        (.storage, 1.0 / 1024, "mb"),
        (.storage, 1, "gb гб"),
        (.storage, 1024, "tb"),
        (.frequency, 1, "hz 赫兹 赫茲"),
        (.frequency, 1000, "khz"),
        (.frequency, 1e6, "mhz"),
        (.frequency, 1e9, "ghz"),
        (
            .pieces, 1,
            """
            pc pcs piece pieces pack packs pk ct count stück stueck stk pièces pieces piezas pz шт 件 个 個 入 片 只 隻 支 包 粒 颗 \
            顆 枚 张 張 条 條 双 雙 对 對 瓶 盒 袋 本 套 件装 件裝 片装 片裝 只装 包装 支装 個入 个装 입 개
            """
        ),
    ]
}
