/// Chooses among a kernel's forms by the processor's bits: `AISLE_DISPATCH(cpu, name, (arguments))`.

#if defined(__x86_64__)
#define AISLE_DISPATCH(cpu, name, arguments)             \
    do {                                                 \
        if ((cpu) & AISLE_CPU_AVX512) avx512_##name arguments; \
        else if ((cpu) & AISLE_CPU_AVX2) avx2_##name arguments; \
        else portable_##name arguments;                  \
    } while (0)
#else
#define AISLE_DISPATCH(cpu, name, arguments) portable_##name arguments
#endif
