/// The weights of one layer, under their names in the checkpoint.
struct DecoderLayer {
    let inputLayernorm: [Float]
    /// Queries, keys and values one after the other.
    let qkvProj: any LinearLayer
    let qNorm: [Float]
    let kNorm: [Float]
    let oProj: any LinearLayer
    let postAttentionLayernorm: [Float]
    /// `silu(gate) * up`.
    let gateUpProj: any LinearLayer
    let downProj: any LinearLayer
}
