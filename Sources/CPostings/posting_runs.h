/// Sorted runs of postings in an unlinked temporary file, and their merge.
#ifndef AISLE_POSTING_RUNS_H
#define AISLE_POSTING_RUNS_H

#include <stdint.h>
#include "aisle_postings.h"
#include "byte_buffer.h"

typedef struct {
    int descriptor;  ///< of the file plus 1, 0 before the first run; it has no name, so a killed process leaves nothing
    byte_buffer buffer;  ///< what is not written yet
    uint64_t *starts;
    uint32_t count, capacity;
    uint64_t end;
} posting_runs;

/// Each function returns 0, -1 without memory, or an errno (ENOSPC when the disk is full).
int posting_runs_begin(posting_runs *runs, const char *directory);
/// One term of the run; exactly `count` postings follow.
int posting_runs_term(posting_runs *runs, const uint8_t *term, uint32_t length, uint32_t removed, uint32_t count);
/// At most 65,535 postings of one range, as words (`posting_word`).
int posting_runs_postings(posting_runs *runs, uint32_t range, const uint32_t *words, uint32_t count);
int posting_runs_end(posting_runs *runs);

/// Gives all runs' terms in byte order, each once, to the sink; postings of several runs are joined in order of run.
int posting_runs_merge(posting_runs *runs, aisle_postings_sink sink, void *context);

void posting_runs_close(posting_runs *runs);

#endif
