/// Vectors of LANES floats in clang's vector extensions, for the kernel templates.
///
/// A template file is included once per instruction set, with LANES (4, 8 or 16) and NAME(x) defined and the target set
/// by `#pragma clang attribute`.

typedef float NAME(vector) __attribute__((vector_size(LANES * 4)));
typedef float NAME(loose) __attribute__((vector_size(LANES * 4), aligned(4)));
typedef int32_t NAME(integers) __attribute__((vector_size(LANES * 4)));

/// `LANES` floats from an address that need not be aligned.
static inline __attribute__((always_inline)) NAME(vector) NAME(load)(const float *x) { return *(const NAME(loose) *)x; }

static inline __attribute__((always_inline)) void NAME(store)(float *x, NAME(vector) value) { *(NAME(loose) *)x = value; }

static inline __attribute__((always_inline)) NAME(vector) NAME(broadcast)(float x) { return x - (NAME(vector)){0}; }

static inline __attribute__((always_inline)) float NAME(sum)(NAME(vector) x) {
    // By halves: one lane after the other would wait for each sum.
    for (int half = LANES / 2; half > 0; half /= 2) {
        for (int lane = 0; lane < half; lane++) x[lane] += x[lane + half];
    }
    return x[0];
}

/// Nearest integers, ties to even, for magnitudes below 2^22: beyond 1.5 x 2^23 floats have no fraction.
static inline __attribute__((always_inline)) NAME(vector) NAME(round)(NAME(vector) x) {
    return (x + 12582912.0f) - 12582912.0f;
}
