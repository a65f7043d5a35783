internal import CKernels

/// Room that layers share while rows pass through them, and the threads they run on.
///
/// It grows to what the largest pass needed and stays.
final class Workspace {
    let team: WorkerTeam
    /// Features of the processor the kernels may use.
    let cpu: UInt32
    /// Rows that pass through a layer together.
    let chunk: Int

    /// One block of weights for each thread, as floats or bf16 pairs.
    private let panels: [UnsafeMutablePointer<Float>]
    /// Some blocks of outputs for each thread.
    private let tiles: [UnsafeMutablePointer<Float>]
    private let tileWidth: Int
    /// Scores of attention for each thread.
    private var attention: [UnsafeMutablePointer<Float>]
    private var attentionCount = 0

    /// Rows rounded to bf16, `bf16Stride` apart.
    let bf16: UnsafeMutablePointer<UInt16>
    let bf16Stride: Int
    /// Rows quantized to int8.
    let int8: aisle_int8_rows

    /// Inputs of a block that are packed at a time.
    static let panelDepth = 1024

    /// Room for rows of at most `widest` numbers in the form `precision` needs, and for tiles of at most `tileWidth`.
    init(team: WorkerTeam, cpu: UInt32, chunk: Int, widest: Int, tileWidth: Int, precision: Precision) {
        self.team = team
        self.cpu = cpu
        self.chunk = chunk
        let block = Int(AISLE_BLOCK)
        panels = (0..<team.count).map { _ in allocateZeros(Self.panelDepth * block) }
        self.tileWidth = tileWidth
        tiles = (0..<team.count).map { _ in allocateZeros(chunk * tileWidth) }
        attention = (0..<team.count).map { _ in allocateZeros(1) }

        bf16Stride = widest.roundedUp(to: 32)
        bf16 = allocateZeros(precision == .bf16 ? chunk * bf16Stride : 0)
        let groups = precision == .int8 ? widest.roundedUp(to: Int(AISLE_GROUP)) / Int(AISLE_GROUP) * chunk : 0
        int8 = aisle_int8_rows(
            values: allocateZeros(groups * Int(AISLE_GROUP)),
            scales: allocateZeros(groups),
            offsets: allocateZeros(groups),
            wide: allocateZeros(groups * Int(AISLE_GROUP)),
            wide_scales: allocateZeros(groups)
        )
    }

    deinit {
        for pointer in panels + tiles + attention { pointer.deallocate() }
        bf16.deallocate()
        int8.values.deallocate()
        int8.scales.deallocate()
        int8.offsets.deallocate()
        int8.wide.deallocate()
        int8.wide_scales.deallocate()
    }

    /// A worker's room for one packed block of `panelDepth` inputs.
    func panel(_ worker: Int) -> UnsafeMutablePointer<Float> { panels[worker] }

    /// A worker's room for `chunk` rows of `width` outputs.
    func tile(_ worker: Int, width: Int) -> UnsafeMutablePointer<Float> {
        precondition(width <= tileWidth)
        return tiles[worker]
    }

    /// A worker's room for attention.
    func scores(_ worker: Int) -> UnsafeMutablePointer<Float> { attention[worker] }

    /// Makes room for attention's `count` floats for each worker.
    func reserveScores(_ count: Int) {
        guard count > attentionCount else { return }
        for pointer in attention { pointer.deallocate() }
        attention = (0..<team.count).map { _ in allocateZeros(count) }
        attentionCount = count
    }
}
