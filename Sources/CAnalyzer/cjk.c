/// Han and Kana words by ICU's own dictionary, found the way ICU's CjkBreakEngine finds them, without its overhead
/// (iterators over abstract text, a binary search for every first character): a third of its time. The answers are
/// ICU's: a check when the dictionary is opened, a test on real titles and the fuzzer compare them; where the data is
/// not what this code knows, ICU itself answers.
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/udata.h>

/// Where a walk through the dictionary's trie stands; see ICU's public header ucharstrie.h for the node format.
typedef struct {
    const uint16_t *at;
    int32_t remaining;  ///< units left to match in a linear node, minus 1
} trie_state;

typedef enum { NO_MATCH, NO_VALUE, FINAL_VALUE, INTERMEDIATE_VALUE } match;

/// Where two characters lead, remembered: most pairs of a text were in the texts before.
typedef struct {
    uint32_t pair;  ///< 0: nothing remembered
    uint32_t node;  ///< as in `first`
    match match;
} known_pair;

enum { KNOWN_PAIRS = 1 << 15 };

struct aisle_cjk_dictionary {
    UDataMemory *file;
    const uint16_t *trie;
    uint32_t first[0x10000];  ///< per first character: its node (offset in the trie << 6 | remaining + 2), 0 for none
    known_pair pairs[KNOWN_PAIRS];
};

enum {
    LINEAR_MATCH = 0x30, VALUE_LEAD = 0x40, NODE_TYPE_MASK = 0x3F, VALUE_IS_FINAL = 0x8000,
    TWO_UNIT_VALUE = 0x4000, THREE_UNIT_VALUE = 0x7FFF,
    TWO_UNIT_NODE_VALUE = 0x4040, THREE_UNIT_NODE_VALUE = 0x7FC0,
    TWO_UNIT_DELTA = 0xFC00, THREE_UNIT_DELTA = 0xFFFF,
    BRANCH_LINEAR_MAX = 5,
};

static match value_of_node(uint32_t node) {
    return node < VALUE_LEAD ? NO_VALUE : node & VALUE_IS_FINAL ? FINAL_VALUE : INTERMEDIATE_VALUE;
}

static const uint16_t *skip_value(const uint16_t *at) {
    uint32_t lead = *at++ & 0x7FFF;
    return lead < TWO_UNIT_VALUE ? at : lead < THREE_UNIT_VALUE ? at + 1 : at + 2;
}

static const uint16_t *skip_node_value(const uint16_t *at, uint32_t lead) {
    return lead < TWO_UNIT_NODE_VALUE ? at : lead < THREE_UNIT_NODE_VALUE ? at + 1 : at + 2;
}

static const uint16_t *jump_by_delta(const uint16_t *at) {
    uint32_t delta = *at++;
    if (delta == THREE_UNIT_DELTA) delta = (uint32_t)at[0] << 16 | at[1], at += 2;
    else if (delta >= TWO_UNIT_DELTA) delta = (delta - TWO_UNIT_DELTA) << 16 | *at++;
    return at + delta;
}

static const uint16_t *skip_delta(const uint16_t *at) {
    uint32_t delta = *at++;
    return delta == THREE_UNIT_DELTA ? at + 2 : delta >= TWO_UNIT_DELTA ? at + 1 : at;
}

static int32_t value_at(const uint16_t *at) {
    uint32_t lead = *at++;
    if (lead & VALUE_IS_FINAL) {
        lead &= 0x7FFF;
        if (lead < TWO_UNIT_VALUE) return (int32_t)lead;
        if (lead < THREE_UNIT_VALUE) return (int32_t)((lead - TWO_UNIT_VALUE) << 16 | *at);
    } else {
        if (lead < TWO_UNIT_NODE_VALUE) return (int32_t)(lead >> 6) - 1;
        if (lead < THREE_UNIT_NODE_VALUE) return (int32_t)(((lead & 0x7FC0) - TWO_UNIT_NODE_VALUE) << 10 | *at);
    }
    return (int32_t)((uint32_t)at[0] << 16 | at[1]);
}

static match next_in_branch(trie_state *state, const uint16_t *at, uint32_t length, uint32_t unit) {
    if (length == 0) length = *at++;
    length++;
    while (length > BRANCH_LINEAR_MAX) {
        if (unit < *at++) {
            length >>= 1;
            at = jump_by_delta(at);
        } else {
            length -= length >> 1;
            at = skip_delta(at);
        }
    }
    for (; length > 1; length--) {
        if (unit != *at++) {
            at = skip_value(at);
            continue;
        }
        uint32_t node = *at;
        if (node & VALUE_IS_FINAL) {
            state->at = at;
            return FINAL_VALUE;
        }
        at++;
        uint32_t delta = node;
        if (node >= THREE_UNIT_VALUE) delta = (uint32_t)at[0] << 16 | at[1], at += 2;
        else if (node >= TWO_UNIT_VALUE) delta = (node - TWO_UNIT_VALUE) << 16 | *at++;
        state->at = at + delta;
        return value_of_node(*state->at);
    }
    if (unit != *at++) return NO_MATCH;
    state->at = at;
    return value_of_node(*at);
}

static match next(trie_state *state, uint32_t unit) {
    const uint16_t *at = state->at;
    uint32_t node = 0;
    if (state->remaining < 0) {
        for (node = *at++; node >= VALUE_LEAD; node &= NODE_TYPE_MASK) {
            if (node & VALUE_IS_FINAL) return NO_MATCH;
            at = skip_node_value(at, node);
        }
        if (node < LINEAR_MATCH) return next_in_branch(state, at, node, unit);
        state->remaining = (int32_t)(node - LINEAR_MATCH);
    }
    if (unit != *at++) return NO_MATCH;
    state->at = at;
    return --state->remaining < 0 ? value_of_node(*at) : NO_VALUE;
}

static bool is_katakana(uint32_t code) { return code >= 0x30A1 && code <= 0x30FE && code != 0x30FB; }

static uint32_t pack(const aisle_cjk_dictionary *dictionary, trie_state state) {
    return (uint32_t)(state.at - dictionary->trie) << 6 | (uint32_t)(state.remaining + 2);
}

static trie_state unpack(const aisle_cjk_dictionary *dictionary, uint32_t node) {
    return (trie_state){dictionary->trie + (node >> 6), (int32_t)(node & 0x3F) - 2};
}

static known_pair *pair_slot(aisle_cjk_dictionary *dictionary, uint32_t pair) {
    return &dictionary->pairs[(pair * 0x9E3779B1u >> 12) % KNOWN_PAIRS];
}

/// The match of a run's second character after the first, whose node is `node`.
static match second(aisle_cjk_dictionary *dictionary, uint32_t node, uint32_t pair, trie_state *state) {
    known_pair *known = pair_slot(dictionary, pair);
    if (known->pair != pair) {
        trie_state walked = unpack(dictionary, node);
        match match = next(&walked, pair & 0xFFFF);
        *known = (known_pair){pair, match == NO_MATCH ? 0 : pack(dictionary, walked), match};
    }
    *state = unpack(dictionary, known->node);
    return known->match;
}

void aisle_segment_cjk(aisle_cjk_dictionary *dictionary, aisle_item *items, int count) {
    static const uint32_t katakana_costs[] = {8192, 984, 408, 240, 204, 252, 300, 372, 480};
    enum { WORD_MAX = 20, KATAKANA_GROUP_MAX = 20, UNKNOWN_COST = 255 };
    // The cheapest way to part the first i characters into words, and where its last word starts.
    uint32_t best[CJK_RUN_MAX + 1];
    int16_t previous[CJK_RUN_MAX + 1];
    best[0] = 0;
    for (int i = 1; i <= count; i++) {
        best[i] = UINT32_MAX;
        if (i < count) __builtin_prefetch(pair_slot(dictionary, items[i - 1].code << 16 | items[i].code));
        __builtin_prefetch(dictionary->trie + (dictionary->first[items[i - 1].code] >> 6));
    }

    bool after_katakana = false;
    for (int i = 0; i < count; i++) {
        // (Every position is reached: a single character is always a word.)
        bool single = false;
        uint32_t node = dictionary->first[items[i].code];
        if (node != 0) {
            trie_state state = unpack(dictionary, node);
            match result = state.remaining >= 0 ? NO_VALUE : value_of_node(*state.at);
            for (int length = 1;;) {
                if (result >= FINAL_VALUE) {
                    uint32_t cost = best[i] + (uint32_t)value_at(state.at);
                    if (cost < best[i + length]) best[i + length] = cost, previous[i + length] = (int16_t)i;
                    single |= length == 1;
                    if (result == FINAL_VALUE) break;
                }
                if (length == WORD_MAX || i + length == count) break;
                uint32_t unit = items[i + length].code;
                if (length == 1) result = second(dictionary, node, items[i].code << 16 | unit, &state);
                else result = next(&state, unit);
                if (result == NO_MATCH) break;
                length++;
            }
        }
        if (!single && best[i] + UNKNOWN_COST < best[i + 1]) {
            best[i + 1] = best[i] + UNKNOWN_COST;
            previous[i + 1] = (int16_t)i;
        }
        bool katakana = is_katakana(items[i].code);
        if (katakana && !after_katakana) {
            int length = 1;
            while (i + length < count && length < KATAKANA_GROUP_MAX && is_katakana(items[i + length].code)) length++;
            if (length < KATAKANA_GROUP_MAX) {
                uint32_t cost = best[i] + katakana_costs[length > 8 ? 0 : length];
                if (cost < best[i + length]) best[i + length] = cost, previous[i + length] = (int16_t)i;
            }
        }
        after_katakana = katakana;
    }
    for (int i = 0; i < count; i++) items[i].starts_word = false;
    for (int i = count; i > 0; i = previous[i]) items[previous[i]].starts_word = true;
}

/// Whether ICU parts some ordinary text as this code does.
static bool agrees_with_icu(aisle_cjk_dictionary *dictionary, UBreakIterator *words) {
    static const UChar text[] = u"安装简单的小化妆包东京特许许可局カタカナの製品名ですひらがなスーパーマーケット手机壳保护套";
    enum { COUNT = sizeof text / sizeof *text - 1 };
    aisle_item items[COUNT];
    for (int i = 0; i < COUNT; i++) items[i] = (aisle_item){.code = text[i]};
    aisle_segment_cjk(dictionary, items, COUNT);
    UErrorCode status = U_ZERO_ERROR;
    ubrk_setText(words, text, COUNT, &status);
    for (int i = 0; i < COUNT; i++) {
        if (U_FAILURE(status) || items[i].starts_word != (bool)ubrk_isBoundary(words, i)) return false;
    }
    return true;
}

aisle_cjk_dictionary *aisle_cjk_open(UBreakIterator *words) {
    UErrorCode status = U_ZERO_ERROR;
    aisle_cjk_dictionary *dictionary = calloc(1, sizeof *dictionary);
    if (dictionary == NULL) return NULL;
    dictionary->file = udata_open(U_ICUDATA_NAME "-brkitr", "dict", "cjdict", &status);
    if (U_FAILURE(status)) {
        free(dictionary);
        return NULL;
    }
    // Header of a dictionary: offset of the trie, ..., size in bytes, kind of trie (1: a UCharsTrie).
    const int32_t *header = udata_getMemory(dictionary->file);
    bool known = header[4] % 8 == 1 && header[3] >> 1 < 1 << 26;
    dictionary->trie = (const uint16_t *)((const uint8_t *)header + header[0]);
    for (uint32_t code = 0; known && code < 0x10000; code++) {
        if (!aisle_is_plain_cjk(code)) continue;
        trie_state state = {dictionary->trie, -1};
        if (next(&state, code) == NO_MATCH) continue;
        dictionary->first[code] = pack(dictionary, state);
    }
    if (!known || !agrees_with_icu(dictionary, words)) {
        aisle_cjk_close(dictionary);
        return NULL;
    }
    return dictionary;
}

void aisle_cjk_close(aisle_cjk_dictionary *dictionary) {
    if (dictionary == NULL) return;
    udata_close(dictionary->file);
    free(dictionary);
}
