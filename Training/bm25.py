"""BM25 over short texts, to find hard negatives: words (stemmed), parts of codes, bigrams of Chinese."""

import re

import numpy as np
import scipy.sparse
import snowballstemmer

WORD = re.compile(r"[\u3400-\u9fff]+|[^\W_]+")


class BM25:
    """An index of texts."""

    def __init__(self, texts, k1=1.2, b=0.75):
        self.stemmer, self.stems, self.terms = snowballstemmer.stemmer("english"), {}, {}
        rows, columns, values, lengths = [], [], [], []
        for row, text in enumerate(texts):
            tokens = self.tokens(text)
            lengths.append(len(tokens))
            for token in tokens:
                rows.append(row)
                columns.append(self.terms.setdefault(token, len(self.terms)))
                values.append(1.0)
        counts = scipy.sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), len(self.terms)))
        counts.sum_duplicates()
        lengths = np.asarray(lengths, np.float64)
        df = np.bincount(counts.indices, minlength=len(self.terms))
        self.idf = np.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
        norm = k1 * (1 - b + b * lengths / max(lengths.mean(), 1e-9))
        row_of = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
        counts.data = counts.data * (k1 + 1) / (counts.data + norm[row_of]) * self.idf[counts.indices]
        self.matrix = counts.tocsc()

    def tokens(self, text):
        tokens = []
        for word in WORD.findall(text.lower()):
            if word[0] >= "\u3400":
                tokens += [word[i:i + 2] for i in range(len(word) - 1)] or [word]
                continue
            if word not in self.stems:
                self.stems[word] = self.stemmer.stemWord(word)
            tokens.append(self.stems[word])
        return tokens

    def scores(self, query):
        """A score for each text."""
        columns = [self.terms[t] for t in set(self.tokens(query)) if t in self.terms]
        if not columns:
            return np.zeros(self.matrix.shape[0])
        return np.asarray(self.matrix[:, columns].sum(1)).ravel()

    def top(self, query, k):
        """The best texts (positions), best first, only those that share a word, and all scores."""
        scores = self.scores(query)
        k = min(k, len(scores))
        best = np.argpartition(-scores, k - 1)[:k]
        best = best[np.argsort(-scores[best], kind="stable")]
        return best[scores[best] > 0], scores
