#!/usr/bin/env python3
"""Writes Sources/CTokenizer/unicode_tables.c: the Unicode properties the reference tokenizer works with.

The reference (Hugging Face `tokenizers`) carries two versions of Unicode: that of its regex engine for \\p{L}, \\p{N}
and \\s, and an older one for NFC. Neither is what a machine's ICU knows, and a character assigned in between would be
encoded differently on different machines. So the reference itself is asked about every code point, and its answers
are compiled in.

Needs: pip install tokenizers. Run: tokenizer_unicode.py Sources/CTokenizer/unicode_tables.c
"""

import sys
import unicodedata

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

LETTER, NUMBER, SPACE, UNSTABLE = 1, 2, 4, 8
BLOCK = 128
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xD7A4)

nfc = normalizers.NFC().normalize_str
nfd = normalizers.NFD().normalize_str


def members(pattern):
    """The code points that match a pattern of one character."""
    split = pre_tokenizers.Split(Regex(pattern), "removed")
    found = set()
    for at in range(0, len(CODE_POINTS), 4096):
        chunk = CODE_POINTS[at : at + 4096]
        found.update(chunk)
        for _, (start, end) in split.pre_tokenize_str("".join(map(chr, chunk))):
            found.difference_update(chunk[start:end])
    return found


def combining_classes():
    """Canonical combining classes other than 0, as far as the reference reorders by them."""
    classes = {}
    for code in CODE_POINTS:
        character = chr(code)
        # U+0345 has the highest class (240), U+0334 the lowest (1).
        moves = nfd("a\u0345" + character) == "a" + character + "\u0345" != "a\u0345" + character
        moves = moves or nfd("a" + character + "\u0334") == "a\u0334" + character != "a" + character + "\u0334"
        if moves and nfd(character) == character:
            classes[code] = unicodedata.combining(character)
            assert classes[code], f"U+{code:04X} is newer than this Python's Unicode {unicodedata.unidata_version}"
    # Every pair of classes is put in order as the numbers say.
    one_of_each = {value: code for code, value in classes.items()}
    for code, value in classes.items():
        for other, representative in one_of_each.items():
            text = "a" + chr(code) + chr(representative)
            swapped = "a" + chr(representative) + chr(code)
            assert nfd(text) == (swapped if value > other else text), (hex(code), hex(representative))
    return classes


def decompositions():
    """Full canonical decompositions but for Hangul syllables, which are computed."""
    return {
        code: [ord(part) for part in nfd(chr(code))]
        for code in CODE_POINTS
        if code not in HANGUL and nfd(chr(code)) != chr(code)
    }


def compositions(decomposed):
    """(first, second) -> composed."""
    pairs = {}
    for code in decomposed:
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            first, second = (int(part, 16) for part in parts)
            if nfc(chr(first) + chr(second)) == chr(code):
                pairs[first, second] = code
    # Whatever the reference composes it also decomposes, so nothing is missing.
    for code in decomposed:
        assert nfc(chr(code)) != chr(code) or code in pairs.values(), hex(code)
    return pairs


def rows(numbers, form="{}", width=118):
    """Numbers as lines of C."""
    line = "   "
    for number in numbers:
        text = " " + form.format(number) + ","
        if len(line) + len(text) > width:
            yield line
            line = "   "
        line += text
    yield line


def main():
    classes = combining_classes()
    decomposed = decompositions()
    composed = compositions(decomposed)

    flags = bytearray(0x110000)
    for flag, pattern in ((LETTER, r"\p{L}"), (NUMBER, r"\p{N}"), (SPACE, r"\s")):
        for code in members(pattern):
            flags[code] |= flag
    # What may change under NFC, alone or because of what stands before it.
    unstable = set(classes) | {second for _, second in composed} | set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))
    unstable |= {code for code in decomposed if nfc(chr(code)) != chr(code)}
    for code in unstable:
        flags[code] |= UNSTABLE

    blocks, index = {}, []
    for at in range(0, 0x110000, BLOCK):
        index.append(blocks.setdefault(bytes(flags[at : at + BLOCK]), len(blocks)))
    assert len(blocks) <= 256

    ranges = []
    for code in sorted(classes):
        if ranges and ranges[-1][1] == code - 1 and ranges[-1][2] == classes[code]:
            ranges[-1][1] = code
        else:
            ranges.append([code, code, classes[code]])

    parts, table = [], []
    for code in sorted(decomposed):
        table.append((code, len(parts), len(decomposed[code])))
        parts += decomposed[code]

    with open(sys.argv[1], "w", encoding="utf-8") as out:

        def say(*lines):
            for line in lines:
                print(line, file=out)

        say(
            f"/// Generated by Tests/Parity/tokenizer_unicode.py with tokenizers {tokenizers.__version__}. Not to be edited.",
            "///",
            "/// Character classes as its regex engine has them, canonical decompositions and compositions as its NFC has them.",
            '#include "internal.h"',
            "",
            f"const uint8_t aisle_unicode_index[{len(index)}] = {{",
            *rows(index),
            "};",
            "",
            f"const uint8_t aisle_unicode_blocks[{len(blocks)} * {BLOCK}] = {{",
            *rows(b"".join(blocks)),
            "};",
            "",
            f"const size_t aisle_combining_count = {len(ranges)};",
            f"const aisle_combining_range aisle_combining[{len(ranges)}] = {{",
            *rows([f"{{0x{a:X}, 0x{b:X}, {c}}}" for a, b, c in ranges]),
            "};",
            "",
            f"const uint32_t aisle_decomposition_parts[{len(parts)}] = {{",
            *rows(parts, "0x{:X}"),
            "};",
            "",
            f"const size_t aisle_decomposition_count = {len(table)};",
            f"const aisle_decomposition aisle_decompositions[{len(table)}] = {{",
            *rows([f"{{0x{a:X}, {b}, {c}}}" for a, b, c in table]),
            "};",
            "",
            f"const size_t aisle_composition_count = {len(composed)};",
            f"const aisle_composition aisle_compositions[{len(composed)}] = {{",
            *rows([f"{{0x{a:X}, 0x{b:X}, 0x{c:X}}}" for (a, b), c in sorted(composed.items())]),
            "};",
        )
    longest = max(map(len, decomposed.values()))
    print(f"{len(blocks)} blocks, {len(classes)} combining, {len(decomposed)} decompositions (longest {longest}), "
          f"{len(composed)} compositions")


if __name__ == "__main__":
    main()
