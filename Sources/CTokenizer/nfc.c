/// Normalization form C (Unicode Standard Annex 15) over the reference's tables.
#include "internal.h"

enum {
    HANGUL_SYLLABLES = 0xAC00, HANGUL_LEADS = 0x1100, HANGUL_VOWELS = 0x1161, HANGUL_TAILS = 0x11A7,
    LEAD_COUNT = 19, VOWEL_COUNT = 21, TAIL_COUNT = 28, SYLLABLE_COUNT = LEAD_COUNT * VOWEL_COUNT * TAIL_COUNT,
};

/// An entry of scratch: combining class << 32 | code point.
#define ENTRY(code) ((uint64_t)combining_class(code) << 32 | (code))
#define CODE(entry) ((uint32_t)(entry))
#define CLASS(entry) ((uint32_t)((entry) >> 32))

static uint32_t combining_class(uint32_t code) {
    if (!(aisle_bits(code) & AISLE_UNSTABLE)) return 0;
    size_t low = 0, high = aisle_combining_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (aisle_combining[middle].last < code) low = middle + 1; else high = middle;
    }
    return low < aisle_combining_count && aisle_combining[low].first <= code ? aisle_combining[low].value : 0;
}

/// Appends the full decomposition of a code point (up to AISLE_DECOMPOSITION_MAX entries).
static size_t decompose(uint32_t code, uint64_t *out) {
    uint32_t syllable = code - HANGUL_SYLLABLES;
    if (syllable < SYLLABLE_COUNT) {
        uint32_t tail = syllable % TAIL_COUNT;
        out[0] = HANGUL_LEADS + syllable / (VOWEL_COUNT * TAIL_COUNT);
        out[1] = HANGUL_VOWELS + syllable / TAIL_COUNT % VOWEL_COUNT;
        if (tail == 0) return 2;
        out[2] = HANGUL_TAILS + tail;
        return 3;
    }
    size_t low = 0, high = aisle_decomposition_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (aisle_decompositions[middle].code < code) low = middle + 1; else high = middle;
    }
    if (low == aisle_decomposition_count || aisle_decompositions[low].code != code) {
        out[0] = ENTRY(code);
        return 1;
    }
    aisle_decomposition found = aisle_decompositions[low];
    for (size_t part = 0; part < found.count; part++) {
        uint32_t decomposed = aisle_decomposition_parts[found.start + part];
        out[part] = ENTRY(decomposed);
    }
    return found.count;
}

/// What two code points compose to; 0: nothing.
static uint32_t compose(uint32_t first, uint32_t second) {
    if (first - HANGUL_LEADS < LEAD_COUNT && second - HANGUL_VOWELS < VOWEL_COUNT) {
        return HANGUL_SYLLABLES + ((first - HANGUL_LEADS) * VOWEL_COUNT + (second - HANGUL_VOWELS)) * TAIL_COUNT;
    }
    uint32_t syllable = first - HANGUL_SYLLABLES, tail = second - HANGUL_TAILS;
    if (syllable < SYLLABLE_COUNT && syllable % TAIL_COUNT == 0 && tail > 0 && tail < TAIL_COUNT) return first + tail;

    size_t low = 0, high = aisle_composition_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        aisle_composition candidate = aisle_compositions[middle];
        if (candidate.first < first || (candidate.first == first && candidate.second < second)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == aisle_composition_count) return 0;
    aisle_composition found = aisle_compositions[low];
    return found.first == first && found.second == second ? found.composed : 0;
}

/// Sorts entries by combining class, equal ones in their order. Long runs are merged: text of an attacker may be one.
static void sort(uint64_t *entries, size_t count, uint64_t *spare) {
    const size_t run = 16;
    for (size_t start = 0; start < count; start += run) {
        size_t end = start + run < count ? start + run : count;
        for (size_t at = start + 1; at < end; at++) {
            uint64_t entry = entries[at];
            size_t to = at;
            for (; to > start && CLASS(entries[to - 1]) > CLASS(entry); to--) entries[to] = entries[to - 1];
            entries[to] = entry;
        }
    }
    for (size_t width = run; width < count; width *= 2) {
        for (size_t start = 0; start + width < count; start += 2 * width) {
            size_t middle = start + width, end = middle + width < count ? middle + width : count;
            memcpy(spare, entries + start, width * sizeof *spare);
            size_t left = 0, right = middle, to = start;
            while (left < width && right < end) {
                entries[to++] = CLASS(spare[left]) <= CLASS(entries[right]) ? spare[left++] : entries[right++];
            }
            memcpy(entries + to, spare + left, (width - left) * sizeof *spare);
        }
    }
}

/// Puts combining marks in order, composes, and writes what remains. `spare` holds `count` entries.
static size_t finish(uint64_t *entries, size_t count, uint64_t *spare, uint8_t *out) {
    for (size_t at = 0; at < count;) {
        size_t end = at;
        while (end < count && CLASS(entries[end]) != 0) end++;
        sort(entries + at, end - at, spare);
        at = end + 1;
    }
    size_t kept = 0, starter = SIZE_MAX;
    for (size_t at = 0; at < count; at++) {
        uint64_t entry = entries[at];
        if (starter != SIZE_MAX) {
            // Blocked when something between the two has the same class or a higher one, or is a starter itself.
            bool adjacent = kept == starter + 1;
            if (adjacent || (CLASS(entries[kept - 1]) != 0 && CLASS(entries[kept - 1]) < CLASS(entry))) {
                uint32_t composed = compose(CODE(entries[starter]), CODE(entry));
                if (composed != 0) {
                    entries[starter] = composed;
                    continue;
                }
            }
        }
        if (CLASS(entry) == 0) starter = kept;
        entries[kept++] = entry;
    }
    size_t written = 0;
    for (size_t at = 0; at < kept; at++) written += aisle_put(CODE(entries[at]), out + written);
    return written;
}

bool aisle_is_nfc(const uint8_t *text, size_t length) {
    size_t at = 0, bytes;
    while (at < length) {
        uint64_t eight;
        while (length - at >= sizeof eight) {
            memcpy(&eight, text + at, sizeof eight);
            if (eight & 0x8080808080808080u) break;
            at += sizeof eight;
        }
        // Nothing below U+0300 is unstable: two bytes with a lead below 0xCC.
        if (at < length && text[at] < 0xCC) {
            at++;
        } else if (at < length) {
            if (aisle_bits(aisle_character(text, at, length, &bytes)) & AISLE_UNSTABLE) return false;
            at += bytes;
        }
    }
    return true;
}

size_t aisle_nfc_bound(size_t length) {
    return length * 3;
}

ptrdiff_t aisle_nfc(const uint8_t *text, size_t length, uint8_t *out, uint64_t *scratch, size_t capacity,
                    size_t *needed) {
    size_t written = 0, copied = 0, starter = 0, at = 0, bytes;
    while (at < length) {
        uint32_t code = aisle_character(text, at, length, &bytes);
        if (!(aisle_bits(code) & AISLE_UNSTABLE)) {
            starter = at;
            at += bytes;
            continue;
        }
        // Everything from the last stable character to the next one is decomposed, ordered and composed together.
        memcpy(out + written, text + copied, starter - copied);
        written += starter - copied;
        size_t count = 0, from = starter;
        for (at = from; at < length; at += bytes) {
            code = aisle_character(text, at, length, &bytes);
            bool malformed = code == UINT32_MAX;
            if (at > from && (malformed || !(aisle_bits(code) & AISLE_UNSTABLE))) break;
            if (malformed) break;
            if (2 * (count + AISLE_DECOMPOSITION_MAX) > capacity) {
                *needed = 4 * (count + AISLE_DECOMPOSITION_MAX);
                return -1;
            }
            count += decompose(code, scratch + count);
        }
        if (count > 0) {
            written += finish(scratch, count, scratch + count, out + written);
        } else {
            // A malformed byte before a mark: it stays as it is, and the mark stands alone.
            out[written++] = text[at++];
        }
        copied = starter = at;
    }
    memcpy(out + written, text + copied, length - copied);
    return (ptrdiff_t)(written + (length - copied));
}
