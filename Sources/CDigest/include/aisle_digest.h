/// Hashes of bytes: SHA-256 for downloads and cache keys, SHA-1 for the names Git gives to small files (FIPS 180-4).
///
/// No allocation, no globals. SHA-256 uses the processor's instructions for it where they are there.
#ifndef AISLE_DIGEST_H
#define AISLE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/// Bytes of a SHA-256.
#define AISLE_SHA256_SIZE 32
/// Bytes of a SHA-1.
#define AISLE_SHA1_SIZE 20

/// A SHA-256 in the making. A copy goes on independently of the original.
typedef struct {
    uint32_t state[8];
    uint64_t length;     ///< bytes added so far
    uint8_t block[64];   ///< the last length % 64 of them
    int32_t portable;    ///< whether the processor's own instructions are left alone
} aisle_sha256;

/// Starts a SHA-256. `portable` != 0 never uses special instructions (for tests).
void aisle_sha256_start(aisle_sha256 *digest, int portable);

/// Adds `count` bytes; `bytes` may be NULL when `count` is 0.
void aisle_sha256_add(aisle_sha256 *digest, const void *bytes, size_t count);

/// Writes the hash of all bytes added. The digest must be started again before its next use.
void aisle_sha256_end(aisle_sha256 *digest, uint8_t out[AISLE_SHA256_SIZE]);

/// Whether `aisle_sha256_add` uses the processor's own instructions here.
int aisle_sha256_is_accelerated(void);

/// A SHA-1 in the making.
typedef struct {
    uint32_t state[5];
    uint64_t length;
    uint8_t block[64];
} aisle_sha1;

/// Starts a SHA-1.
void aisle_sha1_start(aisle_sha1 *digest);

/// Adds `count` bytes; `bytes` may be NULL when `count` is 0.
void aisle_sha1_add(aisle_sha1 *digest, const void *bytes, size_t count);

/// Writes the hash of all bytes added. The digest must be started again before its next use.
void aisle_sha1_end(aisle_sha1 *digest, uint8_t out[AISLE_SHA1_SIZE]);

#endif
