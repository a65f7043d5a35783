internal import Catalog
internal import GRDB
internal import Retriever

/// A list that was read: its rows by number, and its index for the first stage.
///
/// One thread at a time.
final class AlignedList {
    /// The first stage over this list; any thread may search it.
    let index: ProductIndex
    /// Rows in it.
    let count: Int
    private let queue: DatabaseQueue
    private let products: ProductTable

    /// Opens a list that `ListImport` wrote.
    ///
    /// Throws `CatalogError`.
    init(path: String) throws {
        index = try ProductIndex(path: path)
        count = index.productCount
        queue = try IndexConnection.reading(path)
        var handle: OpaquePointer?
        queue.unsafeRead { handle = $0.sqliteConnection }
        guard let handle else { throw CatalogError.damagedIndex(path: path, reason: "the connection is closed") }
        products = try ProductTable(handle)
    }

    /// The numbers behind `last`, in order, `limit` at most.
    func numbers(after last: Int64, limit: Int) throws -> [Int64] {
        try queue.unsafeRead { database in
            try Int64.fetchAll(
                database,
                sql: "SELECT number FROM products WHERE number > ? ORDER BY number LIMIT ?",
                arguments: [last, limit]
            )
        }
    }

    /// Rows up to and with a number.
    func count(through last: Int64) throws -> Int {
        try queue.unsafeRead { database in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM products WHERE number <= ?", arguments: [last]) ?? 0
        }
    }

    /// The row with a number.
    func product(_ number: Int64) throws -> Product? {
        try products.product(DocumentNumber(clamping: number))?.product
    }

    /// A row's number by its id.
    func number(of id: String) throws -> Int64? {
        try products.number(of: ProductID(id)).map(Int64.init)
    }

    /// A row's id by its number.
    func id(of number: Int64) throws -> String? {
        try products.id(of: DocumentNumber(clamping: number))?.rawValue
    }
}
