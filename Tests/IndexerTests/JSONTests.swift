import Catalog
import Testing

@testable import Indexer

@Suite("JSON")
struct JSONTests {
    static let valid = [
        "{}", "[]", "[1,2.5,-0,1e5,1E-2,0.1e+3]", "{\"a\":{\"b\":[null,true,false]}}", " \n\t{ \"k\" : \"v\" } ",
        "\"\\u00e9\\n\\\\\\/\\\"\"", "\"\\ud83d\\ude00\"", "\"\"", "-12", "[[[[[[]]]]]]", "\"\\u0000\"", "\"\u{7f}\"",
        "{\"a\":1,\"a\":2}", "[\"\\uD800\"]",
    ]

    static let invalid = [
        "", " ", "{", "}", "[1,]", "[,1]", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "{\"a\":}", "[1 2]", "01",
        "-",
        "1.", ".5", "1e", "+1", "0x1", "\"\\x\"", "\"\\u12g4\"", "\"abc", "\"a\nb\"", "\"\t\"", "nul", "True", "NaN",
        "Infinity", "[1]]", "{}{}", "\"a\" b", "[\"\\u00\"]", "{\"a\":1", "/*x*/1", "\u{feff}1", "1,", "[1}", "--1",
    ]

    @Test("texts that RFC 8259 allows are parsed", arguments: valid)
    func accepts(text: String) throws {
        let tape = JSONTape()
        try Array(text.utf8).withUnsafeBufferPointer { bytes throws(JSONTape.Failure) in try tape.parse(bytes) }
        #expect(Int(tape.nodes[0].next) == tape.nodes.count)
    }

    @Test("texts that RFC 8259 does not allow are refused", arguments: invalid)
    func refuses(text: String) {
        let tape = JSONTape()
        #expect(throws: JSONTape.Failure.self) {
            try Array(text.utf8).withUnsafeBufferPointer { bytes throws(JSONTape.Failure) in try tape.parse(bytes) }
        }
    }

    @Test("nesting is bounded")
    func depth() throws {
        func parse(_ depth: Int) throws {
            let tape = JSONTape()
            let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            try Array(text.utf8).withUnsafeBufferPointer { bytes throws(JSONTape.Failure) in try tape.parse(bytes) }
        }
        try parse(JSONTape.depthLimit)
        #expect(throws: JSONTape.Failure.self) { try parse(JSONTape.depthLimit + 1) }
        #expect(throws: JSONTape.Failure.self) { try parse(100_000) }
    }

    @Test("escapes, surrogate pairs and lone surrogates are decoded")
    func escapes() throws {
        let dump = try Dump.read(
            #"{"id":"1","title":"Caf\u00e9 \ud83d\ude00 \"x\" a\/b"}"# + "\n"
                + #"{"id":"2","title":"lone \ud800 end"}"#,
            name: "d.jsonl"
        )
        #expect(dump.titles == ["Café 😀 \"x\" a/b", "lone \u{fffd} end"])
    }

    @Test("JSON lines: nested objects, arrays, named values, numbers and truth values")
    func lines() throws {
        let dump = try Dump.read(
            """
            {"id": 7, "title": "Lamp", "brand": {"name": "Lumo"}, "tags": ["a", "b"], "weight": 6.0, "new": true, "x": null}
            {"id": 8, "title": "Sofa", "specs": [{"name": "Width", "value": 82}, {"name": "Legs", "value": ["oak", "steel"]}], "dim": {"w": 1.5}}
            """,
            name: "d.jsonl"
        )
        let lamp = try dump.product("7")
        #expect(lamp.brand == "Lumo")
        #expect(lamp.values("tags") == ["a", "b"])
        #expect(lamp.values("weight") == ["6"])
        #expect(lamp.values("new") == ["true"])
        #expect(lamp.values("x") == nil)
        let sofa = try dump.product("8")
        #expect(sofa.values("Width") == ["82"])
        #expect(sofa.values("Legs") == ["oak", "steel"])
        #expect(sofa.values("dim.w") == ["1.5"])
    }

    @Test("bad lines are rejected with line, byte and reason, the others are read")
    func badLines() throws {
        let dump = try Dump.read(
            "{\"id\":1,\"title\":\"A\"}\n{\"id\":2,\"title\":\"B\n[1]\n\n{\"id\":3,\"title\":NaN}\n{\"id\":4,\"title\":\"D\"}\n",
            name: "d.jsonl"
        )
        #expect(dump.ids == ["1", "4"])
        #expect(dump.rejects.map(\.location.line) == [2, 3, 5])
        #expect(dump.rejects.map(\.reason.code) == ["malformed_json", "not_an_object", "malformed_json"])
        #expect(dump.rejects[2].message.contains("NaN"))
    }

    @Test("an array is read element by element, indented or not")
    func array() throws {
        let compact = try Dump.read("[{\"id\":1,\"title\":\"A\"},{\"id\":2,\"title\":\"B\"}]", name: "d.json")
        #expect(compact.titles == ["A", "B"])
        let indented = try Dump.read(
            "[\n  {\n    \"id\": 1,\n    \"title\": \"A\"\n  },\n  {\n    \"id\": 2,\n    \"title\": \"B\"\n  }\n]\n",
            name: "d.json"
        )
        #expect(indented.titles == ["A", "B"])
        #expect(indented.locations.map(\.line) == [2, 6])
        #expect(indented.only?.format == .json)
    }

    @Test("an array inside of an object is found")
    func wrapped() throws {
        let dump = try Dump.read(
            "{\"status\": \"ok\", \"tags\": [\"x\"], \"response\": {\"docs\": [{\"id\":1,\"title\":\"A\"},{\"id\":2,\"title\":\"B\"}]}}",
            name: "d.json"
        )
        #expect(dump.titles == ["A", "B"])
    }

    @Test("a bad element does not cost its neighbours")
    func badElement() throws {
        let dump = try Dump.read(
            "[\n{\"id\":1,\"title\":\"A\"},\n{\"id\":2,\"title\":\"B},\n{\"id\":3,title:\"C\"},\n{\"id\":4,\"title\":\"D\"}\n]",
            name: "d.json"
        )
        #expect(dump.ids == ["1", "4"])
        #expect(dump.rejects.map(\.location.line) == [3, 4])
    }

    @Test("a bad last element does not cost the array its end")
    func badLastElement() throws {
        let dump = try Dump.read("[\n  {\"id\":1,\"title\":\"A\"},\n  {\"id\":2,\"title\":\"B}\n]\n", name: "d.json")
        #expect(dump.ids == ["1"])
        #expect(dump.rejects.map(\.location.line) == [3])
    }

    @Test("an array that breaks off is an error, not a short catalogue")
    func brokenArray() {
        #expect {
            try Dump.read("[{\"id\":1,\"title\":\"A\"},\n{\"id\":2,\"ti", name: "d.json")
        } throws: { error in
            guard case DumpError.brokenDocument(_, let line, _) = error else { return false }
            return line == 2
        }
    }

    @Test("exports of search engines are unwrapped")
    func engineExports() throws {
        let vespa = try Dump.read(
            "{\"put\":\"id:p:p::1\",\"fields\":{\"id\":1,\"title\":\"A\",\"quantity\":0}}\n",
            name: "d.jsonl"
        )
        #expect(vespa.titles == ["A"])
        #expect(vespa.products[0].availability == .outOfStock)
        let elastic = try Dump.read(
            "{\"_index\":\"p\",\"_id\":\"x9\",\"_score\":1,\"_source\":{\"name\":\"A\",\"vendor\":\"V\"}}\n",
            name: "d.jsonl"
        )
        #expect(elastic.ids == ["x9"])
        #expect(elastic.products[0].brand == "V")
    }

    @Test("a column that first comes after the sample is mapped or kept")
    func lateColumns() throws {
        let plain = (1...300).map { "{\"id\":\($0),\"title\":\"T\($0)\"}" }
        let late = "{\"id\":301,\"title\":\"Late\",\"description\":\"words\",\"colour\":\"red\",\"product_id\":\"zz\"}"
        let dump = try Dump.read((plain + [late]).joined(separator: "\n"), name: "d.jsonl")
        let product = try dump.product("301")
        #expect(product.description == "words")
        #expect(product.values("colour") == ["red"])
    }
}
