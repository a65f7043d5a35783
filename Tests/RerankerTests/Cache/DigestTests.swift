import CDigest
import Foundation
import Testing

@testable import Reranker

/// Examples of FIPS 180-4 as NIST publishes them, and hashes of hashes made with Python's hashlib.
@Suite struct DigestTests {
    private func sha256(_ bytes: [UInt8], portable: Bool, step: Int = .max) -> SHA256 {
        var digest = SHA256(portable: portable)
        bytes.withUnsafeBytes { all in
            var rest = all[...]
            while !rest.isEmpty {
                digest.add(UnsafeRawBufferPointer(rebasing: rest.prefix(step)))
                rest = rest.dropFirst(step)
            }
        }
        return digest
    }

    private func sha1(_ bytes: [UInt8], step: Int) -> [UInt8] {
        var digest = aisle_sha1()
        aisle_sha1_start(&digest)
        for start in stride(from: 0, to: bytes.count, by: step) {
            let part = Array(bytes[start..<min(start + step, bytes.count)])
            aisle_sha1_add(&digest, part, part.count)
        }
        var out = [UInt8](repeating: 0, count: Int(AISLE_SHA1_SIZE))
        aisle_sha1_end(&digest, &out)
        return out
    }

    private static let long = """
        abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu
        """
    private static let examples = [
        (
            "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709"
        ),
        (
            "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "a9993e364706816aba3e25717850c26c9cd0d89d"
        ),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (
            long, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
            "a49b2446a02c645bf419f995b67091253a04a259"
        ),
    ]

    @Test(arguments: [false, true]) func `The examples of the standard`(portable: Bool) {
        for (text, expected, expected1) in Self.examples {
            #expect(sha256(Array(text.utf8), portable: portable).hexadecimal() == expected)
            #expect(sha1(Array(text.utf8), step: 7).hexadecimal == expected1)
        }
        let million = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(
            sha256(million, portable: portable).hexadecimal()
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        )
        #expect(sha1(million, step: 4096).hexadecimal == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    }

    @Test(arguments: [false, true], [1, 3, 63, 64, 65, 1000])
    func `Every length is padded right, in pieces of any size`(portable: Bool, step: Int) {
        let all = (0..<300).map { UInt8($0 % 256) }
        let hashes = (0..<300).flatMap { sha256(Array(all[..<$0]), portable: portable, step: step).bytes() }
        #expect(
            sha256(hashes, portable: portable, step: step).hexadecimal()
                == "df90175783c44235cf6aefd935a2c2747f42399416d16789ece339f1fd26d835"
        )
        let hashes1 = (0..<300).flatMap { sha1(Array(all[..<$0]), step: step) }
        #expect(sha1(hashes1, step: step).hexadecimal == "7261d91c9ffd63ee8e68156d4d57e733d4ad7243")
    }

    @Test func `A copy goes on by itself`() {
        var digest = SHA256()
        "ab".utf8.withContiguousStorageIfAvailable { digest.add(UnsafeRawBufferPointer($0)) }
        let copy = digest
        "c".utf8.withContiguousStorageIfAvailable { digest.add(UnsafeRawBufferPointer($0)) }
        #expect(digest.hexadecimal() == Self.examples[1].1)
        #expect(copy.hexadecimal() == "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603")
    }
}
