/// Builds the tables of a tokenizer and looks things up in them.
#include <stdlib.h>

#include "internal.h"

uint32_t aisle_byte_character(uint8_t byte) {
    // GPT-2's alphabet: printable Latin-1 stands for itself, everything else moves up, in order.
    if ((byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD)) return byte;
    if (byte <= 0x20) return 0x100u + byte;
    return byte == 0xAD ? 0x143 : 0x100u + 0x21 + (byte - 0x7Fu);
}

int32_t aisle_character_byte(uint32_t code) {
    if ((code >= 0x21 && code <= 0x7E) || (code >= 0xA1 && code <= 0xFF && code != 0xAD)) return (int32_t)code;
    if (code >= 0x100 && code <= 0x120) return (int32_t)(code - 0x100);
    if (code >= 0x121 && code <= 0x142) return (int32_t)(code - 0x121 + 0x7F);
    return code == 0x143 ? 0xAD : -1;
}

static uint64_t hash_of(const uint8_t *bytes, size_t length) {
    uint64_t hash = length * 0x9E3779B97F4A7C15u, part;
    for (; length >= sizeof part; bytes += sizeof part, length -= sizeof part) {
        memcpy(&part, bytes, sizeof part);
        hash = (hash ^ part) * 0xC2B2AE3D27D4EB4Fu;
        hash ^= hash >> 29;
    }
    part = 0;
    memcpy(&part, bytes, length);
    hash = (hash ^ part) * 0xC2B2AE3D27D4EB4Fu;
    return hash ^ hash >> 32;
}

/// The table at an offset of a vocabulary that is being built.
#define BUILD_TABLE(vocabulary, type, offset) ((type *)((uint8_t *)(vocabulary) + (vocabulary)->offset))

/// The slot of a spelling: where it is, or where it would go.
static size_t slot_of(const aisle_vocabulary *vocabulary, const uint8_t *token, size_t length) {
    const int32_t *slots = AISLE_TABLE(vocabulary, int32_t, token_slots);
    const aisle_span *spans = AISLE_TABLE(vocabulary, aisle_span, token_spans);
    const uint8_t *texts = AISLE_TABLE(vocabulary, uint8_t, token_texts);
    size_t slot = hash_of(token, length) & vocabulary->token_mask;
    for (; slots[slot] != 0; slot = (slot + 1) & vocabulary->token_mask) {
        aisle_span span = spans[slots[slot] - 1];
        if (span.length == length && memcmp(texts + span.start, token, length) == 0) break;
    }
    return slot;
}

int32_t aisle_token_id(const aisle_vocabulary *vocabulary, const uint8_t *token, size_t length) {
    return AISLE_TABLE(vocabulary, int32_t, token_slots)[slot_of(vocabulary, token, length)] - 1;
}

int32_t aisle_vocabulary_size(const aisle_vocabulary *vocabulary) {
    return (int32_t)vocabulary->size;
}

size_t aisle_token_bytes(const aisle_vocabulary *vocabulary, int32_t id, uint8_t *out, size_t capacity) {
    if (id < 0 || (size_t)id >= vocabulary->size) return 0;
    aisle_span span = AISLE_TABLE(vocabulary, aisle_span, token_spans)[id];
    const uint8_t *text = AISLE_TABLE(vocabulary, uint8_t, token_texts) + span.start;
    if (capacity < span.length) return span.length;
    bool spelled = AISLE_TABLE(vocabulary, uint8_t, added_kinds)[id] == AISLE_KIND_ORDINARY;
    size_t written = 0;
    for (size_t at = 0, bytes; spelled && at < span.length; at += bytes) {
        int32_t byte = aisle_character_byte(aisle_character(text, at, span.length, &bytes));
        // A token that is not spelled in bytes stands for itself, as in the reference.
        if (byte < 0) spelled = false; else out[written++] = (uint8_t)byte;
    }
    if (spelled) return written;
    memcpy(out, text, span.length);
    return span.length;
}

bool aisle_find_added(const aisle_vocabulary *vocabulary, bool normalized, const uint8_t *text, size_t length,
                      size_t from, size_t *start, size_t *end, int32_t *id) {
    const int32_t *ids = AISLE_TABLE(vocabulary, int32_t, added_ids);
    const uint8_t *kinds = AISLE_TABLE(vocabulary, uint8_t, added_kinds);
    const aisle_span *spans = AISLE_TABLE(vocabulary, aisle_span, token_spans);
    const uint8_t *texts = AISLE_TABLE(vocabulary, uint8_t, token_texts);
    uint8_t kind = normalized ? AISLE_KIND_ADDED_NORMALIZED : AISLE_KIND_ADDED;
    for (size_t at = from; at < length; at++) {
        if (!vocabulary->added_leads[normalized][text[at]]) continue;
        for (size_t added = 0; added < vocabulary->added_count; added++) {
            aisle_span span = spans[ids[added]];
            if (kinds[ids[added]] != kind || span.length > length - at) continue;
            if (memcmp(texts + span.start, text + at, span.length) != 0) continue;
            *start = at, *end = at + span.length, *id = ids[added];
            return true;
        }
    }
    return false;
}

// MARK: Building

/// What a source amounts to.
typedef struct {
    size_t tokens, merges, text, longest;
} extent;

static extent extent_of(const aisle_vocabulary_source *source) {
    extent extent = {0};
    const aisle_json_node *nodes = source->nodes;
    for (size_t node = source->vocabulary + 1; node < nodes[source->vocabulary].next; node = nodes[node + 1].next) {
        extent.tokens++;
        extent.text += nodes[node].length;
        if (nodes[node].length > extent.longest) extent.longest = nodes[node].length;
    }
    for (size_t node = source->merges + 1; node < nodes[source->merges].next; node = nodes[node].next) {
        extent.merges++;
        if (nodes[node].length > extent.longest) extent.longest = nodes[node].length;
    }
    for (size_t added = 0; added < source->added_count; added++) extent.text += source->added[added].length;
    return extent;
}

static size_t power_of_two(size_t least) {
    size_t power = 16;
    while (power < least) power *= 2;
    return power;
}

/// Takes `bytes` behind what is laid out already, aligned to 8, and returns where.
static size_t reserve(size_t *end, size_t bytes) {
    size_t start = *end;
    *end = (start + bytes + 7) & ~(size_t)7;
    return start;
}

/// Sizes and offsets of all tables. Returns the bytes of everything.
static size_t lay_out(extent extent, size_t added, aisle_vocabulary *vocabulary) {
    size_t end = (sizeof *vocabulary + 7) & ~(size_t)7, most = extent.tokens + added;
    vocabulary->token_mask = power_of_two(2 * most) - 1;
    vocabulary->merge_mask = power_of_two(extent.merges + extent.merges / 2 + 1) - 1;
    vocabulary->token_spans = reserve(&end, most * sizeof(aisle_span));
    vocabulary->token_texts = reserve(&end, extent.text);
    vocabulary->token_slots = reserve(&end, (vocabulary->token_mask + 1) * sizeof(int32_t));
    vocabulary->merge_slots = reserve(&end, (vocabulary->merge_mask + 1) * sizeof(aisle_merge));
    vocabulary->byte_pairs = reserve(&end, 65536 * sizeof(uint64_t));
    vocabulary->added_ids = reserve(&end, added * sizeof(int32_t));
    vocabulary->added_kinds = reserve(&end, most);
    return end;
}

size_t aisle_vocabulary_bytes(const aisle_vocabulary_source *source) {
    aisle_vocabulary vocabulary;
    return lay_out(extent_of(source), source->added_count, &vocabulary);
}

/// A whole number below `limit`, or -1.
static int32_t whole_number(const uint8_t *json, const aisle_json_node *node, size_t limit) {
    if (node->kind != AISLE_JSON_NUMBER || node->length > 8) return -1;
    int32_t number = 0;
    for (size_t at = node->start; at < node->start + node->length; at++) {
        if (json[at] < '0' || json[at] > '9') return -1;
        number = number * 10 + (json[at] - '0');
    }
    return (size_t)number < limit && number < AISLE_ID_LIMIT ? number : -1;
}

/// A vocabulary in the making.
typedef struct {
    const aisle_vocabulary_source *source;
    aisle_vocabulary *vocabulary;
    size_t text;        ///< bytes of spellings so far
    uint8_t *scratch;   ///< room for two of the longest string
    bool *reachable;    ///< of each id: ordinary text can become it
    aisle_vocabulary_failure *failure;
} builder;

static aisle_vocabulary_problem fail(const builder *builder, aisle_vocabulary_problem problem, size_t node,
                                     size_t detail) {
    *builder->failure = (aisle_vocabulary_failure){node, detail};
    return problem;
}

static aisle_vocabulary_problem add_tokens(builder *builder, size_t count) {
    const aisle_vocabulary_source *source = builder->source;
    aisle_vocabulary *vocabulary = builder->vocabulary;
    const aisle_json_node *nodes = source->nodes;
    aisle_span *spans = BUILD_TABLE(vocabulary, aisle_span, token_spans);
    uint8_t *texts = BUILD_TABLE(vocabulary, uint8_t, token_texts);
    int32_t *slots = BUILD_TABLE(vocabulary, int32_t, token_slots);
    for (size_t node = source->vocabulary + 1; node < nodes[source->vocabulary].next; node = nodes[node + 1].next) {
        int32_t id = whole_number(source->json, &nodes[node + 1], count);
        if (id < 0) return fail(builder, AISLE_VOCABULARY_ID, node, count);
        if (spans[id].length > 0) return fail(builder, AISLE_VOCABULARY_ID_TWICE, node, (size_t)id);
        uint8_t *token = texts + builder->text;
        size_t length = aisle_json_string(source->json, &nodes[node], token);
        if (length == 0 || length >= AISLE_TOKEN_LIMIT) return fail(builder, AISLE_VOCABULARY_TOKEN_LENGTH, node, 0);
        size_t slot = slot_of(vocabulary, token, length);
        if (slots[slot] != 0) return fail(builder, AISLE_VOCABULARY_TOKEN_TWICE, node, 0);
        slots[slot] = id + 1;
        spans[id] = (aisle_span){(uint32_t)builder->text, (uint32_t)length};
        builder->text += length;
    }
    vocabulary->size = count;
    return AISLE_VOCABULARY_GOOD;
}

static aisle_vocabulary_problem add_bytes(builder *builder) {
    for (size_t byte = 0; byte < 256; byte++) {
        uint8_t spelling[4];
        size_t length = aisle_put(aisle_byte_character((uint8_t)byte), spelling);
        int32_t id = aisle_token_id(builder->vocabulary, spelling, length);
        if (id < 0) return fail(builder, AISLE_VOCABULARY_BYTE, 0, byte);
        builder->vocabulary->byte_ids[byte] = id;
        builder->reachable[id] = true;
    }
    return AISLE_VOCABULARY_GOOD;
}

/// Puts both parts of a merge into the scratch, one behind the other. Returns whether it has the form of one.
static bool merge_parts(const builder *builder, size_t node, size_t *left, size_t *right) {
    const uint8_t *json = builder->source->json;
    const aisle_json_node *nodes = builder->source->nodes, *merge = &nodes[node];
    if (merge->kind == AISLE_JSON_STRING) {
        size_t length = aisle_json_string(json, merge, builder->scratch);
        uint8_t *space = memchr(builder->scratch, ' ', length);
        if (space == NULL) return false;
        *left = (size_t)(space - builder->scratch);
        *right = length - *left - 1;
        memmove(space, space + 1, *right);
        return *left > 0 && *right > 0 && memchr(space, ' ', *right) == NULL;
    }
    if (merge->kind != AISLE_JSON_ARRAY || merge->next != node + 3) return false;
    if (nodes[node + 1].kind != AISLE_JSON_STRING || nodes[node + 2].kind != AISLE_JSON_STRING) return false;
    *left = aisle_json_string(json, &nodes[node + 1], builder->scratch);
    *right = aisle_json_string(json, &nodes[node + 2], builder->scratch + *left);
    return *left > 0 && *right > 0;
}

static aisle_vocabulary_problem add_merges(builder *builder) {
    aisle_vocabulary *vocabulary = builder->vocabulary;
    const aisle_json_node *nodes = builder->source->nodes;
    size_t merges = builder->source->merges;
    aisle_merge *slots = BUILD_TABLE(vocabulary, aisle_merge, merge_slots);
    for (size_t slot = 0; slot <= vocabulary->merge_mask; slot++) slots[slot] = (aisle_merge){-1, -1, UINT32_MAX, -1};
    uint32_t rank = 0;
    for (size_t node = merges + 1; node < nodes[merges].next; node = nodes[node].next, rank++) {
        size_t left_length, right_length;
        if (!merge_parts(builder, node, &left_length, &right_length)) {
            return fail(builder, AISLE_VOCABULARY_MERGE_FORM, node, rank);
        }
        int32_t left = aisle_token_id(vocabulary, builder->scratch, left_length);
        int32_t right = aisle_token_id(vocabulary, builder->scratch + left_length, right_length);
        if (left < 0 || right < 0) return fail(builder, AISLE_VOCABULARY_MERGE_PART, node, rank);
        int32_t result = aisle_token_id(vocabulary, builder->scratch, left_length + right_length);
        if (result < 0) return fail(builder, AISLE_VOCABULARY_MERGE_RESULT, node, rank);
        size_t slot = aisle_merge_hash(left, right) & vocabulary->merge_mask;
        for (; slots[slot].rank != UINT32_MAX; slot = (slot + 1) & vocabulary->merge_mask) {
            if (slots[slot].left == left && slots[slot].right == right) {
                return fail(builder, AISLE_VOCABULARY_MERGE_TWICE, node, rank);
            }
        }
        slots[slot] = (aisle_merge){left, right, rank, result};
        builder->reachable[result] = true;
    }
    uint64_t *pairs = BUILD_TABLE(vocabulary, uint64_t, byte_pairs);
    for (size_t pair = 0; pair < 65536; pair++) {
        pairs[pair] = aisle_find_merge(slots, vocabulary->merge_mask, vocabulary->byte_ids[pair >> 8],
                                       vocabulary->byte_ids[pair & 0xFF]);
    }
    return AISLE_VOCABULARY_GOOD;
}

/// The longer one first; the order of equally long ones does not matter, as they differ.
static int longer_first(const void *left, const void *right) {
    uint64_t first = *(const uint64_t *)left, second = *(const uint64_t *)right;
    return first < second ? 1 : first > second ? -1 : 0;
}

static aisle_vocabulary_problem add_added(builder *builder) {
    const aisle_vocabulary_source *source = builder->source;
    aisle_vocabulary *vocabulary = builder->vocabulary;
    aisle_span *spans = BUILD_TABLE(vocabulary, aisle_span, token_spans);
    uint8_t *texts = BUILD_TABLE(vocabulary, uint8_t, token_texts);
    uint8_t *kinds = BUILD_TABLE(vocabulary, uint8_t, added_kinds);
    int32_t *ids = BUILD_TABLE(vocabulary, int32_t, added_ids);
    for (size_t index = 0; index < source->added_count; index++) {
        aisle_added_token added = source->added[index];
        const uint8_t *content = source->added_text + added.start;
        size_t slot = slot_of(vocabulary, content, added.length);
        int32_t *known = &BUILD_TABLE(vocabulary, int32_t, token_slots)[slot];
        // A token of the vocabulary keeps its id; others follow on the vocabulary, as the reference numbers them.
        int32_t id = *known != 0 ? *known - 1 : (int32_t)vocabulary->size;
        if (*known != 0 && kinds[id] != AISLE_KIND_ORDINARY) return fail(builder, AISLE_VOCABULARY_ADDED_TWICE, 0, index);
        if (id != added.id) return fail(builder, AISLE_VOCABULARY_ADDED_ID, (size_t)id, index);
        if (builder->reachable[id]) return fail(builder, AISLE_VOCABULARY_ADDED_REACHABLE, 0, index);
        if (*known == 0) {
            *known = id + 1;
            memcpy(texts + builder->text, content, added.length);
            spans[id] = (aisle_span){(uint32_t)builder->text, added.length};
            builder->text += added.length;
            vocabulary->size++;
        }
        kinds[id] = added.normalized ? AISLE_KIND_ADDED_NORMALIZED : AISLE_KIND_ADDED;
        vocabulary->added_leads[added.normalized][content[0]] = true;
        ids[vocabulary->added_count++] = id;
    }
    uint64_t *order = calloc(source->added_count + 1, sizeof *order);
    if (order == NULL) return AISLE_VOCABULARY_MEMORY;
    for (size_t index = 0; index < source->added_count; index++) {
        order[index] = (uint64_t)spans[ids[index]].length << 32 | (uint32_t)ids[index];
    }
    qsort(order, source->added_count, sizeof *order, longer_first);
    for (size_t index = 0; index < source->added_count; index++) ids[index] = (int32_t)(uint32_t)order[index];
    free(order);
    return AISLE_VOCABULARY_GOOD;
}

aisle_vocabulary_problem aisle_vocabulary_build(const aisle_vocabulary_source *source, aisle_vocabulary *vocabulary,
                                                aisle_vocabulary_failure *failure) {
    extent extent = extent_of(source);
    memset(vocabulary, 0, lay_out(extent, source->added_count, vocabulary));
    lay_out(extent, source->added_count, vocabulary);
    builder builder = {
        .source = source,
        .vocabulary = vocabulary,
        .scratch = malloc(2 * extent.longest + 1),
        .reachable = calloc(extent.tokens + source->added_count + 1, sizeof(bool)),
        .failure = failure,
    };
    aisle_vocabulary_problem problem = AISLE_VOCABULARY_MEMORY;
    if (builder.scratch != NULL && builder.reachable != NULL) {
        problem = add_tokens(&builder, extent.tokens);
        if (problem == AISLE_VOCABULARY_GOOD) problem = add_bytes(&builder);
        if (problem == AISLE_VOCABULARY_GOOD) problem = add_merges(&builder);
        if (problem == AISLE_VOCABULARY_GOOD) problem = add_added(&builder);
    }
    free(builder.scratch);
    free(builder.reachable);
    return problem;
}
