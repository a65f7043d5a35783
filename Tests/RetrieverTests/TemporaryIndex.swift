import Catalog
import Foundation
import Indexer
import Retriever
import Statistics

/// An index in a folder of its own that goes away with it.
final class TemporaryIndex {
    let folder: URL
    var path: String { folder.appendingPathComponent("shop.db").path }

    init(_ products: [Product], language: Language? = .english, synonyms: String? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("aisle-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try build(products, language: language, synonyms: synonyms)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    func build(_ products: [Product], language: Language? = .english, synonyms: String? = nil) throws {
        var options = BuildOptions(products: products, into: path)
        options.language = language
        options.synonyms = synonyms
        var build = IndexBuild(options)
        _ = try build.run()
    }

    func update(_ products: [Product], delete: [String] = []) throws -> BuildReport {
        var options = BuildOptions(products: products, into: path)
        options.update = true
        options.delete = delete.map { ProductID($0) }
        var build = IndexBuild(options)
        return try build.run()
    }

    func ids(_ query: String, top: Int = 10, _ change: (inout SearchRequest) -> Void = { _ in }) throws -> [String] {
        var request = SearchRequest(query, top: top)
        change(&request)
        return try ProductIndex(path: path).search(request).hits.map(\.id.rawValue)
    }
}

extension SplitMix64 {
    /// A product-like text of words from a small Zipf-like vocabulary.
    mutating func words(_ count: ClosedRange<Int>, of vocabulary: [String]) -> String {
        (0..<Int.random(in: count, using: &self)).map { _ in
            let share = Double.random(in: 0..<1, using: &self)
            return vocabulary[Int(Double(vocabulary.count) * share * share * share)]
        }.joined(separator: " ")
    }

    mutating func product(_ id: String, vocabulary: [String]) -> Product {
        Product(
            id: ProductID(id),
            title: words(2...8, of: vocabulary),
            brand: Bool.random(using: &self) ? words(1...1, of: vocabulary) : nil,
            categories: [[words(1...1, of: vocabulary), words(1...2, of: vocabulary)]],
            description: Bool.random(using: &self) ? words(0...40, of: vocabulary) + " end" : nil,
            price: Price(Double(Int.random(in: 1...500, using: &self))),
            attributes: [Attribute("color", [words(1...1, of: vocabulary)])]
        )
    }
}
