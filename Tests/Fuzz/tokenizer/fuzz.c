/// Fuzzes the tokenizer's core: fuzz COUNT SEED TOKENIZER.json
///
/// Damages a tokenizer file and builds what is left of it; where that is a vocabulary still, encodes bytes that need not
/// be UTF-8. Stops at the first thing that is not so:
///   - ids stand for exactly the bytes they were made of (so nothing is lost, and nothing invented),
///   - every word's ids are those of the plain algorithm: merge the lowest pair, the leftmost first, again and again,
///   - NFC of NFC is the same text, and a text that the quick check calls NFC is left alone.
/// Memory that is read or written out of bounds is for the sanitizers.
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

static uint64_t state;

/// SplitMix64.
static uint64_t draw(uint64_t below) {
    uint64_t mixed = state += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return (mixed ^ (mixed >> 31)) % below;
}

static void require(int holds, const char *what) {
    if (holds) return;
    printf("fuzz: not so: %s\n", what);
    exit(1);
}

/// Memory of exactly this size, so that a sanitizer sees the first byte beyond it.
static void *take(size_t bytes) {
    void *memory = malloc(bytes > 0 ? bytes : 1);
    require(memory != NULL, "there is memory");
    return memory;
}

/// The value of a member of an object; 0: there is none.
static size_t member(const uint8_t *json, const aisle_json_node *nodes, size_t object, const char *name) {
    if (nodes[object].kind != AISLE_JSON_OBJECT) return 0;
    for (size_t key = object + 1; key < nodes[object].next; key = nodes[key + 1].next) {
        if (nodes[key].length == strlen(name) && memcmp(json + nodes[key].start, name, strlen(name)) == 0) return key + 1;
    }
    return 0;
}

/// The plain algorithm.
static size_t merge_plainly(const aisle_vocabulary *vocabulary, const uint8_t *word, size_t length, int32_t *ids) {
    const aisle_merge *merges = AISLE_TABLE(vocabulary, aisle_merge, merge_slots);
    for (size_t at = 0; at < length; at++) ids[at] = vocabulary->byte_ids[word[at]];
    for (;;) {
        uint64_t best = UINT64_MAX;
        size_t place = 0;
        for (size_t at = 0; at + 1 < length; at++) {
            uint64_t merge = aisle_find_merge(merges, vocabulary->merge_mask, ids[at], ids[at + 1]);
            if (merge < best) best = merge, place = at;
        }
        if (best == UINT64_MAX) return length;
        ids[place] = (int32_t)(uint32_t)best;
        memmove(ids + place + 1, ids + place + 2, (length - place - 2) * sizeof *ids);
        length--;
    }
}

static void encode(const aisle_vocabulary *vocabulary, const uint8_t *text, size_t length) {
    size_t room = aisle_merge_scratch(length);
    uint64_t *cache = calloc(aisle_word_cache_entries(), sizeof *cache), *scratch = take(room * sizeof *scratch);
    int32_t *ids = take(length * sizeof *ids), *plain = take(length * sizeof *plain);
    require(cache != NULL, "there is memory");
    // Twice: the second time from the cache.
    for (int round = 0; round < 2; round++) {
        aisle_encode_position position = {0};
        require(aisle_encode(vocabulary, cache, text, length, ids, length, scratch, room, &position) == AISLE_ENCODE_DONE,
                "as many ids as bytes are room enough");
        size_t count = 0, decoded = 0;
        for (size_t at = 0, end; at < length; at = end) {
            end = aisle_word_end(text, at, length);
            require(end > at && end <= length, "words end behind their start and within the text");
            count += merge_plainly(vocabulary, text + at, end - at, plain + count);
        }
        require(count == position.count && memcmp(ids, plain, count * sizeof *ids) == 0, "ids are the plain algorithm's");
        for (size_t at = 0; at < count; at++) {
            uint8_t bytes[256];
            size_t token = aisle_token_bytes(vocabulary, ids[at], bytes, sizeof bytes);
            require(token <= length - decoded && memcmp(text + decoded, bytes, token) == 0, "ids stand for the text");
            decoded += token;
        }
        require(decoded == length, "ids stand for the whole text");
    }
    free(cache), free(scratch), free(ids), free(plain);
}

static void normalize(const uint8_t *text, size_t length) {
    size_t needed = 0, room = 4 * (length + AISLE_DECOMPOSITION_MAX) * AISLE_DECOMPOSITION_MAX;
    uint8_t *once = take(aisle_nfc_bound(length));
    uint64_t *scratch = take(room * sizeof *scratch);
    ptrdiff_t count = aisle_nfc(text, length, once, scratch, room, &needed);
    require(count >= 0, "there is scratch enough");
    if (aisle_is_nfc(text, length)) require((size_t)count == length && memcmp(once, text, length) == 0, "NFC is kept");
    uint8_t *twice = take(aisle_nfc_bound((size_t)count));
    ptrdiff_t again = aisle_nfc(once, (size_t)count, twice, scratch, room, &needed);
    // Its own normal form may need more room than the text's; then it is not compared.
    require(again < 0 || (again == count && memcmp(once, twice, (size_t)count) == 0), "NFC of NFC is the same");
    free(once), free(twice), free(scratch);
}

/// Bytes that mean something to the tokenizer, and any others.
static uint8_t *some_text(size_t length) {
    static const char signs[] = "aehtins <|>'sST\r\n\t 0.\xcc\x81\xcc\xa3\xe1\x85\xa1\xe8\x80\xb3\xc5\xbf\xc2\xa0";
    uint64_t kind = draw(3);
    uint8_t *text = take(length);
    for (size_t at = 0; at < length; at++) {
        // The NUL at the end is one of the signs; the first seven alone make one long word.
        text[at] = kind == 0 ? (uint8_t)draw(256) : (uint8_t)signs[draw(kind == 1 ? sizeof signs : 7)];
    }
    return text;
}

/// Returns whether the damaged file is a vocabulary still.
static bool try(const uint8_t *json, size_t length) {
    static const uint8_t contents[] = "<|im_end|><think><a>";
    static const aisle_added_token added[] = {{0, 10, 705, false}, {10, 7, 706, false}, {17, 3, 707, true}};
    aisle_json_failure failure = {0};
    aisle_json_node *nodes = take(aisle_json_bound(json, length) * sizeof *nodes);
    bool good = false;
    if (aisle_json_parse(json, length, nodes, &failure) > 0) {
        size_t model = member(json, nodes, 0, "model");
        size_t vocab = model > 0 ? member(json, nodes, model, "vocab") : 0;
        size_t merges = model > 0 ? member(json, nodes, model, "merges") : 0;
        if (vocab > 0 && merges > 0 && nodes[vocab].kind == AISLE_JSON_OBJECT && nodes[merges].kind == AISLE_JSON_ARRAY) {
            aisle_vocabulary_source source = {json, nodes, vocab, merges, contents, added, draw(8) == 0 ? 3 : 0};
            aisle_vocabulary *vocabulary = take(aisle_vocabulary_bytes(&source));
            aisle_vocabulary_failure where;
            good = aisle_vocabulary_build(&source, vocabulary, &where) == AISLE_VOCABULARY_GOOD;
            if (good) {
                size_t count = 1 + draw(400), start, end;
                int32_t id;
                uint8_t *text = some_text(count);
                encode(vocabulary, text, count);
                aisle_find_added(vocabulary, draw(2) == 0, text, count, draw(count), &start, &end, &id);
                free(text);
            }
            free(vocabulary);
        }
    } else {
        require(failure.problem != NULL && failure.offset <= length, "what is wrong with JSON has a name and a place");
    }
    free(nodes);
    return good;
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    long rounds = atol(arguments[1]), good = 0;
    state = strtoull(arguments[2], NULL, 10);
    static uint8_t whole[1 << 20];
    FILE *file = fopen(arguments[3], "rb");
    if (file == NULL) return 2;
    size_t length = fread(whole, 1, sizeof whole, file);
    fclose(file);
    static const char signs[] = "\"\\[]{},:0123456789-eu \x80\xc4\xff\n";
    for (long round = 0; round < rounds; round++) {
        size_t kept = draw(6) == 0 ? draw(length) : length;
        uint8_t *json = take(kept);
        memcpy(json, whole, kept);
        for (uint64_t left = draw(4); left > 0 && kept > 0; left--) json[draw(kept)] = (uint8_t)signs[draw(sizeof signs - 1)];
        good += try(json, kept);
        free(json);
        size_t bytes = draw(200);
        uint8_t *text = some_text(bytes);
        normalize(text, bytes);
        free(text);
    }
    printf("tokenizer: %ld rounds with seed %s, %ld vocabularies encoded with\n", rounds, arguments[2], good);
    require(rounds < 100 || good > rounds / 20, "some files are whole enough to encode with");
    return 0;
}
