@testable import SearchServer

/// Requests to every rerank endpoint that are answered with 200, in each shape it has.
enum RerankExamples {
    static let all: [String: [(path: String, body: String?, type: String?)]] = Dictionary(
        uniqueKeysWithValues: RerankPath.allCases.map { path in
            let bodies =
                path.scoresPairs
                ? [#"{"text_1": "q", "text_2": ["a =1", "b too long"]}"#]
                : [
                    #"{"query": "q", "documents": ["a =1", "b too long"], "return_documents": true}"#,
                    #"{"query": "q", "documents": ["a =1", {"text": "b"}], "instruct": "do", "top_n": 1}"#,
                    #"{"query": "q", "texts": ["a =1"], "return_text": true}"#,
                ]
            return ("post \(path.rawValue)", bodies.map { (path.rawValue, $0, "application/json") })
        }
    )
}
