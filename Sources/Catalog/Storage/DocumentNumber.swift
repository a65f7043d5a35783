/// A document's place in the index: dense, rising in order of arrival, never reused.
package typealias DocumentNumber = UInt32

/// Documents are numbered in ranges so that a posting needs 16 bits.
package enum DocumentRange {
    /// Documents in a full range.
    package static let capacity = 1 << 16

    package static func range(of number: DocumentNumber) -> Int { Int(number >> 16) }
}
