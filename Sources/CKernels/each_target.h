/// Includes TEMPLATE, a header's name, once for each instruction set, with LANES and NAME(x) defined for it.

#define LANES 4
#define NAME(x) portable_##x
#include TEMPLATE
#undef LANES
#undef NAME

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define NAME(x) avx2_##x
#include TEMPLATE
#undef LANES
#undef NAME
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)
#define LANES 16
#define NAME(x) avx512_##x
#include TEMPLATE
#undef LANES
#undef NAME
#pragma clang attribute pop
#endif

#undef TEMPLATE
