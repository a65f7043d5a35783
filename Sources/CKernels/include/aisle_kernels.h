/// The inner loops of a Qwen3 forward pass: matrix products, attention, norms, quantization, and the threads they run on.
///
/// No globals, no allocation (but `aisle_pool_create`). Sizes count elements unless they say bytes. Rows may be padded:
/// a `..._stride` is the distance of two rows. `cpu` is what `aisle_cpu_features` said, or fewer bits of it: every kernel
/// has a portable form and picks the fastest the bits allow.
#ifndef AISLE_KERNELS_H
#define AISLE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Columns of a panel: matrices on the right of a product come in panels of 16 columns.
#define AISLE_PANEL 16

/// Columns of a block: weights are packed and multiplied four panels at a time.
#define AISLE_BLOCK 64

/// Inputs that share one scale in an int8 product, on both sides.
#define AISLE_GROUP 256

// MARK: - The processor

/// What of the processor the kernels make use of.
enum {
    AISLE_CPU_AVX2 = 1,      ///< AVX2 and FMA
    AISLE_CPU_AVX512 = 2,    ///< AVX-512 F, BW, DQ, VL
    AISLE_CPU_VNNI = 4,      ///< int8 dot products of 512 bits
    AISLE_CPU_AVXVNNI = 8,   ///< int8 dot products of 256 bits
    AISLE_CPU_BF16 = 16,     ///< bfloat16 dot products of 512 bits
    AISLE_CPU_DOTPROD = 32,  ///< arm64: int8 dot products, signed by signed
    AISLE_CPU_I8MM = 64      ///< arm64: int8 dot products, unsigned by signed
};

/// The bits this processor has.
unsigned aisle_cpu_features(void);

// MARK: - Threads

/// A team of threads that run one loop at a time.
typedef struct aisle_pool aisle_pool;

/// A team of `threads` (at least 1), of which the caller of `aisle_pool_run` is one. NULL when threads cannot be had.
aisle_pool *aisle_pool_create(unsigned threads);

/// Ends the threads; no loop may be running.
void aisle_pool_destroy(aisle_pool *pool);

/// Calls `body(context, index, worker)` for each index below `count`, in any order, on all threads, and returns when all
/// are done. `worker` is below the team's size and differs between calls that run at the same time.
/// One caller at a time.
void aisle_pool_run(aisle_pool *pool, size_t count, void (*body)(void *context, size_t index, size_t worker),
                    void *context);

// MARK: - Weights

/// How a checkpoint stores its numbers, little-endian.
typedef enum { AISLE_BF16, AISLE_F16, AISLE_F32 } aisle_dtype;

/// Widens `count` numbers to float, exactly. `source` need not be aligned.
void aisle_widen(unsigned cpu, aisle_dtype dtype, const void *source, size_t count, float *out);

/// Packs rows `[first, first + count)` (inputs) of 64 weight rows (outputs) into four panels of floats,
/// `panel[p][count][16]`. `rows[i]` is the beginning of an output's weights, or NULL for a column of zeros.
void aisle_pack_float(unsigned cpu, aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t first, size_t count,
                      float *panel);

/// The same in pairs for bf16 products: `panel[p][(count + 1) / 2][16][2]`, rounded to nearest even.
void aisle_pack_bf16(unsigned cpu, aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t first, size_t count,
                     uint16_t *panel);

// MARK: - Products

/// The right side of a float product: element (k, n) is `data[(n / 16) * panel_stride + k * row_stride + n % 16]`.
typedef struct {
    const float *data;
    size_t panel_stride;
    size_t row_stride;
} aisle_panels;

/// `c[m x n] = a[m x k] b`, or `+=`. `n` is rounded up to 16: so many columns are read of `b` and written to `c`.
void aisle_matmul(unsigned cpu, size_t m, size_t n, size_t k, const float *a, size_t a_stride, aisle_panels b, float *c,
                  size_t c_stride, int accumulate);

/// `c[m x 64] = a[m x k] b`, or `+=`, with `a` in bf16 (an odd `k` needs a zero after each row) and `b` from
/// `aisle_pack_bf16`. Only where the processor has AISLE_CPU_BF16.
void aisle_matmul_bf16(size_t m, size_t k, const uint16_t *a, size_t a_stride, const uint16_t *b, float *c,
                       size_t c_stride, int accumulate);

/// Rounds `count` floats to bf16, to nearest even; NaN stays NaN.
void aisle_round_bf16(unsigned cpu, const float *x, size_t count, uint16_t *out);

// MARK: - int8 products

/// Rows of activations as `scale * value` in groups of AISLE_GROUP along their width. A group has either eight bits
/// (`scales`, `values`) or sixteen (`wide_scales`, `wide`); the scale of what it does not have is 0, and the values are
/// anything.
///
/// `values` and `wide` are `[rows][groups * AISLE_GROUP]`, the others `[rows][groups]`.
typedef struct {
    int8_t *values;
    float *scales;
    int32_t *offsets;    ///< -128 x the sum of the group's values: weights are stored with 128 added
    int16_t *wide;       ///< of each four inputs in the order 0, 2, 1, 3
    float *wide_scales;
} aisle_int8_rows;

/// Quantizes `rows` rows of `width` floats, each times its `column_scales` entry, into rows `[first, first + rows)` of
/// `out`, which has `groups` groups a row; zeros follow the width.
///
/// A group whose greatest magnitude is over `crest` times its mean magnitude gets sixteen bits; 0: every group.
/// A group with a NaN or an infinity becomes NaN.
void aisle_quantize_rows(unsigned cpu, size_t rows, size_t width, size_t groups, const float *x, size_t x_stride,
                         const float *column_scales, float crest, const aisle_int8_rows *out, size_t first);

/// 64 weight rows in int8, for `groups` groups.
typedef struct {
    /// `[groups][AISLE_GROUP / 4][64][4]`: round(w / c / scale) + 128.
    uint8_t *values;
    /// `[groups][AISLE_GROUP / 8][64][4]`: what rounding left over, in sixteenths of the scale, plus 8. Low halves are
    /// the first of two steps of four inputs, high halves the second.
    uint8_t *remainders;
    /// `[groups][64]`.
    float *scales;
} aisle_int8_block;

/// Quantizes a block of weights. `reciprocals[width]` holds 1 / c of each input. NULL rows become zeros, groups with a NaN
/// or an infinity NaN.
void aisle_quantize_block(unsigned cpu, aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t width,
                          size_t groups, const float *reciprocals, const aisle_int8_block *out);

/// `c[m x 64] = a b`, or `+=`: rows `[first, first + m)` of `a` times one block of weights. The weights' remainders
/// count where a row has sixteen bits, which costs twice what eight do.
void aisle_matmul_int8(unsigned cpu, size_t m, size_t groups, const aisle_int8_rows *a, size_t first,
                       const aisle_int8_block *b, float *c, size_t c_stride, int accumulate);

/// Adds `(w / row size)^2` of 64 weight rows to `squares[width]`. `reciprocals[64]` holds 1 / row size.
void aisle_column_squares(unsigned cpu, aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t width,
                          const float *reciprocals, float *squares);

/// `squares[64]` gets the sum of `(w / column size)^2` of each row. `reciprocals[width]` holds 1 / column size.
void aisle_row_squares(unsigned cpu, aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t width,
                       const float *reciprocals, float *squares);

// MARK: - Norms, rotation, attention, activation

/// `out = gain * x / sqrt(mean(x^2) + epsilon)` for each of `rows` rows of `width`.
void aisle_rms_norm(unsigned cpu, size_t rows, size_t width, const float *x, size_t x_stride, const float *gain,
                    float epsilon, float *out, size_t out_stride);

/// Norm and rotation of one head of one token: `out = rope(gain * x / rms(x)) * scale`, in place if `out` is `x`.
/// Pairs are (j, j + head_dim / 2); `cosine` and `sine` hold head_dim / 2 values.
void aisle_rotate_head(unsigned cpu, size_t head_dim, const float *x, const float *gain, float epsilon,
                       const float *cosine, const float *sine, float scale, float *out);

/// Stores `count` keys, rows of `head_dim` floats, as tokens `[first, first + count)` of `keys`, which are panels of 16
/// tokens as in `aisle_context`; other tokens' keys stay as they are.
void aisle_store_keys(unsigned cpu, size_t head_dim, size_t first, size_t count, const float *x, size_t x_stride,
                      float *keys);

/// Keys and values of consecutive tokens for one key-value head.
typedef struct {
    const float *keys;    ///< panels of 16 tokens: `[ceil(count / 16)][head_dim][16]`
    const float *values;  ///< `[count][value_stride]`, finite also where rows are padded
    size_t count;         ///< tokens
} aisle_context;

/// Attention of `rows` consecutive tokens for one key-value head. Each attends to all of `contexts` but the last, and in
/// the last to the tokens up to its own, which for row r is the one at `first + r`.
///
/// `queries`, scaled already, are `[rows][heads][head_dim]`; `out` holds the heads beside each other in each row, too.
/// `scratch` holds `aisle_attention_scratch(...)` floats.
void aisle_attention(unsigned cpu, size_t head_dim, size_t value_stride, size_t heads, size_t rows, size_t first,
                     const float *queries, const aisle_context *contexts, size_t context_count, float *out,
                     size_t out_stride, float *scratch);

/// Floats of scratch `aisle_attention` needs for contexts of `tokens` tokens in all.
size_t aisle_attention_scratch(size_t value_stride, size_t heads, size_t tokens, size_t context_count);

/// `out[m x 32] = silu(gate) * up`, where each row of `blocks` is 32 gates and then 32 ups.
void aisle_swiglu(unsigned cpu, size_t m, const float *blocks, size_t block_stride, float *out, size_t out_stride);

#endif
