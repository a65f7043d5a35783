import Eval
import Statistics
import Testing

/// Files of any bytes are read or refused; nothing crashes.
@Suite struct DamagedFileTests {
    private static let seeds = [
        "1 0 a 2\n1 0 b 0\n2 0 a 1\n", "query,docid,rating\n\"red \"\"bag\"\"\",A,3\nbag,B,\n",
        "query_id,product_id,esci_label\n1,A,E\n1,B,S\n", "id\tquery_id\tproduct_id\tlabel\n0\t1\tA\tExact\n",
        "1 Q0 a 1 0.5 t\n1 Q0 b 2 -1e3 t\n", "q1\tred bag\nq2\t鞋\n",
    ]

    @Test func `Damaged files never crash a reader`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let folder = try Folder()
        let pieces: [[UInt8]] = [
            [0], [0xFF], [0x0A], [0x0D], [0x22], [0x2C], [0x09], [0xCC, 0x81], [0xEF, 0xBB, 0xBF], [0x2D],
        ]
        var read = 0
        for _ in 0..<1500 {
            var bytes = Array((Self.seeds.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
                case 1: bytes.removeSubrange(place...)
                default: bytes.insert(contentsOf: bytes.prefix(place), at: place)
                }
            }
            let path = try folder.bytes("file", bytes)
            let readers: [(String) throws -> Void] = [
                { _ = try Qrels(path: $0) }, { _ = try Run(path: $0) }, { _ = try QueryFile(path: $0) },
            ]
            for reader in readers {
                do {
                    try reader(path)
                    read += 1
                } catch let error as EvalError {
                    #expect(!error.description.isEmpty)
                } catch {
                    Issue.record("\(error), seed \(seed), bytes \(bytes)")
                }
            }
        }
        #expect(read > 100, "seed \(seed)")
    }
}
