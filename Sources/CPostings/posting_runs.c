#include "posting_runs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "byte_buffer.h"
#include "posting_list.h"

enum { READ_BUFFER = 1 << 16, WRITE_BUFFER = 1 << 18 };

/// Writes what is in the buffer. 0 or an errno.
static int write_buffer(posting_runs *runs) {
    const uint8_t *place = runs->buffer.bytes;
    while (runs->buffer.used) {
        ssize_t written = write(runs->descriptor - 1, place, runs->buffer.used);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return written < 0 && errno ? errno : EIO;
        place += written;
        runs->buffer.used -= (size_t)written;
    }
    return 0;
}

static int write_bytes(posting_runs *runs, const void *bytes, size_t length) {
    if (runs->buffer.used >= WRITE_BUFFER) {
        int result = write_buffer(runs);
        if (result) return result;
    }
    runs->end += length;
    uint8_t *place = byte_buffer_reserve(&runs->buffer, length);
    if (!place) return -1;
    copy_bytes(place, bytes, length);
    runs->buffer.used += length;
    return 0;
}

int posting_runs_begin(posting_runs *runs, const char *directory) {
    if (!runs->descriptor) {
        size_t length = strlen(directory) + sizeof "/.aisle-postings-XXXXXX";
        char *path = malloc(length);
        if (!path) return -1;
        snprintf(path, length, "%s/.aisle-postings-XXXXXX", directory);
        int descriptor = mkstemp(path);
        int failed = descriptor < 0 ? errno : 0;
        if (!failed) unlink(path);
        free(path);
        if (failed) return failed;
        runs->descriptor = descriptor + 1;
    }
    if (runs->count == runs->capacity) {
        uint32_t capacity = runs->capacity ? runs->capacity * 2 : 16;
        uint64_t *starts = realloc(runs->starts, capacity * sizeof *starts);
        if (!starts) return -1;
        runs->starts = starts;
        runs->capacity = capacity;
    }
    runs->starts[runs->count++] = runs->end;
    return 0;
}

int posting_runs_term(posting_runs *runs, const uint8_t *term, uint32_t length, uint32_t removed, uint32_t count) {
    uint32_t header[3] = {length, removed, count};
    int result = write_bytes(runs, header, sizeof header);
    return result ? result : write_bytes(runs, term, length);
}

int posting_runs_postings(posting_runs *runs, uint32_t range, const uint32_t *words, uint32_t count) {
    uint32_t header = range << 16 | count;
    int result = write_bytes(runs, &header, sizeof header);
    return result ? result : write_bytes(runs, words, (size_t)count * sizeof *words);
}

int posting_runs_end(posting_runs *runs) {
    return write_buffer(runs);
}

void posting_runs_close(posting_runs *runs) {
    if (runs->descriptor) close(runs->descriptor - 1);
    free(runs->buffer.bytes);
    free(runs->starts);
    memset(runs, 0, sizeof *runs);
}

// MARK: Merging

/// Reads one run from front to back with pread, so that all runs share the file.
typedef struct {
    int descriptor;
    uint64_t next, end;  ///< file offsets of what is not in the buffer yet
    uint8_t *buffer;
    size_t used, filled;
    uint32_t header[3];  ///< term length, removed, count
    uint8_t term[AISLE_TERM_MAX + 1];
} run_reader;

static int read_bytes(run_reader *reader, void *into, size_t length) {
    uint8_t *place = into;
    while (length) {
        if (reader->used == reader->filled) {
            uint64_t left = reader->end - reader->next;
            if (!left) return EIO;
            ssize_t got = pread(reader->descriptor, reader->buffer, left < READ_BUFFER ? (size_t)left : READ_BUFFER,
                                (off_t)reader->next);
            if (got <= 0) return got < 0 && errno ? errno : EIO;
            reader->next += (uint64_t)got;
            reader->used = 0;
            reader->filled = (size_t)got;
        }
        size_t part = reader->filled - reader->used;
        if (part > length) part = length;
        copy_bytes(place, reader->buffer + reader->used, part);
        reader->used += part;
        place += part;
        length -= part;
    }
    return 0;
}

/// Moves on to the next term: 0, an errno, or -3 at the run's end.
static int next_term(run_reader *reader) {
    if (reader->used == reader->filled && reader->next == reader->end) return -3;
    int result = read_bytes(reader, reader->header, sizeof reader->header);
    if (result) return result;
    if (reader->header[0] > AISLE_TERM_MAX) return EIO;
    return read_bytes(reader, reader->term, reader->header[0]);
}

static int compare_terms(const run_reader *left, const run_reader *right) {
    uint32_t a = left->header[0], b = right->header[0];
    int order = memcmp(left->term, right->term, a < b ? a : b);
    return order ? order : (a > b) - (a < b);
}

/// Earlier runs come first among equal terms: their documents have smaller numbers.
static int reader_before(run_reader *const *heap, uint32_t a, uint32_t b) {
    int order = compare_terms(heap[a], heap[b]);
    return order ? order < 0 : heap[a] < heap[b];
}

static void sift_down(run_reader **heap, uint32_t count, uint32_t at) {
    for (;;) {
        uint32_t least = at;
        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            if (reader_before(heap, child, least)) least = child;
        }
        if (least == at) return;
        run_reader *moved = heap[at];
        heap[at] = heap[least];
        heap[least] = moved;
        at = least;
    }
}

typedef struct {
    run_reader *readers;
    run_reader **heap;
    byte_buffer words;
    posting_list_encoder encoder;
} merge_state;

/// Reads the postings of the reader's term into the list that is being put together.
static int take_postings(merge_state *state, run_reader *reader) {
    for (uint32_t left = reader->header[2]; left;) {
        uint32_t header, count;
        int result = read_bytes(reader, &header, sizeof header);
        if (result) return result;
        count = header & 0xFFFF;
        if (!count || count > left) return EIO;
        size_t bytes = (size_t)count * sizeof(uint32_t);
        uint8_t *place = byte_buffer_reserve(&state->words, bytes);
        if (!place) return -1;
        result = read_bytes(reader, place, bytes);
        if (result) return result;
        if (posting_list_add(&state->encoder, header >> 16, (const uint32_t *)place, count)) return -1;
        left -= count;
    }
    return 0;
}

/// Takes the least term out of all runs that have it and gives it to the sink.
static int merge_one(merge_state *state, uint32_t *waiting, aisle_postings_sink sink, void *context) {
    uint8_t term[AISLE_TERM_MAX + 1];
    uint32_t term_length = state->heap[0]->header[0], count = 0;
    int64_t removed = 0;
    memcpy(term, state->heap[0]->term, term_length);
    posting_list_begin(&state->encoder);
    while (*waiting) {
        run_reader *reader = state->heap[0];
        if (reader->header[0] != term_length || memcmp(reader->term, term, term_length)) break;
        int result = take_postings(state, reader);
        if (result) return result;
        count += reader->header[2];
        removed += reader->header[1];
        result = next_term(reader);
        if (result == -3) state->heap[0] = state->heap[--*waiting];
        else if (result) return result;
        sift_down(state->heap, *waiting, 0);
    }
    if (posting_list_end(&state->encoder)) return -1;
    return sink(context, term, (int32_t)term_length, (int64_t)count - removed, state->encoder.list.bytes,
                state->encoder.list.used);
}

int posting_runs_merge(posting_runs *runs, aisle_postings_sink sink, void *context) {
    if (!runs->count) return 0;
    merge_state state = {0};
    state.readers = calloc(runs->count, sizeof *state.readers);
    state.heap = calloc(runs->count, sizeof *state.heap);
    int result = state.readers && state.heap ? 0 : -1;
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < runs->count && !result; i++) {
        run_reader *reader = &state.readers[i];
        reader->descriptor = runs->descriptor - 1;
        reader->next = runs->starts[i];
        reader->end = i + 1 < runs->count ? runs->starts[i + 1] : runs->end;
        reader->buffer = malloc(READ_BUFFER);
        if (!reader->buffer) result = -1;
        else if ((result = next_term(reader)) == 0) state.heap[waiting++] = reader;
        else if (result == -3) result = 0;
    }
    for (uint32_t i = waiting / 2; i-- > 0;) sift_down(state.heap, waiting, i);
    while (waiting && !result) result = merge_one(&state, &waiting, sink, context);
    for (uint32_t i = 0; state.readers && i < runs->count; i++) free(state.readers[i].buffer);
    free(state.readers);
    free(state.heap);
    free(state.words.bytes);
    posting_list_encoder_free(&state.encoder);
    return result;
}
