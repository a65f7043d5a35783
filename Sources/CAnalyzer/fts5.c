/// The analyzer as an FTS5 tokenizer (version 1 of the interface: SQLite 3.40), and phrase counts for scoring.
#include "aisle_fts5.h"
#include "aisle_analyzer.h"

#include <stdlib.h>
#include <string.h>

/// One table's tokenizer. Without an analyzer: `preanalyzed`.
typedef struct {
    aisle_analyzer *analyzer;
    aisle_language language;
} tokenizer;

typedef int (*token_sink)(void *context, int flags, const char *text, int length, int start, int end);

static void delete_tokenizer(Fts5Tokenizer *instance) {
    tokenizer *self = (tokenizer *)instance;
    if (self == NULL) return;
    aisle_analyzer_destroy(self->analyzer);
    sqlite3_free(self);
}

static int create_tokenizer(void *context, const char **arguments, int count, Fts5Tokenizer **out) {
    bool preanalyzed = count == 1 && sqlite3_stricmp(arguments[0], "preanalyzed") == 0;
    int32_t language = AISLE_LANGUAGE_NONE;
    *out = NULL;
    if (!preanalyzed && count != 0) {
        if (count != 2 || sqlite3_stricmp(arguments[0], "language") != 0) return SQLITE_ERROR;
        language = aisle_language_from_code(arguments[1]);
        if (language < 0) return SQLITE_ERROR;
    }
    tokenizer *self = sqlite3_malloc(sizeof *self);
    if (self == NULL) return SQLITE_NOMEM;
    *self = (tokenizer){.analyzer = NULL, .language = (aisle_language)language};
    if (!preanalyzed) {
        self->analyzer = aisle_analyzer_create(NULL);
        if (self->analyzer == NULL) {
            sqlite3_free(self);
            return SQLITE_ERROR;
        }
    }
    *out = (Fts5Tokenizer *)self;
    return SQLITE_OK;
}

/// Whether a token is the unigram that closes a run of two characters or more: the bigram before it says it already.
static bool is_closing_unigram(const aisle_token *tokens, int32_t index) {
    if ((tokens[index].kind & AISLE_TOKEN_UNIGRAM) == 0) return false;
    for (int32_t i = index - 1; i >= 0 && tokens[i].position >= tokens[index].position - 1; i--) {
        if (tokens[i].kind & AISLE_TOKEN_BIGRAM) return tokens[i].end == tokens[index].end;
    }
    return false;
}

static int tokenize_text(tokenizer *self, bool query, const char *text, int length, void *context, token_sink sink) {
    const aisle_token *tokens;
    int32_t count = aisle_analyze(self->analyzer, text, length, self->language, &tokens);
    if (count < 0) return SQLITE_NOMEM;
    int32_t position = -1;
    for (int32_t i = 0; i < count; i++) {
        const aisle_token *token = &tokens[i];
        if (query && i == count - 1 && is_closing_unigram(tokens, i)) continue;
        int flags = token->position == position ? FTS5_TOKEN_COLOCATED : 0;
        position = token->position;
        int rc = sink(context, flags, token->text, token->length, token->start, token->end);
        if (rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

static int tokenize_packed(const char *text, int length, void *context, token_sink sink) {
    for (int at = 0; at < length;) {
        bool colocated;
        int bytes = aisle_packed_length((uint8_t)text[at], &colocated);
        if (bytes < 1 || bytes > AISLE_TOKEN_MAX || bytes > length - at - 1 || (colocated && at == 0)) {
            return SQLITE_CORRUPT;
        }
        int rc = sink(context, colocated ? FTS5_TOKEN_COLOCATED : 0, text + at + 1, bytes, at + 1, at + 1 + bytes);
        if (rc != SQLITE_OK) return rc;
        at += 1 + bytes;
    }
    return SQLITE_OK;
}

static int tokenize(Fts5Tokenizer *instance, void *context, int flags, const char *text, int length,
                    token_sink sink) {
    tokenizer *self = (tokenizer *)instance;
    bool query = flags & FTS5_TOKENIZE_QUERY;
    if (text == NULL || length <= 0) return SQLITE_OK;
    if (self->analyzer != NULL) return tokenize_text(self, query, text, length, context, sink);
    if (query) return sink(context, 0, text, length, 0, length);
    return tokenize_packed(text, length, context, sink);
}

/// `aisle_phrase_frequencies(table)`: see the header.
static void phrase_frequencies(const Fts5ExtensionApi *api, Fts5Context *match, sqlite3_context *context, int count,
                               sqlite3_value **values) {
    int columns = api->xColumnCount(match), phrases = api->xPhraseCount(match), rc = SQLITE_OK;
    uint8_t *counts = sqlite3_malloc(columns * 2);
    if (counts == NULL) {
        sqlite3_result_error_nomem(context);
        return;
    }
    memset(counts, 0, (size_t)columns * 2);
    for (int phrase = 0; phrase < phrases && rc == SQLITE_OK; phrase++) {
        Fts5PhraseIter iterator;
        int column, offset;
        rc = api->xPhraseFirst(match, phrase, &iterator, &column, &offset);
        if (rc != SQLITE_OK) break;
        for (; column >= 0; api->xPhraseNext(match, &iterator, &column, &offset)) {
            if (column >= columns) continue;
            uint8_t *low = counts + column * 2, *high = low + 1;
            if (*low == 0xFF && *high == 0xFF) continue;
            if (++*low == 0) ++*high;
        }
    }
    if (rc != SQLITE_OK) {
        sqlite3_free(counts);
        sqlite3_result_error_code(context, rc);
        return;
    }
    sqlite3_result_blob(context, counts, columns * 2, sqlite3_free);
}

/// The connection's FTS5 interface, or NULL.
static fts5_api *fts5_interface(sqlite3 *connection) {
    fts5_api *api = NULL;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(connection, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return api;
}

int aisle_fts5_register(sqlite3 *connection) {
    fts5_api *api = fts5_interface(connection);
    if (api == NULL || api->iVersion < 2) return SQLITE_ERROR;
    fts5_tokenizer methods = {create_tokenizer, delete_tokenizer, tokenize};
    int rc = api->xCreateTokenizer(api, "aisle", NULL, &methods, NULL);
    if (rc != SQLITE_OK) return rc;
    return api->xCreateFunction(api, "aisle_phrase_frequencies", NULL, phrase_frequencies, NULL);
}
