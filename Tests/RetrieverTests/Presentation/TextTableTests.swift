import Retriever
import Testing

@Suite("Tables")
struct TextTableTests {
    private func products() -> TextTable {
        var table = TextTable([.init("#", .right), .init("Title", isFlexible: true), .init("Price", .right)])
        table.add(["1", "Red sofa", "1299.00"])
        table.add(["10", "红色真皮沙发", "9.50"])
        return table
    }

    @Test("columns are aligned by display width")
    func aligned() {
        #expect(
            products().rendered(.terminal(width: 80, isColored: false)) == """
                 #  Title           Price
                ──  ────────────  ───────
                 1  Red sofa      1299.00
                10  红色真皮沙发     9.50

                """
        )
    }

    @Test("a table that is too wide takes from its flexible column")
    func narrow() {
        #expect(
            products().rendered(.terminal(width: 21, isColored: false)) == """
                 #  Title       Price
                ──  ────────  ───────
                 1  Red sofa  1299.00
                10  红色真…      9.50

                """
        )
    }

    @Test("every width is kept down to one column a cell", arguments: 7...40)
    func widths(width: Int) {
        let lines = products().rendered(.terminal(width: width, isColored: false)).split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
    }

    @Test("in a pipe: tab-separated, nothing cut, no line breaks or tabs in cells")
    func plain() {
        var table = TextTable([.init("id"), .init("title")])
        table.add([Cell("a\tb"), Cell("long\ntext")])
        table.add(["only"])
        table.add(["1", "2", "3"])
        #expect(table.rendered(.plain) == "id\ttitle\na b\tlong text\nonly\t\n1\t2\n")
    }

    @Test("titles and matches are bold in colour, and padding is not counted wrong for it")
    func colored() {
        var table = TextTable([.init("t"), .init("n", .right)])
        table.add([Cell([Fragment("red", isMatch: true), Fragment(" sofa", isMatch: false)]), "1"])
        #expect(
            table.rendered(.terminal(width: 80, isColored: true)) == """
                \u{1B}[1mt\u{1B}[22m         \u{1B}[1mn\u{1B}[22m
                ────────  ─
                \u{1B}[1mred\u{1B}[22m sofa  1

                """
        )
    }

    @Test("a table without columns or rows")
    func empty() {
        #expect(TextTable([]).rendered(.plain) == "")
        #expect(TextTable([.init("a")]).rendered(.terminal(width: 10, isColored: false)) == "a\n─\n")
    }

    private typealias Cell = TextTable.Cell
}
