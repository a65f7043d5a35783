#!/usr/bin/env python3
"""Makes zh.tsv, en.tsv and truth.tsv from the sample catalogue.

    Eval/alignment/make_lists.py            writes the three files beside this script
    Eval/alignment/make_lists.py --check    compares them; exit code 1 on a difference

A family is a product line with its variants, successors, look-alikes and refurbished copies. Families go in whole, so that
every row stands among near misses, and rows without a counterpart are there as they are in the catalogue.
"""
import json
import pathlib
import sys
import zlib
from collections import defaultdict

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parent.parent / "Corpus"
FAMILIES = 110  # of those that may be trained on; of the others all are taken


def lines(name):
    with open(CORPUS / name, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def family(truth):
    model = truth["model"]
    for ending in ("-next", "-twin"):
        model = model.removesuffix(ending)
    return model


def never_trained_on(truth):
    return truth["held_out"] or zlib.crc32(truth["id"].encode()) % 5 == 0


def row(product):
    cells = [product["id"], product["title"], product.get("brand", ""), product.get("description", "")]
    return "\t".join(" ".join(str(cell or "").split()) for cell in cells)


def main():
    products = {product["id"]: product for product in lines("catalogue.jsonl")}
    pages = [truth for truth in lines("ground-truth.jsonl") if truth["language"] in ("zh", "en")]
    families = defaultdict(list)
    for truth in pages:
        families[family(truth)].append(truth)

    def both(pages):
        concepts = defaultdict(set)
        for truth in pages:
            concepts[truth["concept"]].add(truth["language"])
        return any(len(languages) == 2 for languages in concepts.values())

    candidates = sorted(name for name, pages in families.items() if both(pages))
    held_out = [name for name in candidates if any(truth["held_out"] for truth in families[name])]
    others = sorted(set(candidates) - set(held_out), key=lambda name: zlib.crc32(name.encode()))[:FAMILIES]
    chosen = [truth for name in held_out + others for truth in families[name]]
    chosen.sort(key=lambda truth: truth["id"])

    header = "id\ttitle\tbrand\tdescription"
    files = {
        f"{language}.tsv": [header] + [row(products[t["id"]]) for t in chosen if t["language"] == language]
        for language in ("zh", "en")
    }
    english = defaultdict(list)
    for truth in chosen:
        if truth["language"] == "en":
            english[truth["concept"]].append(truth)
    pairs = ["left\tright\theld_out"]
    for truth in chosen:
        if truth["language"] != "zh":
            continue
        for other in english[truth["concept"]] or [None]:
            clean = never_trained_on(truth) and (other is None or never_trained_on(other))
            pairs.append(f"{truth['id']}\t{other['id'] if other else ''}\t{int(clean)}")
    files["truth.tsv"] = pairs

    status = 0
    for name, content in files.items():
        text = "\n".join(content) + "\n"
        path = HERE / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                print(f"{path}: differs from what the sample catalogue gives; run this script without --check")
                status = 1
        else:
            path.write_text(text, encoding="utf-8")
            print(f"{name}: {len(content) - 1} rows")
    return status


if __name__ == "__main__":
    sys.exit(main())
