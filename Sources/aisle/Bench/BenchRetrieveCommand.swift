import ArgumentParser
import Foundation
import Indexer
import Retriever

/// `aisle bench retrieve`: the first stage against stock FTS5 and, where it is installed, tantivy.
struct BenchRetrieveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieve",
        abstract:
            "Top-100 searches over a generated corpus; compare with stock FTS5 and tantivy, query by query in turn."
    )

    @Option(help: "Products in the corpus.")
    var products = 1_000_000

    @Option(help: "Queries.")
    var queries = 1000

    @Option(help: "Every n-th query also goes to stock FTS5, which takes long.")
    var stockEvery = 5

    @Option(help: "Folder that keeps the corpus and the indexes for the next run.")
    var folder = ".build/bench"

    @Option(help: "The tantivy driver.")
    var tantivy = "Scripts/bench_tantivy.py"

    private static let top = 100

    func run() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let catalogue = SyntheticCatalogue(count: products)
        let base = "\(folder)/\(products)"
        let dump = base + ".jsonl"
        try prepare(catalogue, dump: dump, index: base + ".db", stock: base + ".stock.db")
        let index = try ProductIndex(path: base + ".db")
        let stock = try StockFTS5(path: base + ".stock.db")
        let peer = TantivyPeer(script: tantivy, folder: base + ".tantivy", dump: dump)
        if peer == nil { Terminal.printError("tantivy is not installed (pip install tantivy): left out") }
        let queries = catalogue.queries(self.queries)
        for operation in ["OR", "AND"] {
            try compare(queries, operation, index, stock, peer)
        }
        try compareFilters(queries, index, sample: catalogue.item(0))
    }

    /// The same searches with filters that let pass 1/4, 1/30, 1/120, 1/400 and one of the products.
    private func compareFilters(_ queries: [String], _ index: ProductIndex, sample: SyntheticCatalogue.Item) throws {
        let names = ["none", "season", "color", "season AND color", "style", "model"]
        let filters = try names.map { name in
            let conditions = name.components(separatedBy: " AND ").compactMap { name in
                sample.attributes.first { $0.name == name }.map { "\(name) = \"\($0.value)\"" }
            }
            return conditions.isEmpty ? nil : try Filter(parsing: conditions.joined(separator: " AND "))
        }
        var times = Array(repeating: [Double](), count: names.count)
        for round in 0..<2 {
            for query in queries {
                for (place, filter) in filters.enumerated() {
                    let time = try Timing.thread { try search(index, query, "OR", filter: filter) }
                    if round == 1 { times[place].append(time.cpu) }
                }
            }
        }
        var table = TextTable(
            ["OR with a filter, top \(Self.top), ms", "mean", "p50", "p95", "p99", "ratio"].enumerated().map {
                TextTable.Column($1, $0 == 0 ? .left : .right)
            }
        )
        let unfiltered = Distribution(times[0]).mean
        for (name, values) in zip(names, times) {
            let ratio = String(format: "%.2f", Distribution(values).mean / unfiltered)
            table.add(([name] + Distribution(values).milliseconds + [ratio]).map { TextTable.Cell($0) })
        }
        print(table.rendered(.terminal(width: 100, isColored: false)))
    }

    private func prepare(_ catalogue: SyntheticCatalogue, dump: String, index: String, stock: String) throws {
        let files = FileManager.default
        if !files.fileExists(atPath: dump) {
            Terminal.printError("generating \(products) products …")
            try catalogue.write(to: dump)
        }
        if !files.fileExists(atPath: index) {
            Terminal.printError("building the index …")
            var build = IndexBuild(BuildOptions(dumps: [dump], into: index))
            let report = try build.run()
            Terminal.printError(String(format: "built in %.1f s, %d MB", report.seconds, report.bytes >> 20))
        }
        if !files.fileExists(atPath: stock) {
            Terminal.printError("building the stock FTS5 table …")
            let table = try StockFTS5(path: stock + ".part")
            try table.insert(
                (0..<products).lazy.map { number in
                    let item = catalogue.item(number)
                    return [item.title, item.brand, item.category, item.attributeText, item.description]
                }
            )
            try files.moveItem(atPath: stock + ".part", toPath: stock)
        }
    }

    private func compare(
        _ queries: [String],
        _ operation: String,
        _ index: ProductIndex,
        _ stock: StockFTS5,
        _ peer: TantivyPeer?
    ) throws {
        var ours: [Double] = []
        var wall: [Double] = []
        var stocks: [(stock: Double, ours: Double)] = []
        var peers: [Double] = []
        // One round to warm caches, one that counts.
        for round in 0..<2 {
            for (number, query) in queries.enumerated() {
                let time = try Timing.thread { try search(index, query, operation) }
                let peerTime = peer?.seconds(query, operation: operation, top: Self.top)
                guard round == 1 else { continue }
                ours.append(time.cpu)
                wall.append(time.wall)
                if let peerTime { peers.append(peerTime) }
                guard number % max(stockEvery, 1) == 0 else { continue }
                let words = query.split(separator: " ")
                let stockTime = try Timing.process {
                    _ = try stock.search(words, joinedBy: operation, top: Self.top)
                }
                stocks.append((stockTime.cpu, time.cpu))
            }
        }
        report(operation, ours: ours, wall: wall, stocks: stocks, peers: peers)
    }

    private func search(
        _ index: ProductIndex,
        _ query: String,
        _ operation: String,
        filter: Filter? = nil
    ) throws {
        var request = SearchRequest(query, top: Self.top)
        request.filter = filter
        request.matching = operation == "AND" ? .all : .any
        request.wantsTotal = false
        request.wantsProducts = false
        request.correctsSpelling = false
        _ = try index.search(request)
    }

    private func report(
        _ operation: String,
        ours: [Double],
        wall: [Double],
        stocks: [(stock: Double, ours: Double)],
        peers: [Double]
    ) {
        var table = TextTable(
            ["\(operation), top \(Self.top), ms", "mean", "p50", "p95", "p99"].enumerated().map { index, title in
                TextTable.Column(title, index == 0 ? .left : .right)
            }
        )
        func add(_ name: String, _ values: [Double]) {
            guard !values.isEmpty else { return }
            table.add(([name] + Distribution(values).milliseconds).map { TextTable.Cell($0) })
        }
        add("Aisle, CPU", ours)
        add("Aisle, wall", wall)
        add("tantivy, CPU", peers)
        add("stock FTS5, CPU (every \(stockEvery)th query)", stocks.map(\.stock))
        print(table.rendered(.terminal(width: 100, isColored: false)))
        let mean = Distribution(ours).mean
        if !peers.isEmpty { print(String(format: "Aisle / tantivy: %.2f (mean CPU)", mean / Distribution(peers).mean)) }
        let ratio = Distribution(stocks.map(\.stock)).mean / Distribution(stocks.map(\.ours)).mean
        print(String(format: "stock FTS5 / Aisle: %.0f (mean CPU, same queries)\n", ratio))
    }
}
