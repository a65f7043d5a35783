import Retriever
import Testing

@Suite("Sort keys and facets")
struct RequestTests {
    @Test(
        "sort keys",
        arguments: [
            ("relevance", SortKey.relevance),
            ("price", .field(FilterField("price"), isDescending: false)),
            ("-price", .field(FilterField("price"), isDescending: true)),
            ("price:desc", .field(FilterField("price"), isDescending: true)),
            (" price:ASC ", .field(FilterField("price"), isDescending: false)),
            (#"-"Screen size""#, .field(FilterField("Screen size"), isDescending: true)),
            (#""a:b":desc"#, .field(FilterField("a:b"), isDescending: true)),
            ("价格", .field(FilterField("价格"), isDescending: false)),
        ]
    )
    func sort(text: String, expected: SortKey) throws {
        #expect(try SortKey(parsing: text) == expected)
        #expect(try SortKey(parsing: expected.description) == expected)
    }

    @Test("what is no sort key", arguments: ["", " ", "-", "price:", "price:up", "\"price", ":desc", "-relevance"])
    func badSort(text: String) {
        #expect(throws: RequestError.badSort(text)) { try SortKey(parsing: text) }
    }

    @Test(
        "facets",
        arguments: [
            ("brand", FacetRequest(FilterField("brand"))),
            ("brand:20", FacetRequest(FilterField("brand"), limit: 20)),
            (#""Screen size":5"#, FacetRequest(FilterField("Screen size"), limit: 5)),
            (#""a:5""#, FacetRequest(FilterField("a:5"))),
        ]
    )
    func facet(text: String, expected: FacetRequest) throws {
        #expect(try FacetRequest(parsing: text) == expected)
        #expect(try FacetRequest(parsing: expected.description) == expected)
    }

    @Test("what is no facet", arguments: ["", "brand:", "brand:0", "brand:1001", "brand:x", "brand:-1", ":5", "\"a"])
    func badFacet(text: String) {
        #expect(throws: RequestError.badFacet(text)) { try FacetRequest(parsing: text) }
    }
}
