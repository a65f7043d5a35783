#include "fts5_loader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aisle_postings.h"
#include "byte_buffer.h"
#include "fts5_varint.h"

enum {
    /// FTS5's page size: what a leaf holds before it is written.
    PAGE = 4050,
    /// A page may grow over that by a term or a row's head.
    PAGE_ROOM = PAGE + 1024,
    /// Bytes a page starts with: where its first rowid is, where its page index starts.
    PAGE_HEADER = 4,
    /// Leaves without a term from which on a term gets a list of them (a doclist index), to be skipped through.
    DOCLIST_INDEX_LEAVES = 4,
    /// All ordinary terms start with it: FTS5 tells them from terms of prefix indexes.
    TERM_PREFIX = '0',
    /// Rows of `search_data` that are no pages.
    AVERAGES_ROW = 1,
    STRUCTURE_ROW = 10,
};

struct fts5_loader {
    sqlite3_stmt *insert_page, *insert_split, *read_structure;
    uint8_t page[PAGE_ROOM], page_index[PAGE_ROOM];
    size_t page_used, index_used;
    size_t last_term_offset;  ///< of the page's last term
    uint32_t page_number;     ///< of the leaf at hand, from 1
    uint8_t term[AISLE_TERM_MAX + 1];
    uint32_t term_length;  ///< of the segment's last term with its prefix, 0 before the first
    uint8_t split[AISLE_TERM_MAX + 1];
    uint32_t split_length;
    uint32_t split_page;       ///< the last leaf with a term, 0 when the tree knows it
    byte_buffer doclist_index;
    uint32_t termless_leaves;  ///< since `split_page`
    uint32_t last_rowid, last_indexed_rowid;
    int first_term_in_page, first_row_in_page, first_row_of_term;
    byte_buffer leaves;  ///< u32 a segment
};

static int error_of(int code) {
    switch (code & 0xFF) {
    case SQLITE_OK: case SQLITE_DONE: case SQLITE_ROW: return 0;
    case SQLITE_NOMEM: return -1;
    case SQLITE_FULL: return ENOSPC;
    case SQLITE_READONLY: return EROFS;
    default: return EIO;
    }
}

static int run(sqlite3_stmt *statement) {
    sqlite3_step(statement);
    return error_of(sqlite3_reset(statement));
}

fts5_loader *fts5_loader_create(sqlite3 *connection) {
    fts5_loader *loader = calloc(1, sizeof *loader);
    if (!loader) return NULL;
    static const char page[] = "INSERT OR REPLACE INTO search_data (id, block) VALUES (?, ?)";
    static const char split[] = "INSERT INTO search_idx (segid, term, pgno) VALUES (?, ?, ?)";
    static const char structure[] = "SELECT block FROM search_data WHERE id = 10";
    if (sqlite3_prepare_v2(connection, page, -1, &loader->insert_page, NULL) ||
        sqlite3_prepare_v2(connection, split, -1, &loader->insert_split, NULL) ||
        sqlite3_prepare_v2(connection, structure, -1, &loader->read_structure, NULL)) {
        fts5_loader_destroy(loader);
        return NULL;
    }
    return loader;
}

void fts5_loader_destroy(fts5_loader *loader) {
    if (!loader) return;
    sqlite3_finalize(loader->insert_page);
    sqlite3_finalize(loader->insert_split);
    sqlite3_finalize(loader->read_structure);
    free(loader->doclist_index.bytes);
    free(loader->leaves.bytes);
    free(loader);
}

static int write_row(fts5_loader *loader, int64_t id, const uint8_t *bytes, size_t length) {
    sqlite3_bind_int64(loader->insert_page, 1, id);
    sqlite3_bind_blob(loader->insert_page, 2, bytes, (int)length, SQLITE_STATIC);
    return run(loader->insert_page);
}

/// Rowid of a page: segment in the upper bits, then whether it is a doclist index, then the page.
static int64_t page_id(const fts5_loader *loader, int is_doclist_index, uint32_t page) {
    int64_t segment = (int64_t)(loader->leaves.used / sizeof(uint32_t)) + 1;
    return segment << 37 | (int64_t)is_doclist_index << 36 | page;
}

static void put_u16(uint8_t *place, size_t value) {
    place[0] = (uint8_t)(value >> 8);
    place[1] = (uint8_t)value;
}

// MARK: The tree and doclist indexes

/// Notes the first rowid of a leaf on which a term's rows go on.
static int index_leaf(fts5_loader *loader, uint32_t rowid) {
    uint8_t *place = byte_buffer_reserve(&loader->doclist_index, 3 * FTS5_VARINT_MAX);
    if (!place) return -1;
    uint8_t *start = place;
    uint32_t value = rowid - loader->last_indexed_rowid;
    if (!loader->doclist_index.used) {
        *place++ = 0;  // one level, however long
        place += fts5_varint_put(place, loader->page_number);
        value = rowid;
    }
    place += fts5_varint_put(place, value);
    loader->doclist_index.used += (size_t)(place - start);
    loader->last_indexed_rowid = rowid;
    return 0;
}

/// Enters the last leaf with a term into the tree, with the doclist index of its last term.
static int flush_split(fts5_loader *loader) {
    if (!loader->split_page) return 0;
    int result = 0, is_indexed = loader->doclist_index.used && loader->termless_leaves >= DOCLIST_INDEX_LEAVES;
    if (is_indexed) {
        result = write_row(loader, page_id(loader, 1, loader->split_page), loader->doclist_index.bytes,
                           loader->doclist_index.used);
    }
    loader->doclist_index.used = 0;
    loader->termless_leaves = 0;
    if (result) return result;
    sqlite3_bind_int64(loader->insert_split, 1, page_id(loader, 0, 0) >> 37);
    sqlite3_bind_blob(loader->insert_split, 2, loader->split_length ? (const char *)loader->split : "",
                      (int)loader->split_length, SQLITE_STATIC);
    sqlite3_bind_int64(loader->insert_split, 3, (int64_t)loader->split_page << 1 | is_indexed);
    loader->split_page = 0;
    return run(loader->insert_split);
}

// MARK: Leaves

static void begin_leaf(fts5_loader *loader) {
    memset(loader->page, 0, PAGE_HEADER);
    loader->page_used = PAGE_HEADER;
    loader->index_used = loader->last_term_offset = 0;
    loader->page_number++;
    loader->first_term_in_page = loader->first_row_in_page = 1;
}

static int flush_leaf(fts5_loader *loader) {
    put_u16(loader->page + 2, loader->page_used);
    if (loader->first_term_in_page) {
        if (loader->first_row_in_page && loader->doclist_index.used) {
            static const uint8_t no_rowid = 0;
            if (byte_buffer_append(&loader->doclist_index, &no_rowid, 1)) return -1;
        }
        loader->termless_leaves++;
    }
    memcpy(loader->page + loader->page_used, loader->page_index, loader->index_used);
    int result =
        write_row(loader, page_id(loader, 0, loader->page_number), loader->page, loader->page_used + loader->index_used);
    begin_leaf(loader);
    return result;
}

int fts5_loader_begin(fts5_loader *loader) {
    loader->page_number = 0;
    loader->term_length = loader->split_length = 0;
    loader->split_page = 1;
    loader->doclist_index.used = 0;
    loader->termless_leaves = 0;
    begin_leaf(loader);
    return 0;
}

int fts5_loader_term(fts5_loader *loader, const uint8_t *term, uint32_t length) {
    uint8_t prefixed[AISLE_TERM_MAX + 1];
    if (length > AISLE_TERM_MAX) return EIO;
    prefixed[0] = TERM_PREFIX;
    memcpy(prefixed + 1, term, length++);
    if (loader->page_used + loader->index_used + length + 2 >= PAGE && loader->page_used > PAGE_HEADER) {
        int result = flush_leaf(loader);
        if (result) return result;
    }
    loader->index_used +=
        fts5_varint_put(loader->page_index + loader->index_used, loader->page_used - loader->last_term_offset);
    loader->last_term_offset = loader->page_used;
    uint32_t shared = 0;
    while (shared < loader->term_length && shared < length && loader->term[shared] == prefixed[shared]) shared++;
    if (!loader->first_term_in_page) {
        loader->page_used += fts5_varint_put(loader->page + loader->page_used, shared);
    } else {
        if (loader->page_number > 1) {
            int result = flush_split(loader);
            if (result) return result;
            loader->split_length = loader->term_length ? shared + 1 : length;
            memcpy(loader->split, prefixed, loader->split_length);
            loader->split_page = loader->page_number;
        }
        shared = 0;
    }
    loader->page_used += fts5_varint_put(loader->page + loader->page_used, length - shared);
    memcpy(loader->page + loader->page_used, prefixed + shared, length - shared);
    loader->page_used += length - shared;
    memcpy(loader->term, prefixed, length);
    loader->term_length = length;
    loader->first_term_in_page = loader->first_row_in_page = 0;
    loader->first_row_of_term = 1;
    return 0;
}

/// Writes a position list that reaches over the page's end: no number is cut in two.
static int split_list(fts5_loader *loader, const uint8_t *list, const uint8_t *end) {
    while (loader->page_used + loader->index_used + (size_t)(end - list) >= PAGE) {
        const uint8_t *next = list;
        while (loader->page_used + loader->index_used + (size_t)(next - list) < PAGE) {
            uint64_t value;
            size_t length = fts5_varint_get(next, end, &value);
            if (!length) return EIO;
            next += length;
        }
        memcpy(loader->page + loader->page_used, list, (size_t)(next - list));
        loader->page_used += (size_t)(next - list);
        list = next;
        int result = flush_leaf(loader);
        if (result) return result;
    }
    memcpy(loader->page + loader->page_used, list, (size_t)(end - list));
    loader->page_used += (size_t)(end - list);
    return 0;
}

int fts5_loader_row(fts5_loader *loader, uint32_t rowid, const uint8_t *list, size_t length) {
    // Nearly all rows: neither the first one of their page nor near its end.
    if (!loader->first_row_in_page && loader->page_used + loader->index_used + FTS5_VARINT_MAX + length < PAGE) {
        uint8_t *place = loader->page + loader->page_used;
        place += fts5_varint_put(place, loader->first_row_of_term ? rowid : rowid - loader->last_rowid);
        copy_bytes(place, list, length);
        loader->page_used = (size_t)(place - loader->page) + length;
        loader->first_row_of_term = 0;
        loader->last_rowid = rowid;
        return 0;
    }
    if (loader->page_used + loader->index_used >= PAGE) {
        int result = flush_leaf(loader);
        if (result) return result;
    }
    uint32_t value = rowid - loader->last_rowid;
    if (loader->first_row_in_page) {
        put_u16(loader->page, loader->page_used);
        if (index_leaf(loader, rowid)) return -1;
        value = rowid;
    } else if (loader->first_row_of_term) {
        value = rowid;
    }
    loader->first_row_in_page = loader->first_row_of_term = 0;
    loader->last_rowid = rowid;
    loader->page_used += fts5_varint_put(loader->page + loader->page_used, value);
    if (loader->page_used + loader->index_used + length < PAGE) {
        memcpy(loader->page + loader->page_used, list, length);
        loader->page_used += length;
        return 0;
    }
    uint64_t size;
    size_t head = fts5_varint_get(list, list + length, &size);
    if (!head) return EIO;
    memcpy(loader->page + loader->page_used, list, head);
    loader->page_used += head;
    return split_list(loader, list + head, list + length);
}

int fts5_loader_end(fts5_loader *loader) {
    if (!loader->term_length) return 0;
    int result = 0;
    if (loader->page_used > PAGE_HEADER) result = flush_leaf(loader);
    if (!result) result = flush_split(loader);
    if (result) return result;
    uint32_t leaves = loader->page_number - 1;
    return byte_buffer_append(&loader->leaves, &leaves, sizeof leaves);
}

// MARK: The end

/// Writes the list of segments: all on the lowest level, the oldest first, as when FTS5 empties its hash table.
static int write_structure(fts5_loader *loader) {
    const uint32_t *leaves = (const uint32_t *)loader->leaves.bytes;
    size_t segments = loader->leaves.used / sizeof *leaves;
    uint8_t *bytes = malloc(4 + (5 + 3 * segments) * FTS5_VARINT_MAX), *place = bytes;
    if (!bytes) return -1;
    // The first four bytes tell the version of the table's settings, which stay as they are.
    memset(place, 0, 4);
    if (sqlite3_step(loader->read_structure) == SQLITE_ROW && sqlite3_column_bytes(loader->read_structure, 0) >= 4) {
        memcpy(place, sqlite3_column_blob(loader->read_structure, 0), 4);
    }
    int result = error_of(sqlite3_reset(loader->read_structure));
    place += 4;
    uint64_t written = 0;
    for (size_t i = 0; i < segments; i++) written += leaves[i];
    place += fts5_varint_put(place, segments ? 1 : 0);
    place += fts5_varint_put(place, segments);
    place += fts5_varint_put(place, written);
    if (segments) {
        place += fts5_varint_put(place, 0);
        place += fts5_varint_put(place, segments);
    }
    for (size_t i = 0; i < segments; i++) {
        place += fts5_varint_put(place, i + 1);
        place += fts5_varint_put(place, 1);
        place += fts5_varint_put(place, leaves[i]);
    }
    if (!result) result = write_row(loader, STRUCTURE_ROW, bytes, (size_t)(place - bytes));
    free(bytes);
    return result;
}

int fts5_loader_finish(fts5_loader *loader, int64_t rows, const int64_t *tokens, int columns) {
    int result = write_structure(loader);
    uint8_t averages[(AISLE_COLUMNS + 1) * FTS5_VARINT_MAX];
    if (result || columns > AISLE_COLUMNS) return result ? result : EIO;
    size_t used = fts5_varint_put(averages, (uint64_t)rows);
    for (int column = 0; column < columns; column++) used += fts5_varint_put(averages + used, (uint64_t)tokens[column]);
    return write_row(loader, AVERAGES_ROW, averages, used);
}
