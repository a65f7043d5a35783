"""Made-up product titles in English and Chinese, word for word, for lists across the two languages.

Nothing but our own words: the lexicon of the sample catalogue and words-en-zh.tsv. Chinese is written in simplified or
traditional characters.
"""

import random
import re

import lexicon
from pools import Pool
from prompt import ALIGNMENT, DEFAULT
from sample_queries import EN_NEGATION, ZH_NEGATION

UNITS = [("{}ml", "{}ml"), ("{} ml", "{}毫升"), ("{}g", "{}克"), ("{}g", "{}g"), ("{}kg", "{}公斤"), ("{}cm", "{}cm"),
         ("{} pcs", "{}入"), ("{} pcs", "{}个"), ("{} pack", "{}包"), ("Size {}", "{}码"), ("{}L", "{}升"),
         ("{}PC", "{}支"), ("{} inch", "{}寸"), ("No. {}", "{}号"), ("Vol {}", "第{}集"), ("{}W", "{}瓦")]
SYLLABLES = "ba be bo ka ki ko la le li lo ma mi mo na ne no ra re ri ro sa se si so ta te ti to va vi vo za zo".split()


def traditional():
    """A function from simplified to traditional characters."""
    from opencc import OpenCC
    return OpenCC("s2t").convert


def words():
    """[(English, [Chinese])]: nouns and qualities, known kinds of products first."""
    nouns, others = [], []
    for english, chinese in lexicon.extra_words():
        (nouns if len(nouns) < 330 else others).append((english, chinese))
    for term, kind, said in lexicon.lexicon():
        if said["en"] and said["zh"]:
            if kind == "type":
                nouns.append((said["en"], said["zh"]))
            elif kind in ("value", "need"):
                others.append((said["en"], said["zh"]))
    return nouns, others


def pick(rng, said):
    return said if isinstance(said, str) else rng.choice(said)


class Titles:
    """Makes pairs of titles."""

    def __init__(self, rng):
        self.rng, self.convert = rng, traditional()
        self.nouns, self.others = words()

    def parts(self):
        """What a title says: noun, qualities, number, code, brand."""
        rng = self.rng
        return {"noun": rng.randrange(len(self.nouns)),
                "others": tuple(rng.sample(range(len(self.others)), rng.choice([0, 1, 1, 2, 2, 3]))),
                "number": (rng.randrange(len(UNITS)), rng.choice([1, 2, 3, 5, 6, 8, 10, 12, 20, 30, 50, 100, 200, 250, 500]))
                if rng.random() < 0.5 else None,
                "brand": "".join(rng.choice(SYLLABLES) for _ in range(rng.choice([2, 3, 3]))).capitalize()
                if rng.random() < 0.5 else None,
                "code": f"{rng.choice('ABCDKMNSTVX')}{rng.randrange(10, 9999)}" if rng.random() < 0.15 else None}

    def near(self, parts):
        """Parts that differ in one thing."""
        rng, other = self.rng, dict(parts)
        fresh = self.parts()
        what = rng.choice(["noun", "others", "number", "noun", "others"])
        if what == "others" and parts["others"]:
            changed = list(parts["others"])
            changed[rng.randrange(len(changed))] = rng.randrange(len(self.others))
            other["others"] = tuple(changed)
        elif what == "number" and parts["number"]:
            other["number"] = (parts["number"][0], parts["number"][1] + rng.choice([1, 5, 10]))
        else:
            other["noun"] = fresh["noun"]
        return other

    def say(self, parts, language):
        rng = self.rng
        place = 0 if language == "en" else 1
        noun = pick(rng, self.nouns[parts["noun"]][place])
        others = [pick(rng, self.others[i][place]) for i in parts["others"]]
        rng.shuffle(others)
        split = rng.randrange(len(others) + 1) if rng.random() < 0.4 else len(others)
        said = others[:split] + [noun] + others[split:]
        number = [UNITS[parts["number"][0]][place].format(parts["number"][1])] if parts["number"] else []
        code = [parts["code"]] if parts["code"] else []
        brand = [parts["brand"]] if parts["brand"] else []
        if language == "en":
            text = " ".join(brand + said + code + number)
            return text.title() if rng.random() < 0.6 else text
        joined = (" " if rng.random() < 0.4 else "").join(said)
        chunks = [brand[0]] if brand and rng.random() < 0.8 else []
        rest = brand if brand and not chunks else []
        chunks += [joined] + code + number + rest
        text = (" " if rng.random() < 0.7 else "").join(chunks)
        return self.convert(text) if rng.random() < 0.4 else text


def negations(rng, count, size=12):
    """Lists for queries that exclude something, and the pool of their documents."""
    maker, texts, result = Titles(rng), [], []

    def document(parts, language):
        title = maker.say(parts, language)
        texts.append((f"Title: {title}" if rng.random() < 0.7 else title, title))
        return len(texts) - 1

    for _ in range(count):
        asked, answered = rng.choice([("zh", "zh"), ("en", "en"), ("zh", "zh"), ("en", "en"), ("zh", "en"), ("en", "zh")])
        place = 0 if asked == "en" else 1
        parts, excluded = maker.parts(), rng.randrange(len(maker.others))
        noun, bad = pick(rng, maker.nouns[parts["noun"]][place]), pick(rng, maker.others[excluded][place])
        form = rng.choice(EN_NEGATION if asked == "en" else ZH_NEGATION)
        space = " " if asked == "en" or rng.random() < 0.5 else ""
        entries = []
        for at in range(size):
            own = dict(maker.parts(), noun=parts["noun"])
            rest = tuple(o for o in own["others"] if o != excluded)[:2]
            if at < 4:
                entries.append((document(dict(own, others=rest), answered), 0.95))
            elif at < 8:
                entries.append((document(dict(own, others=rest + (excluded,)), answered), 0.08))
            else:
                entries.append((document(maker.parts(), answered), 0.01))
        if rng.random() < 0.3:  # the same words, asked for instead of excluded
            form, entries = "{v}", [(i, {0.95: 0.4, 0.08: 0.95}.get(p, p)) for i, p in entries]
        query = noun + space + form.format(v=bad)
        rng.shuffle(entries)
        result.append({"q": query.lower() if rng.random() < 0.8 else query, "d": [i for i, _ in entries],
                       "p": [p for _, p in entries], "pool": "excluded", "i": DEFAULT, "kind": "excluded"})
    return result, Pool("excluded", [str(i) for i in range(len(texts))], [t for t, _ in texts], [t for _, t in texts],
                        [""] * len(texts), None)


def lists(rng, count, size=14):
    """Lists and the pool of their documents."""
    maker, texts, result = Titles(rng), [], []

    def document(parts, language):
        title = maker.say(parts, language)
        texts.append((f"Title: {title}" if rng.random() < 0.5 else title, title))
        return len(texts) - 1

    for _ in range(count):
        parts = maker.parts()
        languages = rng.choice([("zh", "en"), ("zh", "en"), ("en", "zh"), ("en", "zh"), ("zh", "zh"), ("en", "en")])
        align = rng.random() < 0.7
        query = maker.say(parts, languages[0])
        entries = [(document(parts, languages[1]), 0.97)]
        for _ in range(6):
            other = maker.near(parts)
            entries.append((document(other, languages[1]), 0.97 if other == parts else
                            0.3 if other["noun"] == parts["noun"] else 0.1))
        for _ in range(size - 7):
            entries.append((document(maker.parts(), languages[1]), 0.01))
        if not align and rng.random() < 0.7:
            query = pick(rng, maker.nouns[parts["noun"]][0 if languages[0] == "en" else 1])
            named = parts["noun"]
            entries = [(i, 0.9 if p >= 0.29 else 0.02) for i, p in entries]
        rng.shuffle(entries)
        result.append({"q": query, "d": [i for i, _ in entries], "p": [p for _, p in entries], "pool": "made",
                       "i": ALIGNMENT if align else DEFAULT, "kind": "made"})
    pool = Pool("made", [str(i) for i in range(len(texts))], [t for t, _ in texts], [t for _, t in texts],
                [""] * len(texts), None)
    return result, pool
