"""Queries made from product texts, with targets of the teacher: cosine of all-MiniLM-L6-v2, words in common, kinds."""

import random
import re

import numpy as np

from sample_queries import misspell

WORD = re.compile(r"[^\W_]+(?:[.'-][^\W_]+)*")
CODE = re.compile(r"(?=[A-Za-z0-9-]*\d)(?=[A-Za-z0-9-]*[A-Za-z])[A-Za-z0-9-]{4,}")
STOP = set("the a an of and for with in on to from by your you is are or at as it".split())
COLOURS = "black white silver grey red blue green yellow pink purple orange gold brown".split()
SIZES = ["{} inch", "{}\"", "{}gb", "{} gb", "{}m", "{} ft", "{} cm", "{} pack", "{}w", "{} port"]


def normalized(query):
    """A form in which equal queries are equal."""
    return " ".join(w[:-1] if w.endswith("s") and len(w) > 3 else w for w in WORD.findall(query.lower()))


class PoolQueries:
    """Makes queries from a pool's texts and scores documents for them."""

    def __init__(self, pool, bm25, seed, banned, shoppers=()):
        self.pool, self.bm25, self.rng, self.banned = pool, bm25, random.Random(seed), banned
        self.kinds = sorted({k for k in pool.kinds if k})
        self.kind_words = {k: set(normalized(k).split()) for k in self.kinds}
        self.shoppers = list(shoppers)
        self.heads = self.common_spans()

    def common_spans(self):
        """Spans of one to three words that several titles share, with their weights."""
        counts = {}
        for title in self.pool.titles:
            words = [w for w in WORD.findall(title.lower())]
            seen = set()
            for size in (1, 2, 3):
                for at in range(len(words) - size + 1):
                    span = words[at:at + size]
                    if span[0] in STOP or span[-1] in STOP or any(w.isdigit() or len(w) < 3 for w in span):
                        continue
                    seen.add(" ".join(span))
            for span in seen:
                counts[span] = counts.get(span, 0) + 1
        return [(s, n) for s, n in sorted(counts.items()) if n >= (8 if " " not in s else 4)]

    def query(self):
        """A query, or None."""
        rng, pool = self.rng, self.pool
        at = rng.randrange(len(pool.titles))
        title, kind = pool.titles[at], pool.kinds[at]
        words = [w for w in WORD.findall(title)]
        if len(words) < 2:
            return None
        form = rng.random()
        brand = words[0]
        if form < 0.16 and self.kinds:
            text = rng.choice(self.kinds) if rng.random() < 0.5 else kind or rng.choice(self.kinds)
            if "/" in text and rng.random() < 0.8:
                text = rng.choice(text.split("/")) if rng.random() < 0.5 else text.replace("/", " ")
        elif form < 0.36:
            head, _ = self.heads[rng.randrange(len(self.heads))]
            text = head
        elif form < 0.48 and self.shoppers:
            text = rng.choice(self.shoppers)
            extra = rng.random()
            if extra < 0.12:
                text = rng.choice(COLOURS) + " " + text
            elif extra < 0.2:
                text += " " + rng.choice(SIZES).format(rng.choice([2, 3, 4, 5, 7, 8, 10, 12, 15, 16, 17, 24, 27, 32, 64]))
            elif extra < 0.28:
                text = brand + " " + text
        elif form < 0.60:
            text = f"{brand} {kind}" if kind else " ".join(words[:rng.choice([1, 2, 2, 3])])
        elif form < 0.80:
            size = rng.choice([2, 2, 3, 3, 4, 5])
            start = rng.randrange(max(1, len(words) - size + 1))
            span = [w for w in words[start:start + size] if w.lower() not in STOP]
            text = " ".join(span)
        elif form < 0.88:
            chosen = sorted(rng.sample(range(len(words)), min(len(words), rng.choice([2, 3, 3, 4]))))
            text = " ".join(words[i] for i in chosen if words[i].lower() not in STOP)
        elif form < 0.93:
            codes = CODE.findall(title)
            text = rng.choice(codes) if codes else brand
            if rng.random() < 0.3:
                text = brand + " " + text
        else:
            text = f"{kind or ' '.join(words[-2:])} {rng.choice(words)}"
        text = text.strip()
        if rng.random() < 0.75:
            text = text.lower()
        if rng.random() < 0.12 and text and text[-1].isalpha():
            text = text[:-1] if text.endswith("s") else text + "s"
        if rng.random() < 0.05:
            text = misspell(rng, text)
        return text if len(text) > 1 and normalized(text) not in self.banned else None

    def score(self, query, vector, pages, lexical):
        """What the teacher thinks of documents: cosine, corrected by words, codes and kinds."""
        wanted = normalized(query).split()
        scores = self.pool.vectors[pages] @ vector
        best = max(float(lexical.max()), 1e-9)
        scores = scores + 0.20 * lexical[pages] / best
        codes = [w for w in wanted if any(c.isdigit() for c in w)]
        for place, page in enumerate(pages):
            title = normalized(self.pool.titles[page])
            padded = f" {title} "
            for code in codes:
                scores[place] += (0.10 if f" {code} " in padded else -0.06) / max(1, len(codes)) * 1.5
            kind = self.pool.kinds[page]
            if kind:
                kind = normalized(kind.replace("/", " "))
                phrase = " ".join(wanted)
                if kind == phrase or kind.endswith(" " + phrase):
                    scores[place] += 0.12
                elif kind.startswith(phrase + " ") or f" {phrase} " in f" {kind} ":
                    scores[place] -= 0.08
        return scores

    def list_of(self, query, vector, size=18):
        """Documents and targets of a query."""
        rng = self.rng
        top, lexical = self.bm25.top(query, 60)
        cosine = self.pool.vectors @ vector
        near = np.argpartition(-cosine, 60)[:60]
        near = near[np.argsort(-cosine[near])]
        chosen = set(int(i) for i in near[:2])
        chosen |= set(int(i) for i in rng.sample(list(near), 5))
        if len(top):
            chosen |= set(int(i) for i in rng.sample(list(top), min(len(top), 7)))
            chosen.add(int(top[0]))
        while len(chosen) < size:
            chosen.add(rng.randrange(len(self.pool.titles)))
        pages = np.array(sorted(chosen)[:])
        if len(pages) > size:
            pages = np.sort(np.array(rng.sample(list(pages), size)))
        scores = self.score(query, vector, pages, lexical)
        return {"q": query, "d": [int(i) for i in pages], "s": [float(s) for s in scores]}
