"""Makes training lists: a query, an instruction, documents, and the probability that each is relevant.

Writes OUT/lists.pkl (lists in training order, the last ones held out for validation) and OUT/texts.pkl (texts and titles
of all documents). Same seed, same files.
"""

import argparse
import collections
import csv
import gzip
import json
import pathlib
import pickle
import random

import numpy as np

import bm25
import lexicon
import pool_queries
import pools
import sample_queries
import teacher
import translations
from prompt import ALIGNMENT, DEFAULT, INSTRUCTIONS


def banned_queries(folders):
    """Normal forms of all judged queries: nothing like them may be trained on."""
    banned = set()
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.suffix not in (".csv", ".tsv", ".txt") or not path.is_file():
                continue
            for line in path.read_text(encoding="utf-8").splitlines():
                for cell in line.replace("\t", ",").split(","):
                    banned.add(pool_queries.normalized(cell))
    return banned


def sharpened(scores):
    """Targets from the teacher's scores: the best about 0.9 where it is a good match, the rest by distance."""
    scores = np.asarray(scores)
    middle = 0.5 * 0.52 + 0.5 * (scores.max() - 0.17)
    return 1 / (1 + np.exp(-(scores - middle) / 0.055))


def instruction(rng):
    return DEFAULT if rng.random() < 0.8 else rng.choice(INSTRUCTIONS[1:])


def sample_lists(rng, pool, count, seed, banned):
    maker, index = sample_queries.SampleQueries(pool, seed), bm25.BM25(pool.texts)
    lists = []
    while len(lists) < count:
        draw = rng.random()
        if draw < 0.17:
            entry = maker.alignment_list(index)
            entry |= {"i": ALIGNMENT, "kind": "align"}
        else:
            language = rng.choices(["en", "zh", "de", "fr", "es"], [40, 42, 7, 5, 6])[0]
            entry = maker.search_list(index, language)
            if entry is None or pool_queries.normalized(entry["q"]) in banned:
                continue
            entry |= {"i": instruction(rng), "kind": "sample-" + ("zh" if language == "zh" else "en")}
        lists.append(entry | {"pool": "sample"})
    return lists


def pool_lists(rng, pool, count, seed, banned, shoppers):
    index = bm25.BM25(pool.titles)
    maker = pool_queries.PoolQueries(pool, index, seed, banned, shoppers)
    queries = []
    while len(queries) < count:
        query = maker.query()
        if query:
            queries.append(query)
    distinct = sorted(set(queries))
    vectors = dict(zip(distinct, teacher.Teacher(max_length=32).encode(distinct)))
    lists = []
    for query in queries:
        entry = maker.list_of(query, vectors[query])
        lists.append({"q": query, "d": entry["d"], "p": sharpened(entry["s"]).tolist(), "i": instruction(rng),
                      "kind": pool.name, "pool": pool.name})
    return lists


def movie_lists(rng, pool, data, count, size=16):
    """Lists of MSRD's judged queries (CC BY 4.0)."""
    place = {i: at for at, i in enumerate(pool.ids)}
    judged = collections.defaultdict(list)
    with gzip.open(data / "movies-judgments.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["doc_id"] in place:
                judged[row["query"]].append((place[row["doc_id"]], int(row["grade"])))
    lists = []
    for query in rng.sample(sorted(judged), min(len(judged), 3 * count)):
        good = [d for d, g in judged[query] if g]
        bad = [d for d, g in judged[query] if not g]
        if not good or not bad or len(lists) == count:
            continue
        good = rng.sample(good, min(5, len(good)))
        chosen = [(d, 0.92) for d in good] + [(d, 0.05) for d in rng.sample(bad, min(size - len(good), len(bad)))]
        lists.append({"q": query, "d": [d for d, _ in chosen], "p": [p for _, p in chosen], "i": instruction(rng),
                      "kind": "movies", "pool": "movies"})
    return lists


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--lists", type=int, default=20000)
    parser.add_argument("--validation", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--judged", type=pathlib.Path, nargs="*", default=[],
                        help="folders of judgments, whose queries are not to be used")
    options = parser.parse_args()

    rng, n = random.Random(options.seed), options.lists
    banned = banned_queries(options.judged)
    loaded = {name: pools.load(options.data, name) for name in ("sample", "icecat", "amazon", "movies")}
    shoppers = [s for s in (lexicon.HERE / "shopper-queries.txt").read_text(encoding="utf-8").splitlines()
                if s and not s.startswith("#")]
    shoppers += [w for _, kind, words in lexicon.lexicon() if kind == "type" for w in words["en"]]
    lists = sample_lists(rng, loaded["sample"], int(0.58 * n), options.seed, banned)
    lists += pool_lists(rng, loaded["icecat"], int(0.28 * n), options.seed + 1, banned, shoppers)
    lists += pool_lists(rng, loaded["amazon"], int(0.04 * n), options.seed + 2, banned, shoppers)
    lists += movie_lists(rng, loaded["movies"], options.data, int(0.01 * n))
    made, pool = translations.lists(random.Random(options.seed + 3), int(0.05 * n))
    loaded["made"] = pool
    lists += [entry for entry in made if pool_queries.normalized(entry["q"]) not in banned]
    made, pool = translations.negations(random.Random(options.seed + 4), int(0.04 * n))
    loaded["excluded"] = pool
    lists += made
    rng.shuffle(lists)

    options.out.mkdir(parents=True, exist_ok=True)
    with open(options.out / "texts.pkl", "wb") as file:
        pickle.dump({name: {"text": pool.texts, "title": pool.titles} for name, pool in loaded.items()}, file)
    with open(options.out / "lists.pkl", "wb") as file:
        pickle.dump({"train": lists[:-options.validation], "validation": lists[-options.validation:],
                     "seed": options.seed}, file)
    kinds = collections.Counter(entry["kind"] for entry in lists)
    print(f"{len(lists)} lists {dict(kinds)}")
    for kind in kinds:
        for entry in [e for e in lists if e["kind"] == kind][:3]:
            print(f"[{kind}] {entry['q']}")
            order = np.argsort(-np.array(entry["p"]))
            for i in list(order[:3]) + list(order[-2:]):
                print(f"    {entry['p'][i]:.2f} {loaded[entry['pool']].titles[entry['d'][i]][:110]}")


if __name__ == "__main__":
    main()
