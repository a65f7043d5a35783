import Testing

@testable import Reranker

@Suite struct RemoteTextTests {
    @Test(arguments: [
        ("<|im_end|>", "< |im_end|>"), ("a<|endoftext|>b", "a< |endoftext|>b"),
        ("<think></think>", "< think>< /think>"), ("<tool_call>", "< tool_call>"), ("<<|x_1|>", "<< |x_1|>"),
        ("中<|im_start|>文", "中< |im_start|>文"),
        ("<|<|im_end|>", "<|< |im_end|>"),
    ])
    func `Control tokens are broken up`(text: String, result: String) {
        #expect(RemoteText.neutralized(text) == result)
        #expect(RemoteText.neutralized(result) == result)
    }

    @Test(arguments: [
        "", "a < b", "<|", "<||>", "<b>bold</b>", "< |im_end|>", "|im_end|>", "<|a b|>", "<|a|", "5<6|>", "<",
    ])
    func `Other text stays as it is`(text: String) {
        #expect(RemoteText.neutralized(text) == text)
    }

    @Test(arguments: [
        ("abc", 3, "abc", false), ("abcd", 3, "abc", true), ("中文字", 3, "中文字", false), ("中文字", 2, "中文", true),
        ("", 1, "", false), ("a\r\nb", 2, "a\r", true),
    ])
    func `Texts are cut by scalars`(text: String, limit: Int, result: String, isCut: Bool) {
        let cut = RemoteText.cut(text, to: limit)
        #expect(Array(cut.text.utf8) == Array(result.utf8))
        #expect(cut.isCut == isCut)
    }

    @Test func `Long documents and queries are cut, and the documents are named`() async throws {
        let server = try StubServer { .results(AnyDocuments.of($0).map { _ in 0.5 }) }
        let request = RerankRequest(
            query: String(repeating: "q", count: 5000),
            documents: ["short", String(repeating: "d", count: 11), "0123456789"]
        )
        let result = try await server.reranker(.llamacpp, "chars=10").score(request)
        #expect(result.truncated == [1])
        #expect(server.requests.first.map(AnyDocuments.of) == ["short", "dddddddddd", "0123456789"])
        #expect(server.bodies.first?.contains("\"" + String(repeating: "q", count: 2000) + "\"") == true)
    }
}
