internal import CKernels
internal import Foundation

/// How large the weights of each input are, compared with the other inputs of the same layer.
///
/// Multiplying an input by it and dividing the weights by it changes no product, and afterwards an input is as large as
/// it matters: a channel that is huge only because its weights are tiny, or the other way round, no longer takes the
/// resolution from its neighbours. Sizes are root mean squares over outputs, each output counted by its own size.
struct ColumnBalance {
    /// One for each input, positive.
    let sizes: [Float]
    /// `1 / sizes`.
    let reciprocals: [Float]

    /// Alternations of measuring rows and columns; they settle quickly.
    private static let passes = 3

    init(_ weights: WeightBlocks, workspace: Workspace) {
        let block = Int(AISLE_BLOCK), inputs = weights.inputs, cpu = workspace.cpu, team = workspace.team
        var columns = [Float](repeating: 1, count: inputs)
        let rowSizes: UnsafeMutablePointer<Float> = allocateZeros(weights.count * block)
        let squares: UnsafeMutablePointer<Float> = allocateZeros(team.count * inputs)
        defer {
            rowSizes.deallocate()
            squares.deallocate()
        }
        for _ in 0..<Self.passes {
            let reciprocals = columns.map { 1 / $0 }
            squares.update(repeating: 0, count: team.count * inputs)
            team.run(weights.count) { index, worker in
                let sizes = rowSizes + index * block
                weights.withRows(index) { rows in
                    aisle_row_squares(cpu, weights.dtype, rows, inputs, reciprocals, sizes)
                    for row in 0..<block { sizes[row] = sizes[row] > 0 ? 1 / sizes[row].squareRoot() : 0 }
                    aisle_column_squares(cpu, weights.dtype, rows, inputs, sizes, squares + worker * inputs)
                }
            }
            for input in 0..<inputs {
                var sum: Float = 0
                for worker in 0..<team.count { sum += squares[worker * inputs + input] }
                // An input nobody reads keeps its place.
                columns[input] = sum > 0 && sum.isFinite ? sum.squareRoot() : 1
            }
        }
        // Powers of two leave the numbers' digits alone.
        sizes = columns.map { exp2f($0.isNormal ? log2f($0).rounded() : 0) }
        reciprocals = sizes.map { 1 / $0 }
    }
}
