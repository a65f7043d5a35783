/// Decides what each column becomes: by `--map`, by what the index remembers, by the feed recognized, by likely names, by
/// what the values look like.
struct ColumnPlanner {
    let file: String
    let feed: Feed?
    let map: [FieldMapping]
    /// Whether columns may be named by their number.
    let allowsNumbers: Bool
    /// How dumps of this kind were read before.
    let remembered: RememberedPlan?
    private let lookup: PlanLookup?

    init(
        file: String,
        feed: Feed?,
        map: [FieldMapping],
        allowsNumbers: Bool,
        remembered: RememberedPlan? = nil
    ) {
        self.file = file
        self.feed = feed
        self.map = map
        self.allowsNumbers = allowsNumbers
        self.remembered = remembered
        lookup = remembered.map(PlanLookup.init)
    }

    /// Whether rows are identified by their line's number.
    var numbersRows: Bool {
        map.contains { $0.column == .lineNumber }
            || remembered?.numbersRows == true && !map.contains { $0.field == .id }
    }

    /// Plans all columns met in the sample.
    ///
    /// - Throws: `DumpError.unknownColumn` for a `--map` that names none, `DumpError.noColumn` when no column can be
    ///   the identifier or the title.
    func plan(
        _ columns: [ColumnTable.Column],
        _ samples: [ColumnSample],
        records: Int
    ) throws -> [ColumnPlan] {
        let mapped = try resolveMap(columns)
        var plans = columns.indices.map { index in
            mapped[index].map { ColumnPlan(columns[index].name, role(for: $0, columns[index].name), rank: -1) }
                ?? lookup?.plan(of: columns[index].name)
                ?? (remembered == nil
                    ? guess(columns[index], samples[index]) : guessLate(columns[index], samples[index]))
        }
        for (index, plan) in plans.enumerated() where mapped[index] == nil {
            if case .field(let field) = plan.role, field != .category, map.contains(where: { $0.field == field }) {
                plans[index].role = .attribute(plan.name)
            }
        }
        try chooseID(&plans, columns, samples, records)
        guard plans.contains(where: { $0.role == .field(.title) }) else {
            throw DumpError.noColumn(field: .title, file: file, columns: names(columns))
        }
        for index in plans.indices { splitCategories(&plans[index], columns[index], samples[index]) }
        noteDecimals(&plans, samples)
        return plans
    }

    /// Plans a column that turned up behind the sample.
    func planLate(_ column: ColumnTable.Column) -> ColumnPlan {
        if let mapping = map.first(where: { $0.column == .named(column.name) }) {
            return ColumnPlan(column.name, role(for: mapping.field, column.name), rank: -1)
        }
        return lookup?.plan(of: column.name) ?? guessLate(column, ColumnSample())
    }

    /// Looks again at a column that was planned before it had a value, now that it has some.
    ///
    /// The same is asked of them as of a sample, so that it matters little where in a dump a column begins.
    func decided(_ plan: ColumnPlan, _ column: ColumnTable.Column, _ sample: ColumnSample) -> ColumnPlan {
        var plan = plan
        plan.isUndecided = false
        if case .attribute = plan.role, let reason = reasonToIgnore(FieldNames.normalize(column.name), sample) {
            plan.role = .ignored(reason: reason)
        }
        splitCategories(&plan, column, sample)
        return plan
    }

    /// Guesses a column beside others that are settled: it identifies nothing, and stands back behind them.
    private func guessLate(_ column: ColumnTable.Column, _ sample: ColumnSample) -> ColumnPlan {
        var plan = guess(column, sample)
        if case .field(let field) = plan.role {
            plan.rank += 1000
            if field == .id || isMappedByUser(field) { plan.role = .attribute(column.name) }
        }
        return plan
    }

    // MARK: What the user said

    private func resolveMap(_ columns: [ColumnTable.Column]) throws -> [ProductField?] {
        var mapped = [ProductField?](repeating: nil, count: columns.count)
        for mapping in map {
            guard case .named(let name) = mapping.column else { continue }
            let key = FieldNames.normalize(name)
            let exact = columns.indices.filter { columns[$0].name == name }
            let alike = exact.isEmpty ? columns.indices.filter { FieldNames.normalize(columns[$0].name) == key } : exact
            if !alike.isEmpty {
                for index in alike { mapped[index] = mapping.field }
            } else if allowsNumbers, let number = Int(name), columns.indices.contains(number - 1) {
                mapped[number - 1] = mapping.field
            } else if allowsNumbers || mapping.field == .id || mapping.field == .title {
                // Other keys of JSON and XML may still turn up behind the sample.
                throw DumpError.unknownColumn(name: name, file: file, columns: names(columns))
            }
        }
        return mapped
    }

    /// Whether `--map` names a column for the field, now or when the index was built.
    private func isMappedByUser(_ field: ProductField) -> Bool {
        map.contains { $0.field == field } || remembered?.isMapped(field) == true
    }

    private func role(for field: ProductField, _ name: String) -> ColumnPlan.Role {
        switch field {
        case .attribute: .attribute(name)
        case .ignore: .ignored(reason: "by --map")
        default: .field(field)
        }
    }

    // MARK: What names and values say

    private func guess(_ column: ColumnTable.Column, _ sample: ColumnSample) -> ColumnPlan {
        if column.isNamedByData { return ColumnPlan(column.name, .attribute(column.name)) }
        let key = FieldNames.normalize(column.name)
        // `brand.@id` is no name of a feed's column, though it reads like one without punctuation.
        if let feed, !column.name.contains(".@"), let role = feed.columns[key] ?? feed.numbered?(key) {
            return ColumnPlan(column.name, role, rank: feed.ranks[key] ?? 0, rule: feed.rules[key] ?? .plain)
        }
        if column.name.utf8.contains(UInt8(ascii: "@")), column.name.contains(".@") || column.name.hasPrefix("@") {
            return ColumnPlan(column.name, .ignored(reason: "JSON-LD keyword"))
        }
        let rule = feed?.rules[key] ?? .plain
        if let known = FieldNames.field(for: key) {
            var plan = ColumnPlan(
                column.name,
                .field(known.field),
                rank: known.rank + (feed == nil ? 0 : 100),
                rule: rule
            )
            plan.isUndecided = known.field == .category && sample.filled == 0
            return plan
        }
        if column.name.utf8.first == UInt8(ascii: "_"),
            ["_index", "_type", "_score", "_version"].contains(column.name)
        {
            return ColumnPlan(column.name, .ignored(reason: "search engine's bookkeeping"))
        }
        if let reason = reasonToIgnore(key, sample) { return ColumnPlan(column.name, .ignored(reason: reason)) }
        var plan = ColumnPlan(column.name, .attribute(column.name), rule: rule)
        plan.isUndecided = sample.filled == 0
        return plan
    }

    private func reasonToIgnore(_ key: String, _ sample: ColumnSample) -> String? {
        // A name alone is no reason: "picture quality" is an attribute like any other.
        guard sample.filled > 0, 10 * sample.addresses >= 9 * sample.filled else { return nil }
        return Self.namesPicture(key) ? "picture address" : "page address"
    }

    /// On bytes: searching strings by `Character` takes a sixth of the whole reading time of objects with many keys.
    private static func namesPicture(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        return pictureWords.contains { word in
            bytes.count >= word.count
                && (0...bytes.count - word.count).contains { bytes[$0...].starts(with: word) }
        }
    }

    private static let pictureWords: [[UInt8]] = [
        "image", "img", "picture", "photo", "thumbnail", "图片", "主图", "bild", "foto", "imagen", "изображен", "картинк",
    ]
    .map { Array($0.utf8) }

    /// Leaves exactly one column to identify products by (or several where the feed allows it).
    private func chooseID(
        _ plans: inout [ColumnPlan],
        _ columns: [ColumnTable.Column],
        _ samples: [ColumnSample],
        _ records: Int
    ) throws {
        if numbersRows {
            demote(&plans, where: { _ in true })
            return
        }
        if isMappedByUser(.id) || remembered != nil, plans.contains(where: { $0.role == .field(.id) }) { return }
        if let feed, feed.columns.contains(where: { $0.value == .field(.id) }),
            plans.contains(where: { $0.role == .field(.id) && feed.columns[FieldNames.normalize($0.name)] != nil })
        {
            demote(&plans) { feed.columns[FieldNames.normalize(columns[$0].name)] == nil }
            return
        }
        let candidates = columns.indices.compactMap { index -> (index: Int, rank: Int)? in
            guard !columns[index].isNamedByData, isFree(plans[index]) else { return nil }
            return FieldNames.rank(of: .id, for: FieldNames.normalize(columns[index].name)).map { (index, $0) }
        }
        .sorted { $0.rank < $1.rank }
        let good = candidates.first { samples[$0.index].isUnique && 2 * samples[$0.index].filled >= records }
        guard let chosen = good ?? candidates.first else {
            throw DumpError.noColumn(field: .id, file: file, columns: names(columns))
        }
        demote(&plans) { $0 != chosen.index }
        plans[chosen.index].role = .field(.id)
        plans[chosen.index].isUndecided = false
    }

    /// Whether a column may become the identifier: it is nothing more particular yet.
    private func isFree(_ plan: ColumnPlan) -> Bool {
        switch plan.role {
        case .field(.id), .field(.sku), .field(.gtin), .field(.mpn), .attribute: plan.rank >= 0
        default: false
        }
    }

    private func demote(_ plans: inout [ColumnPlan], where condition: (Int) -> Bool) {
        for index in plans.indices where plans[index].role == .field(.id) && condition(index) {
            plans[index].role = secondRole(plans[index].name)
        }
    }

    /// What a column is that could have been the identifier but is not.
    private func secondRole(_ name: String) -> ColumnPlan.Role {
        let key = FieldNames.normalize(name)
        let codes: [ProductField] = [.gtin, .mpn, .sku]
        return codes.first { FieldNames.rank(of: $0, for: key) != nil }.map { .field($0) } ?? .attribute(name)
    }

    private func splitCategories(_ plan: inout ColumnPlan, _ column: ColumnTable.Column, _ sample: ColumnSample) {
        guard plan.role == .field(.category), !plan.isUndecided else { return }
        if case .categories = plan.rule { return }
        // Google's numeric taxonomy codes are no names.
        if sample.filled > 0, sample.numbers == sample.filled {
            plan.role = .attribute(plan.name)
            return
        }
        var rule = CategoryRule.detect(Array(sample.distinct))
        let key = FieldNames.normalize(column.name)
        rule.continuesPath = key.hasPrefix("subcategor") || key == "category2" || key == "category3"
        plan.rule = .categories(rule)
    }

    /// Notes how prices write decimals: each column as its sample shows it, or else as the others do.
    private func noteDecimals(_ plans: inout [ColumnPlan], _ samples: [ColumnSample]) {
        let prices: [ColumnPlan.Role] = [.field(.price), .field(.salePrice), .control(.compareAtPrice)]
        let places = plans.indices.filter { prices.contains(plans[$0].role) }
        for place in places { plans[place].decimals = plans[place].decimals ?? samples[place].decimals }
        let marks = Set(places.compactMap { plans[$0].decimals })
        for place in places where marks.count == 1 { plans[place].decimals = marks.first }
    }

    private func names(_ columns: [ColumnTable.Column]) -> [String] {
        columns.map { $0.name }
    }
}
