/// A matrix product `y = W x` for many rows at once; its weights never change.
protocol LinearLayer {
    /// Numbers of an input row.
    var inputs: Int { get }
    /// Numbers of an output row.
    var outputs: Int { get }
    /// Blocks of 64 outputs, or of 32 where the layer is gated.
    var blockCount: Int { get }

    /// Brings rows into the form this layer multiplies, in room that `workspace` keeps.
    ///
    /// - Parameter part: The rows of `input` to prepare; calls for different parts may run at the same time.
    func prepare(_ input: FloatMatrix, rows part: Range<Int>, in workspace: Workspace)

    /// Multiplies prepared rows and writes to, or adds to, rows of `output`.
    ///
    /// - Parameters:
    ///   - input: What was prepared, in the same workspace.
    ///   - rows: How many rows were prepared.
    ///   - blocks: Which outputs; the others are left as they are.
    func multiply(
        _ input: FloatMatrix,
        rows: Int,
        blocks: Range<Int>,
        into output: FloatMatrix,
        accumulate: Bool,
        workspace: Workspace
    )
}

extension LinearLayer {
    /// All outputs.
    var blocks: Range<Int> { 0..<blockCount }
}
