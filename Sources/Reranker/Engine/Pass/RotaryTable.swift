internal import Foundation

/// Cosines and sines of the rotary embedding for each position, computed as the reference does, in 32-bit floats.
final class RotaryTable {
    private let inverseFrequencies: [Float]
    /// One row of `head dimension / 2` for each position.
    private var cosines: [Float] = []
    private var sines: [Float] = []

    /// A table without positions yet, for an even `headDimension`.
    ///
    /// - Parameters:
    ///   - headDimension: Numbers of a head.
    ///   - theta: The base: frequency j is `theta^(-2j / headDimension)`.
    init(headDimension: Int, theta: Double) {
        inverseFrequencies = (0..<headDimension / 2).map { j in
            1 / powf(Float(theta), Float(2 * j) / Float(headDimension))
        }
    }

    /// Makes sure that positions below `count` are there.
    func reserve(positions count: Int) {
        let half = inverseFrequencies.count
        guard cosines.count < count * half else { return }
        for position in cosines.count / max(1, half)..<count {
            for frequency in inverseFrequencies {
                let angle = Float(position) * frequency
                cosines.append(cosf(angle))
                sines.append(sinf(angle))
            }
        }
    }

    /// Lends the cosines and sines of all reserved positions, `headDimension / 2` for each.
    func withTables(_ body: (_ cosines: UnsafePointer<Float>, _ sines: UnsafePointer<Float>) -> Void) {
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                guard let cosines = cosines.baseAddress, let sines = sines.baseAddress else { return }
                body(cosines, sines)
            }
        }
    }
}
