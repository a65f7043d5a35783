#include "aisle_kernels.h"
#include "targets.h"

#include <string.h>

// The wide vectors passed around here never cross a real call: everything that takes one is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define TEMPLATE "pack_template.h"
#include "each_target.h"

void aisle_widen(unsigned cpu, aisle_dtype dtype, const void *source, size_t count, float *out) {
    AISLE_DISPATCH(cpu, widen, (dtype, source, count, out));
}

void aisle_pack_float(unsigned cpu, aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t first, size_t count,
                      float *panel) {
    AISLE_DISPATCH(cpu, pack_float, (dtype, rows, first, count, panel));
}

void aisle_pack_bf16(unsigned cpu, aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t first, size_t count,
                     uint16_t *panel) {
    AISLE_DISPATCH(cpu, pack_bf16, (dtype, rows, first, count, panel));
}

void aisle_store_keys(unsigned cpu, size_t head_dim, size_t first, size_t count, const float *x, size_t x_stride,
                      float *keys) {
    AISLE_DISPATCH(cpu, store_keys, (head_dim, first, count, x, x_stride, keys));
}

void aisle_round_bf16(unsigned cpu, const float *x, size_t count, uint16_t *out) {
    AISLE_DISPATCH(cpu, round_rows_bf16, (x, count, out));
}
