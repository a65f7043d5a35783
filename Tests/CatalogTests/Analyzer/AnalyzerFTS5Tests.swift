import CAnalyzer
import Catalog
import Testing

/// The tokenizer in SQLite: what is put in is found, and malformed streams are refused.
@Suite("FTS5")
struct AnalyzerFTS5Tests {
    /// An in-memory database with the tokenizer.
    private final class Database {
        let handle: OpaquePointer

        init() throws {
            var handle: OpaquePointer?
            try #require(sqlite3_open(":memory:", &handle) == SQLITE_OK)
            self.handle = try #require(handle)
            try #require(aisle_fts5_register(self.handle) == SQLITE_OK)
        }

        deinit {
            sqlite3_close(handle)
        }

        /// Runs a statement with text or blob values; its first column as text, or the result code that was no success.
        func run(_ sql: String, _ values: [[UInt8]] = [], blobs: Bool = false) throws -> (rows: [String], code: Int32) {
            var statement: OpaquePointer?
            let prepared = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
            guard prepared == SQLITE_OK else { return ([], prepared) }
            defer { sqlite3_finalize(statement) }
            let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            for (index, value) in values.enumerated() {
                value.withUnsafeBytes { bytes in
                    let text = bytes.bindMemory(to: CChar.self).baseAddress
                    if blobs {
                        sqlite3_bind_blob(statement, Int32(index + 1), text, Int32(bytes.count), transient)
                    } else {
                        sqlite3_bind_text(statement, Int32(index + 1), text, Int32(bytes.count), transient)
                    }
                }
            }
            var rows: [String] = []
            while true {
                let code = sqlite3_step(statement)
                guard code == SQLITE_ROW else { return (rows, code == SQLITE_DONE ? SQLITE_OK : code) }
                rows.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "NULL")
            }
        }

        func table(_ tokenize: String, columns: String = "a") throws {
            let result = try run("CREATE VIRTUAL TABLE t USING fts5(\(columns), tokenize = \"\(tokenize)\")")
            try #require(result.code == SQLITE_OK)
        }

        /// The documents that match a query given as one FTS5 string.
        func matches(_ query: String) throws -> [String] {
            try run(
                "SELECT a FROM t WHERE t MATCH ? ORDER BY rowid",
                [Array("\"\(query.replacing("\"", with: "\"\""))\"".utf8)]
            ).rows
        }
    }

    @Test(
        "documents are found by parts, joins and other spellings",
        arguments: [
            ("KT-INS114-DRE insulated bag", "KT-INS114"), ("KT-INS114-DRE", "kt ins114"),
            ("KT-INS114-DRE", "INS114-DRE"), ("Sony WH-1000XM4", "wh1000xm4"),
            ("Sony WH-1000XM4", "1000xm4"), ("iPhone15Pro", "iphone"), ("iPhone15Pro", "iPhone 15 Pro"),
            ("小化妆包", "化妆"), ("安装简单", "简单"), ("化妆 包", "化妆 包"), ("ＡＢＣ１２３", "abc123"), ("ｶﾞﾗｽ", "ガラス"),
            ("Flasche 1,5l", "1.5l"), ("Flasche 1,5l", "1.5 l"), ("pipe 3/4\"", "3/4 inch"), ("500 ml", "500ml"),
            ("men's shoes", "mens shoe"),
            ("Café crème", "cafe creme"), ("USB-C cable", "usbc"), ("USB-C cable", "usb c"), ("C++ primer", "c++"),
            ("Wi-Fi router", "wifi"), ("t-shirts", "tshirt"), ("한국어 상품", "한국"), ("น้ำดื่ม", "ดื่ม"),
            ("NULL \u{0} bytes", "bytes"), ("80*33cm", "80x33"), ("15.6” laptop", "15.6in"),
        ]
    )
    func found(document: String, query: String) throws {
        let database = try Database()
        try database.table("aisle language en")
        for text in ["something else", document] {
            #expect(try database.run("INSERT INTO t VALUES(?)", [Array(text.utf8)]).code == SQLITE_OK)
        }
        #expect(try database.matches(query).count == 1)
    }

    @Test(
        "other things are not found",
        arguments: [("KT-INS114-DRE", "KT-INS115"), ("小化妆包", "妆化"), ("1,5l", "15l"), ("が", "か")]
    )
    func notFound(document: String, query: String) throws {
        let database = try Database()
        try database.table("aisle language en")
        #expect(try database.run("INSERT INTO t VALUES(?)", [Array(document.utf8)]).code == SQLITE_OK)
        #expect(try database.matches(query).isEmpty)
    }

    @Test("FTS5's own highlighting lands on the source bytes")
    func highlight() throws {
        let database = try Database()
        try database.table("aisle language en")
        #expect(try database.run("INSERT INTO t VALUES(?)", [Array("¡Neue WH-1000XM4 小化妆包!".utf8)]).code == SQLITE_OK)
        let code = try database.run("SELECT highlight(t, 0, '<', '>') FROM t WHERE t MATCH 'wh1000xm4'").rows
        let words = try database.run("SELECT highlight(t, 0, '<', '>') FROM t WHERE t MATCH '化妆'").rows
        #expect(code == ["¡Neue <WH-1000XM4> 小化妆包!"])
        #expect(words == ["¡Neue WH-1000XM4 小<化妆>包!"])
    }

    @Test(
        "unknown arguments of the tokenizer are refused",
        arguments: ["aisle language xx", "aisle language", "aisle x"]
    )
    func arguments(tokenize: String) throws {
        let database = try Database()
        #expect(
            try database.run("CREATE VIRTUAL TABLE t USING fts5(a, tokenize = \"\(tokenize)\")").code == SQLITE_ERROR
        )
    }

    @Test("a packed stream finds what the text itself finds, and its query is one verbatim token")
    func packed() throws {
        let database = try Database()
        try database.table("aisle preanalyzed")
        let text = Array("KT-INS114-DRE 小化妆包".utf8)
        let stream = try text.withUnsafeBufferPointer { bytes in
            try Analyzer().withTokens(of: bytes, language: .english) { tokens in
                let count = Int32(tokens.count)
                let needed = aisle_pack(tokens.baseAddress, count, nil, 0)
                var stream = [UInt8](repeating: 0, count: Int(needed))
                #expect(aisle_pack(tokens.baseAddress, count, &stream, needed) == needed)
                return stream
            }
        }
        #expect(stream[0] == 2)
        #expect(Array(stream[1...2]) == Array("kt".utf8))
        #expect(stream[3] == 0x80 | 8)
        #expect(try database.run("INSERT INTO t VALUES(?)", [stream]).code == SQLITE_OK)
        for query in ["ktins114", "114", "化妆"] {
            #expect(try database.run("SELECT rowid FROM t WHERE t MATCH ?", [Array("\"\(query)\"".utf8)]).rows == ["1"])
        }
        #expect(try database.run("SELECT rowid FROM t WHERE t MATCH '\"KT-INS114\"'").rows.isEmpty)
        #expect(
            try database.run("SELECT rowid FROM t WHERE t MATCH '\"kt\" + \"ins114\" + \"114\" + \"dre\"'").rows.count
                == 1
        )
    }

    @Test(
        "a malformed stream is corruption, not a crash",
        arguments: [[0], [5, 0x61], [97] + [UInt8](repeating: 0x61, count: 97), [0x81, 0x61], [1, 0x61, 0x80], [1]]
            as [[UInt8]]
    )
    func malformedStream(stream: [UInt8]) throws {
        let database = try Database()
        try database.table("aisle preanalyzed")
        #expect(try database.run("INSERT INTO t VALUES(?)", [stream]).code & 0xFF == SQLITE_CORRUPT)
    }

    @Test("NULL columns are no text")
    func null() throws {
        let database = try Database()
        try database.table("aisle")
        #expect(try database.run("INSERT INTO t VALUES(NULL)").code == SQLITE_OK)
    }

    @Test("phrase frequencies count every column as FTS5 itself does")
    func frequencies() throws {
        let database = try Database()
        try database.table("aisle language en", columns: "a, b")
        let documents = [("red shoes red", "shoe"), ("blue", "red red red"), ("redder", "")]
        for (a, b) in documents {
            #expect(try database.run("INSERT INTO t VALUES(?, ?)", [Array(a.utf8), Array(b.utf8)]).code == SQLITE_OK)
        }
        let query = "SELECT hex(aisle_phrase_frequencies(t)) FROM t WHERE t MATCH ? ORDER BY rowid"
        #expect(try database.run(query, [Array("red".utf8)]).rows == ["02000000", "00000300"])
        #expect(try database.run(query, [Array("red OR shoes".utf8)]).rows == ["03000100", "00000300"])
        #expect(try database.run(query, [Array("\"red shoes\"".utf8)]).rows == ["01000000"])
        let many = String(repeating: "red ", count: 70_000)
        #expect(try database.run("INSERT INTO t VALUES(?, '')", [Array(many.utf8)]).code == SQLITE_OK)
        #expect(try database.run(query, [Array("red".utf8)]).rows.last == "FFFF0000")
    }
}
