import Catalog
import Testing

@Suite("Keys of filter values")
struct FilterKeyTests {
    private func key(_ value: String) -> [UInt8] {
        var bytes: [UInt8] = []
        FilterKey.write(value, prefix: FilterKey.prefix(field: "f"), to: &bytes)
        return bytes
    }

    /// Everything up to the NUL behind the folded value, which is what filters look for.
    private func folded(_ value: String) -> [UInt8] { FilterKey.prefix(field: "f", value: value) }

    @Test(
        "a value's key starts with the folded value, whichever way it is written",
        arguments: [
            "red", "Red", " Deep  Red ", "red ", "\tred", "ＳＯＮＹ", "Émeraude", "E\u{301}meraude", "15\"", "", " ", "~",
            "\u{7F}x", "a\u{0}b", "İ", "½",
            String(repeating: "Long ", count: 18), String(repeating: "Long ", count: 19),
            String(repeating: "长", count: 30), String(repeating: "长", count: 31), String(repeating: "長い", count: 200),
        ]
    )
    func startsWithFolded(value: String) {
        #expect(key(value).starts(with: folded(value)))
        #expect(key(value).count <= 255)
        #expect(folded(value) == folded(FilterText.folded(value)), "folding twice is folding once")
    }

    @Test("capitals and white space are seen wherever they stand against the blocks of eight")
    func alignment() {
        for length in 1..<30 {
            for place in 0..<length {
                let (before, behind) = (
                    String(repeating: "a", count: place), String(repeating: "b", count: length - place)
                )
                let spaced = FilterKey.prefix(field: "f") + Array("\(before) \(behind)\0".utf8)
                let capital = Array("\(before)x\(behind)\0\(before)X\(behind)".utf8)
                #expect(key("\(before)X\(behind)") == FilterKey.prefix(field: "f") + capital)
                guard place > 0 else { continue }
                #expect(key("\(before) \(behind)") == spaced)
                #expect(key("\(before)  \(behind)").starts(with: spaced))
                #expect(key("\(before)\t\(behind)").starts(with: spaced))
            }
        }
    }

    @Test("equal values have equal keys up to case, width and white space; others do not")
    func equality() {
        #expect(folded("Deep  red") == folded("deep red"))
        #expect(folded("ＳＯＮＹ") == folded("sony"))
        #expect(folded("É") == folded("E\u{301}"))
        #expect(folded("é") != folded("e"))
        let long = String(repeating: "x", count: 300)
        #expect(folded(long + "a") != folded(long + "b"))
        #expect(folded(long + "A") == folded(long + "a"))
    }

    @Test(
        "a value that fits is read back as it was",
        arguments: [
            ("Sony", "sony", "Sony"), ("sony", "sony", "sony"),
            (String(repeating: "x", count: 90), String(repeating: "x", count: 90), String(repeating: "x", count: 90)),
        ] as [(String, String, String)]
    )
    func reading(value: String, folded: String, spelling: String) throws {
        let prefix = FilterKey.prefix(field: "f")
        let read = try #require(key(value).withUnsafeBytes { FilterKey.value(in: $0, prefixLength: prefix.count) })
        #expect(read.folded == folded && read.spelling == spelling && !read.isShortened)
    }

    @Test("a value that was cut is known to be", arguments: [("x", 91), ("ｘ", 90), ("長", 31)])
    func shortened(character: String, count: Int) throws {
        let value = String(repeating: character, count: count)
        let prefix = FilterKey.prefix(field: "f")
        let read = try #require(key(value).withUnsafeBytes { FilterKey.value(in: $0, prefixLength: prefix.count) })
        #expect(read.isShortened)
    }
}
