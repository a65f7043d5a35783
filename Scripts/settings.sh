# shellcheck shell=bash
# Sourced by the scripts beside it: settings, messages and how to call SwiftPM.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1

swift=${SWIFT:-swift}
build_options=()
if [ -n "${JOBS:-}" ]; then build_options+=(--jobs "$JOBS"); fi

# Warnings are errors in our own targets; SwiftPM silences those of dependencies. `-Xcc -Werror` is not an option:
# SwiftPM 6.3 trips over it. clang itself reads the variable. A folder of its own keeps the other builds as they are.
use_strict_build() {
    build_options+=(--scratch-path .build/check -Xswiftc -warnings-as-errors)
    export CCC_OVERRIDE_OPTIONS='# +-Werror'
    scratch=.build/check
}

scratch=.build
if [ "${STRICT:-}" = 1 ]; then use_strict_build; fi

say() {
    printf '%s\n' "$*"
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# logged NAME COMMAND...: on a terminal the command speaks for itself, elsewhere only when it fails.
logged() {
    local log=.build/logs/$1.log
    shift
    if [ -t 1 ]; then
        "$@"
        return
    fi
    mkdir -p .build/logs
    if "$@" >"$log" 2>&1; then return; fi
    tail -n 200 "$log" >&2
    printf 'failed: %s (all of its output is in %s)\n' "$*" "$log" >&2
    return 1
}

# build debug|release [OPTION...]: builds with SwiftPM.
build() {
    local configuration=$1
    shift
    if [ -x "$scratch/$configuration/aisle" ]; then
        say "Building ($configuration) ..."
    else
        say "Building ($configuration); the first build takes a few minutes ..."
    fi
    logged "build-$configuration" "$swift" build -c "$configuration" "${build_options[@]}" "$@"
}
