import Foundation
import Indexer
import Testing

@testable import Alignment

/// What lists may look like.
@Suite struct ListInputTests {
    private let lists: TestLists
    private let other: ListInput

    init() throws {
        lists = try TestLists()
        other = try lists.list("other.tsv", [("z", "red cup")])
    }

    private func pairs(_ list: ListInput) async throws -> [AlignedPair] {
        try await Aligner(lists.request(list, other, state: UUID().uuidString), backend: nil).run().allPairs()
    }

    @Test(
        arguments: [
            ("a.tsv", "p1\tred cup\np2\t蓝色杯子 大号\n"), ("b.tsv", "id\ttext\np1\tred cup\np2\t蓝色杯子 大号\n"),
            ("c.tsv", "text\tid\nred cup\tp1\n蓝色杯子 大号\tp2\n"),
            ("d.csv", "id,title,price\np1,red cup,2.00\np2,\"蓝色杯子 大号\",3.00\n"),
            ("e.jsonl", "{\"id\": \"p1\", \"text\": \"red cup\"}\n{\"id\": \"p2\", \"text\": \"蓝色杯子 大号\"}\n"),
            ("f.tsv", "p1\tred cup\r\np2\t蓝色杯子 大号\r\n"), ("g.tsv", "sku\tbeschreibung\np1\tred cup\np2\t蓝色杯子 大号\n"),
        ]
    )
    func `Two columns are ids and texts, named or not, and other formats are the indexer's`(
        _ row: (String, String)
    ) async throws {
        let pairs = try await pairs(ListInput(path: try lists.write(row.0, row.1)))
        #expect(pairs.map(\.leftID) == ["p1", "p2"])
        #expect(pairs.map(\.leftText) == ["red cup", "蓝色杯子 大号"])
    }

    @Test func `Columns are taken as they are told`() async throws {
        let path = try lists.write("l.csv", "zh,en\n杯子,cup\n台灯,lamp\n")
        let map = try ["id=#line", "title=zh", "ignore=en"].map(FieldMapping.init(parsing:))
        let pairs = try await pairs(ListInput(path: path, map: map))
        #expect(pairs.map(\.leftText) == ["杯子", "台灯"])
    }

    @Test func `Bad rows are left out and named by file, line and field`() async throws {
        let path = try lists.write("l.tsv", "id\ttitle\tbrand\n1\tcup\tx\n\tlamp\tx\n1\tcup again\tx\n2\tvase\tx\n")
        var request = lists.request(ListInput(path: path), other)
        let finished = try await Aligner(request, backend: nil).run()
        let report = try #require(try await finished.summary().lists.first)
        #expect(report.rows == 2)
        #expect(report.rejected == ["missing_id": 1, "duplicate_id": 1])
        #expect(report.examples.contains { $0.contains("l.tsv, line 3, field \"id\"") })
        #expect(report.examples.contains { $0.contains("l.tsv, line 4, field \"id\", value \"1\"") })
        await finished.close(keepingState: false)
        request.stopsAtBadRow = true
        await #expect(throws: IndexerError.self) { _ = try await Aligner(request, backend: nil).run() }
    }

    @Test func `What can be read only once is refused`() async throws {
        await #expect(throws: AlignmentError.notAFile(path: "standard input")) {
            _ = try await pairs(ListInput(path: "-"))
        }
        let pipe = lists.path("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        await #expect(throws: AlignmentError.notAFile(path: pipe)) { _ = try await pairs(ListInput(path: pipe)) }
    }

    @Test func `A file that is not there is the indexer's error`() async throws {
        await #expect(throws: DumpError.missingFile(lists.path("none.tsv"))) {
            _ = try await pairs(ListInput(path: lists.path("none.tsv")))
        }
    }
}
