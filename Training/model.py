"""Qwen3 for training: one list is a shared prompt with its documents behind it, as the engine runs them.

Parameters have the checkpoint's names and meanings. The keys and values of the shared part are computed once; each
document attends to them and to itself, and its positions follow the shared part's. In the last layer only the last
token of each document goes on.
"""

import dataclasses

import torch
import torch.nn.functional as F
from torch import nn


@dataclasses.dataclass
class Shape:
    """Sizes as in config.json."""

    vocab_size: int
    hidden_size: int = 256
    num_hidden_layers: int = 6
    num_attention_heads: int = 8
    num_key_value_heads: int = 4
    head_dim: int = 32
    intermediate_size: int = 768
    rope_theta: float = 1e6
    rms_norm_eps: float = 1e-6


class Attention(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.q_proj = nn.Linear(s.hidden_size, s.num_attention_heads * s.head_dim, bias=False)
        self.k_proj = nn.Linear(s.hidden_size, s.num_key_value_heads * s.head_dim, bias=False)
        self.v_proj = nn.Linear(s.hidden_size, s.num_key_value_heads * s.head_dim, bias=False)
        self.o_proj = nn.Linear(s.num_attention_heads * s.head_dim, s.hidden_size, bias=False)
        self.q_norm, self.k_norm = Norm(s.head_dim, s.rms_norm_eps), Norm(s.head_dim, s.rms_norm_eps)


class MLP(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.gate_proj = nn.Linear(s.hidden_size, s.intermediate_size, bias=False)
        self.up_proj = nn.Linear(s.hidden_size, s.intermediate_size, bias=False)
        self.down_proj = nn.Linear(s.intermediate_size, s.hidden_size, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Norm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), eps

    def forward(self, x):
        return F.rms_norm(x, x.shape[-1:], self.weight.to(x.dtype), self.eps)


class Layer(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.input_layernorm = Norm(s.hidden_size, s.rms_norm_eps)
        self.self_attn = Attention(s)
        self.post_attention_layernorm = Norm(s.hidden_size, s.rms_norm_eps)
        self.mlp = MLP(s)


def attend(q, k, v, bias):
    """Attention of [n, heads, rows, head_dim]; faster in training on CPUs than the fused kernel's backward pass."""
    if q.is_cuda:
        return F.scaled_dot_product_attention(q, k, v, bias)
    scores = torch.matmul(q * q.shape[-1] ** -0.5, k.transpose(-1, -2))
    return torch.matmul((scores + bias).softmax(-1, dtype=q.dtype), v)


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


@dataclasses.dataclass
class Batch:
    """Lists of documents behind shared prompts.

    `shared` [lists, P] and `own` [documents, D] are padded on the right with 0; `list_of` [documents]; lengths count
    what is not padding.
    """

    shared: torch.Tensor
    shared_length: torch.Tensor
    own: torch.Tensor
    own_length: torch.Tensor
    list_of: torch.Tensor


class Reranker(nn.Module):
    """Margins of documents: log-odds of "yes" against "no"."""

    def __init__(self, shape, yes, no):
        super().__init__()
        self.shape, self.yes, self.no = shape, yes, no
        self.embed_tokens = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.num_hidden_layers))
        self.norm = Norm(shape.hidden_size, shape.rms_norm_eps)

    def rope(self, positions, dtype):
        s = self.shape
        frequency = s.rope_theta ** (-torch.arange(0, s.head_dim, 2, device=positions.device).float() / s.head_dim)
        angles = positions[:, None, None].float() * frequency
        return angles.cos().to(dtype), angles.sin().to(dtype)

    def forward(self, batch):
        s, device = self.shape, batch.own.device
        lists, most_shared = batch.shared.shape
        documents, most_own = batch.own.shape
        # Rows: all tokens that are not padding, the shared ones first.
        at_shared = torch.arange(most_shared, device=device)
        at_own = torch.arange(most_own, device=device)
        is_shared = at_shared < batch.shared_length[:, None]
        is_own = at_own < batch.own_length[:, None]
        shared_rows, own_rows = is_shared.flatten().nonzero()[:, 0], is_own.flatten().nonzero()[:, 0]
        count = len(shared_rows)
        start = batch.shared_length[batch.list_of]
        positions = torch.cat([at_shared.expand(lists, -1)[is_shared], (at_own + start[:, None])[is_own]])
        x = self.embed_tokens(torch.cat([batch.shared[is_shared], batch.own[is_own]]))
        dtype = torch.get_autocast_dtype(device.type) if torch.is_autocast_enabled(device.type) else x.dtype
        cos, sin = self.rope(positions, dtype)
        ends = batch.own_length.cumsum(0) - 1 + count

        shared_mask = (at_shared <= at_shared[:, None])[None] & is_shared[:, None]
        own_mask = torch.cat([
            is_shared[batch.list_of][:, None].expand(-1, most_own, -1),
            ((at_own <= at_own[:, None])[None] & is_own[:, None])], -1)
        shared_mask, own_mask = (
            torch.zeros(m.shape, dtype=dtype, device=device).masked_fill_(~m, -1e4) for m in (shared_mask, own_mask))
        group = s.num_attention_heads // s.num_key_value_heads

        def spread(rows, where, shape):
            """Rows into a padded array [n, heads, length, head_dim]."""
            n, length = shape
            full = rows.new_zeros(n * length, *rows.shape[1:]).index_copy(0, where, rows)
            return full.view(n, length, *rows.shape[1:]).transpose(1, 2)

        for index, layer in enumerate(self.layers):
            a, last = layer.self_attn, index == s.num_hidden_layers - 1
            normed = layer.input_layernorm(x).to(dtype)
            k = rotate(a.k_norm(a.k_proj(normed).view(-1, s.num_key_value_heads, s.head_dim)), cos, sin)
            v = a.v_proj(normed).view(-1, s.num_key_value_heads, s.head_dim)
            asked = normed if not last else normed[ends]
            q = a.q_norm(a.q_proj(asked).view(-1, s.num_attention_heads, s.head_dim))
            q = rotate(q, cos, sin) if not last else rotate(q, cos[ends], sin[ends])
            ks, vs = (spread(t[:count], shared_rows, (lists, most_shared)) for t in (k, v))
            kd, vd = (spread(t[count:], own_rows, (documents, most_own)) for t in (k, v))
            keys = torch.cat([ks[batch.list_of], kd], 2).repeat_interleave(group, 1)
            values = torch.cat([vs[batch.list_of], vd], 2).repeat_interleave(group, 1)
            if last:
                mask = own_mask[torch.arange(documents, device=device), batch.own_length - 1][:, None, None]
                mixed = attend(q[:, :, None], keys, values, mask).flatten(1)
                x = x[ends]
            else:
                qs = spread(q[:count], shared_rows, (lists, most_shared))
                qd = spread(q[count:], own_rows, (documents, most_own))
                ms = attend(
                    qs, ks.repeat_interleave(group, 1), vs.repeat_interleave(group, 1), shared_mask[:, None])
                md = attend(qd, keys, values, own_mask[:, None])
                mixed = torch.cat([ms.transpose(1, 2).flatten(0, 1).flatten(1)[shared_rows],
                                   md.transpose(1, 2).flatten(0, 1).flatten(1)[own_rows]])
            x = x + a.o_proj(mixed)
            x = x + layer.mlp(layer.post_attention_layernorm(x).to(dtype))
        h = self.norm(x.float())
        return (h * (self.embed_tokens.weight[self.yes] - self.embed_tokens.weight[self.no])).sum(-1)
