/// Stems by Snowball, remembered.
#include "internal.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[AISLE_LANGUAGE_COUNT] = {
    [AISLE_LANGUAGE_EN] = "english", [AISLE_LANGUAGE_DE] = "german", [AISLE_LANGUAGE_FR] = "french",
    [AISLE_LANGUAGE_ES] = "spanish", [AISLE_LANGUAGE_IT] = "italian", [AISLE_LANGUAGE_PT] = "portuguese",
    [AISLE_LANGUAGE_NL] = "dutch", [AISLE_LANGUAGE_SV] = "swedish", [AISLE_LANGUAGE_NO] = "norwegian",
    [AISLE_LANGUAGE_DA] = "danish", [AISLE_LANGUAGE_FI] = "finnish", [AISLE_LANGUAGE_RU] = "russian",
};

/// A word's ending as shoppers type it, and as it is written.
typedef struct {
    aisle_language language;
    const char *typed, *written;
} ending;

/// Diacritics are gone before a word is stemmed, so that words meet whether their accents were typed or not. Where a
/// stemmer knows a suffix by its accent alone, the accent is put back.
static const ending endings[] = {
    {AISLE_LANGUAGE_ES, "cion", "ci\u00F3n"}, {AISLE_LANGUAGE_ES, "sion", "si\u00F3n"},
    {AISLE_LANGUAGE_PT, "coes", "\u00E7\u00F5es"}, {AISLE_LANGUAGE_PT, "cao", "\u00E7\u00E3o"},
    {AISLE_LANGUAGE_FR, "ees", "\u00E9es"}, {AISLE_LANGUAGE_FR, "ee", "\u00E9e"},
};

bool aisle_stems_open(aisle_analyzer *analyzer) {
    analyzer->stems = calloc(STEM_CACHE_SIZE, sizeof(aisle_stem_entry));
    analyzer->short_stems = calloc(SHORT_STEM_CACHE_SIZE, sizeof(aisle_short_stem));
    return analyzer->stems != NULL && analyzer->short_stems != NULL;
}

void aisle_stems_close(aisle_analyzer *analyzer) {
    for (int i = 0; i < AISLE_LANGUAGE_COUNT; i++) {
        if (analyzer->stemmers[i] != NULL) sb_stemmer_delete(analyzer->stemmers[i]);
    }
    free(analyzer->stems);
    free(analyzer->short_stems);
}

static uint32_t hash_word(const char *word, int32_t length, aisle_language language) {
    uint64_t hash = 0x9E3779B97F4A7C15u * (uint64_t)(length + 64 * (int)language + 1);
    for (; length >= 8; word += 8, length -= 8) {
        uint64_t eight;
        memcpy(&eight, word, 8);
        hash = (hash ^ eight) * 0xD6E8FEB86659FD93u;
        hash ^= hash >> 32;
    }
    uint64_t rest = 0;
    for (int32_t i = 0; i < length; i++) rest = rest << 8 | (uint8_t)word[i];
    hash = (hash ^ rest) * 0xD6E8FEB86659FD93u;
    hash ^= hash >> 32;
    return (uint32_t)hash | 1;  // 0 marks an empty entry
}

/// Removes the diacritics a restored ending brought in.
static int32_t without_restored(const char *stem, int32_t length, char *out) {
    int32_t count = 0;
    for (int32_t i = 0; i < length;) {
        uint32_t code = aisle_decode((const uint8_t *)stem, &i, length);
        if (code == 0xF3 || code == 0xF5) code = 'o';
        else if (code == 0xE3) code = 'a';
        else if (code == 0xE7) code = 'c';
        else if (code == 0xE9) code = 'e';
        count += aisle_encode(code, out + count);
    }
    return count;
}

/// The stem by Snowball, uncached, into `out` (room for length + 8 bytes). Returns its length, never more
/// than the word's; 0 for no stem.
static int32_t stem_anew(aisle_analyzer *analyzer, const char *word, int32_t length, char *out) {
    struct sb_stemmer **stemmer = &analyzer->stemmers[analyzer->language];
    if (*stemmer == NULL) *stemmer = sb_stemmer_new(names[analyzer->language], "UTF_8");
    if (*stemmer == NULL) {
        analyzer->out_of_memory = true;
        return 0;
    }
    char restored[AISLE_TOKEN_MAX + 8];
    int32_t typed_length = length;
    const ending *found = NULL;
    for (size_t i = 0; i < sizeof endings / sizeof *endings && found == NULL; i++) {
        int32_t typed = (int32_t)strlen(endings[i].typed);
        if (endings[i].language == analyzer->language && length > typed &&
            memcmp(word + length - typed, endings[i].typed, (size_t)typed) == 0) {
            found = &endings[i];
        }
    }
    if (found != NULL) {
        size_t kept = (size_t)length - strlen(found->typed);
        memcpy(restored, word, kept);
        memcpy(restored + kept, found->written, strlen(found->written));
        word = restored;
        length = (int32_t)(kept + strlen(found->written));
    }
    const sb_symbol *stem = sb_stemmer_stem(*stemmer, (const sb_symbol *)word, length);
    if (stem == NULL) {
        analyzer->out_of_memory = true;
        return 0;
    }
    int32_t stem_length = sb_stemmer_length(*stemmer);
    if (stem_length <= 0 || stem_length > length) return 0;
    if (found != NULL) {
        stem_length = without_restored((const char *)stem, stem_length, out);
        return stem_length <= typed_length ? stem_length : 0;
    }
    memcpy(out, stem, (size_t)stem_length);
    return stem_length;
}

const char *aisle_stem(aisle_analyzer *analyzer, const char *word, int32_t length, uint8_t class,
                       int32_t *stem_length) {
    *stem_length = length;
    if (analyzer->language == AISLE_LANGUAGE_NONE || length < 2 || length > AISLE_TOKEN_MAX) return word;
    if (class != (analyzer->language == AISLE_LANGUAGE_RU ? CLASS_CYRILLIC : CLASS_LATIN)) return word;

    uint32_t hash = hash_word(word, length, analyzer->language);
    aisle_stem_entry *entry = &analyzer->stems[hash / 2 % STEM_CACHE_SIZE];
    bool known = entry->hash == hash && entry->language == analyzer->language && entry->word_length == length &&
                 memcmp(entry->text, word, (size_t)length) == 0;
    if (known && entry->stem_is_prefix) {
        *stem_length = entry->stem_length;
        return word;
    }
    char stem[AISLE_TOKEN_MAX + 16];
    int32_t count = known ? entry->stem_length : stem_anew(analyzer, word, length, stem);
    if (count == 0) return word;
    bool is_prefix = !known && count <= length && memcmp(stem, word, (size_t)count) == 0;
    if (!known && length + (is_prefix ? 0 : count) <= (int32_t)sizeof entry->text) {
        *entry = (aisle_stem_entry){.hash = hash, .language = (uint8_t)analyzer->language,
                                    .word_length = (uint8_t)length, .stem_length = (uint8_t)count,
                                    .stem_is_prefix = is_prefix};
        memcpy(entry->text, word, (size_t)length);
        if (!is_prefix) memcpy(entry->text + length, stem, (size_t)count);
    }
    *stem_length = count;
    if (is_prefix) return word;
    char *room = aisle_text_room(analyzer, (size_t)count);
    if (room == NULL) return word;
    memcpy(room, known ? entry->text + length : stem, (size_t)count);
    return room;
}

aisle_short_stem *aisle_short_stem_slot(aisle_analyzer *analyzer, const uint64_t word[2]) {
    uint64_t hash = (word[0] ^ word[1] * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u + (uint64_t)analyzer->language;
    return &analyzer->short_stems[(hash ^ hash >> 31) >> 12 & (SHORT_STEM_CACHE_SIZE - 1)];
}

int32_t aisle_stem_short(aisle_analyzer *analyzer, const uint64_t word[2], aisle_short_stem *slot, char *text,
                         int32_t length, bool *changed) {
    *changed = false;
    if (slot->word[0] != word[0] || slot->word[1] != word[1] || slot->language != analyzer->language) {
        char stem[AISLE_TOKEN_MAX + 16];
        int32_t count = stem_anew(analyzer, text, length, stem), kept = 0;
        if (count == 0) return length;
        while (kept < count && stem[kept] == text[kept]) kept++;
        if (count - kept > (int32_t)sizeof slot->tail) {
            memcpy(text, stem, (size_t)count);
            *changed = true;
            return count;
        }
        slot->word[0] = word[0];
        slot->word[1] = word[1];
        slot->language = (uint8_t)analyzer->language;
        slot->length = (uint8_t)count;
        slot->kept = (uint8_t)kept;
        memcpy(slot->tail, stem + kept, (size_t)(count - kept));
    }
    if (slot->kept == length) return length;
    for (int32_t i = slot->kept; i < slot->length; i++) text[i] = slot->tail[i - slot->kept];
    *changed = true;
    return slot->length;
}
