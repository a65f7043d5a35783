"""The texts that documents of training lists are taken from, with the teacher's vectors."""

import json
import pathlib
import re

import numpy as np

import lexicon
import products
import teacher

# A run of words in small letters in a title of Icecat's is the kind of product: "toner cartridge".
KIND = re.compile(r"(?<![\w-])[a-z][a-z/-]+(?: [a-z][a-z/-]+)*(?![\w-])")
NO_KIND = set("pc pcs com cm to ft with pixels for and mm pages gen sheets ppm in ml over magenta yellow black cyan on "
              "kg male born or of series nm year pin port gray inch female white outlet interface sht gb mb us the "
              "a by w/ f/ kit pieces de luxe plus from de steel mah red blue no not de-".split())


class Pool:
    """Documents by position: their texts, titles, kinds where known, and unit vectors."""

    def __init__(self, name, ids, texts, titles, kinds, vectors):
        self.name, self.ids, self.texts, self.titles = name, ids, texts, titles
        self.kinds, self.vectors = kinds, vectors


def kinds_of(titles):
    """What kind of product a title names, "" where none is known."""
    counts, found = {}, []
    for title in titles:
        runs = [" ".join(w for w in m.group().split()) for m in KIND.finditer(title)]
        runs = [r for r in runs if r not in NO_KIND and len(r) > 2 and r.split()[0] not in NO_KIND]
        found.append(runs)
        for run in set(runs):
            counts[run] = counts.get(run, 0) + 1
    return [next((r for r in sorted(runs, key=lambda r: -len(r)) if counts[r] >= 3), "") for runs in found]


def movie_text(movie):
    """A film written down as if it were a product."""
    lines = [("Title", movie["title"]), ("Brand", movie.get("director") or ""),
             ("Category", ", ".join(movie.get("genres") or [])),
             ("Attributes", f"year: {movie.get('year')}; actors: {', '.join((movie.get('actors') or [])[:6])}; "
                            f"tags: {', '.join((movie.get('tags') or [])[:8])}; "
                            f"characters: {', '.join((movie.get('characters') or [])[:5])}"),
             ("Description", movie.get("overview") or "")]
    return "\n".join(f"{a}: {products.plain(b, 400)}" for a, b in lines if b)


def load(data, name, encode=None):
    """A pool; its vectors are computed once and kept beside the index."""
    data = pathlib.Path(data)
    if name == "movies":
        rows = [json.loads(line) for line in (data / "movies.jsonl").read_text(encoding="utf-8").splitlines()]
        ids, titles = [r["id"] for r in rows], [r["title"] for r in rows]
        texts, kinds = [movie_text(r) for r in rows], [""] * len(rows)
    else:
        rows = products.read_index(data / f"{name}.db")
        if name == "sample":
            truth = lexicon.sample_truth()
            rows = [r for r in rows if not lexicon.is_held_out(truth[r.id])]
        ids, titles = [r.id for r in rows], [r.title for r in rows]
        texts = [products.document_text(r) for r in rows]
        kinds = kinds_of(titles) if name == "icecat" else [""] * len(rows)
    path = data / f"{name}-vectors.npy"
    vectors = None
    if name in ("icecat", "amazon"):
        if not path.exists():
            np.save(path, teacher.Teacher().encode([t[:200] for t in titles]).astype(np.float16))
        vectors = np.load(path).astype(np.float32)
        assert len(vectors) == len(titles), f"{path} is of other data: remove it"
    return Pool(name, ids, texts, titles, kinds, vectors)
