/// The element types of tensors that are understood, spelled as safetensors headers spell them.
package enum TensorDataType: String, Sendable, CaseIterable {
    /// The upper half of a 32-bit float.
    case bf16 = "BF16"
    /// IEEE 754 binary16.
    case f16 = "F16"
    /// IEEE 754 binary32.
    case f32 = "F32"
    case i8 = "I8"
    case u8 = "U8"

    /// Bytes of one element.
    package var size: Int {
        switch self {
        case .i8, .u8: 1
        case .bf16, .f16: 2
        case .f32: 4
        }
    }

    /// Whether the engine computes with weights of this type.
    package var isFloatingPoint: Bool {
        switch self {
        case .bf16, .f16, .f32: true
        case .i8, .u8: false
        }
    }
}
