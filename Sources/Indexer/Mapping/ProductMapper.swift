import Catalog

/// Turns records into products by the plans of their columns.
final class ProductMapper {
    private let planner: ColumnPlanner
    private let source: DumpSource
    private let table: ColumnTable
    private let cleaner: TextCleaner
    private let numbersRows: Bool
    private let keepsUntitled: Bool

    private(set) var plans: [ColumnPlan]
    private let compiled = GrowingBuffer<CompiledPlan>()
    private(set) var warnings = MappingWarnings()
    private let attributes = AttributeTable()
    private let slots = GrowingBuffer<Int32>()
    private let usable = GrowingBuffer<Bool>()
    private var categoryCache: [String: [[String]]] = [:]
    private var availabilityCache: [String: Availability] = [:]
    private let keepsOriginals: Bool

    init(
        planner: ColumnPlanner,
        plans: [ColumnPlan],
        table: ColumnTable,
        source: DumpSource,
        cleaner: TextCleaner,
        keepsOriginals: Bool
    ) {
        self.keepsOriginals = keepsOriginals
        self.planner = planner
        self.plans = plans
        self.table = table
        self.source = source
        self.cleaner = cleaner
        numbersRows = planner.numbersRows
        keepsUntitled = planner.feed.map { $0.grouping != .none } ?? false
        slots.extend(to: Slot.allCases.count, with: -1)
        for plan in plans { compiled.append(compile(plan, number: compiled.count + 1)) }
    }

    // MARK: Plans

    private func compile(_ plan: ColumnPlan, number column: Int) -> CompiledPlan {
        let kind: CompiledPlan.Kind
        var number: Int16 = 0
        var attribute = plan.name.isEmpty ? "column \(column)" : plan.name
        switch plan.role {
        case .field(.category): kind = .category
        case .field(let field):
            if let slot = Slot(field) {
                kind = .slot
                number = slot.rawValue
                // Beside a likelier identifier it is what it is called.
                if field == .id, FieldNames.rank(of: .gtin, for: FieldNames.normalize(plan.name)) != nil {
                    attribute = ProductField.gtin.rawValue
                }
            } else {
                kind = .attribute
                attribute = field.rawValue
            }
        case .control(let control):
            kind = .slot
            number = Slot(control).rawValue
        case .attribute(let name):
            kind = .attribute
            if !name.isEmpty { attribute = name }
        case .ignored: kind = .ignored
        case .optionName(let option):
            kind = .optionName
            number = Int16(clamping: option)
        case .optionValue(let option):
            kind = .optionValue
            number = Int16(clamping: option)
        }
        return CompiledPlan(
            kind: kind,
            number: number,
            rank: Int32(clamping: plan.rank),
            hasRule: plan.rule != .plain,
            isUndecided: plan.isUndecided,
            attribute: attributes.intern(attribute)
        )
    }

    /// Plans a column anew by the first values it has: those of one record.
    private func decide(_ column: Int, _ record: RawRecord) -> CompiledPlan {
        var sample = ColumnSample()
        for index in record.fields.indices where Int(record.fields[index].column) == column {
            sample.add(record.bytes(record.fields[index]))
        }
        plans[column] = planner.decided(plans[column], table.columns[column], sample)
        var plan = compile(plans[column], number: column + 1)
        plan.filled = compiled[column].filled
        compiled.base[column] = plan
        return plan
    }

    /// Records in which a column had a value.
    func filled(_ column: Int) -> Int { compiled[column].filled }

    // MARK: Records

    /// Maps one record.
    func map(_ record: RawRecord) -> Mapped {
        attributes.beginProduct()
        while compiled.count < table.count {
            let plan = planner.planLate(table.columns[compiled.count])
            plans.append(plan)
            compiled.append(compile(plan, number: compiled.count + 1))
        }
        fillSlots(record)
        if let reason = reasonToSkip(record) { return .skipped(reason) }
        let link = record.link
        guard let id = numbersRows ? String(record.line) : identifier(record, link) else {
            return .rejected(field: columnName(of: .id), value: nil, .missingID(column: described(.id)))
        }
        let title = text(.title, record)
        if title == nil, !keepsUntitled, link == nil {
            return .rejected(
                field: columnName(of: .title),
                value: nil,
                .missingTitle(column: described(.title))
            )
        }
        let location = SourceLocation(
            source: source,
            line: record.line,
            record: record.ordinal,
            byteOffset: record.offset
        )
        var row = MappedRow(
            product: Product(id: ProductID(id), title: title ?? ""),
            location: location,
            original: keepsOriginals || waits(link) ? record.original : []
        )
        row.link = link
        fillProduct(&row, record)
        return .row(row)
    }

    /// What identifies a product; groups of variants can do without.
    private func identifier(_ record: RawRecord, _ link: ProductLink?) -> String? {
        let own = text(.id, record)
        guard let link, link.role != .product else { return own }
        // A group is called what its variants call it, unless it has a number as products have one.
        let isName = index(.id).map { plans[Int(record.fields[$0].column)].name == Self.nodeName } ?? true
        return isName ? link.groupID ?? own ?? "" : own
    }

    /// The key of JSON-LD that says what an object is called.
    private static let nodeName = "@id"

    /// Whether a row may have to wait for others, and is reckoned by its bytes.
    private func waits(_ link: ProductLink?) -> Bool { link.map { $0.role != .product || !$0.groups.isEmpty } ?? false }

    /// Finds for each single-valued target the field that has it.
    private func fillSlots(_ record: RawRecord) {
        for index in slots.indices { slots.base[index] = -1 }
        usable.extend(to: record.fields.count, with: false)
        var lastColumn: Int32 = -1
        for index in 0..<record.fields.count {
            let field = record.fields[index]
            var plan = compiled[Int(field.column)]
            let isUsable = field.count > 0 && !isBlank(record.bytes(field))
            usable.base[index] = isUsable
            guard isUsable else { continue }
            if field.column != lastColumn {
                compiled.base[Int(field.column)].filled += 1
                lastColumn = field.column
                if plan.isUndecided { plan = decide(Int(field.column), record) }
            }
            guard plan.kind == .slot else { continue }
            let held = slots[Int(plan.number)]
            if held < 0 || plan.rank < compiled[Int(record.fields[Int(held)].column)].rank {
                slots.base[Int(plan.number)] = Int32(truncatingIfNeeded: index)
            }
        }
    }

    @inline(__always)
    private func isBlank(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var start = 0
        let end = bytes.count
        while start < end {
            let length = TextCleaner.spaceLength(bytes, start)
            if length == 0 { break }
            start += length
        }
        return start == end || (end - start <= 4 && NullWords.contains(bytes, start..<end))
    }

    // MARK: Values

    private func index(_ slot: Slot) -> Int? {
        let index = slots[Int(slot.rawValue)]
        return index < 0 ? nil : Int(index)
    }

    private func text(_ slot: Slot, _ record: RawRecord) -> String? {
        index(slot).flatMap { text(record.fields[$0], record) }
    }

    /// The field's text; whole numbers written with a point (`6.0` in JSON) lose it.
    @inline(__always)
    private func text(_ field: FieldSlice, _ record: RawRecord) -> String? {
        var bytes = record.bytes(field)
        if field.kind == .number, bytes.count > 2, bytes[bytes.count - 1] == UInt8(ascii: "0"),
            bytes[bytes.count - 2] == UInt8(ascii: ".")
        {
            bytes = UnsafeBufferPointer(rebasing: bytes[..<(bytes.count - 2)])
        }
        let repairs = cleaner.repairs
        let text = cleaner.text(bytes)
        if cleaner.repairs != repairs { tell("bytes that are not UTF-8 were replaced", field, record) }
        return text
    }

    private func fillProduct(_ row: inout MappedRow, _ record: RawRecord) {
        fillBrand(&row.product, record)
        row.product.description = text(.description, record)
        row.product.url = text(.url, record)
        row.product.imageURL = firstImage(record)
        row.product.groupID = text(.group, record)
        fillPrices(&row, record)
        fillAvailability(&row, record)
        if let rating = number(.rating, record) { row.product.rating = rating }
        if let count = number(.ratingCount, record), count < 1e15 { row.product.ratingCount = Int(count) }
        row.type = text(.type, record)
        row.parent = text(.parent, record)
        row.visibility = text(.visibility, record)
        if let list = text(.variants, record) { row.variants = Self.variantIDs(list) }
        let count = record.fields.count
        row.product.attributes.reserveCapacity(count)
        for index in 0..<count where usable[index] { fillRest(&row, record, index) }
        resolveOptions(&row)
    }

    /// The brand: of a list the first, with the others kept as an attribute.
    private func fillBrand(_ product: inout Product, _ record: RawRecord) {
        guard let index = index(.brand), let text = text(record.fields[index], record) else { return }
        let column = Int(record.fields[index].column)
        guard case .list(let separator) = plans[column].rule else { return product.brand = text }
        let brands = split(text, separator)
        product.brand = brands.first
        for brand in brands.dropFirst() { attributes.add(brand, compiled[column].attribute, to: &product) }
    }

    private func firstImage(_ record: RawRecord) -> String? {
        guard let index = index(.image), let text = text(record.fields[index], record) else { return nil }
        guard case .list(let separator) = plans[Int(record.fields[index].column)].rule else { return text }
        return split(text, separator).first
    }

    /// Everything that is not a winner of a single-valued target.
    private func fillRest(_ row: inout MappedRow, _ record: RawRecord, _ index: Int) {
        let field = record.fields[index]
        let plan = compiled[Int(field.column)]
        switch plan.kind {
        case .attribute: addAttribute(&row.product, plan, field, record)
        case .category:
            guard case .categories(let rule) = plans[Int(field.column)].rule, let text = text(field, record) else {
                return addCategory(&row.product, [text(field, record)].compactMap { $0 })
            }
            for path in paths(text, rule) {
                if rule.continuesPath, !row.product.categories.isEmpty {
                    row.product.categories[row.product.categories.count - 1] += path
                } else {
                    addCategory(&row.product, path)
                }
            }
        case .slot:
            let winner = Int(slots[Int(plan.number)])
            guard winner != index, let slot = Slot(rawValue: plan.number), slot.keepsLosers,
                plans[Int(field.column)].name != Self.nodeName
            else { return }
            addLoser(
                &row.product,
                slot,
                plan,
                field,
                record,
                sharesColumn: record.fields[winner].column == field.column
            )
        case .optionName:
            row.optionNames[Int(plan.number)] = text(field, record)
        case .optionValue:
            guard let text = text(field, record) else { return }
            let values = planner.feed?.grouping == .parent ? split(text, UInt8(ascii: ",")) : [text]
            row.options.append((Int(plan.number), values))
        case .ignored: break
        }
    }

    /// Splits a category, remembering what was split: dumps repeat a few thousand of them.
    private func paths(_ text: String, _ rule: CategoryRule) -> [[String]] {
        if let known = categoryCache[text] { return known }
        let paths = rule.paths(text)
        if categoryCache.count < 20_000, text.utf8.count < 1000 { categoryCache[text] = paths }
        return paths
    }

    private func addCategory(_ product: inout Product, _ path: [String]) {
        if !path.isEmpty, !product.categories.contains(path) { product.categories.append(path) }
    }

    /// A second value for a single-valued target: more text for a description, otherwise an attribute.
    private func addLoser(
        _ product: inout Product,
        _ slot: Slot,
        _ plan: CompiledPlan,
        _ field: FieldSlice,
        _ record: RawRecord,
        sharesColumn: Bool
    ) {
        guard sharesColumn else { return addAttribute(&product, plan, field, record) }
        switch slot {
        case .price, .salePrice, .availability, .quantity, .rating, .ratingCount: break
        case .description:
            guard let text = text(field, record), let description = product.description else { return }
            product.description = description + " " + text
        default:
            // A feed that gives the same element twice with the same text (`title` and `g:title`) means one.
            if let text = text(field, record), text != product.title, text != product.brand {
                attributes.add(text, plan.attribute, to: &product)
            }
        }
    }

    private func addAttribute(
        _ product: inout Product,
        _ plan: CompiledPlan,
        _ field: FieldSlice,
        _ record: RawRecord
    ) {
        guard let text = text(field, record) else { return }
        guard plan.hasRule else { return attributes.add(text, plan.attribute, to: &product) }
        switch plans[Int(field.column)].rule {
        case .list(let separator):
            for value in split(text, separator) { attributes.add(value, plan.attribute, to: &product) }
        case .pairs(let outer, let inner):
            for pair in split(text, outer) { addPair(pair, inner, plan, to: &product) }
        case .plain, .categories: attributes.add(text, plan.attribute, to: &product)
        }
    }

    private func addPair(_ pair: String, _ inner: UInt8, _ plan: CompiledPlan, to product: inout Product) {
        guard let mark = pair.utf8.firstIndex(of: inner), let name = CategoryRule.trimmed(pair[..<mark]),
            let value = CategoryRule.trimmed(pair[pair.utf8.index(after: mark)...])
        else {
            return attributes.add(pair, plan.attribute, to: &product)
        }
        // Names come from the data; a bounded number of them is remembered.
        let index = attributes.count < ColumnTable.limit ? attributes.intern(name) : plan.attribute
        attributes.add(value, index, to: &product)
    }

    private func split(_ text: String, _ separator: UInt8) -> [String] {
        CategoryRule.split(text[...], at: separator).compactMap(CategoryRule.trimmed)
    }

    private func resolveOptions(_ row: inout MappedRow) {
        guard !row.options.isEmpty else { return }
        row.options.removeAll { option in
            guard let name = row.optionNames[option.number] else { return false }
            for value in option.values { attributes.add(value, attributes.intern(name), to: &row.product) }
            return true
        }
    }

    // MARK: Numbers

    private func fillPrices(_ row: inout MappedRow, _ record: RawRecord) {
        let currency = text(.currency, record).flatMap { PriceParser.currency(in: $0) }
        guard let price = price(.price, currency, record) else { return }
        row.product.price = price
        if price.currency == nil { row.product.price?.currency = currency }
        row.product.salePrice = self.price(.salePrice, price.currency ?? currency, record)?.amount
        if let before = self.price(.compareAtPrice, price.currency ?? currency, record)?.amount {
            row.compareAtPrice = before
        }
    }

    /// The lowest price among the values of the winning column; a warning where there are only unreadable ones.
    private func price(_ slot: Slot, _ currency: String?, _ record: RawRecord) -> Price? {
        guard let first = index(slot) else { return nil }
        let column = record.fields[first].column
        let decimals = plans[Int(column)].decimals
        var lowest: Price?
        for index in first..<record.fields.count where record.fields[index].column == column && usable[index] {
            let field = record.fields[index]
            // JSON's own numbers have a decimal point, whatever strings beside them have.
            let mark = field.kind == .number ? .point : decimals
            guard let price = PriceParser.parse(record.bytes(field), decimals: mark, currency: currency),
                price.amount.isFinite
            else {
                warn("price", field, record)
                continue
            }
            if lowest.map({ price.amount < $0.amount }) ?? true { lowest = price }
        }
        return lowest
    }

    private func number(_ slot: Slot, _ record: RawRecord) -> Double? {
        guard let index = index(slot) else { return nil }
        let field = record.fields[index]
        let value = PriceParser.parse(record.bytes(field))?.amount
        if value == nil { warn(slot == .rating ? "rating" : "rating count", field, record) }
        return value
    }

    private func fillAvailability(_ row: inout MappedRow, _ record: RawRecord) {
        if let first = index(.availability) {
            let column = record.fields[first].column
            for index in first..<record.fields.count where record.fields[index].column == column && usable[index] {
                guard let text = text(record.fields[index], record) else { continue }
                guard let said = availability(text) else {
                    warn("availability", record.fields[index], record)
                    continue
                }
                if row.product.availability != .inStock { row.product.availability = said }
            }
        } else if let index = index(.quantity),
            let count = PriceParser.plainNumber(record.bytes(record.fields[index]))
        {
            row.product.availability = count > 0 ? .inStock : .outOfStock
        }
    }

    /// Reads a word of availability, remembering it: a dump has a handful of them.
    private func availability(_ text: String) -> Availability? {
        if let known = availabilityCache[text] { return known }
        let said = AvailabilityWords.parse(text)
        if let said, availabilityCache.count < 1000 { availabilityCache[text] = said }
        return said
    }

    private func warn(_ kind: String, _ field: FieldSlice, _ record: RawRecord) {
        warnings.count(kind)
        tell("not understood as \(kind); the product is kept without it", field, record)
    }

    /// Adds to the examples what there is to say about a value.
    private func tell(_ what: String, _ field: FieldSlice, _ record: RawRecord) {
        let name = plans[Int(field.column)].name
        warnings.tell(what, record.bytes(field), of: name, line: record.line, in: source.name)
    }

    // MARK: What is left out, and why

    private func reasonToSkip(_ record: RawRecord) -> String? {
        if let published = text(.published, record)?.lowercased(), ["0", "-1", "false", "no", "2"].contains(published),
            !(published == "2" && planner.feed?.grouping != .variantList)
        {
            return "not published"
        }
        if let status = text(.status, record)?.lowercased(), status == "draft" || status == "archived" {
            return "not published"
        }
        if planner.feed?.grouping == .parent, text(.visibility, record)?.lowercased() == "hidden" {
            return "hidden from the catalogue"
        }
        return index(.storeView) == nil ? nil : "another store view of a product"
    }

    private func columnName(of slot: Slot) -> String? {
        let index = plans.indices.filter { compiled[$0].kind == .slot && compiled[$0].number == slot.rawValue }
            .min { plans[$0].rank < plans[$1].rank }
        return index.map { plans[$0].name }
    }

    private func described(_ slot: Slot) -> String {
        columnName(of: slot).map { "\"\($0)\"" } ?? "any column"
    }

    /// The identifiers in `sku=A-S,size=S|sku=A-M,size=M`.
    private static func variantIDs(_ list: String) -> [String] {
        CategoryRule.split(list[...], at: UInt8(ascii: "|")).compactMap { variant in
            CategoryRule.split(variant, at: UInt8(ascii: ",")).first { $0.hasPrefix("sku=") }
                .map { String($0.dropFirst(4)) }
        }
    }
}
