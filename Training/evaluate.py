"""Figures of a model folder on judgments it was not trained on, beside BM25, all-MiniLM-L6-v2 and rank fusion.

The engine reorders the first 100 of BM25 (`aisle run`). Metrics and significance are those of `aisle eval`.
"""

import argparse
import collections
import csv
import json
import pathlib
import re
import subprocess
import zlib

import numpy as np
import torch

import lexicon
import products
import prompt
import teacher
from scorer import Scorer


def read_run(path):
    """{query: [(id, score)]}, best first."""
    run = collections.defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        query, _, product, _, score, _ = line.split()
        run[query].append((product, float(score)))
    return run


def write_run(path, scores, name):
    """Scores descending, ties by id descending."""
    with open(path, "w", encoding="utf-8") as file:
        for query, found in scores.items():
            for rank, (product, score) in enumerate(sorted(found, key=lambda f: (f[1], f[0]), reverse=True), 1):
                file.write(f"{query} Q0 {product} {rank} {score:.6f} {name}\n")


def minilm_scores(bm25, queries, titles, mini):
    """Scores of all-MiniLM-L6-v2 for the same candidates."""
    ids = sorted({p for found in bm25.values() for p, _ in found})
    vectors = dict(zip(ids, mini.encode([titles[i] for i in ids])))
    return {query: [(p, float(vectors[p] @ asked)) for p, _ in bm25[query]]
            for query, asked in zip(bm25, mini.encode([queries[q] for q in bm25]))}


def measured(aisle, qrels, folder, names, queries=None):
    """What `aisle eval` says of runs."""
    command = [aisle, "eval", "--qrels", qrels, "--metrics", "ndcg@10,ndcg_exp@10", "--condensed", "--json"]
    command += ["--queries", queries] if queries else []
    for name in names:
        command += ["--run", folder / f"{name}.run"]
    answer = json.loads(subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout)
    return answer


def table(answer):
    lines = []
    for run in answer["runs"]:
        lines.append(f"{run['name']:10} " + "  ".join(f"{k} {v:.4f}" for k, v in run["metrics"].items()
                                                       if not isinstance(v, dict)))
    for c in answer.get("comparisons", []):
        lines.append(f"  {c.get('run', c.get('name', ''))} - {c['baseline']}: {c.get('metric', '')} {c['difference']:+.4f}, "
                     f"p {c.get('p', c.get('randomization_p', float('nan'))):.4f}, corrected {c['corrected_p']:.4f}")
    return "\n".join(lines)


def ranked_set(options, name, index, queries, qrels, mini=None):
    """Runs of the engine and their figures on one set of judgments."""
    folder = options.out / name
    folder.mkdir(parents=True, exist_ok=True)
    query_file = folder / "queries.tsv"
    query_file.write_text("".join(f"{i}\t{t}\n" for i, t in queries.items()), encoding="utf-8")
    model = ["--model", options.model]
    for run, stage in (("bm25", ["--stage", "bm25"]), ("model", ["--stage", "rerank", *model]),
                       ("fused", ["--stage", "fused", *model]),
                       ("rrf", ["--stage", "fused", "--fusion", "rrf", *model])):
        subprocess.run([options.aisle, "run", "--index", index, "--queries", query_file, "--output",
                        folder / f"{run}.run", "--top", "100", *stage], check=True, capture_output=True)
    names = ["bm25", "model", "fused", "rrf"]
    if mini:
        titles = {r.id: r.title for r in products.read_index(index)}
        write_run(folder / "minilm.run", minilm_scores(read_run(folder / "bm25.run"), queries, titles, mini), "minilm")
        names.append("minilm")
    answer = measured(options.aisle, qrels, folder, names, query_file)
    print(f"== {name}: {len(queries)} queries\n{table(answer)}", flush=True)


def alignment(scorer, left, right, truth, instruction=prompt.ALIGNMENT):
    """Share of left texts whose best right text is right; `truth` gives the right positions of each."""
    good = 0
    for text, wanted in zip(left, truth):
        good += int(np.argmax(scorer.margins(text, right, instruction))) in wanted
    return good / len(left)


def sample_alignment(scorer, index):
    """Held-out families listed in Chinese and English: each Chinese page against all English ones, and back."""
    truth = lexicon.sample_truth()
    rows = {r.id: r for r in products.read_index(index)}
    held = [r for r in truth.values() if r["held_out"]]
    both = {c for c in {r["concept"] for r in held}
            if {"zh", "en"} <= {r["language"] for r in held if r["concept"] == c}}
    sides = {l: [r for r in held if r["language"] == l and r["concept"] in both] for l in ("zh", "en")}
    for what, text in (("titles", lambda r: rows[r["id"]].title),
                       ("whole products", lambda r: products.row_text(products.document_text(rows[r["id"]])))):
        for a, b in (("zh", "en"), ("en", "zh")) if what != "titles" else (("zh", "en"),):
            right = [text(r) for r in sides[b]]
            wanted = [{i for i, r in enumerate(sides[b]) if r["concept"] == l["concept"]} for l in sides[a]]
            models = [{i for i, r in enumerate(sides[b]) if r["model"] == l["model"]} for l in sides[a]]
            left = [text(r) for r in sides[a]]
            best = [int(np.argmax(scorer.margins(text, right, prompt.ALIGNMENT))) for text in left]
            print(f"alignment of held-out {what} {a} to {b}: {len(left)} against {len(right)}, accuracy@1 "
                  f"{np.mean([i in w for i, w in zip(best, wanted)]):.3f}, right product line "
                  f"{np.mean([i in w for i, w in zip(best, models)]):.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path, help="folder with the indexes")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--aisle", default="aisle")
    parser.add_argument("--icecat", type=pathlib.Path, help="judgments-dev.csv")
    parser.add_argument("--sample", type=pathlib.Path, help="folder with queries.tsv and qrels.txt")
    parser.add_argument("--titles", type=pathlib.Path, help="pairs-dev.tsv of zh-en-titles")
    parser.add_argument("--title-queries", type=int, default=1000, help="of zh-en-titles, at most")
    parser.add_argument("--alignment", action="store_true")
    parser.add_argument("--without-minilm", action="store_true")
    parser.add_argument("--autocast", action="store_true", help="bfloat16: faster, less exact")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    scorer = Scorer(options.model, options.autocast)
    mini = None if options.without_minilm else teacher.Teacher(max_length=128)
    if options.icecat:
        with open(options.icecat, encoding="utf-8", newline="") as file:
            texts = sorted({row["query"] for row in csv.DictReader(file)})
        ranked_set(options, "icecat", options.data / "icecat.db", {f"q{i}": t for i, t in enumerate(texts)},
                   options.icecat, mini=mini)
    if options.sample:
        queries = dict(line.split("\t")[:2] for line in
                       (options.sample / "queries.tsv").read_text(encoding="utf-8").splitlines() if line)
        held = options.out / "held-out.jsonl"
        truth = lexicon.sample_truth()
        options.out.mkdir(parents=True, exist_ok=True)
        held.write_text("".join(
            line + "\n" for line in (lexicon.CORPUS / "catalogue.jsonl").read_text(encoding="utf-8").splitlines()
            if lexicon.is_held_out(truth[json.loads(line)["id"]])), encoding="utf-8")
        held_db = options.out / "held-out.db"
        subprocess.run([options.aisle, "index", held, "--into", held_db, "--synonyms",
                        lexicon.CORPUS / "synonyms.txt"], check=True, capture_output=True)
        for language in ("en", "zh"):
            own = {k: v for k, v in queries.items() if k.startswith(language)}
            qrels = options.out / f"qrels-{language}.txt"
            lines = [l for l in (options.sample / "qrels.txt").read_text().splitlines() if l.startswith(language)]
            qrels.write_text("\n".join(lines) + "\n")
            ranked_set(options, f"sample-{language}", options.data / "sample.db", own, qrels, mini=mini)
            kept = [l for l in lines if lexicon.is_held_out({"id": l.split()[2], **truth[l.split()[2]]})]
            good = {l.split()[0] for l in kept if int(l.split()[3]) > 0}
            qrels = options.out / f"qrels-{language}-held-out.txt"
            qrels.write_text("\n".join(l for l in kept if l.split()[0] in good) + "\n")
            ranked_set(options, f"sample-{language}-held-out", held_db, {k: v for k, v in own.items() if k in good},
                       qrels, mini=mini)
    if options.alignment:
        sample_alignment(scorer, options.data / "sample.db")
    if options.titles:
        with open(options.titles, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        left, right = [r["zh"] for r in rows], [r["en"] for r in rows]
        wanted = [{j for j, r in enumerate(right) if r == own} for own in right]
        for a, b, x, y in (("zh", "en", left, right),):
            good = [{j for j, r in enumerate(y) if r == o or right[j] == right[i]} for i, o in enumerate(y)]
            x, good = x[:options.title_queries], good[:options.title_queries]
            print(f"alignment of zh-en-titles {a} to {b}: {len(x)} against {len(y)} titles, accuracy@1 {alignment(scorer, x, y, good):.3f}",
                  flush=True)


if __name__ == "__main__":
    main()
