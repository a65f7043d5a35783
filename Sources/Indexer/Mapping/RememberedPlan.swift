internal import Catalog
internal import Foundation
internal import GRDB

/// How dumps were read, kept in the index so that its updates are read alike.
///
/// The columns of a delta would often be guessed otherwise: in two rows any column is unique. What is encoded has to
/// stay readable.
struct RememberedPlan: Codable, Equatable, Sendable {
    /// The feed's name, nil for other tables and objects.
    var feed: String?
    /// Whether rows were identified by their line's number.
    var numbersRows = false
    /// Columns that are more than attributes of their own name.
    private(set) var columns: [ColumnPlan] = []
    /// Columns that are just that.
    private(set) var attributes: [String] = []

    init(feed: String? = nil, numbersRows: Bool = false) {
        self.feed = feed
        self.numbersRows = numbersRows
    }

    /// The identifying columns, likeliest first.
    var identifiers: [String] {
        columns.filter { $0.role == .field(.id) }.sorted { $0.rank < $1.rank }.map(\.name)
    }

    /// Whether `--map` said which column is the field.
    func isMapped(_ field: ProductField) -> Bool { columns.contains { $0.rank < 0 && $0.role == .field(field) } }

    /// Adds what it does not know yet of these columns.
    mutating func add(_ plans: [ColumnPlan]) {
        var known = Set(columns.map(\.name)).union(attributes)
        for plan in plans where known.insert(plan.name).inserted {
            if plan.role == .attribute(plan.name), plan.rule == .plain {
                attributes.append(plan.name)
            } else {
                columns.append(plan)
            }
        }
    }

    /// Whether one of the identifying columns is among these normalized names.
    private func isIdentified(by names: Set<String>) -> Bool {
        numbersRows || identifiers.contains { names.contains(FieldNames.normalize($0)) }
    }

    /// Whether its dumps have a column of this name, whatever it is.
    func knows(_ name: String) -> Bool { attributes.contains(name) || columns.contains { $0.name == name } }

    // MARK: Several plans

    /// How the dumps of the index at `path` were read; empty where it does not say.
    ///
    /// Throws `CatalogError`.
    static func stored(at path: String) throws -> [RememberedPlan] {
        let queue = try IndexConnection.reading(path)
        defer { try? queue.close() }
        let data = try queue.unsafeRead { try IndexMeta.dumpPlans($0) }
        return data.flatMap { try? JSONDecoder().decode([RememberedPlan].self, from: $0) } ?? []
    }

    /// Adds what was learned from another dump: to the plan of its kind, or as another one.
    static func merge(_ new: RememberedPlan, into plans: inout [RememberedPlan]) {
        let place = plans.firstIndex {
            $0.feed == new.feed && $0.numbersRows == new.numbersRows && $0.identifiers == new.identifiers
        }
        guard let place else { return plans.append(new) }
        plans[place].add(new.columns + new.attributes.map { ColumnPlan($0, .attribute($0)) })
    }

    /// The plan for a dump with these columns: one whose identifier it has (unless `anyIdentifier`), of the same feed if
    /// possible, and of several the one it shares most columns with.
    static func choose(
        _ plans: [RememberedPlan],
        feed: String?,
        names: [String],
        anyIdentifier: Bool
    ) -> RememberedPlan? {
        let names = Set(names.map(FieldNames.normalize))
        var best: (plan: RememberedPlan, isSameFeed: Bool, shared: Int)?
        for plan in plans {
            guard anyIdentifier || plan.isIdentified(by: names) else { continue }
            let isSameFeed = plan.feed == feed
            let shared = (plan.columns.map(\.name) + plan.attributes).count { names.contains(FieldNames.normalize($0)) }
            guard let held = best, (held.isSameFeed ? 1 : 0, held.shared) >= (isSameFeed ? 1 : 0, shared) else {
                best = (plan, isSameFeed, shared)
                continue
            }
        }
        return best?.plan
    }
}

/// A remembered plan's columns by name.
struct PlanLookup {
    private var exact: [String: ColumnPlan] = [:]
    private var alike: [String: ColumnPlan] = [:]

    init(_ plan: RememberedPlan) {
        for column in plan.columns + plan.attributes.map({ ColumnPlan($0, .attribute($0)) }) {
            exact[column.name] = exact[column.name] ?? column
            let key = FieldNames.normalize(column.name)
            alike[key] = alike[key] ?? column
        }
    }

    /// The plan of this column under its own spelling; of names that differ only as `FieldNames.normalize` ignores,
    /// where none is met to the letter.
    func plan(of name: String) -> ColumnPlan? {
        guard var plan = exact[name] ?? alike[FieldNames.normalize(name)] else { return nil }
        plan.name = name
        return plan
    }
}
