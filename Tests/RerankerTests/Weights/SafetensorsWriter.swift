import Foundation

@testable import Reranker

/// Writes safetensors files for tests, good ones and bad ones.
struct SafetensorsWriter {
    struct Tensor {
        var name: String
        var dtype: String
        var shape: [Int]
        var bytes: [UInt8]
    }

    var tensors: [Tensor] = []

    /// Adds a tensor of 32-bit floats.
    mutating func add(_ name: String, _ shape: [Int], floats: [Float]) {
        let bytes = floats.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) }
        tensors.append(Tensor(name: name, dtype: "F32", shape: shape, bytes: bytes))
    }

    /// Adds a tensor of zeros.
    mutating func add(_ name: String, _ shape: [Int], zerosOf type: TensorDataType = .bf16) {
        let count = shape.reduce(1, *) * type.size
        tensors.append(
            Tensor(name: name, dtype: type.rawValue, shape: shape, bytes: Array(repeating: 0, count: count))
        )
    }

    /// The header's JSON, not padded.
    var header: String {
        var place = 0
        let entries = tensors.map { tensor in
            defer { place += tensor.bytes.count }
            let range = "\(place),\(place + tensor.bytes.count)"
            let form = #""dtype":"\#(tensor.dtype)","shape":\#(tensor.shape),"data_offsets":[\#(range)]"#
            return "\"\(tensor.name)\":{\(form)}"
        }
        return "{" + entries.joined(separator: ",") + "}"
    }

    /// The whole file; `padding` spaces follow the header.
    func file(padding: Int = 0) -> [UInt8] {
        Self.file(header: header + String(repeating: " ", count: padding), data: tensors.flatMap(\.bytes))
    }

    /// A file of any header and data.
    static func file(header: String, data: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8) + data
    }
}
