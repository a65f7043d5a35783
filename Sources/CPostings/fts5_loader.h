/// Fills a new FTS5 table from terms that are sorted already, in FTS5's own file format.
///
/// An `INSERT` has FTS5 collect each token of each row in a hash table and sort it; a build has done both before. So
/// segments are written as FTS5 writes them when it empties that table: leaves of terms, rowids and positions, the tree
/// above them, the list of segments (the comment at the top of SQLite's fts5_index.c describes the format, and it has
/// not changed since FTS5 came out: files stay readable in both directions). Tests have FTS5 check the result
/// ('integrity-check') and compare it with what its own inserts make.
#ifndef AISLE_FTS5_LOADER_H
#define AISLE_FTS5_LOADER_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fts5_loader fts5_loader;

/// A loader of the empty table `search`, inside the connection's transaction; NULL without memory or table.
fts5_loader *fts5_loader_create(sqlite3 *connection);
void fts5_loader_destroy(fts5_loader *loader);

// Each of these returns 0, -1 without memory, or an errno (ENOSPC when the disk is full).

/// Begins a segment: its terms follow in byte order.
int fts5_loader_begin(fts5_loader *loader);

/// A term; at least one row follows.
int fts5_loader_term(fts5_loader *loader, const uint8_t *term, uint32_t length);

/// A row that has the term, with its position list: size, then positions by column. Rowids rise.
int fts5_loader_row(fts5_loader *loader, uint32_t rowid, const uint8_t *list, size_t length);

/// Ends the segment; one without terms leaves nothing.
int fts5_loader_end(fts5_loader *loader);

/// Makes the segments known and notes how many rows there are and how many tokens each column has. Call last.
int fts5_loader_finish(fts5_loader *loader, int64_t rows, const int64_t *tokens, int columns);

#endif
