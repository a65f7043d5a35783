internal import CDigest

/// What a hub states about a file's bytes.
enum ContentHash: Sendable, Equatable {
    /// Large files: SHA-256, 64 hexadecimal digits.
    case sha256(String)
    /// Small files: the name Git gives them, the SHA-1 of `blob SIZE NUL` and the bytes; 40 hexadecimal digits.
    case gitBlob(String)

    /// Recognizes a hash by its length; nil for an entity tag that is none.
    init?(etag: String) {
        guard etag.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        switch etag.utf8.count {
        case 64: self = .sha256(etag.lowercased())
        case 40: self = .gitBlob(etag.lowercased())
        default: return nil
        }
    }

    /// The hexadecimal digits.
    var digits: String {
        switch self {
        case .sha256(let digits), .gitBlob(let digits): digits
        }
    }
}

/// Hashes a file's bytes as they pass.
struct ContentHasher {
    private enum Kind {
        case sha256(SHA256)
        case sha1(aisle_sha1)
        case none
    }

    private var kind: Kind

    /// A hash of the kind of `expected`.
    ///
    /// - Parameters:
    ///   - expected: nil hashes nothing.
    ///   - size: The file's whole size in bytes, which a Git hash begins with.
    init(_ expected: ContentHash?, size: Int64) {
        switch expected {
        case .sha256?: kind = .sha256(SHA256())
        case .gitBlob?:
            var digest = aisle_sha1()
            aisle_sha1_start(&digest)
            let head = Array("blob \(size)\0".utf8)
            aisle_sha1_add(&digest, head, head.count)
            kind = .sha1(digest)
        case nil: kind = .none
        }
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        switch kind {
        case .sha256(var digest):
            digest.add(bytes)
            kind = .sha256(digest)
        case .sha1(var digest):
            aisle_sha1_add(&digest, bytes.baseAddress, bytes.count)
            kind = .sha1(digest)
        case .none: break
        }
    }

    /// The hash in hexadecimal digits; nil where nothing is hashed.
    var digits: String? {
        switch kind {
        case .sha256(let digest): return digest.hexadecimal()
        case .sha1(var digest):
            var out = [UInt8](repeating: 0, count: Int(AISLE_SHA1_SIZE))
            aisle_sha1_end(&digest, &out)
            return out.hexadecimal
        case .none: return nil
        }
    }
}
