import Catalog
import Testing

@testable import Retriever

@Suite("Misspelt words")
struct SpellingTests {
    private static let shop: [Product] = {
        var products = (0..<30).map { Shop.product("h\($0)", "wireless headphones model") }
        products += (0..<30).map { Shop.product("k\($0)", "keyboard stand 10450") }
        products += (0..<12).map { Shop.product("c\($0)", "Camera WH-1000XM4") }
        products.append(Shop.product("rare", "Cameras headphonez wirelesss"))
        products.append(Shop.product("one", "kabel"))
        return products
    }()

    @Test(
        "a word that products hardly have is corrected, in words a person would type",
        arguments: [
            ("hedphones", "headphones"), ("wireles keybord", nil), ("Wireles Headphones", "wireless Headphones"),
            ("kamera", "camera"), ("hedphones -stand", "headphones -stand"), ("keybord", "keyboard"),
        ] as [(String, String?)]
    )
    func corrects(query: String, expected: String?) throws {
        let index = try ProductIndex(path: TemporaryIndexKeeper.keep(Self.shop))
        let response = try index.search(SearchRequest(query))
        if let expected { #expect(response.didYouMean == expected) }
        #expect(response.hits.count == 10)
    }

    @Test(
        "common words, codes, numbers, short words and phrases are taken as meant",
        arguments: [
            "headphones", "keyboard", "10451", "WH-1000XM5", "wh1000xm3", "\"hedphones\"", "sta", "zzzzqqqq", "",
            "-hedphones",
        ]
    )
    func leaves(query: String) throws {
        let index = try ProductIndex(path: TemporaryIndexKeeper.keep(Self.shop))
        #expect(try index.search(SearchRequest(query)).didYouMean == nil)
    }

    @Test(
        "a word that some product has is corrected only to one that ten times as many have",
        arguments: [(5, nil), (12, "label")] as [(Int, String?)]
    )
    func rareWords(labels: Int, expected: String?) throws {
        let shop = (0..<labels).map { Shop.product("l\($0)", "label printer") } + [Shop.product("k", "kabel")]
        let response = try ProductIndex(path: TemporaryIndexKeeper.keep(shop)).search(SearchRequest("kabel"))
        #expect(response.didYouMean == expected)
        #expect(response.hits.contains { $0.id.rawValue == "k" })
    }

    @Test("nothing is corrected when that is not wanted")
    func switchedOff() throws {
        let index = try ProductIndex(path: TemporaryIndexKeeper.keep(Self.shop))
        var request = SearchRequest("hedphones")
        request.correctsSpelling = false
        let response = try index.search(request)
        #expect(response.hits.isEmpty && response.didYouMean == nil)
    }

    @Test(
        "an unknown word is corrected even where no product has all words, or any word will do",
        arguments: [Matching.any, .auto(minimum: 10)]
    )
    func correctsWithoutConjunction(matching: Matching) throws {
        let index = try ProductIndex(path: TemporaryIndexKeeper.keep(Self.shop))
        var request = SearchRequest("keybord hedphones", top: 100)
        request.matching = matching
        let response = try index.search(request)
        #expect(response.didYouMean == "keyboard headphones")
        #expect(response.total == 61, "30 keyboards, 30 headphones, and headphonez is as near")
    }

    /// Words of the misspellings below, each in twelve products, and other words that are near their stems.
    private static let words = """
        sony son soon battery laundry baby bay trolley troll mounting mounted networking network computer compute
        extension extensive equivalent component removable large inscription transparent unshielded headphones
        wireless reading beautiful
        """

    @Test(
        "one error is one error, whatever stemming makes of the word",
        arguments: [
            ("soyn", "sony"), ("snoy", "sony"), ("battrey", "battery"), ("laundyr", "laundry"), ("bbay", "baby"),
            ("trolly", "trolley"), ("mountinqg", "mounting"), ("networknig", "networking"), ("computekr", "computer"),
            ("extnsion", "extension"), ("equivaleyt", "equivalent"), ("componepnt", "component"),
            ("rmovable", "removable"), ("lsrge", "large"), ("inscriptihn", "inscription"),
            ("transpardnt", "transparent"), ("unshieldeld", "unshielded"), ("geadphones", "headphones"),
            ("eadphones", "headphones"), ("ehadphones", "headphones"), ("yireless", "wireless"),
            ("Raeding", "reading"), ("beautifull", "beautiful"),
        ]
    )
    func oneError(typed: String, meant: String) throws {
        var products: [Product] = []
        for word in Self.words.split(whereSeparator: \.isWhitespace) {
            // Of two words at the same distance the commoner one is meant.
            let count = ["son", "soon", "bay", "troll"].contains(word) ? 12 : 14
            products += (0..<count).map { Shop.product("\(word)\($0)", "\(word) thing") }
        }
        let index = try TemporaryIndex(products, language: .english)
        let response = try ProductIndex(path: index.path).search(SearchRequest(typed))
        #expect(response.didYouMean == meant)
        #expect(response.total ?? 0 >= 14)
    }

    @Test("a plural that no product has is corrected to what they have")
    func otherForm() throws {
        let products = (0..<12).map { Shop.product("b\($0)", "bottle \($0)") }
        let index = try TemporaryIndex(products, language: .english)
        let response = try ProductIndex(path: index.path).search(SearchRequest("bttles"))
        #expect(response.didYouMean == "bottle")
        #expect(response.total == 12)
    }

    @Test("only what was read of a long query is corrected")
    func longQuery() throws {
        let index = try ProductIndex(path: TemporaryIndexKeeper.keep(Self.shop))
        let response = try index.search(SearchRequest("hedphones" + String(repeating: " ", count: 90_000)))
        let corrected = try #require(response.didYouMean)
        #expect(corrected.hasPrefix("headphones "))
        #expect(corrected.utf8.count <= QuerySyntax.maxBytes + 1)
    }

    @Test("a word is replaced where it stands as a word")
    func wholeWords() throws {
        let index = try ProductIndex(path: TemporaryIndexKeeper.keep(Self.shop))
        // "hedphone" is part of the phrase before it.
        let response = try index.search(SearchRequest("-\"xhedphone\" hedphone"))
        #expect(response.didYouMean?.hasPrefix("-\"xhedphone\" headphone") == true)
    }
}
