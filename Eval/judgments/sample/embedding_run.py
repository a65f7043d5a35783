"""What an embedding finds for the sample queries, as a TREC run for pool.py: a method that needs no word in common.

    python3 Eval/judgments/sample/embedding_run.py OUTPUT.run

Cosine between a query and each page (title, brand, category, attributes, description; 256 word pieces) with
all-MiniLM-L6-v2, 100 pages a query. Needs what Training/requirements.txt lists; two minutes on two cores.
"""

import json
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2] / "Training")]

from pool import CORPUS, page_text, queries  # noqa: E402
from teacher import Teacher  # noqa: E402


def main():
    lines = (CORPUS / "catalogue.jsonl").read_text(encoding="utf-8").splitlines()
    pages = [json.loads(line) for line in lines]
    ids = np.array([page["id"] for page in pages])
    asked = list(queries())
    teacher = Teacher(max_length=256)
    found = teacher.encode([f"{page_text(page)} {page.get('description', '')}" for page in pages], autocast=False)
    wanted = teacher.encode([text for _, text in asked], autocast=False)
    with open(sys.argv[1], "w", encoding="utf-8") as run:
        for (query, _), scores in zip(asked, wanted @ found.T):
            best = sorted(range(len(ids)), key=lambda at: (-scores[at], ids[at]))[:100]
            for rank, at in enumerate(best, 1):
                run.write(f"{query} Q0 {ids[at]} {rank} {scores[at]:.6f} minilm\n")


if __name__ == "__main__":
    main()
