/// Seeded fuzzing of the analyzer: any bytes in, and what always holds must hold.
///
/// Build and run: Tests/Fuzz/run-analyzer-fuzz COUNT [SEED]
#include "aisle_analyzer.h"
#include "aisle_fts5.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 4096, SEEDS_MAX = 4096 };

static uint64_t state;
static char text[TEXT_MAX];
static int length;
static uint64_t input_number, first_seed;
static char *seeds[SEEDS_MAX];
static int seed_count;

/// xorshift64*: the same inputs for the same seed, everywhere.
static uint32_t next_random(uint32_t bound) {
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (uint32_t)((state * 0x2545F4914F6CDD1Du) >> 33) % bound;
}

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "fuzz: seed %llu, input %llu: ", (unsigned long long)first_seed, (unsigned long long)input_number);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n  input:");
    for (int i = 0; i < length; i++) fprintf(stderr, " %02x", (uint8_t)text[i]);
    fprintf(stderr, "\n");
    va_end(arguments);
    abort();
}

static void put(const char *bytes, int count) {
    if (length + count > TEXT_MAX) count = TEXT_MAX - length;
    memcpy(text + length, bytes, (size_t)count);
    length += count;
}

static void put_code(uint32_t code) {  // surrogates and values past Unicode too: generators must be rude
    char bytes[4];
    int count = 0;
    if (code < 0x80) bytes[count++] = (char)code;
    else if (code < 0x800) bytes[count++] = (char)(0xC0 | code >> 6), bytes[count++] = (char)(0x80 | (code & 0x3F));
    else {
        if (code >= 0x10000) {
            bytes[count++] = (char)(0xF0 | code >> 18);
            bytes[count++] = (char)(0x80 | (code >> 12 & 0x3F));
        } else {
            bytes[count++] = (char)(0xE0 | code >> 12);
        }
        bytes[count++] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[count++] = (char)(0x80 | (code & 0x3F));
    }
    put(bytes, count);
}

/// Blocks of characters that analysis treats each in a way of its own.
static const uint32_t ranges[][2] = {
    {'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {0x20, 0x7E}, {0x00, 0x20}, {0xA0, 0xFF}, {0x100, 0x17F}, {0x300, 0x36F},
    {0x370, 0x3FF}, {0x400, 0x4FF}, {0x591, 0x5F4}, {0x600, 0x6FF}, {0x900, 0x97F}, {0xE01, 0xE5B}, {0xE81, 0xEDF},
    {0x1000, 0x109F}, {0x1100, 0x11FF}, {0x1780, 0x17FF}, {0x1E00, 0x1EFF}, {0x1F00, 0x1FFF}, {0x2000, 0x206F},
    {0x2070, 0x218F}, {0x3000, 0x303F}, {0x3041, 0x30FF}, {0x4E00, 0x9FFF}, {0x4E00, 0x4FFF}, {0xAC00, 0xD7A3},
    {0xD800, 0xDFFF}, {0xF900, 0xFAFF}, {0xFB00, 0xFDFF}, {0xFE00, 0xFEFF}, {0xFF00, 0xFFEF}, {0x1D400, 0x1D7FF},
    {0x1F300, 0x1F64F}, {0x20000, 0x2A6DF}, {0xE0000, 0xE01EF}, {0, 0x10FFFF}, {0x110000, 0x1FFFFF},
};

static const char *const snippets[] = {
    "-", "_", ".", ",", "/", "'", "\xE2\x80\x99", "&", "+", "#", ":", "\xC3\x97", "x", "*", "\"", "\xE2\x80\xB3", " ",
    " ", "\t", "1,000", "1,5l", "3/4\"", "6'2\"", "KT-INS114-DRE", "WH-1000XM4", "iPhone15Pro", "C++", "C#", ".NET",
    "AT&T", "men's", "don't", "l'eau", "\xC2\xBD", "\xC2\xAD", "\xE2\x80\x8D", "\xE2\x80\x8C", "\xE2\x80\x8B",
    "\xEF\xBB\xBF", "\xCC\x81", "\xE5\x8C\x96\xE5\xA6\x86", "\xE3\x83\xBC", "\xE3\x80\x85", "\xEF\xBE\x9E",
    "\xC3", "\xE5\x8C", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\xF0\x9F\x91\xA9\xE2\x80\x8D",
    "\xE0\xB8\xB3", "\xE0\xB9\x8D\xE0\xB8\xB2", "1.2.3.4", "1.234,5", "a1b2c3d4", "runningly", "\xC4\xB0",
};

static void generate(void) {
    length = 0;
    uint32_t shape = next_random(10);
    if (shape < 3 && seed_count > 0) {  // a real title, damaged
        const char *title = seeds[next_random((uint32_t)seed_count)];
        put(title, (int)strlen(title));
        for (uint32_t i = next_random(6); i > 0 && length > 0; i--) {
            int at = (int)next_random((uint32_t)length);
            switch (next_random(4)) {
            case 0: text[at] = (char)next_random(256); break;
            case 1: memmove(text + at, text + at + 1, (size_t)(length - at - 1)), length--; break;
            case 2: length = at; break;
            default: if (at + 3 < length) text[at] = text[at + 3];
            }
        }
        return;
    }
    uint32_t pieces = 1 + next_random(next_random(50) == 0 ? 400 : 14);
    uint32_t sticky = next_random(sizeof ranges / sizeof *ranges);
    for (uint32_t i = 0; i < pieces; i++) {
        uint32_t choice = next_random(10);
        if (choice < 3) {
            const char *snippet = snippets[next_random(sizeof snippets / sizeof *snippets)];
            put(snippet, (int)strlen(snippet));
        } else if (choice == 3) {
            for (uint32_t k = next_random(4); k > 0; k--) {
                char byte = (char)next_random(256);
                put(&byte, 1);
            }
        } else {
            const uint32_t *range = ranges[choice < 7 ? sticky : next_random(sizeof ranges / sizeof *ranges)];
            for (uint32_t k = 1 + next_random(next_random(20) == 0 ? 120 : 6); k > 0; k--) {
                put_code(range[0] + next_random(range[1] - range[0] + 1));
            }
        }
        if (next_random(4) == 0) put(" ", 1);
    }
}

static bool is_utf8(const char *bytes, int count) {
    const uint8_t *at = (const uint8_t *)bytes, *end = at + count;
    while (at < end) {
        uint32_t code = *at;
        int following = code < 0x80 ? 0 : code < 0xC2 ? -1 : code < 0xE0 ? 1 : code < 0xF0 ? 2 : code < 0xF5 ? 3 : -1;
        if (following < 0 || at + following >= end) return false;
        code &= following == 0 ? 0x7F : 0x3Fu >> following;
        for (int i = 1; i <= following; i++) {
            if ((at[i] & 0xC0) != 0x80) return false;
            code = code << 6 | (at[i] & 0x3F);
        }
        if (code == 0 || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return false;
        if ((following == 2 && code < 0x800) || (following == 3 && code < 0x10000)) return false;
        at += following + 1;
    }
    return true;
}

static void check(const aisle_token *tokens, int32_t count) {
    int32_t position = -1, unit = 0;
    for (int32_t i = 0; i < count; i++) {
        const aisle_token *token = &tokens[i];
        if (token->length < 1 || token->length > AISLE_TOKEN_MAX) fail("token %d has %d bytes", i, token->length);
        if (!is_utf8(token->text, token->length)) fail("token %d is not UTF-8", i);
        if (token->start < 0 || token->end > length || token->start >= token->end) {
            fail("token %d covers %d..<%d", i, token->start, token->end);
        }
        if (token->start > 0 && ((uint8_t)text[token->start] & 0xC0) == 0x80) {
            fail("token %d starts inside a character", i);
        }
        if (token->position != position && token->position != position + 1) {
            fail("token %d: position %d after %d", i, token->position, position);
        }
        if (token->unit < unit || token->unit > unit + 1) fail("token %d: unit %d after %d", i, token->unit, unit);
        if (i == 0 && (token->position != 0 || token->unit != 0)) fail("counting does not start at 0");
        if (token->kind == 0 || token->kind >> 8 != 0) fail("token %d: kind %x", i, token->kind);
        position = token->position;
        unit = token->unit;
    }
}

/// A copy of tokens that outlives the analyzer's buffers.
typedef struct {
    aisle_token tokens[TEXT_MAX * 8];
    char bytes[TEXT_MAX * 8 * 16];
    int32_t count;
    bool complete;
} snapshot;

static void take(snapshot *snapshot, const aisle_token *tokens, int32_t count) {
    size_t used = 0;
    snapshot->count = count;
    snapshot->complete = count <= TEXT_MAX * 8;
    for (int32_t i = 0; i < count && snapshot->complete; i++) {
        if (used + AISLE_TOKEN_MAX > sizeof snapshot->bytes) {
            snapshot->complete = false;
            return;
        }
        snapshot->tokens[i] = tokens[i];
        memcpy(snapshot->bytes + used, tokens[i].text, (size_t)tokens[i].length);
        snapshot->tokens[i].text = snapshot->bytes + used;
        used += (size_t)tokens[i].length;
    }
}

static void compare(const snapshot *snapshot, const aisle_token *tokens, int32_t count, const char *what) {
    if (count != snapshot->count) fail("%s: %d tokens, not %d", what, count, snapshot->count);
    for (int32_t i = 0; i < count && snapshot->complete; i++) {
        const aisle_token *left = &snapshot->tokens[i], *right = &tokens[i];
        if (left->length != right->length || memcmp(left->text, right->text, (size_t)left->length) != 0 ||
            left->start != right->start || left->end != right->end || left->position != right->position ||
            left->unit != right->unit || left->kind != right->kind) {
            fail("%s: token %d is %.*s, not %.*s", what, i, right->length, right->text, left->length, left->text);
        }
    }
}

static void read_seeds(const char *path) {
    FILE *file = fopen(path, "r");
    char line[1024];
    while (file != NULL && seed_count < SEEDS_MAX && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = 0;
        seeds[seed_count++] = strdup(line);
    }
    if (file != NULL) fclose(file);
}

/// The tokenizers see the same inputs now and then: as documents, as queries, as packed streams.
static void through_fts5(sqlite3 *connection, sqlite3_stmt *insert, sqlite3_stmt *packed, sqlite3_stmt *match) {
    if (input_number % 20000 == 0) sqlite3_exec(connection, "DELETE FROM t; DELETE FROM p;", NULL, NULL, NULL);
    sqlite3_bind_text(insert, 1, text, length, SQLITE_STATIC);
    int rc = sqlite3_step(insert);
    sqlite3_reset(insert);
    if (rc != SQLITE_DONE) fail("insert: %d", rc);
    sqlite3_bind_text(packed, 1, text, length, SQLITE_STATIC);
    rc = sqlite3_step(packed);
    sqlite3_reset(packed);
    if (rc != SQLITE_DONE && rc != SQLITE_CORRUPT) fail("insert packed: %d", rc);
    sqlite3_bind_text(match, 1, text, length, SQLITE_STATIC);
    do rc = sqlite3_step(match);
    while (rc == SQLITE_ROW);
    sqlite3_reset(match);
}

int main(int argument_count, char **arguments) {
    uint64_t inputs = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : 100000;
    first_seed = argument_count > 2 ? strtoull(arguments[2], NULL, 10) : 20240601;
    state = first_seed * 0x9E3779B97F4A7C15u + 1;
    for (int i = 3; i < argument_count; i++) read_seeds(arguments[i]);

    const char *error = "";
    aisle_analyzer *fast = aisle_analyzer_create(&error), *general = aisle_analyzer_create(&error);
    snapshot *before = malloc(sizeof *before);
    if (fast == NULL || general == NULL || before == NULL) {
        fprintf(stderr, "fuzz: %s\n", error);
        return 1;
    }
    aisle_analyzer_set_general_path_only(general, true);

    sqlite3 *connection;
    sqlite3_stmt *insert, *packed, *match;
    if (sqlite3_open(":memory:", &connection) != SQLITE_OK || aisle_fts5_register(connection) != SQLITE_OK ||
        sqlite3_exec(connection, "CREATE VIRTUAL TABLE t USING fts5(a, tokenize = 'aisle language en');"
                     "CREATE VIRTUAL TABLE p USING fts5(a, tokenize = 'aisle preanalyzed');", NULL, NULL, NULL) ||
        sqlite3_prepare_v2(connection, "INSERT INTO t VALUES(?)", -1, &insert, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(connection, "INSERT INTO p VALUES(?)", -1, &packed, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(connection, "SELECT aisle_phrase_frequencies(t) FROM t "
                           "WHERE t MATCH '\"' || replace(?, '\"', '') || '\"' LIMIT 3", -1, &match, NULL)) {
        fprintf(stderr, "fuzz: %s\n", sqlite3_errmsg(connection));
        return 1;
    }
    uint64_t total_tokens = 0;
    for (input_number = 0; input_number < inputs; input_number++) {
        const aisle_token *tokens;
        aisle_language language = (aisle_language)next_random(AISLE_LANGUAGE_COUNT);
        generate();
        // An exact copy on the heap lets the sanitizer see a read past either end.
        char *copy = malloc((size_t)length + 1);
        memcpy(copy, text, (size_t)length);
        char *exact = realloc(copy, length > 0 ? (size_t)length : 1);

        int32_t count = aisle_analyze(fast, exact, length, language, &tokens);
        check(tokens, count);
        take(before, tokens, count);
        count = aisle_analyze(general, exact, length, language, &tokens);
        compare(before, tokens, count, "general path");
        total_tokens += (uint64_t)count;
        if (input_number % 4 == 0) {  // again, with whatever the caches have learned since
            aisle_evidence evidence = {0}, expected = {0};
            aisle_language_evidence(fast, exact, length, &evidence);
            aisle_language_evidence(general, exact, length, &expected);
            if (memcmp(&evidence, &expected, sizeof evidence) != 0) fail("evidence differs from the general path's");
            count = aisle_analyze(fast, exact, length, language, &tokens);
            compare(before, tokens, count, "second time");
        }
        if (input_number % 64 == 0) {  // and with nothing learned
            aisle_analyzer *fresh = input_number % 4096 == 0 ? aisle_analyzer_create(NULL) : NULL;
            if (fresh != NULL) {
                count = aisle_analyze(fresh, exact, length, language, &tokens);
                compare(before, tokens, count, "fresh analyzer");
                aisle_analyzer_destroy(fresh);
            }
            through_fts5(connection, insert, packed, match);
        }
        free(exact);
    }
    sqlite3_finalize(insert);
    sqlite3_finalize(packed);
    sqlite3_finalize(match);
    sqlite3_close(connection);
    aisle_analyzer_destroy(fast);
    aisle_analyzer_destroy(general);
    free(before);
    for (int i = 0; i < seed_count; i++) free(seeds[i]);
    printf("fuzz: %llu inputs, seed %llu, %llu tokens, no failure\n", (unsigned long long)inputs,
           (unsigned long long)first_seed, (unsigned long long)total_tokens);
    return 0;
}
