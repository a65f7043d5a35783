internal import CTokenizer
internal import Synchronization

/// What one encoding works with, kept for the next: a word cache and buffers.
///
/// For one thread at a time.
struct EncoderScratch: Sendable {
    /// Words and their ids, as C keeps them.
    var cache = [UInt64](repeating: 0, count: aisle_word_cache_entries())
    /// Ids on their way to the caller.
    var ids = [TokenID](repeating: 0, count: 1024)
    /// What merging a long word and ordering combining marks need.
    var entries = [UInt64](repeating: 0, count: 1024)
    /// The text in NFC where it is not so already.
    var normalized: [UInt8] = []

    /// Whether an unusual text made it too large to keep.
    var isOversized: Bool { ids.count > 1 << 16 || entries.count > 1 << 18 || normalized.count > 1 << 21 }
}

/// Scratch that is not in use, so that texts from many threads find warm caches.
final class EncoderScratchPool: Sendable {
    private let idle = Mutex<[EncoderScratch]>([])
    /// About 1 MiB each.
    private static let limit = 32

    /// Lends scratch to `body`.
    func withScratch<Result>(_ body: (inout EncoderScratch) -> Result) -> Result {
        var scratch = idle.withLock { $0.popLast() } ?? EncoderScratch()
        let result = body(&scratch)
        if !scratch.isOversized {
            idle.withLock { if $0.count < Self.limit { $0.append(scratch) } }
        }
        return result
    }
}
