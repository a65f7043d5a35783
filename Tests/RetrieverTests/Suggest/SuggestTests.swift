import Catalog
import Foundation
import Testing

@testable import Retriever

@Suite("Suggestions")
struct SuggestTests {
    private static func products(_ titles: [String], brand: String? = nil, category: [String] = []) -> [Product] {
        titles.enumerated().map { place, title in
            Product(
                id: ProductID("\(brand ?? "")\(title)\(place)"),
                title: title,
                brand: brand,
                categories: category.isEmpty ? [] : [category]
            )
        }
    }

    private func suggestions(_ products: [Product], _ typed: String, limit: Int = 8) throws -> [Suggestion] {
        let index = try TemporaryIndex(products)
        return try ProductIndex(path: index.path).suggestions(SuggestRequest(typed, limit: limit))
    }

    private func queries(_ products: [Product], _ typed: String) throws -> [String] {
        try suggestions(products, typed).filter { $0.kind == .query }.map { $0.text.lowercased() }
    }

    private static let audio = products([
        "Wireless headphones black", "Wireless headphones white", "Wireless headphones sport", "Wireless mouse",
        "Wireless mouse mini", "Wired headphones",
    ])

    @Test("The word that is being typed is completed, and goes on as titles do, the commonest first")
    func words() throws {
        #expect(try queries(Self.audio, "wirel") == ["wireless", "wireless headphones", "wireless mouse"])
        #expect(try queries(Self.audio, "WIRELESS HEA") == ["wireless headphones"])
    }

    @Test(
        "Misspelt words are corrected, before the one that is being typed and in it",
        arguments: [
            ("wirless hea", "wireless headphones"), ("haedphones", "headphones"), ("wirless mous", "wireless mouse"),
            ("headfones ", "headphones"),
        ]
    )
    func misspelt(typed: String, expected: String) throws {
        #expect(try queries(Self.audio + Self.products(["Headphones"]), typed).contains { $0.hasPrefix(expected) })
    }

    @Test("After a space the next word is suggested")
    func nextWord() throws {
        #expect(try queries(Self.audio, "wireless ") == ["wireless headphones", "wireless mouse"])
    }

    @Test("A word that titles have elsewhere completes what was typed")
    func otherOrder() throws {
        #expect(try queries(Self.audio, "headphones wirel").contains("headphones wireless"))
    }

    @Test("Chinese is completed word by word, also from half a word")
    func chinese() throws {
        let products = Self.products(["蓝牙耳机 降噪", "蓝牙耳机 白色", "蓝牙耳机", "蓝牙音箱 便携", "蓝牙音箱 家用", "有线耳机"])
        #expect(try queries(products, "蓝牙").prefix(2) == ["蓝牙耳机", "蓝牙音箱"])
        #expect(try queries(products, "蓝牙耳").first == "蓝牙耳机")
        #expect(try queries(products, "蓝").first == "蓝牙")
    }

    @Test("Part of a code is completed to the whole")
    func code() throws {
        #expect(try queries(Self.products(["Laptop BR671-NB-16RA silver"]), "br671-n") == ["br671-nb-16ra"])
    }

    @Test("Brands and categories that begin with what was typed are suggested with their products")
    func fields() throws {
        let products =
            Self.products(["lamp", "chair"], brand: "Sorvelli", category: ["Home", "Sofas & more"])
            + Self.products(["table"], brand: "Sonor", category: ["Home", "Sofas & more", "Sofa beds"])
        let found = try suggestions(products, "so", limit: 0)
        #expect(found.map(\.text) == ["Sorvelli", "Sonor", "Home > Sofas & more", "Home > Sofas & more > Sofa beds"])
        #expect(found.map(\.products) == [2, 1, 3, 1])
        #expect(found.map(\.kind) == [.brand, .brand, .category, .category])
    }

    @Test("What was typed is marked")
    func marks() throws {
        let found = try suggestions(Self.audio, "wirel").first
        #expect(found?.fragments == [Fragment("Wirel", isMatch: true), Fragment("ess", isMatch: false)])
    }

    @Test("Nothing typed, or nothing but signs, suggests nothing", arguments: ["", "  ", "!?", "\u{0}"])
    func nothing(typed: String) throws {
        #expect(try suggestions(Self.audio, typed).isEmpty)
    }

    @Test("Every suggested query finds products", arguments: ["w", "wi", "hea", "m", "wireless h", "mini"])
    func found(typed: String) throws {
        let file = try TemporaryIndex(Self.audio)
        let index = try ProductIndex(path: file.path)
        for suggestion in try index.suggestions(SuggestRequest(typed)) where suggestion.kind == .query {
            var request = SearchRequest(suggestion.text)
            request.matching = .all
            #expect(try index.search(request).total ?? 0 > 0, "\(suggestion.text)")
        }
    }
}
