/// The tokenizer's core: JSON of a tokenizer file, NFC, words, byte-level BPE. UTF-8 in, ids out.
///
/// The caller owns all memory: every table lies in buffers that are handed in, position-independent, so that they can
/// be ordinary arrays that are copied and shared. Nothing here allocates, but `aisle_vocabulary_build` its scratch.
/// No function writes what another thread could read, except through the buffers it is given.
#ifndef AISLE_TOKENIZER_H
#define AISLE_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: JSON

/// What a node is.
enum {
    AISLE_JSON_OBJECT, AISLE_JSON_ARRAY, AISLE_JSON_STRING, AISLE_JSON_KEY, AISLE_JSON_NUMBER,
    AISLE_JSON_TRUE, AISLE_JSON_FALSE, AISLE_JSON_NULL,
};

/// One value or key of a JSON text, in document order.
typedef struct {
    uint32_t kind;     ///< AISLE_JSON_*
    uint32_t start;    ///< offset of its first byte; behind the quote for strings and keys
    uint32_t length;   ///< bytes, without the quotes for strings and keys
    uint32_t next;     ///< the node behind this one and everything in it
} aisle_json_node;

/// What is wrong with a JSON text, and at which byte.
typedef struct {
    const char *problem;  ///< a static string
    size_t offset;
} aisle_json_failure;

/// Deepest nesting that is read.
#define AISLE_JSON_DEPTH 64

/// How many nodes a text can have at most. Nothing is checked.
size_t aisle_json_bound(const uint8_t *text, size_t length);

/// Cuts a JSON text (RFC 8259, strict; at most UINT32_MAX bytes) into `nodes`, which hold `aisle_json_bound` of them.
/// Strings must be well-formed UTF-8 and escapes complete. Returns the number of nodes, 0 when something is wrong.
size_t aisle_json_parse(const uint8_t *text, size_t length, aisle_json_node *nodes, aisle_json_failure *failure);

/// Decodes the escapes of a string or key of a parsed text into `out` (at least `node->length` bytes); lone surrogates
/// become U+FFFD. Returns the bytes written.
size_t aisle_json_string(const uint8_t *text, const aisle_json_node *node, uint8_t *out);

// MARK: Vocabulary

/// Ids reach up to this, exclusively.
#define AISLE_ID_LIMIT (1 << 24)
/// No token of a vocabulary has this many bytes.
#define AISLE_TOKEN_LIMIT (1 << 16)

/// A token that is matched in the text before everything else.
typedef struct {
    uint32_t start;    ///< its bytes in the list's text
    uint32_t length;   ///< 1..<AISLE_TOKEN_LIMIT
    int32_t id;        ///< 0..<AISLE_ID_LIMIT
    bool normalized;   ///< matched behind NFC, not before
} aisle_added_token;

/// What a vocabulary is made of.
typedef struct {
    const uint8_t *json;             ///< the text that `nodes` were parsed from
    const aisle_json_node *nodes;
    size_t vocabulary;               ///< the node of `model.vocab`, an object
    size_t merges;                   ///< the node of `model.merges`, an array
    const uint8_t *added_text;       ///< contents of the added tokens
    const aisle_added_token *added;  ///< in order of their ids
    size_t added_count;
} aisle_vocabulary_source;

/// What is wrong with a vocabulary.
typedef enum {
    AISLE_VOCABULARY_GOOD = 0,
    AISLE_VOCABULARY_MEMORY,           ///< no memory
    AISLE_VOCABULARY_ID,               ///< not a whole number in 0..<AISLE_ID_LIMIT; node: the key
    AISLE_VOCABULARY_TOKEN_TWICE,      ///< node: the key that comes a second time
    AISLE_VOCABULARY_ID_TWICE,         ///< node: the key whose id another token has
    AISLE_VOCABULARY_TOKEN_LENGTH,     ///< node: the key that is empty or too long
    AISLE_VOCABULARY_BYTE,             ///< detail: the byte (0...255) that has no token
    AISLE_VOCABULARY_MERGE_FORM,       ///< node: the merge that is neither "a b" nor ["a", "b"]
    AISLE_VOCABULARY_MERGE_PART,       ///< node: the merge one of whose parts is no token
    AISLE_VOCABULARY_MERGE_RESULT,     ///< node: the merge whose result is no token
    AISLE_VOCABULARY_MERGE_TWICE,      ///< node: the merge that comes a second time
    AISLE_VOCABULARY_ADDED_ID,         ///< detail: the added token whose id the vocabulary gives to another, or that skips ids
    AISLE_VOCABULARY_ADDED_TWICE,      ///< detail: the added token that comes a second time
    AISLE_VOCABULARY_ADDED_REACHABLE,  ///< detail: the added token that is also made by merging ordinary text
} aisle_vocabulary_problem;

/// Where it is wrong.
typedef struct {
    size_t node;
    size_t detail;
} aisle_vocabulary_failure;

/// The tables of a tokenizer, one block of memory, aligned to 8 bytes, that refers to itself by offsets.
typedef struct aisle_vocabulary aisle_vocabulary;

/// Bytes that `aisle_vocabulary_build` needs for a source. Its nodes must have been parsed.
size_t aisle_vocabulary_bytes(const aisle_vocabulary_source *source);

/// Fills `vocabulary`; checks everything the enumeration above names.
aisle_vocabulary_problem aisle_vocabulary_build(const aisle_vocabulary_source *source, aisle_vocabulary *vocabulary,
                                                aisle_vocabulary_failure *failure);

/// The highest id of any token, plus 1.
int32_t aisle_vocabulary_size(const aisle_vocabulary *vocabulary);

/// The id of an added token or of an entry of the vocabulary in its own spelling (`Ġyes` for ` yes`); -1: none.
int32_t aisle_token_id(const aisle_vocabulary *vocabulary, const uint8_t *token, size_t length);

/// The bytes of text a token stands for: writes them when `capacity` suffices, returns how many; 0: no such token.
size_t aisle_token_bytes(const aisle_vocabulary *vocabulary, int32_t id, uint8_t *out, size_t capacity);

/// Finds the first added token (the longest of several at one place) of one kind in `text[from..<length]`.
/// Returns whether there is one; it is `text[*start..<*end]`.
bool aisle_find_added(const aisle_vocabulary *vocabulary, bool normalized, const uint8_t *text, size_t length,
                      size_t from, size_t *start, size_t *end, int32_t *id);

// MARK: NFC

/// Whether a text surely is in NFC already (a quick check: false may be wrong, true never is).
bool aisle_is_nfc(const uint8_t *text, size_t length);

/// Room that NFC of `length` bytes never exceeds.
size_t aisle_nfc_bound(size_t length);

/// Writes NFC of a text to `out` (`aisle_nfc_bound` bytes) and returns its bytes. `scratch` holds `capacity` entries;
/// when a run of combining characters needs more, `*needed` is how many and the answer is -1: call again.
ptrdiff_t aisle_nfc(const uint8_t *text, size_t length, uint8_t *out, uint64_t *scratch, size_t capacity,
                    size_t *needed);

// MARK: Encoding

/// Entries of a word cache: words and their ids as they were encoded last. It is used by one thread at a time and with
/// one vocabulary, and zeroed at first.
size_t aisle_word_cache_entries(void);

/// Why `aisle_encode` came back.
typedef enum {
    AISLE_ENCODE_DONE = 0,     ///< the text is encoded
    AISLE_ENCODE_IDS,          ///< `ids` may not hold the next word's; call again with more room
    AISLE_ENCODE_SCRATCH,      ///< the next word needs `needed` entries of scratch; call again with them
} aisle_encode_state;

/// Where an encoding stands.
typedef struct {
    size_t offset;         ///< bytes of text that are encoded
    size_t count;          ///< ids written
    size_t needed;         ///< room that is missing: free ids or entries of scratch
} aisle_encode_position;

/// Encodes ordinary text (in NFC, without added tokens) from `position->offset` on, whole words at a time, appending
/// to `ids` from `position->count` on. `cache` has `aisle_word_cache_entries`. Malformed UTF-8 is safe: its bytes are
/// encoded as signs.
aisle_encode_state aisle_encode(const aisle_vocabulary *vocabulary, uint64_t *cache, const uint8_t *text,
                                size_t length, int32_t *ids, size_t capacity, uint64_t *scratch,
                                size_t scratch_capacity, aisle_encode_position *position);

/// The end of the word that starts at `at` (< length) by the reference's pattern. For tests.
size_t aisle_word_end(const uint8_t *text, size_t at, size_t length);

#ifdef __cplusplus
}
#endif
#endif
