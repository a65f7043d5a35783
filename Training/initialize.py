"""The weights training starts from.

Embeddings: what all-MiniLM-L6-v2 makes of each token's text (of the English translation for Chinese words of our
lexicon), reduced by PCA, beside random numbers that tell words apart. Attention: queries and keys start alike, so that
tokens look at tokens that are like them.
"""

import math
import re

import numpy as np
import torch

import lexicon
import prompt
import teacher

SAME = 48  # numbers of an embedding that only say which word it is
SPECIAL = 8  # and that mark positions, parts of the prompt and the answer
PROMPT_WORDS = {"Instruct", "Query", "Document", "user", "Title", "Brand", "Category", "Attributes", "Price", "Rating",
                "Description", "language"}
PRODUCT = 6.0  # how much the similarity of query and document counts at first


def token_texts(tokenizer):
    """What each token spells, without spaces around."""
    return [tokenizer.decode([i], skip_special_tokens=False).strip() for i in range(tokenizer.get_vocab_size())]


def meanings(texts):
    """English texts whose meaning each token is given: a list for each token, empty for none."""
    table, result = lexicon.chinese_to_english(), []
    containing = {}
    for word, english in table.items():
        for size in range(1, len(word)):
            for at in range(len(word) - size + 1):
                containing.setdefault(word[at:at + size], []).append((len(word), english))
    for text in texts:
        if re.fullmatch(r"[\u3400-\u9fff]+", text):
            if text in table:
                result.append([table[text]])
            elif text in containing:
                result.append([e for _, e in sorted(containing[text])[:6]])
            else:
                inside = [table[text[i:j]] for i in range(len(text)) for j in range(len(text), i, -1)
                          if text[i:j] in table]
                result.append(inside[:4])
        else:
            result.append([text.lower()] if re.search(r"\w", text) and "�" not in text and len(text) < 40 else [])
    return result


def embeddings(tokenizer, size, seed):
    """[tokens, size], about 1 in square mean."""
    texts = token_texts(tokenizer)
    means = meanings(texts)
    distinct = sorted({m for part in means for m in part})
    vectors = teacher.Teacher(max_length=16).encode(distinct)
    vectors -= vectors.mean(0)
    _, deviations, axes = np.linalg.svd(vectors, full_matrices=False)
    width = size - SAME - SPECIAL
    reduced = vectors @ axes[:width].T / (deviations[:width] / np.sqrt(len(vectors))) ** 0.5
    reduced /= np.linalg.norm(reduced, axis=1, keepdims=True) / np.sqrt(width)
    place = {m: i for i, m in enumerate(distinct)}
    rng = np.random.default_rng(seed)
    result = rng.standard_normal((len(texts), size)).astype(np.float32) * 0.5
    same = {}
    for i, (text, part) in enumerate(zip(texts, means)):
        if part:
            mean = reduced[[place[m] for m in part]].mean(0)
            result[i, :width] = mean / max(np.linalg.norm(mean), 1e-6) * np.sqrt(width)
        if "�" not in text:
            key = text.lower()
            if key not in same:
                same[key] = rng.standard_normal(SAME)
            result[i, width:width + SAME] = same[key]
    return torch.from_numpy(result)


@torch.no_grad()
def initialize(model, tokenizer, seed=0):
    """Sets all weights of a `Reranker`: a bi-encoder and a word matcher to begin with, and small noise.

    Layer 0 marks what is query and what is document, layers 1 and 2 let document tokens look for query tokens that are
    alike, the last layer pools query and document at the last token, and its MLP multiplies the two.
    """
    s = model.shape
    hidden, size, group = s.hidden_size, s.head_dim, s.num_attention_heads // s.num_key_value_heads
    assert s.num_attention_heads == 4 and s.num_key_value_heads == 2, "the heads below are counted out"
    torch.manual_seed(seed)
    with_place = {name: hidden - SPECIAL + at for at, name in enumerate(
        ["one", "rare", "query", "document", "after_query", "in_document", "match", "answer"])}
    one, rare, query, document, after_query, in_document, match, answer = with_place.values()
    content = hidden - SPECIAL
    model.embed_tokens.weight.copy_(embeddings(tokenizer, hidden, seed))
    table = model.embed_tokens.weight
    table[:, content:] = 0
    table[:, one] = 2
    # How much a token says: merges are learned from the commonest on, so the id is a rank.
    ranks = torch.arange(len(table)).float()
    table[:, rare] = ((ranks + 50).log() - math.log(4000)).clamp(-2, 1)
    for token, text in enumerate(token_texts(tokenizer)):
        if not re.search(r"\w", text) or text in PROMPT_WORDS:
            table[token, rare] = -3
    table[tokenizer.token_to_id("Query"), query] = 4
    table[tokenizer.token_to_id("Document"), document] = 4
    (suffix,) = tokenizer.encode(prompt.SUFFIX, add_special_tokens=False).ids
    table[suffix, :content] = 0
    for token, sign in ((model.yes, 1), (model.no, -1)):
        table[token] *= 0.05
        table[token, one], table[token, answer] = -0.35 * sign, 0.5 * sign
        table[token, match] = 0.2 * sign

    slow = [j for j in range(size // 2) if s.rope_theta ** (-2 * j / size) < 0.006]
    slow = torch.tensor(slow[::-1] + [j + size // 2 for j in slow[::-1]])
    flags, alike = slow[:4], slow[4:]
    other = len(slow) // 2  # a second group of slow dimensions begins here

    def noise(rows, columns, scale):
        return torch.randn(rows, columns) * scale * columns ** -0.5

    for index, layer in enumerate(model.layers):
        a, m, last = layer.self_attn, layer.mlp, index == s.num_hidden_layers - 1
        for projection in (a.q_proj, a.k_proj):
            projection.weight.copy_(noise(*projection.weight.shape, 0.05 if last or index < 3 else 0.5))
        a.v_proj.weight.copy_(noise(*a.v_proj.weight.shape, 0.5))
        a.o_proj.weight.copy_(noise(*a.o_proj.weight.shape, 0.1))
        for projection in (m.gate_proj, m.up_proj):
            projection.weight.copy_(noise(*projection.weight.shape, 1.0))
        m.down_proj.weight.copy_(noise(*m.down_proj.weight.shape, 0.1))
        a.q_norm.weight.fill_(1.4)
        a.k_norm.weight.fill_(1.4)
        q, k, v, o = a.q_proj.weight, a.k_proj.weight, a.v_proj.weight, a.o_proj.weight
        if index == 0:
            for g, (marker, mark) in enumerate([(query, after_query), (document, in_document)]):
                k[g * size + flags[0], marker], k[g * size + flags[1], one] = 8, 1
                v[g * size, :] = 0
                v[g * size, marker] = 0.5
                for h in range(g * group, g * group + 1):
                    q[h * size + flags[0], one], q[h * size + flags[1], one] = 2, -2
                    o[mark, h * size] = 1
        elif index in (1, 2):
            for g in range(2):
                directions = torch.zeros(len(alike), hidden)
                part = slice(content - SAME, content) if g == 0 else slice(0, content - SAME)
                directions[:, part] = torch.randn(len(alike), part.stop - part.start) * (part.stop - part.start) ** -0.5
                if index == 2:
                    directions = torch.randn(len(alike), hidden) * content ** -0.5
                    directions[:, content:] = 0
                k[g * size + alike] += directions
                k[g * size + flags[0], in_document] = 5
                k[g * size + flags[0], one] = 0
                v[g * size] = 0
                v[g * size, after_query], v[g * size, in_document] = 0.5, -0.5
                h = g * group
                q[h * size + alike] += directions
                q[h * size + flags[0], one] = -2.5
                o[match, h * size] = 1
        elif last:
            for g in range(2):
                k[g * size + flags[0], after_query], k[g * size + flags[0], in_document] = 1, -1
                k[g * size + flags[1], in_document] = 1
                k[g * size + flags[2], rare] = 1
                k[g * size + flags[3], match] = 0.7
                k[g * size + alike[-1], one] = 0.5
                v[g * size:(g + 1) * size] *= 0.1
                for i in range(60):
                    v[g * size + i, g * 60 + i] = 1
                for h, sign in ((g * group, 1), (g * group + 1, -1)):
                    q[h * size + flags[0], one], q[h * size + flags[1], one] = 1.0 * sign, -1.0 * sign
                    q[h * size + flags[2], one] = 0.4
                    q[h * size + flags[3], one] = 0 if sign > 0 else 0.4
                    rows = torch.arange(60) + g * 60 + (0 if sign > 0 else 120)
                    o[rows] *= 0.3
                    o[rows, h * size + torch.arange(60)] = 1
            v[size + 60] = 0
            v[size + 60, match] = 1
            o[match, (2 * group - 1) * size + 60] = 2
            for i in range(120):
                # silu(a) b - silu(-a) b is a b.
                for at, sign in ((2 * i, 1), (2 * i + 1, -1)):
                    m.gate_proj.weight[at] *= 0.05
                    m.up_proj.weight[at] *= 0.05
                    m.gate_proj.weight[at, i], m.up_proj.weight[at, i + 120] = sign, 1
                    m.down_proj.weight[:, at] *= 0.3
                    m.down_proj.weight[answer, at] = sign * PRODUCT / 120
