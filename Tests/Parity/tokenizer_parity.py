#!/usr/bin/env python3
"""Compares `aisle model tokenize` with Hugging Face `tokenizers`: every id of real and of random texts.

Texts: the lines of all dumps under DATA (string values of JSON, other files as they are), whole multi-line values of
JSON, and random Unicode strings with a fixed seed: all planes, unassigned, combining, control characters, line ends,
added tokens. Both treatments of added tokens are compared: `recognised` with the reference as it is, `neutralised`
with the same tokenizer without its added tokens.

Prints mismatches (there should be none) and MB/s on one core for both. Exit code 1 when anything differs.

Needs: pip install tokenizers; zstd on the path. Run, with a release build:
  tokenizer_parity.py --aisle .build/release/aisle --model ../shared/data/qwen3-tokenizer --data ../shared/data
"""

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["RAYON_NUM_THREADS"] = "1"

import tokenizers  # noqa: E402  (reads the variable above)
from tokenizers import Tokenizer  # noqa: E402

SEED = 20260117


def opened(path):
    if path.suffix == ".gz":
        return gzip.open(path, "rb").read()
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dc", str(path)], check=True, capture_output=True).stdout
    return path.read_bytes()


def strings(value):
    """The string values of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from strings(member)
    elif isinstance(value, list):
        for element in value:
            yield from strings(element)


def real_texts(data, extra):
    """name -> (lines, whole values)"""
    texts = {}
    for path in sorted(p for p in data.rglob("*") if p.is_file()) + extra:
        # Click sessions are ids and the same queries again and again.
        if {"qwen3-tokenizer", "sessions"} & set(path.parts) or path.name.startswith(("SOURCE", "LICENSE", "NOTICE")):
            continue
        content = opened(path).decode("utf-8", "replace")
        name = str(path.relative_to(data)) if path.is_relative_to(data) else path.name
        if ".json" in path.name:
            values = [v for line in content.split("\n") if line.strip() for v in strings(json.loads(line))]
            # Links are much alike.
            values = [v for v in values if not v.startswith("http")]
        else:
            values = [content]
        lines = [line for value in values for line in value.split("\n") if line]
        texts[name] = (lines, [v for v in values if "\n" in v and len(values) > 1])
    return texts


def random_texts(count, added):
    rng = random.Random(SEED)
    marks = [c for r in ((0x300, 0x370), (0x483, 0x488), (0x591, 0x5C8), (0x610, 0x61B), (0x64B, 0x660), (0x93C, 0x94E),
                         (0x1AB0, 0x1AF0), (0x1DC0, 0x1E00), (0x20D0, 0x20F1), (0x302A, 0x3030), (0x3099, 0x309B),
                         (0xFE20, 0xFE30), (0x1D165, 0x1D16A), (0x11930, 0x11940)) for c in range(*r)]
    ranges = [
        (0x01, 0x80), (0x20, 0x7F), (0x80, 0x250), (0x250, 0x590), (0x590, 0x900), (0x900, 0x1100), (0x1100, 0x1200),
        (0x1200, 0x2000), (0x2000, 0x2E80), (0x2E80, 0x3400), (0x4E00, 0xA000), (0xA000, 0xAC00), (0xAC00, 0xD7B0),
        (0xD7B0, 0xD800), (0xE000, 0xF900), (0xF900, 0x10000), (0x10000, 0x12000), (0x12000, 0x20000),
        (0x1F000, 0x1FB00), (0x20000, 0x30000), (0x30000, 0xE0000), (0xE0000, 0xE0200), (0xF0000, 0x110000),
    ]
    pieces = [" ", "  ", "\n", "\r\n", "\r", "\t", "'s", "'LL", "'ſ", "\u00a0", "\u3000", "\u2028", "\x85", "a", "e", "7"]

    def character(kind):
        if kind < 0.15:
            return chr(rng.choice(marks))
        if kind < 0.4:
            return rng.choice(pieces)
        if kind < 0.41:
            return rng.choice(added) if rng.random() < 0.7 else rng.choice(added)[: rng.randrange(1, 12)]
        low, high = rng.choice(ranges)
        return chr(rng.randrange(low, high))

    def text():
        length = rng.randrange(1, 40)
        if rng.random() < 0.3:  # one script and its marks
            low, high = rng.choice(ranges)
            return "".join(
                chr(rng.choice(marks)) if rng.random() < 0.2 else chr(rng.randrange(low, high)) for _ in range(length)
            )
        return "".join(character(rng.random()) for _ in range(length))

    return [text() for _ in range(count)]


def ours(arguments, texts, separator, control_tokens):
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        file.write(separator.join(text.encode() for text in texts) + separator)
        file.flush()
        command = [arguments.aisle, "model", "tokenize", "--model", arguments.model, "--json", "--time"]
        command += ["--control-tokens", control_tokens, file.name] + ([] if separator == b"\n" else ["--null"])
        run = subprocess.run(command, check=True, capture_output=True)
    return json.loads(run.stdout)["lines"], run.stderr.decode().strip()


def theirs(tokenizer, texts):
    start = time.perf_counter()
    ids = []
    for at in range(0, len(texts), 1000):
        ids += [e.ids for e in tokenizer.encode_batch(texts[at : at + 1000], add_special_tokens=False)]
    return ids, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--aisle", required=True)
    parser.add_argument("--model", required=True, help="a folder with tokenizer.json")
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--extra", type=Path, nargs="*", default=[], help="more files")
    parser.add_argument("--random", type=int, default=100_000)
    arguments = parser.parse_args()

    definition = json.loads((Path(arguments.model) / "tokenizer.json").read_text())
    recognising = Tokenizer.from_str(json.dumps(definition))
    added = [token["content"] for token in definition["added_tokens"]]
    definition["added_tokens"] = []
    neutralising = Tokenizer.from_str(json.dumps(definition))

    print(f"tokenizers {tokenizers.__version__}, seed {SEED}")
    sets = []
    for name, (lines, values) in real_texts(arguments.data, arguments.extra).items():
        sets.append((name, lines, b"\n"))
        if values:
            sets.append((name + " (whole values)", values, b"\0"))
    sets.append(("random", random_texts(arguments.random, added), b"\0"))

    mismatches = total_texts = total_bytes = total_ids = 0
    seconds = {"ours": 0.0, "theirs": 0.0}
    for name, texts, separator in sets:
        size = sum(len(text.encode()) for text in texts)
        for mode, reference in (("recognised", recognising), ("neutralised", neutralising)):
            expected, spent = theirs(reference, texts)
            found, said = ours(arguments, texts, separator, mode)
            wrong = [i for i in range(len(texts)) if i >= len(found) or found[i] != expected[i]]
            mismatches += len(wrong) + (len(found) != len(texts))
            print(f"{name}, {mode}: {len(texts)} texts, {size / 1e6:.1f} MB, {len(wrong)} mismatches; "
                  f"reference {size / 1e6 / spent:.1f} MB/s; aisle {said}")
            for i in wrong[:5]:
                print("   ", ascii(texts[i])[:400], "\n    expected", expected[i][:60], "\n    found   ",
                      found[i][:60] if i < len(found) else None)
            if name != "random":
                seconds["theirs"] += spent
                seconds["ours"] += float(said.rsplit(" in ", 1)[1].split(" s:")[0])
                total_bytes += size
        if name != "random" and separator == b"\n":
            total_texts += len(texts)
        total_ids += sum(map(len, expected))
    print(f"{total_texts} real lines and {arguments.random} random strings, each in both modes: {mismatches} mismatches; "
          f"real texts: aisle {total_bytes / 1e6 / seconds['ours']:.1f} MB/s, "
          f"reference {total_bytes / 1e6 / seconds['theirs']:.1f} MB/s on one core")
    sys.exit(mismatches > 0)


if __name__ == "__main__":
    main()
