/// Decides what each column becomes: by `--map`, by the feed recognized, by likely names, by what the values look like.
struct ColumnPlanner {
    let file: String
    let feed: Feed?
    let map: [FieldMapping]
    /// Whether columns may be named by their number.
    let allowsNumbers: Bool

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
                ?? guess(columns[index], samples[index])
        }
        for (index, plan) in plans.enumerated() where mapped[index] == nil {
            if case .field(let field) = plan.role, field != .category, isMappedByUser(field) {
                plans[index].role = .attribute(plan.name)
            }
        }
        try chooseID(&plans, columns, samples, records)
        guard plans.contains(where: { $0.role == .field(.title) }) else {
            throw DumpError.noColumn(field: .title, file: file, columns: names(columns))
        }
        splitCategories(&plans, columns, samples)
        return plans
    }

    /// Plans a column that turned up behind the sample.
    func planLate(_ column: ColumnTable.Column) -> ColumnPlan {
        if let mapping = map.first(where: { $0.column == .named(column.name) }) {
            return ColumnPlan(column.name, role(for: mapping.field, column.name), rank: -1)
        }
        var plan = guess(column, ColumnSample())
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

    private func isMappedByUser(_ field: ProductField) -> Bool { map.contains { $0.field == field } }

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
            return ColumnPlan(column.name, .field(known.field), rank: known.rank + (feed == nil ? 0 : 100), rule: rule)
        }
        if column.name.utf8.first == UInt8(ascii: "_"),
            ["_index", "_type", "_score", "_version"].contains(column.name)
        {
            return ColumnPlan(column.name, .ignored(reason: "search engine's bookkeeping"))
        }
        if let reason = reasonToIgnore(key, sample) { return ColumnPlan(column.name, .ignored(reason: reason)) }
        return ColumnPlan(column.name, .attribute(column.name), rule: rule)
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
        if map.contains(where: { $0.field == .id && $0.column == .lineNumber }) {
            demote(&plans, where: { _ in true })
            return
        }
        if isMappedByUser(.id), plans.contains(where: { $0.role == .field(.id) }) { return }
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

    private func splitCategories(
        _ plans: inout [ColumnPlan],
        _ columns: [ColumnTable.Column],
        _ samples: [ColumnSample]
    ) {
        for index in plans.indices where plans[index].role == .field(.category) {
            if case .categories = plans[index].rule { continue }
            // Google's numeric taxonomy codes are no names.
            if samples[index].filled > 0, samples[index].numbers == samples[index].filled {
                plans[index].role = .attribute(plans[index].name)
                continue
            }
            var rule = CategoryRule.detect(Array(samples[index].distinct))
            let key = FieldNames.normalize(columns[index].name)
            rule.continuesPath = key.hasPrefix("subcategor") || key == "category2" || key == "category3"
            plans[index].rule = .categories(rule)
        }
    }

    private func names(_ columns: [ColumnTable.Column]) -> [String] {
        columns.map { $0.name }
    }
}
