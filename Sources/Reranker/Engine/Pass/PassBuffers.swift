/// What passes between the steps of a layer, for one chunk of rows; made once for a model.
final class PassBuffers {
    /// The residual stream of all rows; grows to the largest pass.
    private var stream: FloatMatrix
    /// A chunk's rows after a norm.
    let normed: FloatMatrix
    /// Queries as attention takes them, `[key-value head][row of the chunk][its heads][dimension]`.
    let queries: UnsafeMutablePointer<Float>
    /// Heads' outputs.
    let attended: FloatMatrix
    /// `silu(gate) * up`.
    let gated: FloatMatrix

    init(_ c: ModelConfiguration, chunk: Int) {
        stream = FloatMatrix(rows: chunk, width: c.hiddenSize)
        normed = FloatMatrix(rows: chunk, width: c.hiddenSize)
        queries = allocateZeros(chunk * c.querySize)
        attended = FloatMatrix(rows: chunk, width: c.querySize)
        gated = FloatMatrix(rows: chunk, width: c.intermediateSize)
    }

    deinit {
        queries.deallocate()
    }

    /// Room for the residual stream of so many rows.
    func stream(rows: Int) -> FloatMatrix {
        if stream.rows < rows { stream = FloatMatrix(rows: rows, width: stream.width) }
        return stream
    }
}
