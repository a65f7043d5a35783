"""Compares the engine with Training/'s pipeline over the products of an index: the document text, the tokenizer, the
prompt and the model all have to agree for the margins to.

usage: document_parity.py AISLE INDEX QUERY...
needs: torch, tokenizers, safetensors, numpy (Training/requirements.txt)
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Training"))

import products  # noqa: E402
from scorer import Scorer  # noqa: E402

TOLERANCE = 1e-3


def main():
    aisle, index, queries = sys.argv[1], sys.argv[2], sys.argv[3:]
    texts = {p.id: products.document_text(p) for p in products.read_index(index)}
    scorer, compared, wrong = Scorer(ROOT / "Sources/Reranker/Bundled"), 0, 0
    for query in queries:
        answer = json.loads(subprocess.run(
            [aisle, "search", query, "--index", index, "--stage", "rerank", "--model", "bundled", "--precision", "f32",
             "--no-cache", "--candidates", "100", "--top", "100", "--explain", "--json"],
            check=True, capture_output=True, text=True).stdout)
        hits = answer["hits"]
        for hit, margin in zip(hits, scorer.margins(query, [texts[h["id"]] for h in hits])):
            compared += 1
            if abs(hit["margin"] - margin) > TOLERANCE:
                wrong += 1
                print(f"{query} | {hit['id']} | engine {hit['scores']['margin']:.4f}, Training {margin:.4f}\n{texts[hit['id']]}\n")
    print(f"{compared} products compared, {wrong} differ by more than {TOLERANCE}")
    sys.exit(1 if wrong or not compared else 0)


if __name__ == "__main__":
    main()
