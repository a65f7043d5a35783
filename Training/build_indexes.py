"""Indexes the product texts that training lists are made from, with `aisle index`: sample, icecat, amazon, movies.

OUT gets sample.db, icecat.db, amazon.db, movies.jsonl and movies-judgments.tsv.gz.
"""

import argparse
import gzip
import json
import pathlib
import shutil
import subprocess

import zstandard

import lexicon


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path, help="folder with icecat-electronics, amazon-24k and movies-msrd")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--aisle", default="aisle")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    def index(dump, name, *more):
        subprocess.run([options.aisle, "index", dump, "--into", options.out / name, *more], check=True)

    index(lexicon.CORPUS / "catalogue.jsonl", "sample.db", "--synonyms", lexicon.CORPUS / "synonyms.txt")
    index(options.data / "icecat-electronics" / "products.jsonl.gz", "icecat.db")
    amazon = options.out / "amazon.jsonl"
    with open(options.data / "amazon-24k" / "data_0_1_0.json.zst", "rb") as packed, \
            open(amazon, "w", encoding="utf-8") as file:
        for line in zstandard.ZstdDecompressor().stream_reader(packed).read().decode("utf-8").splitlines():
            row = json.loads(line)["fields"]
            row |= {"id": f"A{row['id']}", "category": row["category"].replace("_", " ")}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    index(amazon, "amazon.db")
    movies = options.data / "movies-msrd"
    with gzip.open(movies / "movies-corpus.jsonl.gz") as packed, open(options.out / "movies.jsonl", "wb") as file:
        shutil.copyfileobj(packed, file)
    shutil.copyfile(movies / "movies-judgments.tsv.gz", options.out / "movies-judgments.tsv.gz")


if __name__ == "__main__":
    main()
