#include "aisle_kernels.h"

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

unsigned aisle_cpu_features(void) {
    unsigned features = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")) {
        features |= AISLE_CPU_AVX2;
        if (__builtin_cpu_supports("avxvnni")) features |= AISLE_CPU_AVXVNNI;
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
            features |= AISLE_CPU_AVX512;
            if (__builtin_cpu_supports("avx512vnni")) features |= AISLE_CPU_VNNI;
            if (__builtin_cpu_supports("avx512bf16")) features |= AISLE_CPU_BF16;
        }
    }
#elif defined(__aarch64__) && defined(__linux__)
    if (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) features |= AISLE_CPU_DOTPROD;
    if (getauxval(AT_HWCAP2) & HWCAP2_I8MM) features |= AISLE_CPU_I8MM;
#endif
    return features;
}
