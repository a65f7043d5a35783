/// Which language a text is in, by its function words.
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/// Words a text of the language can hardly do without, and product texts use; one space between them.
/// No single letters, and nothing that lists of data are full of in other languages: "USB A", "OS", "6 in 1", "no".
static const char *const lists[AISLE_LANGUAGE_COUNT] = {
    [AISLE_LANGUAGE_EN] =
        "the and of to with for is are this that your you from it by on or not can will has have "
        "be as at our its their these which an all when up out more into any",
    [AISLE_LANGUAGE_DE] =
        "und der die das mit für von ist im den dem des ein eine einen einer aus auf nicht auch "
        "sich zu zum zur oder bei durch ihre sie wird werden sind nach ohne über bis am als ihr "
        "wie",
    [AISLE_LANGUAGE_FR] =
        "le la les des et avec pour du de un une est en sur dans vous votre vos qui que pas plus "
        "par aux au ce cette ses sont sans ou grâce son être très",
    [AISLE_LANGUAGE_ES] =
        "el la los las de del con para en un una es por que su sin como más al sus lo este "
        "esta está son tu muy también puede",
    [AISLE_LANGUAGE_IT] =
        "il lo la gli le di del della dei delle con un una che non sono da dal al alla "
        "nel nella su tuo più anche come questo questa degli senza ai",
    [AISLE_LANGUAGE_PT] =
        "de da dos das para em um uma por que seu sua como mais ao "
        "não na nos nas são você pelo pela ou este esta também",
    [AISLE_LANGUAGE_NL] =
        "de het een en van met voor op dat niet zijn je deze dit aan bij ook uit door naar "
        "wordt kan om te uw heeft zonder maar jouw geen",
    [AISLE_LANGUAGE_SV] =
        "och med för en ett att det den som är av på till från har kan inte om du din din utan "
        "eller samt både dig vid mot ditt dina denna",
    [AISLE_LANGUAGE_NO] =
        "og med en et det den som er av på til fra har kan ikke om du din uten eller samt "
        "både deg ved mot ditt dine denne gir også bare",
    [AISLE_LANGUAGE_DA] =
        "og med en et det den som er af på til fra har kan ikke om du din uden eller "
        "samt både dig ved mod dit dine denne giver også kun bliver",
    [AISLE_LANGUAGE_FI] =
        "ja on ei se että tai joka kanssa sekä myös voit kun sen ovat sinun ne mutta jos niin "
        "vain tämä ilman voi jotka siitä kuin hyvin ole",
};

enum { SLOTS = 2048, WORD_MAX = 16 };

/// One function word and the languages it belongs to (bit i: language i).
typedef struct {
    uint64_t word[2];  ///< as memory has its bytes, zeros behind them
    uint16_t languages;
} function_word;

struct aisle_function_words {
    function_word slots[SLOTS];
    int longest_ascii;  ///< letters of the longest one that is ASCII
};

/// The slot that holds the word, or the free one where it belongs.
static function_word *slot_of(struct aisle_function_words *words, const uint64_t word[2]) {
    uint64_t hash = (word[0] ^ word[1] * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
    for (uint64_t i = hash >> 40;; i++) {
        function_word *slot = &words->slots[i % SLOTS];
        if (slot->languages == 0 || (slot->word[0] == word[0] && slot->word[1] == word[1])) return slot;
    }
}

bool aisle_function_words_open(aisle_analyzer *analyzer) {
    struct aisle_function_words *words = calloc(1, sizeof *words);
    if (words == NULL) return false;
    for (int language = 0; language < AISLE_LANGUAGE_COUNT; language++) {
        for (const char *word = lists[language]; word != NULL && *word != 0;) {
            size_t length = strcspn(word, " ");
            if (length <= WORD_MAX) {
                uint64_t packed[2] = {0, 0};
                memcpy(packed, word, length);
                function_word *slot = slot_of(words, packed);
                slot->word[0] = packed[0];
                slot->word[1] = packed[1];
                slot->languages |= (uint16_t)(1u << language);
                bool ascii = true;
                for (size_t i = 0; i < length; i++) ascii = ascii && (uint8_t)word[i] < 0x80;
                if (ascii && (int)length > words->longest_ascii) words->longest_ascii = (int)length;
            }
            word += length + strspn(word + length, " ");
        }
    }
    analyzer->function_words = words;
    return true;
}

void aisle_function_words_close(aisle_analyzer *analyzer) { free(analyzer->function_words); }

/// Counts a word of at most WORD_MAX bytes for the languages it belongs to.
static void count_word(aisle_analyzer *analyzer, const uint64_t word[2], int32_t *counts) {
    uint16_t languages = slot_of(analyzer->function_words, word)->languages;
    for (int i = 0; languages != 0; i++, languages >>= 1) counts[i] += languages & 1;
}

static bool is_ascii_letter(uint8_t byte) { return (uint8_t)((byte | 0x20) - 'a') < 26; }

static void count_ascii(aisle_analyzer *analyzer, const uint8_t *text, int32_t start, int32_t end, int32_t *counts) {
    int longest = analyzer->function_words->longest_ascii;
    for (int32_t at = start; at < end;) {
        if (!is_ascii_letter(text[at])) {
            at++;
            continue;
        }
        uint64_t word[2] = {0, 0};
        int32_t length = 0;
        if (analyzer->length - at >= WORD_MAX) {
            uint64_t lowered = aisle_eight_lowered(text + at);
            length = aisle_leading_letters(lowered);
            if (length <= longest) word[0] = aisle_little_endian(aisle_first_bytes(lowered, length));
            if (length == 8) {
                lowered = aisle_eight_lowered(text + at + 8);
                int letters = aisle_leading_letters(lowered);
                length += letters;
                if (length <= longest) word[1] = aisle_little_endian(aisle_first_bytes(lowered, letters));
            }
        }
        if (length == 0 || length == WORD_MAX) {
            // One of the text's last words, or a long one.
            while (at + length < end && is_ascii_letter(text[at + length])) length++;
            for (int i = 0; length <= longest && i < length; i++) ((uint8_t *)word)[i] = text[at + i] | 0x20;
        }
        if (length <= longest) count_word(analyzer, word, counts);
        at += length;
    }
}

static void count_items(aisle_analyzer *analyzer, const aisle_stretch *stretch, int32_t *counts, int32_t *cyrillic) {
    const aisle_item *items = analyzer->items + stretch->first_item;
    for (size_t i = 0; i < stretch->item_count;) {
        uint8_t class = items[i].class;
        if (!is_letter(class)) {
            i++;
            continue;
        }
        union {
            uint64_t packed[2];
            char text[WORD_MAX + 4];
        } word = {{0, 0}};
        size_t length = 0;
        for (; i < stretch->item_count && items[i].class == class; i++) {
            if (length <= WORD_MAX) length += (size_t)aisle_encode(items[i].code, word.text + length);
        }
        if (class == CLASS_LATIN && length <= WORD_MAX) count_word(analyzer, word.packed, counts);
        if (class == CLASS_CYRILLIC) ++*cyrillic;
    }
}

/// Adds how many letters of ASCII and of Cyrillic the text has.
static void count_letters(const uint8_t *text, int32_t length, int64_t *latin, int64_t *cyrillic) {
    // Blocks so short that bytes hold their counts: the compiler takes sixteen or more at a time.
    enum { BLOCK = 128 };
    for (int32_t start = 0; start < length; start += BLOCK) {
        int32_t count = length - start < BLOCK ? length - start : BLOCK;
        uint8_t letters = 0, leads = 0;
        for (int32_t i = start; i < start + count; i++) {
            letters += (uint8_t)((text[i] | 0x20) - 'a') < 26;
            leads += (uint8_t)(text[i] - 0xD0) < 4;  // first bytes of U+0400...U+04FF
        }
        *latin += letters;
        *cyrillic += leads;
    }
}

void aisle_language_evidence(aisle_analyzer *analyzer, const char *text, int32_t length, aisle_evidence *evidence) {
    if (text == NULL || length <= 0) return;
    const uint8_t *bytes = (const uint8_t *)text;
    count_letters(bytes, length, &evidence->latin_letters, &evidence->cyrillic_letters);
    aisle_fold_for_evidence(analyzer, bytes, length);
    int32_t done = 0;
    for (size_t i = 0; i < analyzer->stretch_count; i++) {
        const aisle_stretch *stretch = &analyzer->stretches[i];
        count_ascii(analyzer, bytes, done, stretch->start, evidence->function_words);
        count_items(analyzer, stretch, evidence->function_words, &evidence->cyrillic_words);
        done = stretch->end;
    }
    count_ascii(analyzer, bytes, done, length, evidence->function_words);
}
