"""Writes the fixtures of EvalTests: judgments, a run, and what pytrec_eval and SciPy say about them.

Made on 2026-11-21 with pytrec_eval-terrier 0.5.11, scipy 1.17.1, numpy 2.4.6, Python 3.11.7.
"""

import json
import pathlib
import random

import numpy as np
import pytrec_eval
from scipy import stats

folder = pathlib.Path(__file__).parent
rng = random.Random(20261121)
docs = [f"d{i}" for i in range(30)] + ["é", "z", "Ω"]
qrels, run = {}, {}
for i in range(12):
    grades = [[0, 1], [0, 0, 1, 2, 3], [-1, 0, 1, 2]][i % 3]
    qrels[f"q{i}"] = {d: rng.choice(grades) for d in rng.sample(docs, rng.randint(3, 20))}
    # Few scores, so that ties abound; some differ only in double precision, which is a tie for trec_eval.
    run[f"q{i}"] = {d: rng.choice([0.5, 1.0, 1.0 + 1e-9, 2.0, -3.0]) for d in rng.sample(docs, rng.randint(1, 25))}
qrels["none"] = {"d1": 0, "d2": 0}
run["none"] = {"d1": 1.0, "d3": 0.5}
del run["q3"]
run["unjudged"] = {"d1": 1.0}

measures = {"ndcg", "ndcg_cut.1,5,10", "map", "map_cut.5", "recip_rank", "P.1,5", "recall.5", "set_recall", "success.1,5",
            "bpref"}
names = {"ndcg": "ndcg", "ndcg@1": "ndcg_cut_1", "ndcg@5": "ndcg_cut_5", "ndcg@10": "ndcg_cut_10", "map": "map",
         "map@5": "map_cut_5", "rr": "recip_rank", "p@1": "P_1", "p@5": "P_5", "r@5": "recall_5", "r": "set_recall",
         "success@1": "success_1", "success@5": "success_5", "bpref": "bpref"}


def evaluate(judged_only, power=False):
    grades = {q: {d: 2**g - 1 if power and g > 0 else g for d, g in some.items()} for q, some in qrels.items()}
    return pytrec_eval.RelevanceEvaluator(grades, measures, judged_docs_only_flag=judged_only).evaluate(run)


expected = {}
for prefix, judged_only in (("", False), ("condensed ", True)):
    for q, values in evaluate(judged_only).items():
        expected.setdefault(q, {}).update({prefix + ours: values[theirs] for ours, theirs in names.items()})
for q, values in evaluate(False, power=True).items():
    expected[q]["ndcg_exp@5"] = values["ndcg_cut_5"]

with open(folder / "qrels.txt", "w") as file:
    file.writelines(f"{q} 0 {d} {g}\n" for q, some in qrels.items() for d, g in some.items())
lines = [f"{q} Q0 {d} 7 {s!r} tag\n" for q, some in run.items() for d, s in some.items()]
rng.shuffle(lines)
with open(folder / "ties.run", "w") as file:
    file.writelines(lines)
json.dump(expected, open(folder / "pytrec_eval.json", "w"), indent=1, sort_keys=True)

numbers = np.random.default_rng(5)
samples = []
for size, shift in ((2, 0.1), (5, 0.0), (10, 0.05), (12, 0.2), (40, 0.04), (300, 0.01), (300, 0.1)):
    differences = np.round(numbers.normal(shift, 0.15, size), 4)
    exact = size <= 14
    t = stats.ttest_1samp(differences, 0)
    randomization = stats.permutation_test((differences,), np.mean, permutation_type="samples",
                                           n_resamples=np.inf if exact else 500_000, batch=10_000,
                                           rng=np.random.default_rng(1))
    interval = stats.bootstrap((differences,), np.mean, n_resamples=100_000, method="percentile", batch=10_000,
                               rng=np.random.default_rng(1)).confidence_interval
    samples.append({"differences": differences.tolist(), "t": t.statistic, "t_p": t.pvalue, "is_exact": exact,
                    "randomization_p": randomization.pvalue, "interval": [interval.low, interval.high]})
# Far tails, where a p-value is easily lost to cancellation.
tails = [{"t": t, "degrees": n, "p": 2 * stats.t.sf(abs(t), n)}
         for t in (0.0, 1e-9, 0.3, -1.0, 2.0, 5.0, 12.0, 40.0) for n in (1, 2, 3, 10, 49, 224, 5000)]
json.dump({"samples": samples, "tails": tails}, open(folder / "scipy.json", "w"), indent=1)
