import CKernels
import Statistics
import Testing

@testable import Reranker

/// How a prompt is divided and what it shares a pass with make no difference to its margin.
@Suite struct SegmentTests {
    /// The first case of each length, and a few documents behind one prefix.
    private static func margins(_ reference: ReferenceModel, _ model: Qwen3Model) throws -> [Float] {
        let shared = reference.expected.shared[0]
        let prefix = try #require(try model.prefix(shared.prefix))
        let segments =
            reference.expected.cases.map { Segment(tokens: $0.ids, purpose: .margin) }
            + shared.documents.map { Segment(tokens: $0, context: [prefix], purpose: .margin) }
        return try model.margins(segments)
    }

    private static func expected(_ reference: ReferenceModel) -> [Float] {
        reference.expected.cases.map(\.margin) + reference.expected.shared[0].margins
    }

    private static func close(_ a: [Float], _ b: [Float], to tolerance: Float) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
    }

    @Test(arguments: ReferenceModel.names)
    func `All prompts in one pass, in any order and in any groups, get the margins they get alone`(name: String) throws
    {
        let reference = try ReferenceModel(name)
        let model = try reference.load()
        var segments = reference.expected.cases.map { Segment(tokens: $0.ids, purpose: .margin) }
        for shared in reference.expected.shared {
            let prefix = try #require(try model.prefix(shared.prefix))
            segments += shared.documents.map { Segment(tokens: $0, context: [prefix], purpose: .margin) }
        }
        let alone = try segments.map { try model.margins([$0])[0] }
        let seed: UInt64 = 71
        var numbers = SplitMix64(seed: seed)
        for _ in 0..<3 {
            let order = segments.indices.shuffled(using: &numbers)
            var together = [Float](repeating: .nan, count: segments.count), rest = order[...]
            while !rest.isEmpty {
                let group = rest.prefix(Int.random(in: 1...segments.count, using: &numbers))
                rest = rest.dropFirst(group.count)
                for (index, margin) in zip(group, try model.margins(group.map { segments[$0] })) {
                    together[index] = margin
                }
            }
            #expect(Self.close(together, alone, to: 1e-5), "seed \(seed)")
        }
    }

    @Test(arguments: ReferenceModel.names, [1, 7, 64])
    func `Chunks of any size give the reference's margins`(name: String, chunk: Int) throws {
        let reference = try ReferenceModel(name)
        let margins = try Self.margins(reference, reference.load(chunk: chunk))
        #expect(Self.close(margins, Self.expected(reference), to: 1e-4))
    }

    @Test(arguments: [1, 2, 4])
    func `Any number of threads gives the same margins, bit for bit`(threads: Int) throws {
        for name in ["gqa2-head128-bf16", "mha-head8-untied-odd-f32"] {
            let reference = try ReferenceModel(name)
            for precision in [Precision.f32, .int8] {
                let one = try Self.margins(reference, reference.load(precision: precision, threads: 1))
                let many = try Self.margins(reference, reference.load(precision: precision, threads: threads))
                #expect(one == many, "\(name), \(precision)")
            }
        }
    }

    @Test(arguments: ReferenceModel.names)
    func `Every instruction set gives the reference's margins`(name: String) throws {
        let reference = try ReferenceModel(name)
        for processor in Processor.all {
            let margins = try Self.margins(reference, reference.load(cpu: processor.bits))
            #expect(Self.close(margins, Self.expected(reference), to: 1e-4), "\(processor)")
        }
    }

    @Test(arguments: ReferenceModel.names)
    func `Every instruction set gives about the same margins in int8`(name: String) throws {
        // A value on the border of two steps may fall to either side, so this is no matter of rounding errors alone.
        let reference = try ReferenceModel(name)
        let margins = try Processor.all.map {
            try Self.margins(reference, reference.load(precision: .int8, cpu: $0.bits))
        }
        let spread = (margins[0].max() ?? 0) - (margins[0].min() ?? 0)
        let most = margins.flatMap { zip($0, margins[0]).map { abs($0 - $1) } }.max() ?? 0
        #expect(most <= 0.02 * spread, "\(most) of \(spread)")
    }

    @Test(arguments: ReferenceModel.names)
    func `Prefixes of prefixes are one prefix`(name: String) throws {
        let reference = try ReferenceModel(name)
        let model = try reference.load()
        let shared = reference.expected.shared[0]
        // Cut where panels of sixteen keys end, beside it, and at the ends.
        for cut in [1, 15, 16, 17, 32] {
            let first = try #require(try model.prefix(Array(shared.prefix[..<cut])))
            let second = try #require(try model.prefix(Array(shared.prefix[cut...]), after: [first]))
            let margins = try model.margins(
                shared.documents.map { Segment(tokens: $0, context: [first, second], purpose: .margin) }
            )
            #expect(Self.close(margins, shared.margins, to: 1e-4), "cut at \(cut)")
        }
        // As deep as it goes: each token a prefix of its own.
        var context: [KeyValueBlock] = []
        for token in shared.prefix { context.append(try #require(try model.prefix([token], after: context))) }
        let margins = try model.margins(
            shared.documents.map { Segment(tokens: $0, context: context, purpose: .margin) }
        )
        #expect(Self.close(margins, shared.margins, to: 1e-4))
    }

    @Test func `A document of one token behind a prefix is as the prompt in one piece`() throws {
        let reference = try ReferenceModel("gqa2-head32-bf16")
        let model = try reference.load()
        for one in reference.expected.cases where one.ids.count > 1 {
            let prefix = try #require(try model.prefix(Array(one.ids.dropLast())))
            let segment = Segment(tokens: one.ids.suffix(1), context: [prefix], purpose: .margin)
            let margin = try model.margins([segment])[0]
            #expect(abs(margin - one.margin) <= 1e-4 * max(1, abs(one.margin)))
        }
    }

    @Test func `Prefixes and documents of different queries share a pass`() throws {
        let reference = try ReferenceModel("gqa4-head8-untied-f16")
        let model = try reference.load()
        let (a, b) = (reference.expected.shared[0], reference.expected.shared[1])
        let first = try #require(try model.prefix(a.prefix))
        // The second query's prefix is computed while documents of the first are judged.
        let mixed = try model.run(
            a.documents.map { Segment(tokens: $0, context: [first], purpose: .margin) }
                + [Segment(tokens: b.prefix, purpose: .prefix)]
        )
        let second = try #require(mixed.last?.keysAndValues)
        #expect(Self.close(mixed.compactMap(\.margin), a.margins, to: 1e-4))
        let both = try model.margins(
            zip(a.documents, b.documents).flatMap { one, other in
                [
                    Segment(tokens: one, context: [first], purpose: .margin),
                    Segment(tokens: other, context: [second], purpose: .margin),
                ]
            }
        )
        let expected = zip(a.margins, b.margins).flatMap { [$0, $1] }
        #expect(Self.close(both, expected, to: 1e-4))
    }

    @Test func `A document of 2,500 tokens is the same in one piece and in many`() throws {
        let scratch = try ModelScratch()
        let shape = TinyModel(hidden: 32, layers: 2, heads: 2, keyValueHeads: 1, intermediate: 48, deviation: 0.3)
        try shape.write(to: scratch)
        var numbers = NormalNumbers(seed: 73)
        let ids = shape.tokens(2500, &numbers)
        let model = try TinyModel.load(scratch, chunk: 512)
        let whole = try model.margin(ids)
        // The same numbers by another way: pieces of uneven length, kept one after the other, on one thread.
        let careful = try TinyModel.load(scratch, threads: 1, chunk: 37, cpu: 0)
        var context: [KeyValueBlock] = [], begin = 0
        while begin < 2499 {
            let end = min(2499, begin + numbers.int(in: 1...400))
            context.append(try #require(try careful.prefix(Array(ids[begin..<end]), after: context)))
            begin = end
        }
        let pieces = try careful.margins([Segment(tokens: [ids[2499]], context: context, purpose: .margin)])[0]
        #expect(abs(whole - pieces) <= 1e-4 * max(1, abs(whole)), "\(whole), \(pieces)")
        // And every token counts, the first of all too.
        var other = ids
        other[0] = (other[0] + 1) % 320
        #expect(try model.margin(other) != whole)
    }

    @Test func `A token outside the vocabulary is an error`() throws {
        let model = try ReferenceModel("mha-head16-f32").load()
        for token: TokenID in [300, 5000, .max] {
            #expect(throws: EngineError.token(Int(token), vocabularySize: 300)) { try model.margin([1, token, 2]) }
        }
        #expect(try model.run([]).isEmpty)
    }
}
