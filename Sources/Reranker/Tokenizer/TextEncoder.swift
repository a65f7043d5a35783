internal import CTokenizer

/// The way of a text to ids: added tokens, NFC, added tokens that are matched behind it, words.
struct TextEncoder {
    /// An `aisle_vocabulary`.
    let vocabulary: OpaquePointer?
    let normalizes: Bool
    let hasNormalizedTokens: Bool

    private typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Appends the ids of well-formed UTF-8.
    func encode(
        _ text: UnsafeBufferPointer<UInt8>,
        controlTokens: ControlTokens,
        _ scratch: inout EncoderScratch,
        _ output: inout EncodedIDs
    ) {
        switch controlTokens {
        case .neutralised: encodeNormalized(text, recognises: false, &scratch, &output)
        case .recognised:
            encodeAround(text, normalized: false, &output) { piece, output in
                encodeNormalized(piece, recognises: hasNormalizedTokens, &scratch, &output)
            }
        }
    }

    /// Hands on the pieces of a text between added tokens, and appends the ids of these.
    private func encodeAround(
        _ text: Bytes,
        normalized: Bool,
        _ output: inout EncodedIDs,
        _ encode: (Bytes, inout EncodedIDs) -> Void
    ) {
        var from = 0
        var start = 0
        var end = 0
        var id: TokenID = 0
        while output.isComplete,
            aisle_find_added(vocabulary, normalized, text.baseAddress, text.count, from, &start, &end, &id)
        {
            encode(Bytes(rebasing: text[from..<start]), &output)
            output.append(id)
            from = end
        }
        encode(Bytes(rebasing: text[from...]), &output)
    }

    /// Brings a text into NFC if that is asked for, and encodes it.
    private func encodeNormalized(
        _ text: Bytes,
        recognises: Bool,
        _ scratch: inout EncoderScratch,
        _ output: inout EncodedIDs
    ) {
        if !normalizes || aisle_is_nfc(text.baseAddress, text.count) {
            return encodeOrdinary(text, recognises: recognises, &scratch, &output)
        }
        var normalized: [UInt8] = []
        swap(&normalized, &scratch.normalized)
        let bound = aisle_nfc_bound(text.count)
        if normalized.count < bound { normalized = [UInt8](repeating: 0, count: bound) }
        var count = 0
        var needed = 0
        repeat {
            if needed > scratch.entries.count { scratch.entries = [UInt64](repeating: 0, count: 2 * needed) }
            count = aisle_nfc(
                text.baseAddress,
                text.count,
                &normalized,
                &scratch.entries,
                scratch.entries.count,
                &needed
            )
        } while count < 0
        normalized.withUnsafeBufferPointer { bytes in
            encodeOrdinary(Bytes(rebasing: bytes[..<count]), recognises: recognises, &scratch, &output)
        }
        swap(&normalized, &scratch.normalized)
    }

    private func encodeOrdinary(
        _ text: Bytes,
        recognises: Bool,
        _ scratch: inout EncoderScratch,
        _ output: inout EncodedIDs
    ) {
        guard recognises else { return encodeWords(text, &scratch, &output) }
        encodeAround(text, normalized: true, &output) { piece, output in
            encodeWords(piece, &scratch, &output)
        }
    }

    private func encodeWords(_ text: Bytes, _ scratch: inout EncoderScratch, _ output: inout EncodedIDs) {
        var position = aisle_encode_position()
        while output.isComplete {
            position.count = 0
            let state = aisle_encode(
                vocabulary,
                &scratch.cache,
                text.baseAddress,
                text.count,
                &scratch.ids,
                scratch.ids.count,
                &scratch.entries,
                scratch.entries.count,
                &position
            )
            output.append(scratch.ids[..<position.count])
            switch state {
            case AISLE_ENCODE_IDS:
                if position.needed > scratch.ids.count {
                    scratch.ids = [TokenID](repeating: 0, count: 2 * position.needed)
                }
            case AISLE_ENCODE_SCRATCH: scratch.entries = [UInt64](repeating: 0, count: 2 * position.needed)
            default: return
            }
        }
    }
}
