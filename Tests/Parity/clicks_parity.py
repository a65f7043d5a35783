"""Compares the rank curve, counts and rates of `aisle events stats` with their definitions in NumPy, on real sessions.

    python Tests/Parity/clicks_parity.py --aisle .build/release/aisle --sessions ../shared/data/bestbuy-clicks/sessions

Needs: numpy, scipy. The curve is the maximum of the penalized Poisson likelihood with one effect a query and product, found
by SciPy's L-BFGS instead of our iteration. Clicks over expected clicks (COEC) are also computed as first defined, with plain
click rates by rank (Zhang and Jones, WWW 2007): the order should be much the same. Exits with 1 where something differs.
"""

import argparse
import csv
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import time
from collections import defaultdict

import numpy as np
from scipy import optimize, stats

# Ranges of places behind the twentieth, and the defaults of our settings.
RANGES = [(n, n) for n in range(1, 21)] + [(21, 30), (31, 50), (51, 100), (101, 199)]
PRIOR_STRENGTH, CURVE_PRIOR, BACK_OFF = 10.0, 5.0, 0.5


def bucket(position):
    return next(i for i, (low, high) in enumerate(RANGES) if position <= high)


def sessions(folder, queries):
    for query in queries:
        pages = defaultdict(list)
        with gzip.open(folder / f"{query}_sessions.gz", "rt") as file:
            for row in csv.DictReader(file):
                pages[row["sess_id"]].append((int(float(row["rank"])), row["clicked_doc_id"], row["clicked"] == "True"))
        for session, places in pages.items():
            yield query, session, sorted(places)


def write_log(pages, path):
    now = int(time.time() * 1000)
    with open(path, "w") as file:
        for query, session, places in pages:
            name = f"{query}/{session}"
            who = {"query_id": name, "timestamp": now, "session_id": name}
            shown = [document for _, document, _ in places]
            file.write(json.dumps({"user_query": query, "query_response_hit_ids": shown, **who}) + "\n")
            for _, document, clicked in places:
                if clicked:
                    event = {"event_attributes": {"object": {"object_id": document}}, "action_name": "click", **who}
                    file.write(json.dumps(event) + "\n")


def curve_of(shown, clicks):
    """Minimizes the negative penalized log-likelihood in the logarithms of the curve; effects of pairs are profiled out."""
    used = clicks.sum(axis=1) > 0
    shown, clicks = shown[used], clicks[used]
    total = clicks.sum(axis=1)
    middles = np.array([(low + high) / 2 if low < 101 else 150 for low, high in RANGES])

    def law_loss(steepness):
        exposure = shown @ middles**-steepness
        return (clicks @ np.log(middles)).sum() * steepness + total @ np.log(exposure) + ((steepness - 0.6) / 0.3) ** 2 / 2

    steepness = optimize.minimize_scalar(law_loss, bounds=(0, 3), method="bounded", options={"xatol": 1e-8}).x
    print(f"steepness of the power law: {steepness:.4f}")
    prior = middles**-steepness

    def loss(logs):
        curve = np.exp(np.concatenate([[0], logs]))
        exposure = shown @ curve
        # A pair's effect is total / exposure; constants are left out. The prior: so many clicks, as many expected.
        value = -(clicks @ np.log(curve)).sum() + (total * np.log(exposure)).sum()
        value += CURVE_PRIOR * (curve / prior - np.log(curve))[1:].sum()
        gradient = -clicks.sum(axis=0) + (total / exposure) @ shown * curve + CURVE_PRIOR * (curve / prior - 1)
        return value, gradient[1:]

    found = optimize.minimize(loss, np.log(prior[1:]), jac=True, method="L-BFGS-B", options={"maxiter": 5000, "ftol": 1e-15})
    return np.exp(np.concatenate([[0], found.x]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--aisle", default=".build/release/aisle")
    parser.add_argument("--sessions", required=True, type=pathlib.Path)
    parser.add_argument("--queries", default="ipad,dryer,transformers dark of the moon,iphone")
    options = parser.parse_args()
    queries = options.queries.split(",")
    pages = list(sessions(options.sessions, queries))

    pairs = {}
    for query, _, places in pages:
        for _, document, _ in places:
            pairs.setdefault((query, document), len(pairs))
    shown, clicks = np.zeros((2, len(pairs), len(RANGES)))
    for query, _, places in pages:
        for place, (_, document, clicked) in enumerate(places):
            shown[pairs[query, document], bucket(place + 1)] += 1
            clicks[pairs[query, document], bucket(place + 1)] += clicked
    curve = curve_of(shown, clicks)
    # As first defined: plain click rates by rank.
    rank_rate = clicks.sum(axis=0) / np.maximum(shown.sum(axis=0), 1)
    expected = shown @ rank_rate

    failures = 0

    def check(name, difference, bound):
        nonlocal failures
        failures += not difference <= bound
        print(f"{name}: largest difference {difference:.2e} (allowed {bound:.0e})")

    with tempfile.TemporaryDirectory() as folder:
        log, store = f"{folder}/events.jsonl", f"{folder}/events.db"
        write_log(pages, log)
        subprocess.run([options.aisle, "events", "import", log, "--into", store], check=True)
        examined, clicked = shown @ curve, clicks.sum(axis=1)
        mean = clicked.sum() / examined.sum()
        for query in queries:
            start = time.time()
            output = subprocess.run(
                [options.aisle, "events", "stats", "--from", store, "--query", query, "--top", "1000", "--json"],
                check=True, capture_output=True, text=True,
            ).stdout
            print(f"{query}: asked in {time.time() - start:.1f} s")
            stats_ = json.loads(output)
            ours = np.array([place["examination"] for place in stats_["rank_curve"]])
            check("  rank curve", np.abs(ours / curve - 1).max(), 1e-3)
            rows = [(pairs[query, product["id"]], product["evidence"]) for product in stats_["evidence"]["products"]]
            places = np.array([place for place, _ in rows])
            of_query = np.array([place for (name, _), place in pairs.items() if name == query])
            rate = (PRIOR_STRENGTH * mean + clicked[of_query].sum()) / (PRIOR_STRENGTH + examined[of_query].sum())
            check("  examined impressions", max(abs(e["examined_impressions"] / examined[p] - 1) for p, e in rows), 1e-3)
            check("  clicks", max(abs(e["clicks"] - clicked[p]) for p, e in rows), 0.5)
            check("  expected rate", abs(stats_["evidence"]["expected_rate"] / rate - 1), 1e-3)
            # Shoppers of these sessions saw each product for one query only, but for those shown for several.
            once = [(p, e) for p, e in rows if sum((q, d) in pairs for q in queries for d in [list(pairs)[p][1]]) == 1]
            wanted = {p: (PRIOR_STRENGTH * rate + clicked[p]) / (PRIOR_STRENGTH + examined[p]) for p, _ in once}
            check("  rates", max(abs(e["rate"] / wanted[p] - 1) for p, e in once), 2e-3)
            order = stats.spearmanr([e["rate"] for _, e in rows], clicked[places] / expected[places]).statistic
            print(f"  rank correlation with COEC by plain click rates: {order:.3f} ({len(rows)} products)")
    print("curve:", " ".join(f"{value:.3f}" for value in curve[:20]))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
