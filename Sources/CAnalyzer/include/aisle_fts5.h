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
/// In queries of the first form a unigram at the very end, closing a Han / Kana / Hangul run of two or more characters,
/// is left out: the run's bigrams say it already, and the run may go on in the document.
///
/// `aisle_phrase_frequencies(table)` gives, for the current row, a BLOB with one little-endian u16 a column: the number
/// of instances of all phrases of the query in that column, at most 65535.
///
/// Returns an SQLite result code.
int aisle_fts5_register(sqlite3 *connection);

#ifdef __cplusplus
}
#endif
#endif
