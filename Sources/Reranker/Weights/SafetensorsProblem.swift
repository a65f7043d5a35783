/// What is wrong inside a safetensors file.
package enum SafetensorsProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// Not even the header's length fits.
    case tooShort(bytes: Int)
    /// A header of more than 100 MB: not a safetensors file, or a damaged one.
    case headerTooLong(bytes: UInt64)
    /// The file ends before the header or a tensor does.
    case truncated(expected: Int, actual: Int)
    /// The header is not the JSON it should be; the offset counts from the header's first byte.
    case syntax(offset: Int, expected: String)
    case duplicateName(String)
    /// A field of a tensor that is not known, or given twice.
    case badField(tensor: String, field: String)
    case missingField(tensor: String, field: String)
    /// An element type that is not understood.
    case unknownType(tensor: String, type: String)
    /// Not two offsets, or the end before the start.
    case badOffsets(tensor: String, offsets: [Int])
    /// The shape takes another number of bytes than the offsets span.
    case sizeMismatch(tensor: String, type: TensorDataType, shape: [Int], bytes: Int)
    /// A tensor does not start where the one before it ends: a hole or an overlap.
    case notContiguous(tensor: String, expected: Int, actual: Int)
    /// Bytes behind the last tensor.
    case extraBytes(count: Int)

    /// The end of a sentence that begins with the file's name.
    package var description: String {
        switch self {
        case .tooShort(let bytes): "has only \(bytes) bytes"
        case .headerTooLong(let bytes): "claims a header of \(bytes) bytes (100,000,000 at most)"
        case .truncated(let expected, let actual):
            "has \(actual) bytes, but should have at least \(expected): it is cut off"
        case .syntax(let offset, let expected): "has a bad header: expected \(expected) at byte \(offset) of it"
        case .duplicateName(let name): "names `\(name.short)` twice"
        case .badField(let tensor, let field):
            "has an unknown or repeated field `\(field.short)` at tensor `\(tensor.short)`"
        case .missingField(let tensor, let field): "lacks the \(field) of tensor `\(tensor.short)`"
        case .unknownType(let tensor, let type):
            "holds tensor `\(tensor.short)` of type `\(type.short)`; types read are BF16, F16, F32, I8, U8"
        case .badOffsets(let tensor, let offsets): "has bad offsets \(offsets.prefix(4)) of tensor `\(tensor.short)`"
        case .sizeMismatch(let tensor, let type, let shape, let bytes):
            "gives \(bytes) bytes to tensor `\(tensor.short)` of type \(type.rawValue) and shape \(shape.prefix(8))"
        case .notContiguous(let tensor, let expected, let actual):
            "has a hole or an overlap before tensor `\(tensor.short)` (starts at byte \(actual), not \(expected))"
        case .extraBytes(let count): "has \(count) bytes that belong to no tensor"
        }
    }
}

extension String {
    /// Names out of damaged files may be of any length.
    fileprivate var short: String { count <= 100 ? self : prefix(100) + "..." }
}
