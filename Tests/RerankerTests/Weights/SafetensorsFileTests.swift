import Foundation
import Testing

@testable import Reranker

@Suite struct SafetensorsFileTests {
    /// What the reference library wrote, by `make_fixtures.py` beside the files.
    private struct Expected: Decodable {
        struct Tensor: Decodable {
            var dtype: String
            var shape: [Int]
            var bits: [UInt32]
        }
        var tensors: [String: Tensor]
    }

    private static let fixtures = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/weights")
    private static let types = [
        "bfloat16": TensorDataType.bf16, "float16": .f16, "float32": .f32, "int8": .i8, "uint8": .u8,
    ]

    @Test func `A file of the reference library is read bit by bit`() throws {
        let file = try SafetensorsFile(path: Self.fixtures.appendingPathComponent("tiny.safetensors").path)
        let json = try Data(contentsOf: Self.fixtures.appendingPathComponent("expected.json"))
        let expected = try JSONDecoder().decode(Expected.self, from: json).tensors
        #expect(Set(file.names) == Set(expected.keys))
        #expect(file.metadata == ["format": "pt", "note": "日本語 \"q\" \\ \u{1}"])
        for (name, tensor) in expected {
            let view = try #require(file.tensor(named: name))
            #expect(view.dtype == Self.types[tensor.dtype], "\(name)")
            #expect(view.shape == tensor.shape, "\(name)")
            #expect(view.count == tensor.bits.count, "\(name)")
            #expect(view.floats().map(\.bitPattern) == tensor.bits, "\(name)")
        }
    }

    @Test func `Views outlive the file they come from`() throws {
        let scratch = try ModelScratch()
        var writer = SafetensorsWriter()
        writer.add("a", [3], floats: [1, 2, 3])
        var file: SafetensorsFile? = try SafetensorsFile(path: scratch.write("a.safetensors", writer.file()))
        let view = try #require(file?.tensor(named: "a"))
        file = nil
        try FileManager.default.removeItem(atPath: "\(scratch.path)/a.safetensors")
        view.discardPages()
        #expect(view.floats() == [1, 2, 3])
    }

    @Test(arguments: 0..<8) func `Tensors that lie askew in the file are aligned in memory`(padding: Int) throws {
        let scratch = try ModelScratch()
        var writer = SafetensorsWriter()
        writer.add("one byte", [1], zerosOf: .u8)
        writer.add("floats", [2, 2], floats: [1.5, -2, 3, .greatestFiniteMagnitude])
        let file = try SafetensorsFile(path: scratch.write("a.safetensors", writer.file(padding: padding)))
        let view = try #require(file.tensor(named: "floats"))
        view.withUnsafeBytes { #expect(UInt(bitPattern: $0.baseAddress) % 4 == 0) }
        #expect(view.floats() == [1.5, -2, 3, .greatestFiniteMagnitude])
    }

    @Test func `Empty files, folders and absent files are told apart`() throws {
        let scratch = try ModelScratch()
        let empty = try scratch.write("empty.safetensors", "")
        #expect(throws: WeightsError.emptyFile(path: empty)) { try SafetensorsFile(path: empty) }
        #expect(throws: WeightsError.system(path: scratch.path, code: EISDIR, doing: "map")) {
            try SafetensorsFile(path: scratch.path)
        }
        let absent = "\(scratch.path)/absent"
        #expect(throws: WeightsError.system(path: absent, code: ENOENT, doing: "open")) {
            try SafetensorsFile(path: absent)
        }
    }

    @Test func `A Git LFS pointer is recognised`() throws {
        let scratch = try ModelScratch()
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:27cd75a4\nsize 1191588280\n"
        let path = try scratch.write("model.safetensors", pointer)
        #expect(throws: WeightsError.gitPointer(path: path)) { try SafetensorsFile(path: path) }
    }
}
