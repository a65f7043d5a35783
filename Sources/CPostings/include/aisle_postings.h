/// From analyzed documents to posting lists: the index writer's inner loops.
///
/// A *batch* inverts some hundred documents on the thread that analyzed them: their tables fit the processor's caches.
/// A *postings builder* takes batches in order of document number and gives back, in order of term, one posting list per
/// term. It keeps to a memory limit by spilling sorted runs into an unlinked temporary file.
#ifndef AISLE_POSTINGS_H
#define AISLE_POSTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "aisle_analyzer.h"

struct sqlite3;

/// Text columns of a product, in the order of the FTS5 table: title, brand, category, attributes, description.
#define AISLE_COLUMNS 5

/// Longest term in bytes: tokens are at most AISLE_TOKEN_MAX, keys are cut to this.
#define AISLE_TERM_MAX 255

/// Documents are numbered in ranges of 65,536, so that a posting needs 16 bits.
#define AISLE_RANGE_BITS 16

// MARK: Batch

typedef struct aisle_batch aisle_batch;

/// A new, empty batch of documents, or NULL without memory. One thread at a time.
///
/// FTS5 gets a document's tokens in one of two ways. `keeps_positions`: as position lists among the postings, for
/// `aisle_postings_builder_load`. Otherwise as packed token streams, for its own inserts and deletes.
aisle_batch *aisle_batch_create(int keeps_positions);
void aisle_batch_destroy(aisle_batch *batch);

/// Empties the batch for the next documents; keeps its memory. 0, or -1 without memory.
int aisle_batch_clear(aisle_batch *batch);

/// Adds the tokens of one column of the document at hand, with its text (a text with AISLE_BOUNDARY between two tokens
/// gives a boundary in the packed stream). 0, or -1 without memory.
int aisle_batch_add_tokens(aisle_batch *batch, int column, const char *text, const aisle_token *tokens, int32_t count);

/// Adds a term with no positions or frequencies (a filter key); adding it twice is adding it once. 0, or -1.
int aisle_batch_add_key(aisle_batch *batch, const uint8_t *key, int32_t length);

/// Ends the document at hand; the next one is numbered one higher. At most 65,536 a batch.
/// `packed[column]` gets the packed token streams (see `aisle_pack`), valid until the next document's first call, and
/// `lengths[column]` their bytes: 0 when the batch keeps positions. Returns the document's length in positions, or -1 without memory.
int64_t aisle_batch_end_document(aisle_batch *batch, const uint8_t *packed[AISLE_COLUMNS],
                                 uint32_t lengths[AISLE_COLUMNS]);

/// Bytes that the postings of all documents take.
size_t aisle_batch_postings_size(const aisle_batch *batch);

/// Writes the postings of all documents, grouped by term, into `out`, which has room for `aisle_batch_postings_size`.
/// 0, or -1 without memory.
///
/// Layout (little-endian): u32 pattern count, u16 x 5 a pattern; i64 x 5 tokens by column, as FTS5 counts them; u32 term
/// count; terms: u32 hash, u8 length, bytes, u32 posting count, u32 (document in the batch << 16 | pattern) x count, u32
/// bytes of position lists, the lists.
int aisle_batch_write_postings(aisle_batch *batch, uint8_t *out);

// MARK: Postings builder

typedef struct aisle_postings_builder aisle_postings_builder;

/// A new builder. `directory` takes the temporary file; `memory_limit` in bytes (at least 1 MiB is used).
aisle_postings_builder *aisle_postings_builder_create(const char *directory, size_t memory_limit);
void aisle_postings_builder_destroy(aisle_postings_builder *builder);

/// Has the builder fill the connection's new FTS5 table `search` too, from batches that keep positions: some times as
/// memory fills up, and at `finish`, all in the caller's transaction. 0, or -1 without memory or table.
int aisle_postings_builder_load(aisle_postings_builder *builder, struct sqlite3 *connection);

/// Leaves a document of the last batch out of FTS5's table. Numbers rise from call to call. 0, or -1 without memory.
int aisle_postings_builder_leave_out(aisle_postings_builder *builder, uint32_t document);

/// Adds a batch whose first document has the number `first`. Numbers must rise from call to call.
/// 0; -1 without memory; -2 the postings are damaged; or an errno > 0.
int aisle_postings_builder_add(aisle_postings_builder *builder, uint32_t first, const uint8_t *postings, size_t length);

/// Notes that the documents of a batch have gone: each term's document frequency falls by its postings.
int aisle_postings_builder_remove(aisle_postings_builder *builder, const uint8_t *postings, size_t length);

/// One term: `frequency_delta` documents were added less those removed; `list` is the posting list (may be empty).
typedef int (*aisle_postings_sink)(void *context, const uint8_t *term, int32_t term_length, int64_t frequency_delta,
                                   const uint8_t *list, size_t list_length);

/// Gives all terms in byte order to `sink`, which stops the walk by returning non-zero (returned as it is).
/// `documents`: how many live ones there are, for FTS5's table.
///
/// Posting list: varint number of ranges; for each range varint (range - previous range), varint count, varint exceptions;
/// then for each range: u16 document x count, u8 pattern x count, (u16 index, u16 pattern) x exceptions.
/// Patterns from 255 on are exceptions: their u8 is 255.
int aisle_postings_builder_finish(aisle_postings_builder *builder, int64_t documents, aisle_postings_sink sink,
                                  void *context);

/// Frequency patterns: each distinct vector of the five columns' frequencies has a number, 0 is all zeros.
/// `aisle_postings_builder_add_pattern` restores those of an existing index, in order, before the first document.
int32_t aisle_postings_builder_pattern_count(const aisle_postings_builder *builder);
void aisle_postings_builder_pattern(const aisle_postings_builder *builder, int32_t number,
                                    uint16_t frequencies[AISLE_COLUMNS]);
int aisle_postings_builder_add_pattern(aisle_postings_builder *builder, const uint16_t frequencies[AISLE_COLUMNS]);

#endif
