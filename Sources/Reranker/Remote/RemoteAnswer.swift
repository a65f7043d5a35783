internal import Foundation

/// A server's scores, in any dialect.
struct RemoteAnswer: Decodable {
    let shape: RemoteDialect.AnswerShape
    let items: [Item]
    let promptTokens: Int?

    struct Item: Decodable {
        var index: Int?
        var score: Score?
        /// SGLang counts by item.
        var promptTokens: Int?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            index = try? container.decode(Int.self, forKey: "index")
            for key: Key in ["relevance_score", "score"] where score == nil && container.contains(key) {
                score = try container.decode(Score.self, forKey: key)
            }
            let information = try? container.nestedContainer(keyedBy: Key.self, forKey: "meta_info")
            promptTokens = try? information?.decode(Int.self, forKey: "prompt_tokens")
        }
    }

    /// What stood where a score should be.
    enum Score: Decodable {
        case number(Double)
        /// What came instead, as people would write it.
        case wrong(String)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .wrong("null")
            } else if let number = try? value.decode(Double.self) {
                self = number.isFinite ? .number(number) : .wrong("\(number)")
            } else if let text = try? value.decode(String.self) {
                self = .wrong("\"\(RemoteMessage.clean(text, limit: 40))\"")
            } else {
                self = .wrong("something that is not a number")
            }
        }
    }

    private struct Key: CodingKey, ExpressibleByStringLiteral {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init(stringLiteral value: String) { stringValue = value }
        init?(intValue: Int) { nil }
    }

    private struct NoScores: Error {}

    init(from decoder: any Decoder) throws {
        if let list = try? decoder.singleValueContainer().decode([Item].self) {
            shape = .list
            items = list
            let counts = list.compactMap(\.promptTokens)
            promptTokens = counts.count == list.count && !list.isEmpty ? counts.reduce(0, +) : nil
            return
        }
        let container = try decoder.container(keyedBy: Key.self)
        if container.contains("results") {
            shape = .results
            items = try container.decode([Item].self, forKey: "results")
        } else if container.contains("data") {
            shape = .data
            items = try container.decode([Item].self, forKey: "data")
        } else {
            throw NoScores()
        }
        let usage = try? container.nestedContainer(keyedBy: Key.self, forKey: "usage")
        let prompt = try? usage?.decode(Int.self, forKey: "prompt_tokens")
        let total = try? usage?.decode(Int.self, forKey: "total_tokens")
        promptTokens = prompt ?? total
    }

    /// The scores of a body, in the order of the documents asked for.
    ///
    /// - Parameters:
    ///   - body: JSON.
    ///   - count: How many documents were asked for.
    ///   - dialect: Decides which shapes are taken.
    ///   - server: For messages.
    ///   - secrets: What no message may quote.
    ///   - texts: Query and documents, which no message may quote either.
    /// - Returns: One finite number a document, and the prompts' tokens where the server tells.
    /// - Throws: `RemoteError`.
    static func scores(
        _ body: [UInt8],
        count: Int,
        dialect: RemoteDialect,
        server: String,
        hiding secrets: [String],
        repeating texts: [String]
    ) throws -> (scores: [Double], promptTokens: Int?) {
        let answer = try parse(body, server: server) {
            RemoteMessage.start(of: body, hiding: secrets, repeating: texts)
        }
        guard dialect.answerShapes.contains(answer.shape) else {
            throw RemoteError.otherDialect(server: server, asked: dialect, shape: answer.shape.rawValue)
        }
        var scores = [Double?](repeating: nil, count: count)
        for item in answer.items {
            guard let index = item.index else { throw RemoteError.noIndex(server: server) }
            guard scores.indices.contains(index) else {
                throw RemoteError.indexOutOfRange(server: server, index: index, count: count)
            }
            guard scores[index] == nil else { throw RemoteError.duplicateIndex(server: server, index: index) }
            switch item.score {
            case .number(let score): scores[index] = score
            case .wrong(let found): throw RemoteError.badScore(server: server, index: index, found: found)
            case nil: throw RemoteError.badScore(server: server, index: index, found: "nothing")
            }
        }
        let missing = scores.indices.filter { scores[$0] == nil }
        if let first = missing.first {
            throw RemoteError.missingScores(server: server, first: first, missing: missing.count, count: count)
        }
        return (scores.compactMap { $0 }, answer.promptTokens)
    }

    private static func parse(_ body: [UInt8], server: String, start: () -> String) throws -> RemoteAnswer {
        do {
            return try JSONDecoder().decode(RemoteAnswer.self, from: Data(body))
        } catch {
            // Not JSON, but some servers write it; the position is not worth a parser.
            if let word = bareWord(body) { throw RemoteError.badScore(server: server, index: nil, found: word) }
            let isJSON = (try? JSONDecoder().decode(AnyJSON.self, from: Data(body))) != nil
            throw isJSON
                ? RemoteError.noScores(server: server, start: start())
                : RemoteError.notJSON(server: server, start: start())
        }
    }

    /// A number that JSON does not have, outside of strings.
    private static func bareWord(_ body: [UInt8]) -> String? {
        var isInString = false
        var index = 0
        while index < body.count {
            switch body[index] {
            case UInt8(ascii: "\\") where isInString: index += 1
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "N") where !isInString && body[index...].starts(with: Array("NaN".utf8)): return "NaN"
            case UInt8(ascii: "I") where !isInString && body[index...].starts(with: Array("Infinity".utf8)):
                return "Infinity"
            default: break
            }
            index += 1
        }
        return nil
    }
}

/// Any JSON at all.
private struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws {}
}
