internal import CKernels

/// Keys and values of consecutive tokens, for one layer or for all.
///
/// Keys lie in panels of 16 tokens, `[head][panel][dimension][16]`; values as `[head][token][dimension]`.
final class KeyValueBlock {
    /// Tokens.
    let count: Int
    private let shape: Shape
    private let panels: Int
    private let keys: UnsafeMutablePointer<Float>
    private let values: UnsafeMutablePointer<Float>

    /// What is the same for all blocks of a model.
    struct Shape {
        let heads: Int
        let headDimension: Int
        /// The head dimension rounded up to a panel.
        var valueStride: Int { headDimension.roundedUp(to: Int(AISLE_PANEL)) }
    }

    /// Room for `count` tokens in `layers` layers.
    init(count: Int, layers: Int, shape: Shape) {
        self.count = count
        self.shape = shape
        panels = count.roundedUp(to: Int(AISLE_PANEL)) / Int(AISLE_PANEL)
        keys = allocateZeros(layers * shape.heads * panels * Int(AISLE_PANEL) * shape.headDimension)
        values = allocateZeros(layers * shape.heads * count * shape.valueStride)
    }

    deinit {
        keys.deallocate()
        values.deallocate()
    }

    /// Where a head's keys begin.
    func keys(head: Int, layer: Int) -> UnsafeMutablePointer<Float> {
        keys + (layer * shape.heads + head) * panels * shape.headDimension * Int(AISLE_PANEL)
    }

    /// Where a token's value begins.
    func value(_ token: Int, head: Int, layer: Int) -> UnsafeMutablePointer<Float> {
        values + ((layer * shape.heads + head) * count + token) * shape.valueStride
    }

    /// What attention reads for one head.
    func context(head: Int, layer: Int) -> aisle_context {
        aisle_context(keys: keys(head: head, layer: layer), values: value(0, head: head, layer: layer), count: count)
    }
}
