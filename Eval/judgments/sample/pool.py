"""Collects what several methods find for the sample queries, so that no good page goes unjudged.

    python3 Eval/judgments/sample/embedding_run.py minilm.run
    python3 Eval/judgments/sample/pool.py .build/release/aisle minilm.run

Writes pool.tsv: a query and the products found, in the order of their ids. Methods, with their depth: the first stage as it
ships (100); any of the words, with the weights as they ship and with all columns alike (50); an index of the pages of each
language alone (30); written here, the cosine of character n-grams with TF-IDF weights over titles and attributes (30); and
the TREC runs that are given, of an embedding for one (30). Needs Python 3.9, nothing else.
"""

import collections
import json
import math
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parents[2] / "Corpus"


def queries():
    """The identifier and the text of each query."""
    for line in (HERE / "asks.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            fields = [field.strip() for field in line.split("|")]
            yield fields[0], fields[3]


def grams(text):
    """Character n-grams of 2 to 4, of words with a blank at both ends; single characters of Chinese."""
    counts = collections.Counter()
    for word in text.lower().split():
        padded = f" {word} "
        for size in (2, 3, 4):
            counts.update(padded[start : start + size] for start in range(len(padded) - size + 1))
        counts.update(letter for letter in word if "\u4e00" <= letter <= "\u9fff")
    return counts


def page_text(page):
    return " ".join([page["title"], page.get("brand", ""), page["category"], *page["attributes"].values()])


class CharacterNGrams:
    """TF-IDF of character n-grams, compared by cosine."""

    def __init__(self, pages):
        documents = {page["id"]: grams(page_text(page)) for page in pages}
        frequency = collections.Counter(gram for counts in documents.values() for gram in counts)
        self.weight = {gram: math.log(1 + len(documents) / count) for gram, count in frequency.items()}
        self.postings = collections.defaultdict(list)
        for id, counts in documents.items():
            vector = {gram: (1 + math.log(count)) * self.weight[gram] for gram, count in counts.items()}
            norm = math.sqrt(sum(value * value for value in vector.values()))
            for gram, value in vector.items():
                self.postings[gram].append((id, value / norm))

    def top(self, text, count):
        scores = collections.Counter()
        for gram, frequency in grams(text).items():
            value = (1 + math.log(frequency)) * self.weight.get(gram, 0)
            for id, weight in self.postings.get(gram, []):
                scores[id] += value * weight
        return sorted(scores, key=lambda id: (-scores[id], id))[:count]


def read_run(path, depth):
    """Each query's first products in a TREC run, as trec_eval orders them."""
    found = collections.defaultdict(list)
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        query, _, id, _, score, _ = line.split()
        found[query].append((float(score), id))
    return {query: [id for _, id in sorted(scored, reverse=True)[:depth]] for query, scored in found.items()}


def main():
    aisle, *runs = sys.argv[1:]
    pages = [json.loads(line) for line in (CORPUS / "catalogue.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = list(queries())
    pool = {query: set() for query, _ in asked}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def index(name, chosen):
            dump, path = folder / f"{name}.jsonl", folder / f"{name}.db"
            dump.write_text("".join(json.dumps(page, ensure_ascii=False) + "\n" for page in chosen), encoding="utf-8")
            synonyms = ["--synonyms", str(CORPUS / "synonyms.txt")]
            subprocess.run(
                [aisle, "index", str(dump), "--into", str(path), *synonyms], check=True, capture_output=True
            )
            return path

        def find(path, depth, *options):
            for query, text in asked:
                command = [aisle, "search", "--index", str(path), text, "--top", str(depth), "--json", *options]
                answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
                pool[query].update(hit["id"] for hit in answer["hits"])

        whole = index("all", pages)
        find(whole, 100)
        find(whole, 50, "--match", "any")
        find(whole, 50, "--match", "any", "--weights", "title=1,brand=1,category=1,attributes=1,description=1")
        for language in sorted({page["language"] for page in pages}):
            find(index(language, [page for page in pages if page["language"] == language]), 30)
    ngrams = CharacterNGrams(pages)
    for query, text in asked:
        pool[query].update(ngrams.top(text, 30))
    for run in runs:
        for query, found in read_run(run, 30).items():
            pool[query].update(found)
    lines = ["\t".join([query, *sorted(found)]) + "\n" for query, found in pool.items()]
    (HERE / "pool.tsv").write_text("".join(lines), encoding="utf-8")
    print(f"{sum(map(len, pool.values()))} pages of {len(pool)} queries")


if __name__ == "__main__":
    main()
