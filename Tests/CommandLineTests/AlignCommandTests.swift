import Foundation
import Testing

/// `aisle align`: what it reads, writes and refuses.
///
/// The models here mean nothing.
@Suite struct AlignCommandTests {
    private let shop: Shop

    init() throws {
        shop = try Shop()
        try shop.write("zh.tsv", "1\t索尼 WH-1000XM4 耳机\n2\t燕麦片 250克\n3\t台灯\n")
        try shop.write("en.tsv", "id\ttext\na\tOatmeal 250 g\nb\tSony wh1000xm4\nc\tgarden hose\n")
        try shop.write("truth.tsv", "left\tright\n1\tb\n2\ta\n3\t\n")
    }

    private static let header =
        "left\tright\tdecision\tprobability\tforward\tbackward\tlexical\tconflict\tshared\tdiffers\tleft_text\tright_text"

    @Test func `Without a model the output says so, and pairs are for a person to look at`() throws {
        let run = try shop.apart("align", "zh.tsv", "en.tsv", "--truth", "truth.tsv")
        try #require(run.status == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first == Self.header)
        #expect(
            lines.dropFirst().filter { !$0.isEmpty }.map { $0.split(separator: "\t")[0...2].joined(separator: " ") }
                == ["1 b review", "2 a review"]
        )
        #expect(lines[1].contains("code:wh1000xm4"))
        #expect(run.errors.contains("no model"))
        #expect(run.errors.contains("candidate recall 1.0000"))
        #expect(run.errors.contains("accuracy@1"))
    }

    @Test func `JSON is one document on standard output, or in the file that was named`() throws {
        let run = try shop.apart("align", "zh.tsv", "en.tsv", "--json", "--all", "--truth", "truth.tsv")
        let answer = try run.json()
        let pairs = try #require(answer["pairs"] as? [[String: Any]])
        #expect(pairs.count == 9)
        let summary = try #require(answer["summary"] as? [String: Any])
        #expect(summary["candidates"] as? Int == 9 && summary["merged"] as? Int == 0)
        #expect((summary["figures"] as? [String: Any])?["true_pairs"] as? Int == 2)
        let filed = try shop.apart("align", "zh.tsv", "en.tsv", "--json", "--output", "out.json")
        #expect(filed.status == 0 && filed.output.isEmpty)
        let file = try JSONSerialization.jsonObject(with: shop.bytes("out.json")) as? [String: Any]
        #expect((file?["pairs"] as? [[String: Any]])?.count == 2)
        #expect(!shop.exists("out.json.align"))
    }

    @Test func `A model in this process scores both ways round, the same every time`() throws {
        try ModelFixture.write("model", to: shop)
        let options = [
            "align", "zh.tsv", "en.tsv", "--model", "model", "--precision", "f32", "--all", "--threads", "2",
        ]
        let first = try shop.apart(options)
        try #require(first.status == 0, "\(first.errors)")
        let cells = first.output.split(separator: "\n").dropFirst().map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(cells.count == 9)
        for row in cells {
            let probability = try #require(Double(row[3])), forward = try #require(Double(row[4]))
            let backward = try #require(Double(row[5]))
            #expect(abs(probability - 1 / (1 + exp(-(forward + backward) / 2))) < 1e-4)
        }
        #expect(try shop.apart(options).output == first.output)
        #expect(try shop.apart(options + ["--no-cache"]).output == first.output)
    }

    /// A server that stays away in the middle: the state has what was scored, and the rest follows.
    @Test func `A run that was killed goes on and gives what a whole run gives`() throws {
        let rows = (0..<400).map { "p\($0)\tcup \($0 % 20) of size \($0 % 7) and model MX\(1000 + $0)\n" }.joined()
        try shop.write("left.tsv", rows)
        try shop.write("right.tsv", rows.replacingOccurrences(of: "cup", with: "杯子"))
        try ModelFixture.write("model", to: shop)
        let options = [
            "align", "left.tsv", "right.tsv", "--model", "model", "--precision", "f32", "--threads", "1", "--no-cache",
            "--exhaustive", "0", "--candidates", "5", "--all",
        ]
        let whole = try shop.apart(options + ["--output", "whole.tsv"])
        try #require(whole.status == 0, "\(whole.errors)")
        let process = try shop.start(options + ["--output", "parts.tsv"])
        // Killed once there is a state; wherever it then is, the result has to be the same.
        let patience = Date(timeIntervalSinceNow: 60)
        while !shop.exists("parts.tsv.align/work.db-wal"), process.isRunning, Date() < patience {
            Thread.sleep(forTimeInterval: 0.01)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let rest = try shop.apart(options + ["--output", "parts.tsv"])
        try #require(rest.status == 0, "\(rest.errors)")
        #expect(try shop.bytes("parts.tsv") == shop.bytes("whole.tsv"))
        #expect(!shop.exists("parts.tsv.align"))
    }

    @Test func `Ctrl-C leaves a state to go on with, and no half file`() throws {
        let rows = (0..<3000).map { "p\($0)\tcup \($0 % 20) of size \($0 % 7) and model MX\(1000 + $0)\n" }.joined()
        try shop.write("left.tsv", rows)
        try ModelFixture.write("model", to: shop)
        let process = try shop.start([
            "align", "left.tsv", "--model", "model", "--precision", "f32", "--threads", "1", "--no-cache", "--output",
            "o.tsv",
        ])
        let patience = Date(timeIntervalSinceNow: 60)
        while !shop.exists("o.tsv.align/work.db-wal"), process.isRunning, Date() < patience {
            Thread.sleep(forTimeInterval: 0.01)
        }
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 1)
        #expect(shop.exists("o.tsv.align/work.db"))
        #expect(!shop.exists("o.tsv"))
    }

    @Test func `Fitted settings are read again, and a small sample is refused`() throws {
        let small = try shop.apart("align", "fit", "zh.tsv", "en.tsv", "--truth", "truth.tsv", "--into", "small.json")
        #expect(small.status == 1 && small.errors.contains("too small"))
        #expect(!shop.exists("small.json"))
        // Codes alone tell these apart, so that any scorer that sees them is right.
        let count = 120
        try shop.write("l.tsv", (0..<count).map { "l\($0)\t杯子 QX\(10000 + 37 * $0)\n" }.joined())
        try shop.write("r.tsv", (0..<count).map { "r\($0)\tcup QX\(10000 + 37 * $0)\n" }.joined())
        try shop.write("t.tsv", (0..<count).map { "l\($0)\tr\($0)\n" }.joined())
        let fit = try shop.apart(
            "align",
            "fit",
            "l.tsv",
            "r.tsv",
            "--truth",
            "t.tsv",
            "--into",
            "s.json",
            "--merge-precision",
            "0.9"
        )
        try #require(fit.status == 0, "\(fit.errors)")
        #expect(fit.output.contains("precision at least 0.9"))
        let run = try shop.apart("align", "l.tsv", "r.tsv", "--settings", "s.json", "--truth", "t.tsv")
        try #require(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("merge 0, review 120"))
        #expect(run.errors.contains("Brier"))
        try ModelFixture.write("model", to: shop)
        let other = try shop.apart("align", "l.tsv", "r.tsv", "--settings", "s.json", "--model", "model")
        #expect(other.status == 1 && other.errors.contains("Fit it again"))
    }

    private static let uses: [([String], Int32)] = [
        ([], 2), (["zh.tsv", "--one-to-one"], 2), (["zh.tsv", "en.tsv", "--merge", "2"], 2),
        (["zh.tsv", "en.tsv", "--candidates", "0"], 2), (["none.tsv", "en.tsv"], 1), (["zh.tsv", "-"], 1),
        (["zh.tsv", "en.tsv", "--settings", "none.json"], 1), (["zh.tsv", "en.tsv", "--truth", "none.tsv"], 1),
        (["zh.tsv", "en.tsv", "--merge", "0.5", "--review", "0.6"], 1),
        (["zh.tsv", "en.tsv", "--model", "nowhere"], 1), (["--help"], 0),
    ]

    @Test(arguments: uses)
    func `Exit codes are 0 done, 1 failed, 2 used wrongly`(_ row: ([String], Int32)) throws {
        let run = try shop.apart(["align"] + row.0)
        #expect(run.status == row.1, "\(run.errors)")
        if row.1 != 0 { #expect(!run.errors.isEmpty) }
    }
}
