/// Texts as they may be sent: cut, and unable to act as control tokens of the model behind the server.
enum RemoteText {
    /// The first scalars of a text, and whether that was not all of it.
    static func cut(_ text: String, to limit: Int) -> (text: String, isCut: Bool) {
        // A scalar has at least one byte.
        guard text.utf8.count > limit else { return (text, false) }
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return (text, false) }
        return (String(scalars[..<end]), true)
    }

    /// Takes the power out of control tokens: `<|im_end|>` becomes `< |im_end|>`.
    ///
    /// Servers tokenize texts and template in one go, so that a product's description could otherwise end the user's
    /// turn and answer for the model. Covers every `<|name|>` and the tags among Qwen3's added tokens.
    static func neutralized(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "<")) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 8)
        for (index, byte) in bytes.enumerated() {
            result.append(byte)
            if byte == UInt8(ascii: "<"), isControlToken(bytes[(index + 1)...]) { result.append(UInt8(ascii: " ")) }
        }
        return result.count == bytes.count ? text : String(decoding: result, as: UTF8.self)
    }

    private static let tags = ["think>", "/think>", "tool_call>", "/tool_call>", "tool_response>", "/tool_response>"]
        .map { Array($0.utf8) }

    /// Whether these bytes complete a control token whose `<` came before.
    private static func isControlToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.first == UInt8(ascii: "|") else { return tags.contains { bytes.starts(with: $0) } }
        let name = bytes.dropFirst().prefix(64).prefix { byte in
            byte == UInt8(ascii: "_") || (48...57).contains(byte) || (97...122).contains(byte | 32)
        }
        return !name.isEmpty && bytes.dropFirst(1 + name.count).starts(with: Array("|>".utf8))
    }
}
