/// Arrays that grow to many megabytes and are read all over: in huge pages, where the system has them.
///
/// A look-up among a million terms misses the processor's page tables as often as its caches otherwise.
#ifndef AISLE_LARGE_ARRAY_H
#define AISLE_LARGE_ARRAY_H

#include <stddef.h>

/// Moves `used` bytes into an array of `capacity` bytes, and frees the old one (which may be NULL). NULL without memory:
/// then the old one stays. To be freed with `free`.
void *large_array_grow(void *old, size_t used, size_t capacity);

#endif
