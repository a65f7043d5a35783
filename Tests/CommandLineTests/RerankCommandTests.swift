import Foundation
import Testing

/// `aisle rerank` with a model whose scores mean nothing: what it reads, prints and refuses.
@Suite struct RerankCommandTests {
    private let shop: Shop

    init() throws {
        shop = try Shop()
        try ModelFixture.write("model", to: shop)
    }

    private struct Answer: Decodable {
        var model: String
        var results: [Result]
    }

    private struct Result: Decodable, Equatable {
        var index: Int
        var rank: Int
        var score: Double?
        var margin: Double?
        var text: String
    }

    private func answer(_ run: ProgramRun) throws -> Answer {
        try #require(run.status == 0, "\(run.errors)")
        return try JSONDecoder().decode(Answer.self, from: Data(run.output.utf8))
    }

    private func rerank(_ options: String..., input: String) throws -> ProgramRun {
        try rerank(options, input: input)
    }

    private func rerank(_ options: [String], input: String) throws -> ProgramRun {
        try shop.apart(
            ["rerank", "--model", "model", "--query", "headphones", "--precision", "f32", "--threads", "2"] + options,
            input: input
        )
    }

    @Test func `JSON has every document once, the best first, with its line and both numbers`() throws {
        let lines = ["wireless headphones", "a garden hose", "耳机 无线", "Größe 42", "a \"quoted\" \\ one"]
        let run = try rerank("--json", input: lines.joined(separator: "\n") + "\n")
        let answer = try answer(run)
        #expect(answer.model == "model")
        #expect(answer.results.map(\.rank) == [1, 2, 3, 4, 5])
        #expect(answer.results.map(\.index).sorted() == [0, 1, 2, 3, 4])
        let margins = answer.results.compactMap(\.margin)
        #expect(margins.count == 5 && margins == margins.sorted(by: >) && Set(margins).count == 5)
        for result in answer.results {
            #expect(result.text == lines[result.index])
            let score = try #require(result.score), margin = try #require(result.margin)
            #expect(abs(score - 1 / (1 + exp(-margin))) < 1e-9)
        }
        // The keys are part of the interface.
        let object = try run.json()
        let first = try #require((object["results"] as? [[String: Any]])?.first)
        #expect(Set(object.keys) == ["model", "results"])
        #expect(Set(first.keys) == ["index", "rank", "score", "margin", "text"])
    }

    @Test func `A disk too full for the quantized weights costs time only, and nothing half-written stays`() throws {
        let options = [
            "rerank", "--model", "model", "--query", "headphones", "--precision", "int8", "--json", "--no-cache",
        ]
        let input = "wireless headphones\na garden hose\n"
        // Files may have 2 KiB; a write beyond that fails as on a full disk.
        let script = #"trap '' XFSZ; ulimit -f 4; exec "$@""#
        let full = try shop.run(
            ["-c", script, "sh", "env", "HOME=\(shop.folder.path)", shop.program.path] + options,
            input: input,
            program: URL(fileURLWithPath: "/bin/sh")
        )
        let scores = try answer(full).results
        let kept = { try FileManager.default.contentsOfDirectory(atPath: shop.url("model").path).sorted() }
        #expect(try kept() == ["config.json", "model.safetensors", "tokenizer.json"])
        #expect(try answer(shop.apart(options, input: input)).results == scores)
        #expect(try kept() == ["aisle-int8.bin", "config.json", "model.safetensors", "tokenizer.json"])
    }

    @Test func `The table has a line for each document, in the order of the JSON`() throws {
        let input = "wireless headphones\na garden hose\n耳机 无线\n"
        let order = try answer(rerank("--json", input: input)).results
        let run = try rerank(input: input)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.count >= 4, "\(run.output)")
        #expect(["#", "Score", "Margin", "Text"].allSatisfy { lines[0].contains($0) })
        let rows = lines.suffix(3)
        for (row, result) in zip(rows, order) {
            let margin = try #require(result.margin)
            #expect(row.contains(result.text) && row.contains(String(format: "%+.2f", margin)), "\(row)")
            #expect(row.split(whereSeparator: \.isWhitespace).first.map(String.init) == "\(result.rank)", "\(row)")
        }
    }

    @Test func `A file, standard input by name and by default are the same`() throws {
        let input = "one\ntwo\nthree"
        try shop.write("documents.txt", input)
        let piped = try rerank("--json", input: input).output
        #expect(try rerank("--json", "-", input: input).output == piped)
        #expect(try rerank("--json", "documents.txt", input: "").output == piped)
        #expect(try answer(rerank("--json", input: input)).results.count == 3)
    }

    @Test func `Blank lines are passed over, and line ends of Windows are no text`() throws {
        let results = try answer(rerank("--json", input: "\r\n  \none\r\n\n\t\ntwo\r\n\u{3000}\nthree\r")).results
        let byLine = results.sorted { $0.index < $1.index }
        #expect(byLine.map(\.text) == ["one", "two", "three"])
        #expect(byLine.map(\.index) == [2, 5, 7])
    }

    @Test func `A pipe that is slow is read to its end`() throws {
        let run = try shop.run(
            [
                "-c",
                """
                (printf 'one\\ntw'; sleep 0.3; printf 'o\\nthree\\n') | XDG_CACHE_HOME="$PWD/cache" "$0" rerank --json \
                --model model --query q
                """, shop.program.path,
            ],
            program: URL(fileURLWithPath: "/bin/sh")
        )
        #expect(Set(try answer(run).results.map(\.text)) == ["one", "two", "three"])
    }

    @Test(arguments: ["", "\n", " \n\t\r\n"])
    func `No documents is an error that says what is expected`(input: String) throws {
        let run = try rerank("--json", input: input)
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(run.errors.contains("one a line"), "\(run.errors)")
    }

    @Test func `A file that is not there, or is a folder, is named`() throws {
        for name in ["nothing.txt", "model"] {
            let run = try rerank(name, input: "")
            #expect(run.status == 1 && run.output.isEmpty)
            #expect(run.errors.contains(name), "\(run.errors)")
        }
    }

    @Test func `A model that was not fetched: the message says how to`() throws {
        let run = try shop.apart("rerank", "--model", "Qwen/Qwen3-Reranker-0.6B", "--query", "q", input: "d\n")
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(run.errors.contains("aisle model pull Qwen/Qwen3-Reranker-0.6B"), "\(run.errors)")
        let path = try shop.apart("rerank", "--model", "./nowhere", "--query", "q", input: "d\n")
        #expect(path.status == 1 && path.errors.contains("nowhere"), "\(path.errors)")
    }

    @Test func `A folder that is no model: what is missing is named`() throws {
        try FileManager.default.removeItem(at: shop.url("model/tokenizer.json"))
        let run = try rerank(input: "d\n")
        #expect(run.status == 1 && run.errors.contains("tokenizer.json"), "\(run.errors)")
    }

    @Test func `What was cut is told, of documents and of the query`() throws {
        // The model's prompts have 4,096 tokens at most.
        let long = String(repeating: "wireless headphones ", count: 4000)
        let run = try rerank("--json", input: "short\n\(long)\nanother\n")
        #expect(run.errors == "warning: only the beginning was read of 1 of 3 documents\n")
        let cut = try #require(try run.json()["results"] as? [[String: Any]]).filter { $0["truncated"] != nil }
        #expect(cut.compactMap { $0["index"] as? Int } == [1])
        let options = ["rerank", "--model", "model", "--query", long, "--precision", "f32", "--json"]
        // The second time from the cache.
        for _ in 0..<2 {
            let query = try shop.apart(options, input: "short\n")
            #expect(query.errors == "warning: only the beginning was read of the query\n")
            #expect(try query.json()["query_truncated"] as? Bool == true)
        }
    }

    @Test func `--max-length is how much of a text is read`() throws {
        let long = String(repeating: "wireless headphones ", count: 200)
        #expect(try rerank("--json", input: long).errors.isEmpty)
        #expect(try rerank("--json", "--max-length", "300", input: long).errors.contains("1 of 1 documents"))
    }

    @Test func `A cache that cannot be used is mentioned, and costs time only`() throws {
        try shop.write("cache", "a file where the folder should be")
        let run = try rerank("--json", input: "one\ntwo\n")
        #expect(run.status == 0 && run.errors.hasPrefix("warning: scores are not kept: "), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test func `A byte order mark is no part of the first document`() throws {
        let results = try answer(rerank("--json", input: "\u{FEFF}one\ntwo\n")).results
        #expect(results.map { Array($0.text.unicodeScalars).count } == [3, 3])
    }

    @Test func `--top prints the best only`() throws {
        let input = (0..<9).map { "document \($0)\n" }.joined()
        let all = try answer(rerank("--json", input: input)).results
        for top in [1, 4, 100] {
            #expect(try answer(rerank("--json", "--top", "\(top)", input: input)).results == Array(all.prefix(top)))
        }
    }

    @Test func `A budget that is too small: what is not scored follows in its order, without numbers`() throws {
        let input = (0..<5000).map { "document \($0) of very many\n" }.joined()
        let results = try answer(rerank("--json", "--budget-ms", "1", "--no-cache", input: input)).results
        #expect(results.count == 5000)
        let scored = results.prefix { $0.margin != nil }
        let rest = results.dropFirst(scored.count)
        #expect(rest.count > 0 && rest.allSatisfy { $0.margin == nil && $0.score == nil })
        #expect(rest.map(\.index) == rest.map(\.index).sorted())
        #expect(results.map(\.rank) == Array(1...5000))
    }

    @Test func `Equal documents get equal scores and keep their order`() throws {
        let results = try answer(rerank("--json", input: "same\nother\nsame\nsame\n")).results
        let same = results.filter { $0.text == "same" }
        #expect(same.map(\.index) == [0, 2, 3])
        #expect(Set(same.map(\.margin)).count == 1)
    }

    @Test func `Precisions agree with each other, and int8 leaves its file beside the model`() throws {
        let input = "wireless headphones\na garden hose\n耳机\n"
        func margins(_ precision: String) throws -> [Int: Double] {
            let run = try shop.apart(
                "rerank",
                "--model",
                "model",
                "--query",
                "q",
                "--json",
                "--precision",
                precision,
                input: input
            )
            return Dictionary(uniqueKeysWithValues: try answer(run).results.map { ($0.index, $0.margin ?? .nan) })
        }
        let exact = try margins("f32")
        #expect(!shop.exists("model/aisle-int8.bin"))
        for precision in ["int8", "auto"] {
            let fast = try margins(precision)
            #expect(exact.allSatisfy { abs((fast[$0.key] ?? .nan) - $0.value) < 0.2 }, "\(exact), \(fast)")
        }
        #expect(shop.exists("model/aisle-int8.bin"))
        let run = try shop.apart(
            "rerank",
            "--model",
            "model",
            "--query",
            "q",
            "--json",
            "--precision",
            "bf16",
            input: input
        )
        // Not every processor has it, and then it says so.
        if run.status == 0 {
            let results = try answer(run).results
            #expect(results.allSatisfy { abs((exact[$0.index] ?? .nan) - ($0.margin ?? .nan)) < 0.5 })
        } else {
            #expect(run.status == 1 && run.errors.contains("bf16") && run.errors.contains("int8"), "\(run.errors)")
        }
    }

    @Test func `Scores are kept: asked again without weights, they are still known`() throws {
        let input = "one\ntwo\n"
        let first = try rerank("--json", input: input)
        #expect(shop.exists("cache/aisle/scores.db"))
        #expect(try rerank("--json", input: input).output == first.output)
        let other = try Shop()
        try ModelFixture.write("model", to: other)
        let run = try other.apart(
            "rerank",
            "--model",
            "model",
            "--query",
            "q",
            "--no-cache",
            "--json",
            input: input
        )
        #expect(run.status == 0 && !other.exists("cache"), "\(run.errors)")
    }

    @Test(arguments: [
        ["--top", "0"], ["--top", "x"], ["--budget-ms", "0"], ["--budget-ms=-5"], ["--precision", "f16"],
        ["--threads", "0"], ["--threads=-1"], ["--threads", "100000"], ["--max-length", "10"], ["--query", ""],
        ["--colour"], ["a", "b"],
    ])
    func `Wrong options exit with 2 before anything is read`(options: [String]) throws {
        let run = try rerank(options, input: "d\n")
        #expect(run.status == 2 && run.output.isEmpty, "\(options): \(run.errors)")
        #expect(!run.errors.isEmpty)
    }

    @Test func `--model and --query have to be given`() throws {
        #expect(try shop.apart("rerank", "--query", "q", input: "d\n").status == 2)
        #expect(try shop.apart("rerank", "--model", "model", input: "d\n").status == 2)
    }
}
