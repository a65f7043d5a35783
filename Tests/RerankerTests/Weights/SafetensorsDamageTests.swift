import Foundation
import Statistics
import Testing

@testable import Reranker

@Suite struct SafetensorsDamageTests {
    private func header(_ bytes: [UInt8]) throws(SafetensorsProblem) -> SafetensorsHeader {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(SafetensorsProblem) in try SafetensorsHeader(file: bytes) }
        }
        return try result.get()
    }

    /// The problem of a file whose header is this JSON.
    private func problem(_ json: String, data: Int = 8) -> SafetensorsProblem? {
        do {
            _ = try header(SafetensorsWriter.file(header: json, data: Array(repeating: 0, count: data)))
            return nil
        } catch {
            return error
        }
    }

    private func tensor(_ shape: String = "[2]", _ offsets: String = "[0,8]", type: String = "F32") -> String {
        #"{"a":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
    }

    @Test func `What the format allows is read`() {
        #expect(problem(tensor()) == nil)
        #expect(problem(tensor() + "   ") == nil)
        #expect(problem(tensor("[ 2 , 1 ]", "[0, 8 ]")) == nil)
        #expect(problem(tensor("[]", "[0,4]"), data: 4) == nil)
        #expect(problem(tensor("[9223372036854775807,0]", "[0,0]"), data: 0) == nil)
        #expect(problem("{}", data: 0) == nil)
        #expect(
            problem(
                #"{"__metadata__":{},"\u0061\ud83d\ude00":{"shape":[],"dtype":"U8","data_offsets":[0,1]}}"#,
                data: 1
            ) == nil
        )
    }

    @Test func `Lengths beyond the file or beyond reason are refused`() {
        #expect(throws: SafetensorsProblem.tooShort(bytes: 7)) { try header(Array(repeating: 0, count: 7)) }
        for length in [100_000_001, UInt64(Int.max), UInt64.max, UInt64.max - 7] {
            let file = withUnsafeBytes(of: length.littleEndian, Array.init) + Array("{}".utf8)
            #expect(throws: SafetensorsProblem.headerTooLong(bytes: length)) { try header(file) }
        }
        let file = withUnsafeBytes(of: UInt64(3).littleEndian, Array.init) + Array("{}".utf8)
        #expect(throws: SafetensorsProblem.truncated(expected: 11, actual: 10)) { try header(file) }
    }

    @Test func `Offsets, shapes and types that do not fit are refused`() {
        let huge = Int.max
        #expect(problem(tensor("[2]", "[8,0]")) == .badOffsets(tensor: "a", offsets: [8, 0]))
        #expect(problem(tensor("[2]", "[0]")) == .badOffsets(tensor: "a", offsets: [0]))
        // The file is the length, the header, and 8 bytes of data.
        let long = tensor("[2]", "[0,16]")
        let size = 8 + long.utf8.count + 8
        #expect(problem(long) == .truncated(expected: size + 8, actual: size))
        let far = tensor("[2]", "[\(huge - 1),\(huge)]")
        #expect(problem(far) == .truncated(expected: huge, actual: 8 + far.utf8.count + 8))
        #expect(problem(tensor("[3]")) == .sizeMismatch(tensor: "a", type: .f32, shape: [3], bytes: 8))
        // 4 * 2^62 * 2 + 8 would be 8 in 64 bits.
        #expect(
            problem(tensor("[4611686018427387904,4]", "[0,0]"), data: 0)
                == .sizeMismatch(tensor: "a", type: .f32, shape: [1 << 62, 4], bytes: 0)
        )
        #expect(problem(tensor(type: "F64")) == .unknownType(tensor: "a", type: "F64"))
        #expect(problem(tensor(), data: 9) == .extraBytes(count: 1))
        let late = tensor("[1]", "[4,8]")
        let start = 8 + late.utf8.count
        #expect(problem(late) == .notContiguous(tensor: "a", expected: start, actual: start + 4))
    }

    @Test func `Overlaps and holes between tensors are refused`() {
        func two(_ first: String, _ second: String) -> (problem: SafetensorsProblem?, start: Int) {
            let field = #""dtype":"U8","shape":[4],"data_offsets""#
            let json = #"{"a":{\#(field):\#(first)},"b":{\#(field):\#(second)}}"#
            return (problem(json), 8 + json.utf8.count)
        }
        #expect(two("[0,4]", "[4,8]").problem == nil)
        #expect(two("[4,8]", "[0,4]").problem == nil)
        let overlap = two("[0,4]", "[3,7]")
        #expect(
            overlap.problem == .notContiguous(tensor: "b", expected: overlap.start + 4, actual: overlap.start + 3)
        )
        let same = two("[0,4]", "[0,4]")
        #expect(same.problem == .notContiguous(tensor: "b", expected: same.start + 4, actual: same.start))
        let hole = two("[0,3]", "[4,8]")
        #expect(hole.problem == .sizeMismatch(tensor: "a", type: .u8, shape: [4], bytes: 3))
    }

    @Test func `Names and fields appear once`() {
        let field = #""dtype":"U8","shape":[0],"data_offsets":[0,0]"#
        #expect(problem(#"{"a":{\#(field)},"a":{\#(field)}}"#, data: 0) == .duplicateName("a"))
        #expect(problem(#"{"a":{\#(field)},"\u0061":{\#(field)}}"#, data: 0) == .duplicateName("a"))
        #expect(problem(#"{"__metadata__":{"x":"1","x":"2"}}"#, data: 0) == .duplicateName("x"))
        #expect(problem(#"{"a":{\#(field),"dtype":"U8"}}"#, data: 0) == .badField(tensor: "a", field: "dtype"))
        #expect(problem(#"{"a":{\#(field),"other":1}}"#, data: 0) == .badField(tensor: "a", field: "other"))
        #expect(
            problem(#"{"a":{"dtype":"U8","shape":[0]}}"#, data: 0) == .missingField(tensor: "a", field: "data_offsets")
        )
    }

    @Test(arguments: [
        "", " {}", "[]", "{", "{}x", "{\"a\"}", "{\"a\":1}", "{\"a\":{}", "null", "{\"a\u{1}\":{}}", #"{"\x":{}}"#,
        #"{"\ud800":{}}"#, #"{"\udc00":{}}"#, #"{"\u12"#, #"{"a":{"shape":[1.5]}}"#, #"{"a":{"shape":[-1]}}"#,
        #"{"a":{"shape":[01]}}"#, #"{"a":{"shape":[1,]}}"#, #"{"a":{"shape":[9223372036854775808]}}"#,
        #"{"a":{"shape":[99999999999999999999999]}}"#, #"{"__metadata__":{"x":1}}"#, #"{"a":{},}"#,
        #"{"a":{"shape":"1"}}"#, #"{"a":{"dtype":7}}"#, #"{"__metadata__":[]}"#,
    ]) func `A header that is no JSON of this kind is refused`(json: String) {
        switch problem(json, data: 0) {
        case .syntax, .missingField: break
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    @Test func `Bytes that are no UTF-8 are refused`() {
        var file = SafetensorsWriter.file(header: #"{"ab":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, data: [])
        file[10] = 0xFF
        #expect(throws: SafetensorsProblem.syntax(offset: 1, expected: "text in UTF-8")) { try header(file) }
    }

    /// A header with everything in it: metadata, escapes, several types.
    private var rich: [UInt8] {
        var writer = SafetensorsWriter()
        writer.tensors.append(.init(name: #"q\u00e9\n"#, dtype: "BF16", shape: [3, 2], bytes: Array(0..<12)))
        writer.add("x", [2], floats: [1, 2])
        writer.add("none", [0, 7], zerosOf: .f16)
        writer.add("b", [5], zerosOf: .i8)
        let header = writer.header.replacing("{\"q", with: #"{"__metadata__":{"format":"pt"},"q"#, maxReplacements: 1)
        return SafetensorsWriter.file(header: header, data: writer.tensors.flatMap(\.bytes))
    }

    @Test func `Every truncation is refused`() throws {
        let file = rich
        _ = try header(file)
        for length in 0..<file.count {
            #expect(throws: SafetensorsProblem.self) { try header(Array(file[..<length])) }
        }
    }

    @Test func `Damaged bytes give an error or tensors inside the file, never a crash`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of damaged safetensors: \(seed)")
        var noise = SplitMix64(seed: seed)
        let file = rich
        let interesting: [UInt8] = Array("{}[]:,\"\\u0019 ".utf8) + [0, 0x7F, 0x80, 0xFF]
        var read = 0
        for _ in 0..<20_000 {
            var damaged = file
            for _ in 0...noise.next(upperBound: UInt(3)) {
                let place = Int(noise.next(upperBound: UInt(damaged.count)))
                switch noise.next(upperBound: UInt(4)) {
                case 0: damaged[place] ^= 1 << UInt8(noise.next(upperBound: UInt(8)))
                case 1: damaged[place] = interesting.randomElement(using: &noise) ?? 0
                case 2: damaged.remove(at: place)
                default: damaged.insert(interesting.randomElement(using: &noise) ?? 0, at: place)
                }
            }
            // Any number of bytes in front: the fuzzed length then points into or behind the file.
            guard let header = try? header(damaged) else { continue }
            read += 1
            var place = header.entries.first?.byteRange.lowerBound ?? damaged.count
            for entry in header.entries {
                #expect(entry.byteRange.lowerBound == place && entry.byteRange.upperBound <= damaged.count, "\(seed)")
                #expect(entry.shape.reduce(entry.dtype.size, *) == entry.byteRange.count, "\(seed)")
                place = entry.byteRange.upperBound
            }
            #expect(place == damaged.count, "\(seed)")
        }
        // Flips in names, metadata and data do no harm.
        #expect(read > 100)
    }
}
