"""How far int8 schemes move a reranker's margins, on random Qwen3 models with and without injected outlier channels.

Usage: quantization_study.py [--shape small|medium|real] [--outliers NAME,...] [--schemes NAME,...] [--factor 300] [--seed 1]
       [--lively]
Simulates each scheme in float32 (quantize, dequantize, multiply): integer products are exact, so nothing is lost by it.
Prints for each: max |difference of margins| as percent of their spread (max - min), Kendall's tau of the ranking, and
what depends less on luck: the error of the final hidden states as percent of how much they differ between documents, with
and without the part that all documents share; then the share of groups that needed a second term. Needs torch, numpy.

A scheme is `act/weight[/options]`: `row` or a group's size on either side; `+T` after the activations gives groups whose
max / rms exceeds T a second int8 term for what the first left over, `+all` gives it to every group; `f` means float32.
Options: `eqP`: columns scaled by their size in W to the power of P beforehand, `hadN`: Hadamard rotation in blocks of N,
`outT`: single values above T x rms of their row stay in float32; `tailN`, `head`: the last N rows of every
document, the rows that all documents share, `firstN`: all rows in the first N layers, `rowsT`: the rows of W whose norm exceeds T x their median,
are not quantized at all; `bf16`: what is not quantized has its activations rounded to bf16.
"""

import argparse
import math

import numpy as np
import torch

SHAPES = {  # hidden, intermediate, heads, kv heads, head_dim, layers
    "small": (256, 768, 8, 4, 64, 8),
    "medium": (512, 1536, 8, 4, 128, 12),
    "deep": (384, 1024, 6, 2, 64, 28),
    "real": (1024, 3072, 16, 8, 128, 28),
}
SCHEMES = (
    "row/row 128/128 64/64 32/32 128+6/128 64+4/64 64+6/64 64+8/64 64+10/64 row+6/row row+all/row "
    "row+6/64 row/row/eq1 row/row/eq0.5 64/64/eq0.5 row/row/had128 64/64/had128 64+all/64 32+all/32 f/64 f/32 f/row"
).split()
OUTLIERS = "none embedding norms residual up value qk balanced everything".split()
DOCUMENTS, PREFIX, OWN, SUFFIX, VOCABULARY = 32, 40, 26, 9, 4000


def make_model(shape, seed, lively):
    """`lively`: sharp attention, layers that change the residual stream much: each error grows from layer to layer.
    Otherwise transformers' initialization: standard deviation 0.02."""
    hidden, intermediate, heads, kv_heads, size, layers = SHAPES[shape]
    rng = torch.Generator().manual_seed(seed)

    def matrix(rows, columns, deviation):
        return torch.randn(rows, columns, generator=rng) * deviation

    def norm(count, mean=1.0):
        return (mean if lively else 1) * (1 + 0.2 * torch.randn(count, generator=rng))

    model = {"shape": SHAPES[shape], "embed": matrix(VOCABULARY, hidden, 0.02), "norm": norm(hidden), "layers": []}
    for _ in range(layers):
        fan = 1.2 / math.sqrt(hidden) if lively else 0.02
        back = (0.4 / math.sqrt(heads * size), 0.4 / math.sqrt(intermediate)) if lively else (0.02, 0.02)
        model["layers"].append({
            "input": norm(hidden), "post": norm(hidden), "q_norm": norm(size, 1.5), "k_norm": norm(size, 1.5),
            "q": matrix(heads * size, hidden, fan), "k": matrix(kv_heads * size, hidden, fan),
            "v": matrix(kv_heads * size, hidden, fan), "o": matrix(hidden, heads * size, back[0]),
            "gate": matrix(intermediate, hidden, fan), "up": matrix(intermediate, hidden, fan),
            "down": matrix(hidden, intermediate, back[1]),
        })
    return model


def inject(model, kind, factor, seed):
    """Scales a few channels by `factor`; `balanced` scales activations up and the weights that read them down."""
    hidden, intermediate, heads, kv_heads, size, _ = model["shape"]
    rng = np.random.default_rng([seed, 7])

    def some(count, of):
        return torch.from_numpy(rng.choice(of, count, replace=False))

    fixed = some(4, hidden)
    if kind in ("embedding", "everything"):
        model["embed"][:, fixed] *= factor
    for number, layer in enumerate(model["layers"]):
        if kind in ("norms", "everything"):
            layer["input"][fixed] *= factor
            layer["post"][some(3, hidden)] *= factor
        if kind in ("residual", "everything") and number in (1, 3):  # massive activations start in early layers
            layer["o"][fixed[:2]] *= factor
            layer["down"][fixed[2:]] *= factor
        if kind in ("up", "everything"):
            layer["up"][some(3, intermediate)] *= factor
        if kind == "value":
            layer["v"][some(2, kv_heads * size)] *= factor
        if kind in ("qk", "everything"):
            layer["q_norm"][some(2, size)] *= 8
            layer["k_norm"][some(2, size)] *= 8
        if kind == "balanced":
            for norm, readers in (("input", "q k v"), ("post", "gate up")):
                channels = some(4, hidden)
                layer[norm][channels] *= factor
                for reader in readers.split():
                    layer[reader][:, channels] /= factor
            channels = some(4, intermediate)
            layer["up"][channels] *= factor
            layer["down"][:, channels] /= factor
            channels = some(2, kv_heads * size)
            layer["v"][channels] *= factor
            for channel in channels.tolist():
                for head in range(heads // kv_heads):
                    column = (channel // size * (heads // kv_heads) + head) * size + channel % size
                    layer["o"][:, column] /= factor
    return model


def rounded(x):
    """Symmetric int8 along the last axis, dequantized."""
    scale = (x.abs().amax(-1, keepdim=True) / 127).clamp_min(1e-30)
    return torch.round(x / scale) * scale


class Scheme:
    def __init__(self, text):
        acts, weights, *options = text.split("/")
        acts, _, self.second = acts.partition("+")
        self.acts, self.weights = (None if s == "f" else s for s in (acts, weights))
        self.equalize = next((float(o[2:]) for o in options if o.startswith("eq")), None)
        self.hadamard = next((int(o[3:]) for o in options if o.startswith("had")), None)
        self.out = next((float(o[3:]) for o in options if o.startswith("out")), None)
        self.tail = next((int(o[4:]) for o in options if o.startswith("tail")), 0)
        self.head = "head" in options
        self.first = next((int(o[5:]) for o in options if o.startswith("first")), 0)
        self.bf16 = "bf16" in options
        self.large_rows = next((float(o[4:]) for o in options if o.startswith("rows")), None)
        self.calls = 0
        self.groups = self.doubled = self.single_values = self.rows = 0

    @staticmethod
    def grouped(x, group):
        if group == "row":
            return x[:, None, :]
        size = int(group)
        return x.unflatten(-1, (-1, size if x.shape[-1] % size == 0 else x.shape[-1]))

    def linear(self, x, weight):
        self.calls += 1
        precise = x.bfloat16().float() if self.bf16 else x  # a checkpoint's weights are bf16 already
        if self.calls <= 7 * self.first:
            return precise @ weight.T
        result = self.quantized(x, weight)
        x = precise
        if self.large_rows:
            sizes = weight.norm(dim=1)
            large = sizes > self.large_rows * sizes.median()
            result[:, large] = x @ weight[large].T
        if self.head:
            result[:PREFIX] = x[:PREFIX] @ weight.T
        if self.tail:
            rows = x[PREFIX:].unflatten(0, (DOCUMENTS, -1))[:, -self.tail :]
            result[PREFIX:].unflatten(0, (DOCUMENTS, -1))[:, -self.tail :] = rows @ weight.T
        return result

    def quantized(self, x, weight):
        kept = None
        if self.equalize:
            columns = column_sizes(weight) ** self.equalize
            x, weight = x * columns, weight / columns
        if self.hadamard:
            x, weight = rotate(x, self.hadamard), rotate(weight, self.hadamard)
        if self.weights:
            weight = rounded(self.grouped(weight, self.weights)).flatten(1)
        if self.acts:
            if self.out:
                kept = x.abs() > self.out * x.square().mean(-1, keepdim=True).sqrt()
                self.single_values += int(kept.sum())
                self.rows += len(x)
                kept = torch.where(kept, x, 0)
                x = x - kept
            groups = self.grouped(x, self.acts)
            first = rounded(groups)
            if self.second:
                crest = groups.abs().amax(-1) / groups.square().mean(-1).sqrt().clamp_min(1e-30)
                chosen = crest > (0 if self.second == "all" else float(self.second))
                self.groups += chosen.numel()
                self.doubled += int(chosen.sum())
                first = first + torch.where(chosen[..., None], rounded(groups - first), 0)
            x = first.flatten(1)
            x = x if kept is None else x + kept
        return x @ weight.T


def column_sizes(weight):
    """How large each column is, whatever the rows' sizes: alternately the rms of columns and of rows."""
    rows = torch.ones(len(weight), 1)
    for _ in range(3):
        columns = (weight / rows).square().mean(0).sqrt().clamp_min(1e-12)
        rows = (weight / columns).square().mean(1, keepdim=True).sqrt().clamp_min(1e-12)
    return columns / columns.log().mean().exp()


def rotate(x, block):
    """Orthonormal Hadamard transform of each block of the last axis."""
    if x.shape[-1] % block:
        return x
    matrix = torch.ones(1, 1)
    while len(matrix) < block:
        matrix = torch.cat([torch.cat([matrix, matrix], 1), torch.cat([matrix, -matrix], 1)])
    return (x.unflatten(-1, (-1, block)) @ (matrix / math.sqrt(block))).flatten(-2)


def norm(x, gain):
    return gain * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6)


def margins(model, prefix, documents, linear):
    """Margins of all documents behind one prefix, packed: prefix rows first, then document after document."""
    _, _, heads, kv_heads, size, _ = model["shape"]
    count, length = documents.shape
    start = len(prefix)
    positions = torch.cat([torch.arange(start), (start + torch.arange(length)).repeat(count)]).float()
    angles = positions[:, None, None] * 1e6 ** (-torch.arange(0, size, 2) / size)
    cos, sin = angles.cos(), angles.sin()

    def rope(x):
        a, b = x.chunk(2, -1)
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

    own = torch.ones(length, start + length).tril(start).bool()
    first = torch.ones(start, start).tril().bool()
    x = model["embed"][torch.cat([prefix, documents.flatten()])]

    def attend(q, k, v, mask):
        k, v = (t.repeat_interleave(heads // kv_heads, -3) for t in (k, v))
        return torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)

    for layer in model["layers"]:
        a = norm(x, layer["input"])
        q, k, v = (linear(a, layer[name]).unflatten(-1, (-1, size)) for name in "qkv")
        q, k = rope(norm(q, layer["q_norm"])), rope(norm(k, layer["k_norm"]))
        parts = [t[:start].transpose(0, 1) for t in (q, k, v)]
        mixed = [attend(*parts, first).transpose(0, 1).flatten(1)]
        q, k, v = (t[start:].unflatten(0, (count, length)).transpose(1, 2) for t in (q, k, v))
        k, v = (torch.cat([t.expand(count, *t.shape), u], 2) for t, u in ((parts[1], k), (parts[2], v)))
        mixed.append(attend(q, k, v, own).transpose(1, 2).flatten(2).flatten(0, 1))
        x = x + linear(torch.cat(mixed), layer["o"])
        b = norm(x, layer["post"])
        gate = linear(b, layer["gate"])
        x = x + linear(torch.nn.functional.silu(gate) * linear(b, layer["up"]), layer["down"])
    h = norm(x[start:].unflatten(0, (count, length))[:, -1], model["norm"])
    return (h @ (model["embed"][1] - model["embed"][2])).double().numpy(), h


def kendall(left, right):
    a = np.sign(left[:, None] - left[None])
    b = np.sign(right[:, None] - right[None])
    return (a * b).sum() / (len(left) * (len(left) - 1))


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", default="small", choices=SHAPES)
    parser.add_argument("--outliers", default=",".join(OUTLIERS))
    parser.add_argument("--schemes", default=",".join(SCHEMES))
    parser.add_argument("--factor", type=float, default=300)
    parser.add_argument("--lively", action="store_true", help="weights that make each error grow, unlike a trained model's")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"{options.shape} {SHAPES[options.shape]}, factor {options.factor:g}, seed {options.seed}, torch {torch.__version__}")
    rng = torch.Generator().manual_seed(options.seed + 100)
    prefix = torch.randint(10, VOCABULARY, (PREFIX,), generator=rng)
    documents = torch.randint(10, VOCABULARY, (DOCUMENTS, OWN + SUFFIX), generator=rng)
    documents[:, OWN:] = torch.arange(SUFFIX)
    for kind in options.outliers.split(","):
        model = inject(make_model(options.shape, options.seed, options.lively), kind, options.factor, options.seed)
        exact, exact_h = margins(model, prefix, documents, lambda x, weight: x @ weight.T)
        spread = exact.max() - exact.min()
        print(f"{kind}: margins {exact.mean():.3f} +- {exact.std():.3f}, spread {spread:.3f}", flush=True)
        for text in options.schemes.split(","):
            scheme = Scheme(text)
            got, h = margins(model, prefix, documents, scheme.linear)
            delta = np.abs(got - exact)
            signal = (exact_h - exact_h.mean(0)).norm()
            error, own_error = (h - exact_h).norm() / signal, (h - exact_h - (h - exact_h).mean(0)).norm() / signal
            extra = f"{100 * scheme.doubled / scheme.groups:5.1f} % doubled" if scheme.groups else ""
            extra = f"{scheme.single_values / scheme.rows:.2f} values a row" if scheme.rows else extra
            tau = kendall(exact, got)
            good = "ok" if delta.max() <= 0.02 * spread and tau >= 0.98 else "--"
            print(f"  {text:18} {100 * delta.max() / spread:7.2f} % of spread  tau {tau:.4f} {good}  state's error "
                  f"{100 * error:6.2f} %, without what all share {100 * own_error:6.2f} %  {extra}", flush=True)


if __name__ == "__main__":
    main()
