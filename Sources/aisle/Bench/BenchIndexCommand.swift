import ArgumentParser
import Foundation
import Indexer
import Retriever

/// `aisle bench index`: a whole build against bare inserts into a stock FTS5 table.
struct BenchIndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract:
            "Build from a generated dump; compare with bare inserts of the same texts into stock FTS5 (unicode61)."
    )

    @Option(help: "Products in the generated dump.")
    var products = 100_000

    @Option(help: "Rounds; the two take turns in each.")
    var rounds = 3

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("aisle-bench-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let catalogue = SyntheticCatalogue(count: products)
        let dump = folder.appendingPathComponent("dump.jsonl").path
        try catalogue.write(to: dump)
        let texts = (0..<products).map { number in
            let item = catalogue.item(number)
            return [item.title, item.brand, item.category, item.attributeText, item.description]
        }
        var ratios: [Double] = []
        var table = TextTable([
            TextTable.Column("Round", .right), TextTable.Column("Stock FTS5 CPU s", .right),
            TextTable.Column("Aisle CPU s", .right), TextTable.Column("Ratio", .right),
            TextTable.Column("Aisle wall s", .right), TextTable.Column("Products/s", .right),
        ])
        for round in 1...max(rounds, 1) {
            let stockPath = folder.appendingPathComponent("stock.db").path
            try? FileManager.default.removeItem(atPath: stockPath)
            let stock = try Timing.process { try StockFTS5(path: stockPath).insert(texts) }
            let ours = try Timing.process {
                var build = IndexBuild(BuildOptions(dumps: [dump], into: folder.appendingPathComponent("ours.db").path))
                _ = try build.run()
            }
            ratios.append(ours.cpu / stock.cpu)
            table.add(
                [
                    String(round), String(format: "%.2f", stock.cpu), String(format: "%.2f", ours.cpu),
                    String(format: "%.2f", ours.cpu / stock.cpu), String(format: "%.2f", ours.wall),
                    String(Int(Double(products) / ours.wall)),
                ].map { TextTable.Cell($0) }
            )
        }
        print(table.rendered(.terminal(width: 120, isColored: false)))
        print(String(format: "median ratio of CPU time: %.2f (bar: 2.00)", ratios.sorted()[ratios.count / 2]))
    }
}

extension SyntheticCatalogue {
    /// Writes the products as JSONL.
    func write(to path: String) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        var lines = ""
        for number in 0..<count {
            lines += item(number).json + "\n"
            if lines.utf8.count > 1 << 20 || number == count - 1 {
                try file.write(contentsOf: Data(lines.utf8))
                lines = ""
            }
        }
        try file.close()
    }
}
