@testable import SearchServer

/// Requests to every rerank endpoint that are answered with 200, in each shape it has.
enum RerankExamples {
    typealias Example = (path: String, body: String?, type: String?)

    static var all: [String: [Example]] {
        var examples: [String: [Example]] = [:]
        for path in RerankPath.allCases {
            let bodies =
                path.scoresPairs
                ? [#"{"text_1": "q", "text_2": ["a =1", "b too long"]}"#]
                : [
                    #"{"query": "q", "documents": ["a =1", "b too long"], "return_documents": true}"#,
                    #"{"query": "q", "documents": ["a =1", {"text": "b"}], "instruct": "do", "top_n": 1}"#,
                    #"{"query": "q", "texts": ["a =1"], "return_text": true}"#,
                ]
            examples["post \(path.rawValue)"] = bodies.map { body -> Example in
                (path: path.rawValue, body: body, type: "application/json")
            }
        }
        return examples
    }
}
