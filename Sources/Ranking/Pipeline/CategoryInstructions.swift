import Catalog
internal import Retriever

/// The reranker's task by category: what makes a headphone relevant is not what makes a shoe relevant.
public struct CategoryInstructions: Sendable, Hashable {
    /// Instructions by category path from the root down; a path stands for all below it.
    public var byPath: [[String]: String]

    /// No instructions, or these.
    public init(_ byPath: [[String]: String] = [:]) {
        self.byPath = byPath
    }

    /// Candidates that are looked at, the best.
    private static let looked = 20

    /// The instruction for a query's candidates: of the deepest category that holds at least half of the best of them.
    ///
    /// - Parameter hits: In first-stage order, with their products.
    /// - Returns: Nil where no category with an instruction has so many.
    func instruction(for hits: [Hit]) -> String? {
        guard !byPath.isEmpty else { return nil }
        let products = hits.prefix(Self.looked).compactMap(\.product)
        let fitting = byPath.filter { path, _ in
            2 * products.count { $0.categories.contains { $0.starts(with: path) } } >= max(products.count, 1)
        }
        // Between equally deep ones, the alphabet decides: the same in every process.
        return fitting.min { left, right in
            left.key.count == right.key.count
                ? left.key.lexicographicallyPrecedes(right.key) : left.key.count > right.key.count
        }?.value
    }
}
