/// What numbers the linear layers multiply.
///
/// Norms, softmax, the residual stream and the head are 32-bit floats always.
public enum Precision: String, Sendable, CaseIterable {
    /// int8: the fastest that keeps the ranking. For shallow models, all of whose layers int8 would compute exactly
    /// besides, bf16 where the processor multiplies it, else f32.
    case auto
    /// 32-bit floats: agrees with the reference implementation to 1e-4.
    case f32
    /// 8-bit integers with a scale for each group of inputs, on both sides.
    case int8
    /// bfloat16 with 32-bit sums; needs a processor that multiplies bf16.
    case bf16
}
