import Foundation
import Statistics
import Testing

@testable import Reranker

/// The file of quantized weights saves time and never changes a score, whatever becomes of it.
@Suite struct Int8FileTests {
    private let scratch: ModelScratch
    private let documents: [[TokenID]]
    /// What comes out without a file.
    private let expected: [Float]

    init() throws {
        let shape = TinyModel(hidden: 72, layers: 2, intermediate: 100, deviation: 0.2)
        scratch = try ModelScratch()
        try shape.write(to: scratch)
        var numbers = NormalNumbers(seed: 91)
        documents = (0..<6).map { _ in shape.tokens(12, &numbers) }
        expected = try Self.margins(scratch, documents, nil)
    }

    private var path: String { "\(scratch.path)/aisle-int8.bin" }

    private static func margins(
        _ scratch: ModelScratch,
        _ documents: [[TokenID]],
        _ place: Int8File.Place?
    ) throws -> [Float] {
        let model = try TinyModel.load(scratch, precision: .int8, quantizedFile: place)
        return try model.margins(documents.map { Segment(tokens: $0, purpose: .margin) })
    }

    /// Loads the model with the file and scores.
    private func margins(key: String = "key", at path: String? = nil) throws -> [Float] {
        try Self.margins(scratch, documents, Int8File.Place(path: path ?? self.path, key: key))
    }

    private func bytes() throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) }

    /// The file's number: a file that is written anew gets another one.
    private var inode: Int? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.systemFileNumber] as? Int
    }

    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: scratch.path)) ?? []).sorted()
    }

    @Test func `It is written once and read from then on`() throws {
        #expect(try margins() == expected)
        let first = try bytes(), number = inode
        #expect(names == ["aisle-int8.bin", "config.json", "model.safetensors"])
        for _ in 0..<3 { #expect(try margins() == expected) }
        #expect(inode == number)
        #expect(try bytes() == first)
    }

    @Test func `Weights are taken from the file, not from the checkpoint`() throws {
        #expect(try margins() == expected)
        // The same file beside another model of the same shape, under the same key: whoever reads it cannot tell.
        let other = try ModelScratch()
        try TinyModel(hidden: 72, layers: 2, intermediate: 100, seed: 2, deviation: 0.2).write(to: other)
        let place = Int8File.Place(path: path, key: "key")
        let mixed = try Self.margins(other, documents, place)
        let own = try Self.margins(other, documents, nil)
        #expect(mixed != own)
    }

    @Test func `Another key makes it anew`() throws {
        #expect(try margins(key: "one") == expected)
        let before = inode
        #expect(try margins(key: "two") == expected)
        #expect(inode != before)
        let after = inode
        #expect(try margins(key: "two") == expected)
        #expect(inode == after)
    }

    @Test func `What a killed program left is removed, what somebody is writing is not`() throws {
        let left = try scratch.write("aisle-int8.bin.\(UUID().uuidString)", "half")
        let busy = try scratch.write("aisle-int8.bin.\(UUID().uuidString)", "half")
        let other = try scratch.write("aisle-int8.bin.backup", "mine")
        let descriptor = open(busy, O_RDONLY)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        #expect(try margins() == expected)
        let exists = [left, busy, other].map { FileManager.default.fileExists(atPath: $0) }
        #expect(exists == [false, true, true])
    }

    @Test func `A flipped bit anywhere costs time only`() throws {
        #expect(try margins() == expected)
        let good = try bytes()
        let seed: UInt64 = 92
        var numbers = SplitMix64(seed: seed)
        // Every part of what is read of the header, its padding, and places all over the weights.
        var places = Array(stride(from: 0, to: 3000, by: 61)) + [0, 7, 8, 9, 10, 11, 12, 4095, 4096, good.count - 1]
        for _ in 0..<40 { places.append(Int.random(in: 0..<good.count, using: &numbers)) }
        for place in places {
            var damaged = good
            damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            try scratch.write("aisle-int8.bin", damaged)
            #expect(try margins() == expected, "byte \(place), seed \(seed)")
        }
        // It was made anew; padding may keep what nobody reads.
        try scratch.write("aisle-int8.bin", good[..<(good.count - 1)] + [good[good.count - 1] ^ 1])
        #expect(try margins() == expected)
        #expect(try bytes() == good)
    }

    @Test func `A truncated or longer file costs time only`() throws {
        #expect(try margins() == expected)
        let good = try bytes()
        for count in [0, 1, 7, 8, 11, 12, 100, 4095, 4096, 5000, good.count / 2, good.count - 1] {
            try scratch.write("aisle-int8.bin", good[..<count])
            #expect(try margins() == expected, "\(count) bytes")
            #expect(try bytes() == good, "\(count) bytes")
        }
        try scratch.write("aisle-int8.bin", good + [0])
        #expect(try margins() == expected)
        #expect(try bytes() == good)
    }

    @Test(arguments: [
        "{}", "[]", "null", "{\"version\":1}", "{\"version\":99,\"key\":\"key\",\"layers\":[]}",
        "{\"version\":1,\"key\":\"key\",\"layers\":[]}",
        "{\"version\":1,\"key\":\"key\",\"layers\":[{\"shape\":{\"inputs\":-1,\"blocks\":9223372036854775807},\"offset\":-5,\"sha256\":\"\"}]}",
    ])
    func `Headers that make no sense cost time only`(header: String) throws {
        let start = Array("AISLEi8\n".utf8) + withUnsafeBytes(of: UInt32(header.utf8.count).littleEndian, Array.init)
        for size in [0, 4096, 400_000] {
            var file = start + Array(header.utf8)
            if file.count < size { file += Array(repeating: 7, count: size - file.count) }
            try scratch.write("aisle-int8.bin", file)
            #expect(try margins() == expected)
        }
        for length: UInt32 in [0, 3060, 1 << 31, .max] {
            let file = Array("AISLEi8\n".utf8) + withUnsafeBytes(of: length.littleEndian, Array.init)
            try scratch.write("aisle-int8.bin", file + Array(repeating: 0x20, count: 8192))
            #expect(try margins() == expected)
        }
    }

    @Test func `Another version of the layout, or other shapes, are made anew`() throws {
        #expect(try margins() == expected)
        let good = try bytes()
        let text = String(decoding: good[12..<4096], as: UTF8.self)
        for (old, new) in [("\"version\":1", "\"version\":2"), ("\"inputs\":72", "\"inputs\":73")] {
            let range = try #require(text.range(of: old), "\(text.prefix(300))")
            let start = 12 + text.utf8.distance(from: text.startIndex, to: range.lowerBound)
            var other = good
            other.replaceSubrange(start..<start + new.utf8.count, with: Array(new.utf8))
            try scratch.write("aisle-int8.bin", other)
            #expect(try margins() == expected)
            #expect(try bytes() == good)
        }
    }

    @Test func `A folder in its place, or a path that cannot be, costs time only`() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(try margins() == expected)
        #expect(names == ["aisle-int8.bin", "config.json", "model.safetensors"])
        for bad in [
            "\(scratch.path)/nowhere/file.bin", "\(scratch.path)/config.json/file.bin", "/proc/nothing.bin", "",
        ] {
            #expect(try margins(at: bad) == expected, "\(bad)")
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write"))
    func `A folder that cannot be written costs time only`() throws {
        let manager = FileManager.default
        try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: scratch.path)
        defer { try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path) }
        #expect(try margins() == expected)
        #expect(!names.contains("aisle-int8.bin"))
    }

    @Test func `Several at a time do not disturb each other`() async throws {
        let path = path, scratch = scratch, documents = documents
        let all = try await withThrowingTaskGroup(of: [Float].self) { group in
            for _ in 0..<6 {
                group.addTask { try Self.margins(scratch, documents, Int8File.Place(path: path, key: "key")) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(all.allSatisfy { $0 == expected })
        #expect(try margins() == expected)
        #expect(names == ["aisle-int8.bin", "config.json", "model.safetensors"])
    }
}
