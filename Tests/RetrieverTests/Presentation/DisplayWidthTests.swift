import Retriever
import Testing

@Suite("Display width")
struct DisplayWidthTests {
    // Expected widths follow EastAsianWidth.txt (W and F are two columns) and emoji-data.txt.
    @Test(
        "columns of a text",
        arguments: [
            ("", 0), ("abc", 3), ("红色", 4), ("ｱｲ", 2), ("アイ", 4), ("Ａ１", 4), ("한글", 4), ("\u{1112}\u{1161}\u{11AB}", 2),
            ("é", 1), ("e\u{301}", 1), ("naïve", 5), ("телефон", 7), ("👍", 2), ("👍🏽", 2), ("👨‍👩‍👧", 2), ("🇩🇪", 2), ("❤", 1),
            ("❤\u{FE0F}", 2), ("™", 1), ("©2024", 5), ("…", 1), ("“x”", 3), ("。", 2), ("、", 2), ("「」", 4), ("￥", 2),
            ("¥", 1),
            ("€", 1), ("½", 1), ("°", 1), ("\u{200B}", 0), ("a\u{200D}b", 2), ("\t", 0), ("𠀋", 2), ("สวัสดี", 4),
            ("שלום", 4),
        ]
    )
    func widths(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test(
        "texts are cut to a width with an ellipsis, never through a character",
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abc def", 5, "abc…"), ("红色沙发", 8, "红色沙发"),
            ("红色沙发", 7, "红色沙…"),
            ("红色沙发", 6, "红色…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("abc", 1, "…"), ("abc", 0, ""),
            ("", 0, ""),
            ("👨‍👩‍👧👨‍👩‍👧", 3, "👨‍👩‍👧…"),
        ]
    )
    func truncated(text: String, width: Int, expected: String) {
        #expect(DisplayWidth.truncated(text, to: width) == expected)
    }
}
