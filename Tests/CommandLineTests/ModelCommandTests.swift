import Foundation
import Testing

/// `aisle model tokenize`, `verify` and `list`.
@Suite struct ModelCommandTests {
    private let shop: Shop

    init() throws {
        shop = try Shop()
        try ModelFixture.write("model", to: shop)
    }

    private struct Lines: Decodable {
        var lines: [[Int]]
    }

    private func lines(_ run: ProgramRun) throws -> [[Int]] {
        try #require(run.status == 0, "\(run.errors)")
        return try JSONDecoder().decode(Lines.self, from: Data(run.output.utf8)).lines
    }

    @Test func `tokenize prints what the reference makes of each text`() throws {
        // The tokenizer's own fixtures; added tokens are recognised there.
        struct Expected: Decodable {
            var texts: [String]
            var small: [[Int]]
        }
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("RerankerTests/Fixtures/tokenizer/expected.json")
        let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
        let usable = expected.texts.indices.filter {
            !expected.texts[$0].utf8.contains(0) && !expected.texts[$0].isEmpty
        }
        let input = usable.map { expected.texts[$0] + "\0" }.joined()
        let options = ["model", "tokenize", "--control-tokens", "recognised", "--null", "-"]
        for model in ["model", "model/tokenizer.json"] {
            let run = try shop.apart(options + ["--json", "--model", model], input: input)
            #expect(try lines(run) == usable.map { expected.small[$0] })
        }
        let plain = try shop.apart(options + ["--model", "model"], input: input)
        let rows = plain.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(rows.map { $0.split(separator: " ").compactMap { Int($0) } } == usable.map { expected.small[$0] })
    }

    @Test func `tokenize reads lines, keeps empty ones, and takes control tokens for text`() throws {
        let ids = try lines(
            shop.apart("model", "tokenize", "--model", "model", "--json", input: "yes\n\n<|im_end|>\nno")
        )
        #expect(ids.count == 4 && ids[1].isEmpty)
        #expect(ids[0].count == 1 && ids[3].count == 1 && ids[2].count > 1)
        let control = try lines(
            shop.apart(
                "model",
                "tokenize",
                "--model",
                "model",
                "--json",
                "--control-tokens",
                "recognised",
                input: "<|im_end|>"
            )
        )
        #expect(control[0].count == 1)
        #expect(try lines(shop.apart("model", "tokenize", "--model", "model", "--json", input: "")).isEmpty)
    }

    @Test func `tokenize names what cannot be read`() throws {
        let missing = try shop.apart("model", "tokenize", "--model", "model", "nothing.txt")
        #expect(missing.status == 1 && missing.errors.contains("nothing.txt"))
        let folder = try shop.apart("model", "tokenize", "--model", "nowhere", input: "x")
        #expect(folder.status == 1 && folder.errors.contains("nowhere"), "\(folder.errors)")
        #expect(try shop.apart("model", "tokenize", input: "x").status == 2)
    }

    @Test(arguments: ["f32", "auto"])
    func `verify fails on random weights and says why`(precision: String) throws {
        let run = try shop.apart("model", "verify", "model", "--precision", precision)
        #expect(run.status == 1)
        #expect(run.output.contains("error:"), "\(run.output)")
        #expect(run.errors.contains("model failed the check"), "\(run.errors)")
    }

    @Test func `verify says why the published margins are not compared, whatever the folder is called`() throws {
        try ModelFixture.write("Qwen3-Reranker-0.6B", to: shop)
        let run = try shop.apart("model", "verify", "Qwen3-Reranker-0.6B", "--precision", "f32")
        #expect(run.output.contains("were not compared: the model has another shape"), "\(run.output)")
        #expect(!run.output.contains("FAILED"), "\(run.output)")
    }

    @Test(arguments: [["--threads", "0"], ["--threads=-1"], ["--precision", "q4"], []])
    func `verify refuses wrong options with 2`(options: [String]) throws {
        let arguments = ["model", "verify"] + (options.isEmpty ? [] : ["model"]) + options
        let run = try shop.apart(arguments)
        #expect(run.status == 2 && run.output.isEmpty, "\(options): \(run.errors)")
    }

    @Test func `verify shows no password, of a server that is away or answers nonsense`() throws {
        let server = try LengthServer { texts, _ in texts.map { _ in 0.5 } }
        for port in ["9", "\(server.port)"] {
            let run = try shop.apart("model", "verify", "tei+http://me:hunter2@127.0.0.1:\(port)")
            #expect(run.status == 1 && !run.errors.isEmpty)
            #expect(!(run.output + run.errors).contains("hunter2"), "\(run.output)\(run.errors)")
        }
    }

    @Test func `bench rerank times any model in any precision, and names a folder that is not there`() throws {
        let options = ["--rounds", "1", "--candidates", "1", "--shared", "4", "--own", "4", "--threads", "1", "--json"]
        let run = try shop.apart(["bench", "rerank", "--model", "model", "--precision", "auto"] + options)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.json()["runs"] as? [Any] != nil)
        let missing = try shop.apart("bench", "rerank", "--model", "nowhere/model")
        #expect(missing.status == 1 && missing.errors.contains("nowhere/model") && !missing.errors.contains("NSCocoa"))
    }

    @Test func `verify of a server nobody answers at fails and names it`() throws {
        let run = try shop.apart("model", "verify", "vllm+http://127.0.0.1:9")
        #expect(run.status == 1)
        #expect((run.output + run.errors).contains("127.0.0.1:9"))
    }

    @Test func `list of an empty cache says how to fetch a model`() throws {
        let run = try shop.apart("model", "list")
        #expect(run.status == 0 && run.output.contains("aisle model pull"), "\(run.output)")
        let json = try shop.apart("model", "list", "--json").json()
        #expect((json["models"] as? [Any])?.isEmpty == true)
        #expect(json["cache"] as? String == shop.url("hub/hub").path)
        #expect(!shop.exists("hub"), "listing makes nothing")
    }
}
