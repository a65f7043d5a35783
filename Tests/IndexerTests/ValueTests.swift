import Catalog
import Foundation
import Testing

@testable import Indexer

@Suite("Values")
struct ValueTests {
    @Test(
        "prices as feeds and people write them",
        arguments: [
            ("15.00 USD", 15, "USD"), ("USD 15.00", 15, "USD"), ("$1,299.00", 1299, "USD"), ("1.299,00 €", 1299, "EUR"),
            ("¥ 99", 99, nil), ("99元", 99, "CNY"), ("￥1,280", 1280, nil), ("1299", 1299, nil), ("12,99", 12.99, nil),
            ("0.5", 0.5, nil), ("1'299.50 CHF", 1299.5, "CHF"), ("1 299,50 kr SEK", 1299.5, "SEK"),
            ("1\u{a0}990 ₽", 1990, "RUB"), ("€ 5", 5, "EUR"), ("£3.999", 3.999, "GBP"), ("1.299 €", 1299, "EUR"),
            ("1,299", 1299, nil), ("10.00 - 20.00 EUR", 10, "EUR"), ("from $4.5", 4.5, "USD"),
            ("1.234.567", 1_234_567, nil),
            ("1e3", 1000, nil), ("  7 ", 7, nil), ("HK$88", 88, "HKD"), ("１２３円", 123, "JPY"), ("0", 0, nil),
            ("19.99 eur", 19.99, "EUR"), ("5,00 zł", 5, "PLN"), ("1.299,-", 1299, nil), ("€ 1.299,--", 1299, "EUR"),
            ("12,- €", 12, "EUR"), ("1'299.- CHF", 1299, "CHF"), ("1.299,– €", 1299, "EUR"), ("49.–", 49, nil),
            ("12,50 TL", 12.5, "TRY"), ("1.299 TL", 1299, "TRY"), ("1299.500 EUR", 1299.5, "EUR"),
        ] as [(String, Double, String?)]
    )
    func prices(text: String, amount: Double, currency: String?) {
        let price = Array(text.utf8).withUnsafeBufferPointer { PriceParser.parse($0) }
        #expect(price == Price(amount, currency))
    }

    @Test(
        "a point before three digits is read as the column's other values and the currency say",
        arguments: [
            // A decimal comma among the others.
            ("Preis\n\"12,50\"\n1.299\n\"2.499,00\"\n\"1.299,-\"\n", [12.5, 1299, 2499, 1299]),
            ("Preis\n\"1.299,-\"\n1.299\n0.299\n", [1299, 1299, 0.299]),
            // Nothing but a currency of its own column.
            ("Preis;Währung\n1.299;EUR\n899;EUR\n", [1299, 899]),
            ("price;currency\n1.299;USD\n899;USD\n", [1.299, 899]),
            // A decimal point among the others, whatever the currency.
            ("price;currency\n1.299;EUR\n12.50;EUR\n", [1.299, 12.5]),
            ("price\n1.299 EUR\n12.50 EUR\n", [1.299, 12.5]),
        ] as [(String, [Double])]
    )
    func decimalMarks(table: String, amounts: [Double]) throws {
        let delimiter = table.contains(";") ? ";" : ","
        var lines = table.split(separator: "\n").enumerated().map { "\($0)\(delimiter)T\(delimiter)\($1)" }
        lines[0] = "id\(delimiter)title" + lines[0].dropFirst(3)
        let dump = try Dump.read(lines.joined(separator: "\n"))
        #expect(dump.products.map { $0.price?.amount } == amounts, "\(lines)")
    }

    @Test("numbers of JSON have a decimal point, whatever the currency")
    func jsonNumbers() throws {
        let dump = try Dump.read(#"{"id":1,"title":"T","price":1.299,"currency":"EUR"}"#, name: "d.jsonl")
        #expect(dump.products.first?.price == Price(1.299, "EUR"))
    }

    @Test("what is no price is none", arguments: ["", "on request", "-5", "-", ".", "N/A", "€", "free"])
    func noPrices(text: String) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { PriceParser.parse($0) } == nil)
    }

    @Test("plain numbers are exact to the last bit")
    func exactNumbers() {
        for text in ["0.1", "19.99", "123456.789", "4995", "0.07", "99999999.99", "1.005"] {
            #expect(Array(text.utf8).withUnsafeBufferPointer(PriceParser.plainNumber) == Double(text))
        }
    }

    @Test(
        "availability in feeds' words",
        arguments: [
            ("in stock", .inStock), ("in_stock", .inStock), ("https://schema.org/InStock", .inStock),
            ("TRUE", .inStock),
            ("1", .inStock), ("0", .outOfStock), ("12", .inStock), ("out of stock", .outOfStock),
            ("OutOfStock", .outOfStock),
            ("http://schema.org/PreOrder", .preorder), ("preorder", .preorder), ("backorder", .backorder),
            ("schema:SoldOut", .outOfStock), ("auf Lager", .inStock), ("有货", .inStock), ("нет в наличии", .outOfStock),
            ("maybe", nil),
        ] as [(String, Availability?)]
    )
    func availability(text: String, expected: Availability?) {
        #expect(AvailabilityWords.parse(text) == expected)
    }

    @Test(
        "HTML is stripped where there is any, white space is collapsed",
        arguments: [
            ("<p>Light <b>linen</b>.</p><ul><li>One</li><li>Two</li></ul>", "Light linen. One Two"),
            ("a&nbsp;b &lt;3 &amp; &euro;5 &#8211; &#x2014;", "a b <3 & €5 – —"), ("5 < 6 > 4", "5 < 6 > 4"),
            ("List<String>", "List<String>"), ("x<br/>y<BR>z", "x y z"), ("AT&T & Co", "AT&T & Co"),
            ("<style>p{a:b}</style>Text<script>var x='<b>';</script>!", "Text !"), ("<!-- no -->Yes", "Yes"),
            ("&lt;p&gt;Twice&lt;/p&gt;", "Twice"), ("  two  \t spaces\nhere ", "two spaces here"),
            ("a\u{3000}b\u{200b}c", "a bc"),
            ("bo<b>ld</b>er", "bolder"), ("cut <a href=\"x", "cut"), ("R&D", "R&D"), ("&bogus;", "&bogus;"),
            ("1 &#0; 2", "1 &#0; 2"),
        ]
    )
    func text(input: String, expected: String) {
        let cleaner = TextCleaner(sawMultiByte: true)
        #expect(Array(input.utf8).withUnsafeBufferPointer(cleaner.text) == expected)
    }

    @Test(
        "text of nothing but space and markup is absent",
        arguments: ["", "   ", "<p></p>", "&nbsp;", "\u{feff}", "\t\n"]
    )
    func absent(input: String) {
        let cleaner = TextCleaner(sawMultiByte: true)
        #expect(Array(input.utf8).withUnsafeBufferPointer(cleaner.text) == nil)
    }

    @Test("spaces at any place against the blocks of eight are collapsed")
    func alignment() {
        let cleaner = TextCleaner(sawMultiByte: true)
        for length in 0..<40 {
            for place in 0...length {
                let letters = String(repeating: "a", count: length)
                let split = letters.index(letters.startIndex, offsetBy: place)
                let text = letters[..<split] + "x  y" + letters[split...]
                let cleaned = Array(text.utf8).withUnsafeBufferPointer(cleaner.text)
                #expect(cleaned == letters[..<split] + "x y" + letters[split...])
            }
        }
    }

    @Test("a DEL is white space wherever it stands against the blocks of eight")
    func deletes() {
        let cleaner = TextCleaner(sawMultiByte: true)
        for length in 2..<30 {
            for place in 1..<length {
                var bytes = Array(repeating: UInt8(ascii: "a"), count: length + 1)
                bytes[place] = 0x7F
                let expected =
                    String(repeating: "a", count: place) + " " + String(repeating: "a", count: length - place)
                #expect(bytes.withUnsafeBufferPointer(cleaner.text) == expected)
            }
        }
    }

    @Test("category paths by each feed's rule")
    func categories() {
        let slash = UInt8(ascii: "/")
        #expect(CategoryRule().paths("A > B>C") == [["A", "B", "C"]])
        #expect(CategoryRule().paths("A / B") == [["A / B"]])
        #expect(CategoryRule(path: slash).paths("A / B/C") == [["A", "B", "C"]])
        #expect(CategoryRule(list: UInt8(ascii: ",")).paths("A > B, C ,") == [["A", "B"], ["C"]])
        #expect(CategoryRule().paths("A » B") == [["A", "B"]])
        #expect(CategoryRule().paths(" > ") == [])
        #expect(CategoryRule.detect(["A/B", "A/C", "D"]) == CategoryRule(path: slash))
        #expect(CategoryRule.detect(["Audio/Video", "TV", "Phones"]) == CategoryRule())
        #expect(CategoryRule.detect(["A > B", "C"]) == CategoryRule())
    }
}

@Suite("Progress line")
struct ProgressLineTests {
    @Test("rows, rate, share and remaining time")
    func text() {
        let half = DumpProgress(bytesRead: 500, totalBytes: 1000, rows: 1_234_567)
        #expect(
            ProgressLine.text(half, seconds: 10, note: "reading")
                == "reading  1,234,567 rows  123,456/s  50 %  0:10 left"
        )
        let piped = DumpProgress(bytesRead: 5 << 20, totalBytes: nil, rows: 1)
        #expect(ProgressLine.text(piped, seconds: 0.1) == "1 row  5 MiB")
        let done = DumpProgress(bytesRead: 1000, totalBytes: 1000, rows: 10)
        #expect(ProgressLine.text(done, seconds: 2) == "10 rows  5/s  100 %")
        let long = DumpProgress(bytesRead: 10, totalBytes: 1000, rows: 10)
        #expect(ProgressLine.text(long, seconds: 100).hasSuffix("2:45:00 left"))
        #expect(ProgressLine.text(long, seconds: 100, width: 10).count == 9)
    }

    @Test("it draws at most ten times a second, clears its line, and is quiet without a terminal")
    func drawing() throws {
        for isTerminal in [true, false] {
            let scratch = try Scratch()
            let path = try scratch.file("out", [])
            let descriptor = open(path, O_WRONLY)
            defer { close(descriptor) }
            let clock = Clock()
            let line = ProgressLine(descriptor: descriptor, isTerminal: isTerminal, now: { clock.seconds })
            for step in 0..<100 {
                clock.seconds = Double(step) / 100
                line.update(DumpProgress(bytesRead: step, totalBytes: 100, rows: step))
            }
            line.clear()
            line.clear()
            let written = try String(contentsOfFile: path, encoding: .utf8)
            let drawings = written.split(separator: "\r").count
            #expect(isTerminal ? (9...12).contains(drawings) : written.isEmpty)
            if isTerminal { #expect(written.hasSuffix("\r\u{1b}[K")) }
        }
    }

    private final class Clock {
        var seconds = 0.0
    }
}
