/// The analyzer as an FTS5 tokenizer.
#ifndef AISLE_FTS5_H
#define AISLE_FTS5_H

#include <sqlite3.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Registers the FTS5 tokenizer `aisle` and the auxiliary function `aisle_phrase_frequencies` on one connection.
///
/// `tokenize = 'aisle [language CODE]'` analyzes text (CODE: en, de ... none; default none).
/// `tokenize = 'aisle preanalyzed'` takes what was analyzed before: documents are packed token streams
/// (`aisle_pack`), and each query string is one token, verbatim.
/// Returns an SQLite result code.
int aisle_fts5_register(sqlite3 *connection);

#ifdef __cplusplus
}
#endif
#endif
