import Alignment
import Foundation

/// Pairs as they go out: TSV or JSON, to standard output or into a file that appears when it is complete.
final class AlignOutput {
    private let isJSON: Bool
    private let file: OutputFile
    private var isFirst = true

    /// Opens the output.
    ///
    /// - Parameters:
    ///   - path: The file; nil: standard output.
    ///   - isJSON: JSON instead of TSV.
    /// - Throws: `CommandFailure`.
    init(path: String?, isJSON: Bool) throws {
        self.isJSON = isJSON
        file = try OutputFile(path: path)
    }

    private static let columns = [
        "left", "right", "decision", "probability", "forward", "backward", "lexical", "conflict", "shared", "differs",
        "left_text", "right_text",
    ]

    /// Writes what stands before the pairs.
    func begin() throws {
        try put(isJSON ? "{\n\"pairs\": [" : Self.columns.joined(separator: "\t") + "\n")
    }

    /// Writes pairs.
    func write(_ pairs: [AlignedPair]) throws {
        var text = ""
        for pair in pairs {
            if isJSON {
                text += (isFirst ? "\n" : ",\n") + (try Self.encoded(AlignPairJSON(pair)))
            } else {
                text += Self.cells(pair).joined(separator: "\t") + "\n"
            }
            isFirst = false
        }
        try put(text)
    }

    /// Writes what stands behind them, and makes the file appear under its name, synced.
    func end(_ summary: AlignmentSummary) throws {
        if isJSON { try put("\n],\n\"summary\": \(try Self.encoded(summary))\n}\n") }
        try file.publish()
    }

    /// Removes what was written, unless it was published.
    func discard() { file.discard() }

    private func put(_ text: String) throws { try file.write(Data(text.utf8)) }

    private static func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func cells(_ pair: AlignedPair) -> [String] {
        func number(_ value: Double?, _ format: String) -> String { value.map { String(format: format, $0) } ?? "" }
        return [
            pair.leftID, pair.rightID, pair.decision.name, number(pair.probability, "%.6f"),
            number(pair.forward, "%.4f"), number(pair.backward, "%.4f"), number(pair.lexical, "%.4f"),
            pair.conflict.name, AlignPairJSON.words(pair.shared), pair.differences.joined(separator: "; "),
            pair.leftText, pair.rightText,
        ]
        .map { cell in String(cell.map { $0.isNewline || $0 == "\t" ? " " : $0 }) }
    }
}

/// A pair as other programs read it.
struct AlignPairJSON: Encodable {
    let left: String
    let right: String
    let leftText: String
    let rightText: String
    let decision: String
    let probability: Double?
    /// The margin with the left row as query.
    let forward: Double?
    /// The margin with the right row as query.
    let backward: Double?
    let lexical: Double
    let shared: [String]
    let differs: [String]
    let conflict: [String]

    init(_ pair: AlignedPair) {
        left = pair.leftID
        right = pair.rightID
        leftText = pair.leftText
        rightText = pair.rightText
        decision = pair.decision.name
        probability = pair.probability
        forward = pair.forward
        backward = pair.backward
        lexical = pair.lexical
        shared = Self.named(pair.shared)
        differs = pair.differences
        conflict = pair.conflict.name.split(separator: ",").map(String.init)
    }

    /// `code:ik2006 quantity:2000ml`.
    static func words(_ keys: [EvidenceKey]) -> String { named(keys).joined(separator: " ") }

    private static func named(_ keys: [EvidenceKey]) -> [String] { keys.map { "\($0.kind.rawValue):\($0.text)" } }
}
