"""Trains the byte-level BPE of the small reranker and writes tokenizer.json.

Words are learned in lower case, and every merge at the beginning of a word gets a twin for the capital form, so that
"headphones" and "Headphones" are cut alike. Chinese is cut at the words of our lexicon before merges are learned, so
tokens do not cross words. The fixed texts of the prompt are added tokens: they cost one token each.
"""

import argparse
import collections
import json
import pathlib
import re

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
import tokenizers

import lexicon
import products
from prompt import ALIGNMENTS, INSTRUCTIONS, OPENING, SUFFIX, prefix

PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
           r"|\s+(?!\S)|\s+")
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", OPENING, SUFFIX]
# Words of the prompt that have to be one token.
WHOLE = ["yes", "no", "Instruct", "Query", "Document"]
PUNCTUATION = re.compile(r" ?[^\s\w]+")
CHINESE = re.compile(r"[\u3400-\u9fff]+")


def split(text):
    """Chinese runs and the rest."""
    at = 0
    for match in CHINESE.finditer(text):
        if match.start() > at:
            yield False, text[at:match.start()]
        yield True, match.group()
        at = match.end()
    if at < len(text):
        yield False, text[at:]


def segment(run, words, longest):
    """A Chinese run cut at known words, longest first."""
    at, pending = 0, ""
    while at < len(run):
        for size in range(min(longest, len(run) - at), 1, -1):
            if run[at:at + size] in words:
                if pending:
                    yield pending, False
                    pending = ""
                yield run[at:at + size], True
                at += size
                break
        else:
            pending += run[at]
            at += 1
    if pending:
        yield pending, False


def bare(vocab_size):
    tokenizer = Tokenizer(models.BPE(byte_fallback=False))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(tokenizers.Regex(PATTERN), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False, add_prefix_space=False, use_regex=False)
    return tokenizer


def word_counts(texts, words):
    """How often each word occurs, in lower case; words in capitals also as they are."""
    cutter = bare(0).pre_tokenizer
    longest = max(map(len, words), default=1)
    counts, pattern = collections.Counter(), re.compile(r"[^\W\d_]+(?:'s)?")
    chinese = collections.Counter()
    for text, weight in texts:
        for is_chinese, part in split(text):
            if is_chinese:
                for piece, known in segment(part, words, longest):
                    chinese[piece] += weight
                continue
            for match in PUNCTUATION.finditer(part):
                if len(match.group()) < 5:
                    counts[match.group()] += weight
            for match in pattern.finditer(part):
                word, before = match.group(), part[match.start() - 1:match.start()]
                space = " " if before in ("", " ") else ""
                counts[space + word.lower()] += weight
                if word.isupper() and 2 <= len(word) <= 6:
                    counts[space + word] += weight
    return counts, chinese


def twin(token):
    """The token with its first letter as a capital; None where it has none."""
    at = 1 if token.startswith("Ġ") else 0
    return token[:at] + token[at].upper() + token[at + 1:] if at < len(token) and "a" <= token[at] <= "z" else None


def mirrored(merges):
    """Merges with their twins."""
    result, seen = [], set()

    def add(a, b):
        if (a, b) not in seen:
            seen.add((a, b))
            result.append((a, b))

    for a, b in merges:
        add(a, b)
        if a == "Ġ":
            if twin(b):
                add(a, twin(b))
        elif twin(a):
            add(twin(a), b)
    return result


def build(merges):
    """A tokenizer of byte tokens, merges and control tokens."""
    vocabulary = {token: i for i, token in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    for a, b in merges:
        vocabulary.setdefault(a + b, len(vocabulary))
    tokenizer = bare(0)
    tokenizer.model = models.BPE(vocab=vocabulary, merges=merges)
    tokenizer.add_special_tokens(CONTROL)
    return tokenizer


def pruned(merges, texts, size):
    """Merges without those whose tokens are seldom used, until the vocabulary has `size` tokens."""
    counts = collections.Counter()
    tokenizer = build(merges)
    for at in range(0, len(texts), 2000):
        for encoding in tokenizer.encode_batch([t for t, _ in texts[at:at + 2000]], add_special_tokens=False):
            counts.update(encoding.tokens)
    counts["yes"] = counts["no"] = 1 << 40
    room = size - 256 - len(CONTROL)
    # A token is worth what it and everything made of it are used for.
    value = collections.Counter(counts)
    for a, b in reversed(merges):
        most = value[a + b]
        value[a], value[b] = max(value[a], most), max(value[b], most)
    kept = set(sorted({a + b for a, b in merges}, key=lambda t: (-value[t], t))[:room])
    made, result = set(pre_tokenizers.ByteLevel.alphabet()), []
    for a, b in merges:
        if a in made and b in made and a + b in kept:
            made.add(a + b)
            result.append((a, b))
    return result


def training_texts(data):
    """(text, weight) of everything the tokenizer may see."""
    truth = lexicon.sample_truth()
    texts = []
    for product in products.read_index(data / "sample.db"):
        if not lexicon.is_held_out(truth[product.id]):
            texts.append((products.document_text(product), 6))
    for name, step in (("icecat", 1), ("amazon", 2)):
        for product in products.read_index(data / f"{name}.db")[::step]:
            texts.append((products.document_text(product)[:500], 1))
            texts.append((product.title, 2))
    movies = data / "movies.jsonl"
    if movies.exists():
        for line in movies.read_text(encoding="utf-8").splitlines():
            movie = json.loads(line)
            texts.append((movie["title"] + " " + (movie["overview"] or ""), 1))
    return texts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path, help="folder that build_indexes made")
    parser.add_argument("out", type=pathlib.Path, help="tokenizer.json to write")
    parser.add_argument("--size", type=int, default=24000, help="tokens, control tokens included")
    parser.add_argument("--base", type=int, default=19000, help="tokens before twins are added")
    options = parser.parse_args()

    texts = training_texts(options.data)
    table = lexicon.chinese_to_english()
    counts, chinese = word_counts(texts, set(table))
    for english, _ in lexicon.extra_words():
        for word in english.lower().split():
            counts[" " + word] += 40
    for word in table:
        for run in CHINESE.findall(word):
            chinese[run] += 40
    for _, _, words in lexicon.lexicon():
        for word in words["zh"]:
            for run in CHINESE.findall(word):
                chinese[run] += 60
        for language in ("en", "de", "fr", "es"):
            for term in words[language]:
                for word in term.lower().split():
                    counts[" " + word] += 20
    fixed = [prefix("yes no", text) for text in INSTRUCTIONS + ALIGNMENTS[1:]]
    for text in fixed:
        for word in re.findall(r" ?[^\W\d_]+|[^\s\w]+", text):
            counts[word] += 400
    words = [w for w, n in sorted(counts.items()) for _ in range(min(n, 400)) if n >= 3]
    words += [w for w, n in sorted(chinese.items()) for _ in range(min(n, 400)) if n >= 3]
    tokenizer = bare(options.base)
    tokenizer.train_from_iterator(words, trainers.BpeTrainer(
        vocab_size=options.base, min_frequency=3, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    merges = [tuple(m) for m in json.loads(tokenizer.to_str())["model"]["merges"]]
    both = mirrored(merges)
    lower = [(t.lower(), w) for t, w in texts[::3]]
    known = [(word, 1) for word in table for _ in range(20)] + [(text, 1) for text in fixed for _ in range(200)]
    kept = pruned(both, texts + lower + known, options.size)
    for word in WHOLE:
        pieces = build(kept).encode(word).tokens
        while len(pieces) > 1:
            kept.append((pieces[0], pieces[1]))
            pieces = [pieces[0] + pieces[1]] + pieces[2:]
    final = build(kept)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    value = json.loads(final.to_str())
    options.out.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(merges)} merges, {len(both)} with twins, {len(kept)} kept, {final.get_vocab_size()} tokens, "
          f"{options.out.stat().st_size:,} bytes")
    for text in ["Sony Wireless Noise Cancelling Headphones, Black 30 h", "wireless noise cancelling headphones",
                 "黑色主动降噪头戴式耳机", "静音键盘 办公室用", prefix("query") + SUFFIX]:
        print(final.encode(text, add_special_tokens=False).tokens if "键" not in text and "耳" not in text
              else [final.decode([i]) for i in final.encode(text).ids])


if __name__ == "__main__":
    main()
