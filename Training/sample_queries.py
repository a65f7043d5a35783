"""Queries over the sample catalogue, graded by what its generator knows.

The rule is that of Corpus/README.md. A target is the probability that the document is relevant: 0.97 Exact, 0.3-0.6
Substitute (by how much of the query is missed), 0.1 Complement, 0.02 Irrelevant.
"""

import csv
import random
import re

import lexicon

NUMBER = re.compile(r"^([\d.]+)([a-z-]+)$")
TYPO_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Words that stand between parts of Chinese queries.
ZH_NEGATION = ["不要{v}的", "不要{v}", "非{v}", "没有{v}", "无{v}"]
EN_NEGATION = ["without {v}", "not {v}", "no {v}", "-{v}", "non {v}"]


class Words:
    """Terms of the lexicon in each language."""

    def __init__(self):
        self.terms = {}
        for term, kind, words in lexicon.lexicon():
            self.terms[(kind, term)] = words
        self.units = {}
        for line in (lexicon.CORPUS / "sources" / "units.txt").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                parts = [p.strip() for p in line.split("|")]
                self.units[parts[0]] = dict(zip(("en", "zh", "de", "fr", "es"), parts[1:]))

    def say(self, rng, kind, term, language, first=False):
        """A way to say a term; None where the language has none."""
        words = self.terms.get((kind, term), {}).get(language) or []
        if not words:
            return None
        return words[0] if first or rng.random() < 0.6 else rng.choice(words)

    def value(self, rng, attribute, value, language):
        """A way to say an attribute's value."""
        said = self.say(rng, "value", f"{attribute}={value}", language)
        if said:
            return said
        match = NUMBER.match(value)
        if match and match.group(2) in self.units:
            template = self.units[match.group(2)][language]
            text = template.replace("#", match.group(1))
            if rng.random() < 0.3:
                text = text.replace(" ", "").replace("-", "")
            return text
        if attribute == "shoe-size":
            return {"zh": f"{value}码"}.get(language, rng.choice([f"EU {value}", f"size {value}", value]))
        if attribute in ("size", "format", "nib"):
            return {"zh": f"{value}码" if attribute == "size" else value}.get(
                language, f"size {value}" if attribute == "size" and rng.random() < 0.5 else value)
        return value if re.fullmatch(r"[\w.]{1,6}", value) else None


def misspell(rng, text):
    """A typing error in one of the longer words."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) > 4 and w.isascii() and w.isalpha()]
    if not long:
        return text
    i = rng.choice(long)
    word, at = words[i], rng.randrange(1, len(words[i]) - 1)
    words[i] = rng.choice([
        word[:at] + word[at + 1:], word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2:], word[:at] + rng.choice(TYPO_LETTERS) + word[at + 1:]])
    return " ".join(words)


class SampleQueries:
    """Makes graded lists over a pool of pages."""

    def __init__(self, pool, seed, truth=None):
        truth = truth or lexicon.sample_truth()
        self.rng, self.words, self.pool = random.Random(seed), Words(), pool
        self.truth = [truth[i] for i in pool.ids]
        self.by_type, self.by_model, self.by_concept, self.by_need = {}, {}, {}, {}
        for at, row in enumerate(self.truth):
            self.by_type.setdefault(row["type"], []).append(at)
            self.by_model.setdefault(row["model"], []).append(at)
            self.by_concept.setdefault(row["concept"], []).append(at)
            for need in row["needs_stated"]:
                self.by_need.setdefault(need, []).append(at)
        self.types = {}
        with open(lexicon.CORPUS / "types.tsv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                self.types[row["type"]] = {k: set((row[k] or "").split())
                                           for k in ("substitutes", "complements", "accessory_for", "keyword_trap_for")}

    def target(self, query, row):
        """The probability that a page is relevant to a query."""
        kind = query.get("type")
        missed, weak, spoiled = 0, 0, False
        for attribute, value in query.get("attributes", {}).items():
            missed += row["attributes"].get(attribute) != value
        for attribute, value in query.get("without", {}).items():
            spoiled = spoiled or row["attributes"].get(attribute) == value
        for need in query.get("needs", []):
            if need not in row["needs_stated"]:
                missed, weak = (missed, weak + 1) if need in row["needs"] else (missed + 1, weak)
        for field in ("brand", "series"):
            missed += field in query and row.get(field) != query[field]
        if "code" in query:
            same = row.get("code", "").startswith(query["code"])
            missed += 0 if same else 2
        asked = (len(query.get("attributes", {})) + len(query.get("without", {})) + len(query.get("needs", []))
                 + ("brand" in query) + ("series" in query) + 2 * ("code" in query))
        if kind is None:
            return 0.97 if missed + weak == 0 else 0.4 if missed == 0 else 0.15 if missed < asked else 0.02
        facts = self.types.get(kind, {})
        if row["type"] == kind:
            if spoiled:
                return 0.1
            if missed + weak == 0:
                return 0.97
            return max(0.25, 0.7 - 0.12 * weak - 0.2 * missed) if missed < asked or asked == 0 else 0.3
        if row["type"] in facts.get("substitutes", ()):
            return max(0.2, 0.42 - 0.08 * min(missed, 2))
        if row["type"] in facts.get("complements", ()) or row.get("accessory_for") == kind:
            return 0.1
        return 0.02

    def make_query(self):
        """(what is asked for, the page it was made from)."""
        rng = self.rng
        at = rng.randrange(len(self.truth))
        row = self.truth[at]
        query = {"type": row["type"]}
        attributes = [a for a in row["attributes"]]
        form = rng.random()
        if form < 0.20:
            pass
        elif form < 0.55:
            for a in rng.sample(attributes, min(len(attributes), rng.choice([1, 1, 2, 2, 3]))):
                query.setdefault("attributes", {})[a] = row["attributes"][a]
        elif form < 0.72:
            if row["needs_stated"]:
                query["needs"] = rng.sample(row["needs_stated"], 1)
            if attributes and rng.random() < 0.4:
                a = rng.choice(attributes)
                query["attributes"] = {a: row["attributes"][a]}
        elif form < 0.80:
            query["brand"] = row["brand"]
            if attributes and rng.random() < 0.4:
                a = rng.choice(attributes)
                query["attributes"] = {a: row["attributes"][a]}
        elif form < 0.83:
            query["brand"], query["series"] = row["brand"], row.get("series")
            if not row.get("series"):
                del query["series"]
            if rng.random() < 0.4:
                del query["type"]
        elif form < 0.86 and row.get("code"):
            code = row["code"]
            query = {"code": code if rng.random() < 0.6 else code.split("-")[0] if len(code.split("-")[0]) > 3 else code}
        elif form < 0.97 and attributes:
            others = [self.truth[i] for i in self.by_type[row["type"]]]
            a = rng.choice(attributes)
            values = {o["attributes"][a] for o in others if a in o["attributes"]} - {row["attributes"][a]}
            query["without"] = {a: rng.choice(sorted(values))} if values else {}
            if not values:
                del query["without"]
        elif row["needs_stated"]:
            query = {"needs": rng.sample(row["needs_stated"], 1)}
        return query, at

    def render(self, query, language):
        """The query as a shopper types it; None where words are missing."""
        rng, words = self.rng, self.words
        before, after = [], []
        for attribute, value in query.get("attributes", {}).items():
            said = words.value(rng, attribute, value, language)
            if not said:
                return None
            (before if rng.random() < 0.6 else after).append(said)
        for attribute, value in query.get("without", {}).items():
            said = words.value(rng, attribute, value, language)
            if not said or language not in ("en", "zh"):
                return None
            after.append(rng.choice(ZH_NEGATION if language == "zh" else EN_NEGATION).format(v=said))
        for need in query.get("needs", []):
            said = words.say(rng, "need", need, language)
            if not said:
                return None
            (after if language != "zh" or rng.random() < 0.5 else before).append(said)
        kind = words.say(rng, "type", query["type"], language) if "type" in query else None
        if "type" in query and not kind:
            return None
        names = []
        if "brand" in query:
            names.append(words.say(rng, "brand", query["brand"], language) or query["brand"])
        if "series" in query:
            names.append(query["series"])
        if "code" in query:
            names.append(query["code"] if rng.random() < 0.6 else query["code"].lower())
        if rng.random() < 0.8 or not names:
            parts = names + before + ([kind] if kind else []) + after
        else:
            parts = before + ([kind] if kind else []) + after + names
        if language == "zh":
            text = "".join(parts) if rng.random() < 0.5 and not query.get("code") else " ".join(parts)
            if "type" not in query and "needs" in query and rng.random() < 0.5:
                text += "的礼物" if text.startswith("送") and "礼物" not in text else ""
        else:
            text = " ".join(parts)
            if language == "en":
                if kind and "attributes" not in query and "needs" not in query and rng.random() < 0.2:
                    text = text + "s" if not text.endswith("s") else text
                if rng.random() < 0.07:
                    text = misspell(rng, text)
            if rng.random() < 0.75:
                text = text.lower()
        return text

    def candidates(self, query, at, bm25, text, size):
        """Pages worth judging: good ones, near misses, words in common, and some of the rest."""
        rng, kind = self.rng, query.get("type")
        chosen = {at}

        def add(pages, count):
            pages = [p for p in pages if p not in chosen]
            chosen.update(rng.sample(pages, min(count, len(pages))))

        if kind:
            same = self.by_type[kind]
            exact = [i for i in same if self.target(query, self.truth[i]) > 0.9]
            add(exact, 3)
            add(same, 5)
            facts = self.types.get(kind, {})
            add([i for t in sorted(facts.get("substitutes", ())) for i in self.by_type.get(t, [])], 2)
            add([i for t in sorted(facts.get("complements", ())) for i in self.by_type.get(t, [])], 2)
            add([i for t, f in sorted(self.types.items()) if kind in f["keyword_trap_for"] or kind in f["accessory_for"]
                 for i in self.by_type.get(t, [])], 2)
        for need in query.get("needs", []):
            add(self.by_need.get(need, []), 2)
        add(self.by_model[self.truth[at]["model"]], 3)
        top, _ = bm25.top(text, 40)
        add([int(i) for i in top], 5)
        add(range(len(self.truth)), max(2, size - len(chosen)))
        return sorted(chosen)[:size] if len(chosen) <= size else rng.sample(sorted(chosen - {at}), size - 1) + [at]

    def search_list(self, bm25, language, size=18):
        """A query in a language with its documents, targets, and the lines of a document that show why; None where no
        words are known."""
        query, at = self.make_query()
        text = self.render(query, language)
        if not text or not text.strip():
            return None
        pages = self.candidates(query, at, bm25, text, size)
        lines = {"Attributes": ("attributes", "without", "series", "code"), "Brand": ("brand",), "Description": ("needs",)}
        return {"q": text, "d": pages, "p": [self.target(query, self.truth[i]) for i in pages],
                "lines": [line for line, asked in lines.items() if any(query.get(a) for a in asked)]}

    def alignment_list(self, bm25, size=16):
        """A page's title, and pages that may be the same product."""
        rng = self.rng
        concepts = [c for c, pages in self.by_concept.items() if len({self.truth[i]["language"] for i in pages}) > 1]
        concept = rng.choice(concepts)
        pages = self.by_concept[concept]
        at = rng.choice(pages)
        chosen = {i for i in pages if i != at and (self.truth[i]["language"] != self.truth[at]["language"]
                                                   or rng.random() < 0.3)}
        language = self.truth[rng.choice(sorted(chosen))]["language"]

        def add(found, count):
            found = [p for p in found if p not in chosen and p != at and self.truth[p]["concept"] != concept]
            chosen.update(rng.sample(found, min(count, len(found))))

        family = [i for i in self.by_model[self.truth[at]["model"]] if self.truth[i]["language"] == language]
        add(family, 4)
        add([i for i in self.by_type[self.truth[at]["type"]] if self.truth[i]["language"] == language], 5)
        top, _ = bm25.top(self.pool.titles[at], 20)
        add([int(i) for i in top], 3)
        add([i for i in range(len(self.truth)) if self.truth[i]["language"] == language], size - len(chosen))
        targets = []
        for i in sorted(chosen):
            row = self.truth[i]
            targets.append(0.97 if row["concept"] == concept else 0.12 if row["model"] == self.truth[at]["model"]
                           else 0.04 if row["type"] == self.truth[at]["type"] else 0.01)
        return {"q": self.pool.titles[at], "d": sorted(chosen), "p": targets, "lines": ["Attributes"]}
