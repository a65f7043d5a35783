"""Our own bilingual tables: the sample catalogue's lexicon and the extra words written for training."""

import csv
import json
import pathlib
import zlib

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parent / "Corpus"


def is_held_out(truth):
    """Whether a product page of the sample catalogue must not be seen in training.

    Two rules, either is enough: its family is held out by the generator, or its id's CRC-32 is divisible by five.
    """
    return truth["held_out"] or zlib.crc32(truth["id"].encode()) % 5 == 0


def sample_truth():
    """What the generator knows of each page, by id."""
    lines = (CORPUS / "ground-truth.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


def lexicon():
    """Rows of lexicon.tsv: (term, kind, {language: [synonyms]})."""
    rows = []
    with open(CORPUS / "lexicon.tsv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            words = {language: [w.strip() for w in (row[language] or "").split(";") if w.strip()]
                     for language in ("en", "zh", "de", "fr", "es")}
            rows.append((row["term"], row["kind"], words))
    return rows


def extra_words():
    """Pairs of English and Chinese words of shops beyond the sample catalogue: (English, [Chinese])."""
    path = HERE / "words-en-zh.tsv"
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if line and not line.startswith("#"):
            english, chinese = line.split("\t")
            pairs.append((english, chinese.split(";")))
    return pairs


def chinese_to_english():
    """English texts of Chinese words: {Chinese: English}."""
    table = {}
    for english, chinese in extra_words():
        for word in chinese:
            table.setdefault(word.strip(), english)
    for _, _, words in lexicon():
        if words["en"]:
            for word in words["zh"]:
                table[word] = words["en"][0]
    from opencc import OpenCC
    convert = OpenCC("s2t").convert
    for word, english in list(table.items()):
        table.setdefault(convert(word), english)
    return table
