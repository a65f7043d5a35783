"""Compares `aisle eval` with pytrec_eval, ir-measures, ranx and SciPy: on Cranfield, and on random judgments and runs.

    python Tests/Parity/eval_parity.py --aisle .build/release/aisle [--cranfield ../shared/data/cranfield] [--cases 2000]

Needs: pytrec_eval-terrier, ir-measures, cwl-eval, ranx, scipy. Prints the seed and the largest difference of every metric; exits
with 1 when one is above 1e-6. ERR is computed here from the paper's formula: gdeval fixes the greatest grade at 4.
"""

import argparse
import json
import math
import pathlib
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict

import ir_measures
import numpy as np
import pytrec_eval
from scipy import stats

DEPTHS = [1, 3, 5, 10, 100]
# Ours, then trec_eval's name.
TREC = {"map": "map", "rr": "recip_rank", "bpref": "bpref", "ndcg": "ndcg", "r": "set_recall"}
for k in DEPTHS:
    TREC |= {f"ndcg@{k}": f"ndcg_cut_{k}", f"map@{k}": f"map_cut_{k}", f"p@{k}": f"P_{k}"}
    TREC |= {f"r@{k}": f"recall_{k}", f"success@{k}": f"success_{k}"}
WANTED = {"map", "recip_rank", "bpref", "ndcg", "set_recall"} | {
    f"{name}.{','.join(map(str, DEPTHS))}" for name in ["ndcg_cut", "map_cut", "P", "recall", "success"]
}
IR = {
    "rr@3": ir_measures.RR @ 3,
    "rr@10": ir_measures.RR @ 10,
    "rbp.80": ir_measures.RBP(p=0.8, rel=1),
    "rbp.95": ir_measures.RBP(p=0.95, rel=1),
    "judged@5": ir_measures.Judged @ 5,
    "judged@10": ir_measures.Judged @ 10,
}
OWN = ["err", "err@20", "dcg@10", "dcg_exp@10", "rbp.95@10"]
EXPONENTIAL = {f"ndcg_exp@{k}": f"ndcg_cut_{k}" for k in DEPTHS}


def aisle(program, qrels, runs, metrics, *options):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with open(folder / "qrels", "w") as file:
            for q, grades in qrels.items():
                file.writelines(f"{q} 0 {d} {g}\n" for d, g in grades.items())
        command = [program, "eval", "--qrels", folder / "qrels", "--metrics", ",".join(metrics), "--json", *options]
        for number, run in enumerate(runs):
            with open(folder / f"run{number}.txt", "w") as file:
                lines = [(q, d, s) for q, docs in run.items() for d, s in docs.items()]
                random.Random(number).shuffle(lines)
                file.writelines(f"{q} Q0 {d} 0 {s!r} tag\n" for q, d, s in lines)
            command += ["--run", folder / f"run{number}.txt"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"aisle failed: {done.stderr}")
        return json.loads(done.stdout)


def ordered(docs):
    return sorted(docs, key=lambda d: (np.float32(docs[d]), d.encode()), reverse=True)


def own(qrels, run):
    """The paper's formulas, rank by rank."""
    greatest = max((g for grades in qrels.values() for g in grades.values()), default=0)
    result = {}
    for q, grades in qrels.items():
        ranking = [max(grades.get(d, 0), 0) for d in ordered(run.get(q, {}))]
        values = {}
        for name, depth in (("err", None), ("err@20", 20)):
            left, total = 1.0, 0.0
            for rank, g in enumerate(ranking[:depth], 1):
                r = (2**g - 1) / 2**greatest
                total += left * r / rank
                left *= 1 - r
            values[name] = total
        values["rbp.95@10"] = sum(0.05 * 0.95**i for i, g in enumerate(ranking[:10]) if g > 0)
        values["dcg@10"] = sum(g / math.log2(i + 1) for i, g in enumerate(ranking[:10], 1))
        values["dcg_exp@10"] = sum((2**g - 1) / math.log2(i + 1) for i, g in enumerate(ranking[:10], 1))
        result[q] = values
    return result


def references(qrels, run):
    """{query: {metric: value}} of the other tools; queries they do not evaluate count 0, as with trec_eval -c."""
    expected = {q: defaultdict(float) for q in qrels}
    for prefix, flag in (("", False), ("condensed ", True)):
        evaluator = pytrec_eval.RelevanceEvaluator(qrels, WANTED, judged_docs_only_flag=flag)
        for q, values in evaluator.evaluate(run).items():
            for ours, theirs in TREC.items():
                expected[q][prefix + ours] = values[theirs]
    # Exponential gain is linear gain of other grades (ir-measures' provider of it, gdeval, has five decimals only).
    other = {q: {d: 2**g - 1 if g > 0 else g for d, g in grades.items()} for q, grades in qrels.items()}
    for q, values in pytrec_eval.RelevanceEvaluator(other, WANTED).evaluate(run).items():
        expected[q] |= {ours: values[theirs] for ours, theirs in EXPONENTIAL.items()}
    for value in ir_measures.iter_calc(list(IR.values()), qrels, untied(run)):
        if value.query_id in expected:
            name = next(name for name, measure in IR.items() if measure == value.measure)
            expected[value.query_id][name] = value.value
    for q, values in own(qrels, run).items():
        expected[q].update(values)
    return expected


def untied(run):
    """The same order with no ties: ir-measures' providers break them in ways of their own."""
    return {q: {d: float(-i) for i, d in enumerate(ordered(docs))} for q, docs in run.items()}


def random_case(rng):
    queries = [f"q{i}" for i in range(rng.randint(1, 12))]
    docs = [f"d{i}" for i in range(rng.choice([3, 10, 40, 150]))]
    grades = rng.choice([[0, 1], [0, 1, 2, 3], [0, 0, 0, 0, 1, 4], [-1, 0, 1, 2], [-2, -1, 0, 1]])
    qrels = {q: {d: rng.choice(grades) for d in rng.sample(docs, rng.randint(1, len(docs)))} for q in queries}
    for q, some in qrels.items():
        # pytrec_eval crashes where all of a query's grades are below 0.
        if max(some.values()) < 0:
            some[next(iter(some))] = 0
    run = {}
    for q in queries + ["extra1", "extra2"]:
        if rng.random() < 0.15:
            continue
        kind = rng.choice(["integer", "fine", "single", "wild"])
        for d in rng.sample(docs, rng.randint(1, len(docs))):
            score = {
                "integer": lambda: float(rng.randint(0, 4)),
                "fine": rng.random,
                # Differences that double precision has and single precision has not.
                "single": lambda: 1 + rng.randint(0, 3) * 1e-9,
                "wild": lambda: rng.choice([-1, 1]) * 10 ** rng.uniform(-20, 20),
            }[kind]()
            run.setdefault(q, {})[d] = score
    if not set(run) & set(qrels):
        run[queries[0]] = {docs[0]: 1.0}
    return qrels, run


def compare(answer, expected, worst, where):
    if set(answer["queries"]) != set(expected):
        sys.exit(f"{where}: not the judged queries")
    for name in ALL:
        pairs = [(q, answer["queries"][q][name], theirs[name]) for q, theirs in expected.items()]
        pairs.append(("mean", answer["metrics"][name], sum(theirs for _, _, theirs in pairs) / len(pairs)))
        for q, ours, theirs in pairs:
            if abs(ours - theirs) > worst.get(name, (-1,))[0] or math.isnan(theirs):
                worst[name] = (abs(ours - theirs), where, q)


METRICS = list(dict.fromkeys([*TREC, *EXPONENTIAL, *IR, *OWN]))
ALL = METRICS + [f"condensed {name}" for name in TREC]


def random_cases(program, count, seed, worst):
    """Many random cases in few runs of the program: each case's queries get a name of their own."""
    rng = random.Random(seed)
    # ERR's greatest grade is that of all judgments: cases of one batch are evaluated together by all tools.
    for batch in range(0, count, 100):
        qrels, run = {}, {}
        for case in range(batch, min(batch + 100, count)):
            some_qrels, some_run = random_case(rng)
            qrels |= {f"{case}-{q}": grades for q, grades in some_qrels.items()}
            run |= {f"{case}-{q}": docs for q, docs in some_run.items()}
        answer = aisle(program, qrels, [run], ALL)["runs"][0]
        expected = references(qrels, run)
        # ir-measures counts a judgment below 0 as judged, trec_eval does not; the latter is ours.
        for q, grades in qrels.items():
            if min(grades.values()) < 0:
                for k in (5, 10):
                    top = ordered(run.get(q, {}))[:k]
                    expected[q][f"judged@{k}"] = sum(grades.get(d, -1) >= 0 for d in top) / max(len(top), 1)
        compare(answer, expected, worst, f"batch {batch}")


def cranfield(program, folder, worst):
    """Two runs by plain term statistics: they only have to be long and real."""
    folder = pathlib.Path(folder)
    qrels = defaultdict(dict)
    for line in open(folder / "QRelsCorrectedforTRECeval"):
        q, _, d, g = line.split()
        qrels[q][d] = int(g)
    texts = {}
    for part in open(folder / "cran.all.1400").read().split("\n.I ")[0:]:
        number, _, rest = part.partition("\n")
        texts[number.replace(".I", "").strip()] = Counter(re.findall("[a-z]+", rest.lower()))
    queries = re.split(r"\.I \d+\s*\n\.W\n", open(folder / "cran.qry").read())[1:]
    frequency = Counter(word for words in texts.values() for word in words)
    mean = sum(sum(words.values()) for words in texts.values()) / len(texts)
    runs = []
    for b in (0.0, 0.75):
        run = {}
        for number, query in enumerate(queries, 1):
            scores = {}
            for d, words in texts.items():
                score = 0.0
                for word in set(re.findall("[a-z]+", query.lower())) & words.keys():
                    idf = math.log(1 + (len(texts) - frequency[word] + 0.5) / (frequency[word] + 0.5))
                    length = 1 - b + b * sum(words.values()) / mean
                    score += idf * words[word] * 2.2 / (words[word] + 1.2 * length)
                scores[d] = round(score, 2)
            run[str(number)] = dict(sorted(scores.items(), key=lambda item: -item[1])[:200])
        runs.append(run)
    answer = aisle(program, qrels, runs, ALL)
    for number, run in enumerate(runs):
        expected = references(qrels, run)
        compare(answer["runs"][number], expected, worst, f"Cranfield run {number}")
        print(f"Cranfield run {number}: " + ", ".join(
            f"{name} {answer['runs'][number]['metrics'][name]:.4f}" for name in ("ndcg@10", "map", "r@100", "bpref")))
    tests(answer, worst)
    with_ranx(qrels, runs[1], answer["runs"][1], worst)


def tests(answer, worst):
    """p-values and intervals against SciPy."""
    before, after = (run["queries"] for run in answer["runs"])
    for comparison in answer["comparisons"]:
        name = comparison["metric"]
        differences = np.array([after[q][name] - before[q][name] for q in before])
        if not differences.any():
            continue
        p = stats.ttest_rel([after[q][name] for q in before], [before[q][name] for q in before]).pvalue
        worst["t-test p"] = max(worst.get("t-test p", (-1,)), (abs(p - comparison["t_test_p"]), name, ""))
        if name not in ("ndcg@10", "map", "bpref", "p@5"):
            continue
        drawn = stats.permutation_test(
            (differences,), np.mean, permutation_type="samples", n_resamples=20000, rng=np.random.default_rng(1))
        interval = stats.bootstrap((differences,), np.mean, n_resamples=10000, method="percentile",
                                   rng=np.random.default_rng(1)).confidence_interval
        print(f"{name}: randomization p {comparison['randomization_p']:.4f} (SciPy {drawn.pvalue:.4f}), interval "
              f"{np.round(comparison['interval'], 4)} (SciPy {np.round(interval, 4)})")


def with_ranx(qrels, run, answer, worst):
    import ranx

    names = {"ndcg@10": "ndcg@10", "ndcg_exp@10": "ndcg_burges@10", "map": "map", "rr@10": "mrr@10", "p@5": "precision@5",
             "r@100": "recall@100", "success@1": "hit_rate@1", "dcg@10": "dcg@10"}
    # Not bpref: ranx 0.3.21 answers NaN where nothing is judged not relevant, as here.
    positive = {q: {d: g for d, g in grades.items() if g >= 0} for q, grades in qrels.items()}
    ranking = ranx.Run({q: docs for q, docs in untied(run).items()})
    for ours, theirs in names.items():
        value = ranx.evaluate(ranx.Qrels(positive), ranking, theirs, make_comparable=True)
        print(f"ranx {theirs}: {float(value):.6f}, ours {answer['metrics'][ours]:.6f}")
        worst[f"ranx {theirs}"] = (abs(float(value) - answer["metrics"][ours]), "Cranfield", "mean")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--aisle", required=True)
    parser.add_argument("--cranfield")
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.cases} random cases, ir-measures {ir_measures.__version__}")
    worst = {}
    random_cases(arguments.aisle, arguments.cases, arguments.seed, worst)
    if arguments.cranfield:
        cranfield(arguments.aisle, arguments.cranfield, worst)
    for name, (difference, *where) in sorted(worst.items(), key=lambda item: -item[1][0]):
        print(f"{difference:.2e}  {name}  {' '.join(map(str, where))}")
    sys.exit(not all(difference <= 1e-6 for difference, *_ in worst.values()))


main()
