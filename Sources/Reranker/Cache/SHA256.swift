internal import CDigest

/// A SHA-256 in the making (FIPS 180-4).
///
/// A copy goes on independently of the original.
package struct SHA256: Sendable {
    private var digest = aisle_sha256()

    /// A hash of nothing yet.
    ///
    /// - Parameter portable: Leave the processor's own instructions alone (for tests).
    package init(portable: Bool = false) {
        aisle_sha256_start(&digest, portable ? 1 : 0)
    }

    /// Adds bytes.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        aisle_sha256_add(&digest, bytes.baseAddress, bytes.count)
    }

    /// Adds a field so that no two lists of fields give the same bytes: its length (64 bits), then its UTF-8.
    package mutating func add(field text: String) {
        var text = text
        text.withUTF8 { utf8 in
            withUnsafeBytes(of: UInt64(utf8.count).littleEndian) { add($0) }
            add(UnsafeRawBufferPointer(utf8))
        }
    }

    /// The 32 bytes of the hash of everything added so far; more may be added afterwards.
    package func bytes() -> [UInt8] {
        var copy = digest
        return [UInt8](unsafeUninitializedCapacity: Int(AISLE_SHA256_SIZE)) { buffer, count in
            if let start = buffer.baseAddress { aisle_sha256_end(&copy, start) }
            count = Int(AISLE_SHA256_SIZE)
        }
    }

    /// The hash in 64 lower-case hexadecimal digits.
    package func hexadecimal() -> String { bytes().hexadecimal }
}

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits a byte.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
