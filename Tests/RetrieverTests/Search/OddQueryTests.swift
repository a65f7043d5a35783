import Catalog
import Foundation
import Statistics
import Testing

@testable import Retriever

@Suite("No query is an error, none is slow")
struct OddQueryTests {
    private static let pieces = [
        "AND", "OR", "NOT", "NEAR(", "NEAR", "*", "^", ":", "(", ")", "{", "}", "\"", "“", "”", "'", "-", "--", "+",
        "title:", "lamp",
        "cable*", "\u{0}", "\u{1}", "\u{7F}", "\u{FFFD}", "\u{FFFE}", "\u{FEFF}", "\u{200D}", "\u{202E}", "\n", "\t",
        " ", " ", " ",
        "小化妆包", "包", "ー", "カメラ", "🇩🇪", "👩‍👩‍👧", "e\u{301}", "\u{301}\u{301}", "ＷＨ－１０００", "wh-1000xm4", "17\"", "1e999", "%",
        "_", ";",
        "DROP TABLE search", "\\", "\\\"", "--x", "'; --", "$$", "\u{10FFFF}", "\u{E000}", "สวัสดี", "שלום", "한국어", "ß",
        "İ", "ﬀ", "½",
    ]

    /// Processor time of a debug build, not the clock's: other tests run beside this one.
    @Test("10,000 random strings are answered within 200 ms each", arguments: [81, 82])
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let index = try ProductIndex(path: TemporaryIndexKeeper.keep(Shop.random(60, &random)))
        var slowest = (milliseconds: 0.0, query: "")
        for round in 0..<5_000 {
            var query = ""
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                if Int.random(in: 0..<4, using: &random) == 0 {
                    query.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 0...0x2FFFF, using: &random)) ?? "x")
                } else {
                    query += Self.pieces.randomElement(using: &random) ?? ""
                }
                if Bool.random(using: &random) { query += " " }
            }
            if round % 500 == 0 { query = String(repeating: query + "x", count: 500) }
            var request = SearchRequest(query, top: 3)
            request.completesLastWord = round % 3 == 0
            request.wantsTotal = round % 2 == 0
            request.explains = round % 5 == 0
            let start = Self.processorMilliseconds()
            _ = try index.search(request)
            let elapsed = Self.processorMilliseconds() - start
            if elapsed > slowest.milliseconds { slowest = (elapsed, query) }
        }
        #expect(slowest.milliseconds < 200, "seed \(seed): \(slowest.query.debugDescription)")
    }

    /// Of this thread, on which a search runs.
    private static func processorMilliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }

    @Test("a query's bytes need not be UTF-8")
    func malformed() throws {
        let index = try TemporaryIndex([Shop.product("a", "lamp")])
        for bytes in [[0xED, 0xA0, 0x80], [0xFF], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE5, 0x8C]] as [[UInt8]] {
            let query = String(decoding: bytes + Array(" lamp".utf8), as: UTF8.self)
            #expect(try index.ids(query) == ["a"])
        }
    }

    @Test("FTS5's operators are words like any others")
    func operators() throws {
        let index = try TemporaryIndex([Shop.product("a", "near or and not"), Shop.product("b", "lamp")])
        for query in ["NEAR", "OR", "AND", "NOT", "near* OR", "NOT(near)", "title:near"] {
            #expect(try index.ids(query) { $0.matching = .any }.first == "a", "\(query)")
        }
    }

    @Test("a query of a megabyte is cut and says so")
    func long() throws {
        let index = try TemporaryIndex([Shop.product("a", "lamp")])
        let response = try ProductIndex(path: index.path).search(
            SearchRequest(String(repeating: "lamp ", count: 200_000))
        )
        #expect(response.isTruncated && response.hits.count == 1 && response.milliseconds < 100)
    }
}
