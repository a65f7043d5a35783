"""Writes what the reference implementation (transformers, float32, eager attention) makes of random Qwen3 models.

Usage: make_fixtures.py                                   writes the tiny models beside this script
       make_fixtures.py --real-shape 0.6B OUT [--tokenizer FOLDER]
                                                          writes one random model of a real shape (not committed)
Needs torch, transformers, safetensors, tokenizers, numpy. Tests do not: they read `expected.json`.

Every margin is checked against a second forward pass below: numpy, float64, written from the specification.

expected.json:
    reference   versions it was made with, seed, the largest difference from the float64 pass / max(1, |margin|)
    yes_id, no_id
    cases       ids, margin; some with `layers`: the residual stream after each decoder layer at the `first` and the
                `last` position, and `normed`, the last position after the model's norm
    shared      prefix, documents (ids each), margins: of prefix + document, for each document
    prompts     (real shapes) instruction, query, document, ids, margin, and `shared`: ids up to `<Document>:`
"""

import argparse
import json
import pathlib
import shutil

import numpy as np
import safetensors
import torch
import transformers
from safetensors.torch import save_file

SEED = 20261121
NEWLINE_THINK = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
SYSTEM = (
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct "
    'provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n'
)
INSTRUCTION = "Given a web search query, retrieve relevant passages that answer the query"

# name: hidden, intermediate, heads, kv heads, head_dim, layers, vocabulary, theta, eps, tied, dtype, form of config.json
# "published": as Qwen's own files have it (rope_theta, torch_dtype); "saved": as this transformers writes it.
TINY = {
    "mha-head16-f32": (40, 56, 2, 2, 16, 2, 300, 1e6, 1e-6, True, "float32", "published"),
    "gqa2-head32-bf16": (72, 100, 4, 2, 32, 2, 331, 1e4, 1e-6, True, "bfloat16", "published"),
    "gqa4-head8-untied-f16": (40, 77, 8, 2, 8, 4, 500, 1e6, 1e-5, False, "float16", "saved"),
    "gqa2-head64-untied-bf16": (72, 56, 2, 1, 64, 2, 313, 5e5, 1e-6, False, "bfloat16", "published"),
    "gqa4-head16-sharded-bf16": (72, 100, 4, 1, 16, 3, 401, 1e6, 1e-6, True, "bfloat16", "published"),
    "mha-head8-untied-odd-f32": (40, 77, 3, 3, 8, 2, 307, 1e5, 1e-5, False, "float32", "saved"),
    "gqa2-head128-bf16": (40, 56, 2, 1, 128, 2, 311, 1e6, 1e-6, True, "bfloat16", "saved"),
    "gqa4-head32-f16": (72, 77, 4, 1, 32, 2, 421, 1e3, 1e-6, True, "float16", "published"),
    "gqa2-head16-round-bf16": (64, 128, 4, 2, 16, 2, 320, 1e6, 1e-6, True, "bfloat16", "published"),
}
SHARDED = {"gqa4-head16-sharded-bf16": "40KB"}
REAL = {  # hidden, intermediate, heads, kv heads, head_dim, layers, tied
    "0.6B": (1024, 3072, 16, 8, 128, 28, True),
    "4B": (2560, 9728, 32, 8, 128, 36, True),
}
PAIRS = [
    ("wireless noise cancelling headphones",
     "Sony WH-1000XM4 Wireless Over-Ear Headphones, Active Noise Cancelling, 30 h battery, black"),
    ("wireless noise cancelling headphones", "Samsung MZ-77E1T0B/EU 870 EVO 2.5\" SSD 1 TB SATA III"),
    ("чайник электрический 1.7 л", "Электрический чайник Bosch TWK3A011, 1,7 л, 2400 Вт, белый"),
    ("蓝牙耳机 降噪", "华为 FreeBuds Pro 3 真无线蓝牙耳机 主动降噪 陶瓷白"),
    ("kt-ins114", ""),
    ("laptop 17 inch", "HP Pavilion dv7-1211ea Notebook Silver 43.2 cm (17\") 1440 x 900 pixels Intel® Core™2 Duo 4 GB "
     "DDR2-SDRAM 250 GB HDD NVIDIA® GeForce® 9200M GS Windows Vista Home Premium. " * 3),
]


def config_of(hidden, intermediate, heads, kv_heads, head_dim, layers, vocabulary, theta, eps, tied, dtype):
    return transformers.Qwen3Config(
        vocab_size=vocabulary, hidden_size=hidden, intermediate_size=intermediate, num_hidden_layers=layers,
        num_attention_heads=heads, num_key_value_heads=kv_heads, head_dim=head_dim, rms_norm_eps=eps,
        rope_parameters={"rope_type": "default", "rope_theta": theta}, tie_word_embeddings=tied,
        max_position_embeddings=4096, max_window_layers=layers, bos_token_id=None, eos_token_id=None, dtype=dtype,
    )


def random_weights(config, rng, gain):
    """Checkpoint tensors by name. `gain`: (standard deviation of embeddings, of linear layers: None for fan-in)."""
    embedding, linear = gain
    hidden, q, kv = config.hidden_size, config.num_attention_heads, config.num_key_value_heads
    head_dim, intermediate = config.head_dim, config.intermediate_size

    def matrix(rows, columns, deviation=None):
        deviation = deviation or linear or 1.2 / columns**0.5
        return torch.from_numpy(rng.standard_normal((rows, columns), dtype=np.float32) * np.float32(deviation))

    def norm(size, mean=1.0):
        return torch.from_numpy((mean * (1 + 0.2 * rng.standard_normal(size))).astype(np.float32))

    tensors = {"model.embed_tokens.weight": matrix(config.vocab_size, hidden, embedding)}
    for layer in range(config.num_hidden_layers):
        at = f"model.layers.{layer}."
        tensors |= {
            at + "input_layernorm.weight": norm(hidden),
            at + "self_attn.q_proj.weight": matrix(q * head_dim, hidden),
            at + "self_attn.k_proj.weight": matrix(kv * head_dim, hidden),
            at + "self_attn.v_proj.weight": matrix(kv * head_dim, hidden),
            at + "self_attn.o_proj.weight": matrix(hidden, q * head_dim),
            at + "self_attn.q_norm.weight": norm(head_dim, 1.5),  # sharper attention than noise would have
            at + "self_attn.k_norm.weight": norm(head_dim, 1.5),
            at + "post_attention_layernorm.weight": norm(hidden),
            at + "mlp.gate_proj.weight": matrix(intermediate, hidden),
            at + "mlp.up_proj.weight": matrix(intermediate, hidden),
            at + "mlp.down_proj.weight": matrix(hidden, intermediate),
        }
    tensors["model.norm.weight"] = norm(hidden)
    if not config.tie_word_embeddings:
        tensors["lm_head.weight"] = matrix(config.vocab_size, hidden, embedding)
    return tensors


class Reference:
    """A saved model in the reference implementation, float32."""

    def __init__(self, folder, yes, no):
        self.model = transformers.AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager", local_files_only=True).eval()
        self.after = []
        for layer in self.model.model.layers:
            layer.register_forward_hook(lambda module, _, output: self.after.append(
                (output[0] if isinstance(output, tuple) else output)[0].detach()))
        self.head = self.model.get_output_embeddings().weight.detach()[[yes, no]]

    @torch.no_grad()
    def score(self, ids):
        """Margin, the residual streams after each layer, the last position's normed state."""
        self.after = []
        normed = self.model.model(input_ids=torch.tensor([ids]), use_cache=False).last_hidden_state[0, -1]
        yes, no = (self.head @ normed).tolist()
        return yes - no, self.after, normed


def second_opinion(folder, config, ids, yes, no):
    """The margin again: float64, numpy, from the specification alone."""
    tensors = {}
    for file in folder.glob("*.safetensors"):
        with safetensors.safe_open(file, "pt") as opened:
            tensors |= {name: opened.get_tensor(name).double().numpy() for name in opened.keys()}
    eps, heads, kv_heads, size = (
        config.rms_norm_eps, config.num_attention_heads, config.num_key_value_heads, config.head_dim)
    theta = config.rope_parameters["rope_theta"]

    def norm(x, gain):
        return gain * x / np.sqrt((x * x).mean(-1, keepdims=True) + eps)

    angles = np.arange(len(ids))[:, None, None] * theta ** (-2 * np.arange(size // 2) / size)

    def rotate(x):
        a, b = x[..., : size // 2], x[..., size // 2 :]
        return np.concatenate([a * np.cos(angles) - b * np.sin(angles), b * np.cos(angles) + a * np.sin(angles)], -1)

    future = np.triu(np.full((len(ids), len(ids)), -np.inf), 1)
    x = tensors["model.embed_tokens.weight"][ids]
    for layer in range(config.num_hidden_layers):
        w = {name.split(f"model.layers.{layer}.")[1].removesuffix(".weight"): value
             for name, value in tensors.items() if name.startswith(f"model.layers.{layer}.")}
        a = norm(x, w["input_layernorm"])
        q = rotate(norm((a @ w["self_attn.q_proj"].T).reshape(-1, heads, size), w["self_attn.q_norm"]))
        k = rotate(norm((a @ w["self_attn.k_proj"].T).reshape(-1, kv_heads, size), w["self_attn.k_norm"]))
        v = (a @ w["self_attn.v_proj"].T).reshape(-1, kv_heads, size)
        mixed = np.empty_like(q)
        for head in range(heads):
            of = head // (heads // kv_heads)
            logits = q[:, head] @ k[:, of].T / np.sqrt(size) + future
            weights = np.exp(logits - logits.max(-1, keepdims=True))
            mixed[:, head] = weights / weights.sum(-1, keepdims=True) @ v[:, of]
        x = x + mixed.reshape(len(ids), -1) @ w["self_attn.o_proj"].T
        b = norm(x, w["post_attention_layernorm"])
        gate = b @ w["mlp.gate_proj"].T
        x = x + (gate / (1 + np.exp(-gate)) * (b @ w["mlp.up_proj"].T)) @ w["mlp.down_proj"].T
    head = tensors.get("lm_head.weight", tensors["model.embed_tokens.weight"])
    return float(norm(x[-1], tensors["model.norm.weight"]) @ (head[yes] - head[no]))


def short(values):
    """Nine digits keep a float32 exactly."""
    return [float(f"{value:.9g}") for value in np.asarray(values).ravel().tolist()]


def reference_note(worst):
    return {"transformers": transformers.__version__, "torch": torch.__version__, "numpy": np.__version__,
            "attention": "eager", "precision": "float32", "seed": SEED, "difference_from_float64": float(f"{worst:.3g}")}


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def publish_config(path):
    """Rewrites config.json in the older form in which Qwen publishes its models."""
    config = json.loads(path.read_text())
    rope = config.pop("rope_parameters")
    config |= {"rope_theta": rope["rope_theta"], "rope_scaling": None, "torch_dtype": config.pop("dtype")}
    config.pop("layer_types", None)
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def make_tiny(name, index, root):
    *sizes, form = TINY[name]
    config, folder = config_of(*sizes), root / name
    rng = np.random.default_rng([SEED, index])
    shutil.rmtree(folder, ignore_errors=True)
    model = transformers.Qwen3ForCausalLM(config)
    dtype = getattr(torch, sizes[-1])
    missing = model.load_state_dict(random_weights(config, rng, (0.3, None)), strict=False).missing_keys
    assert missing == (["lm_head.weight"] if config.tie_word_embeddings else []), missing
    model.to(dtype).save_pretrained(folder, max_shard_size=SHARDED.get(name, "1GB"))
    (folder / "generation_config.json").unlink(missing_ok=True)
    for file in folder.iterdir():
        file.chmod(0o644)
    if form == "published":
        publish_config(folder / "config.json")

    yes, no = (int(i) for i in rng.choice(config.vocab_size, 2, replace=False))
    reference, worst, margins = Reference(folder, yes, no), 0.0, []

    def draw(length):
        return rng.integers(0, config.vocab_size, length).tolist()

    def margin_of(ids):
        nonlocal worst
        margin, layers, normed = reference.score(ids)
        difference = abs(margin - second_opinion(folder, config, ids, yes, no))
        worst = max(worst, difference / max(1, abs(margin)))
        margins.append(margin)
        return margin, layers, normed

    cases = []
    for at, length in enumerate([1, 9, 40, 2, 17, 64, 65, 127, 200]):
        ids = draw(length)
        margin, layers, normed = margin_of(ids)
        case = {"ids": ids, "margin": short(margin)[0]}
        if at < 3:
            case["layers"] = {"first": [short(x[0]) for x in layers], "last": [short(x[-1]) for x in layers]}
            case["normed"] = short(normed)
        cases.append(case)
    shared = []
    for prefix_length, lengths in [(33, [12, 1, 50, 7, 31, 12]), (1, [5, 90, 3])]:
        prefix, documents = draw(prefix_length), [draw(length) for length in lengths]
        shared.append({"prefix": prefix, "documents": documents,
                       "margins": short([margin_of(prefix + document)[0] for document in documents])})
    assert worst < 3e-5, f"{name}: transformers and the float64 pass differ by {worst}"
    write_json(folder / "expected.json", {
        "reference": reference_note(worst), "yes_id": yes, "no_id": no, "cases": cases, "shared": shared})
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{name:28} {size:8,} bytes, margins {np.mean(margins):6.2f} +- {np.std(margins):.2f}, "
          f"difference from float64 {worst:.1e}")


def make_real(shape, folder, tokenizer_folder):
    hidden, intermediate, heads, kv_heads, head_dim, layers, tied = REAL[shape]
    folder.mkdir(parents=True, exist_ok=True)
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt"]:
        shutil.copyfile(tokenizer_folder / name, folder / name)
    published = json.loads((folder / "config.json").read_text())
    published |= {"hidden_size": hidden, "intermediate_size": intermediate, "num_attention_heads": heads,
                  "num_key_value_heads": kv_heads, "head_dim": head_dim, "num_hidden_layers": layers,
                  "max_window_layers": layers, "tie_word_embeddings": tied}
    (folder / "config.json").write_text(json.dumps(published, indent=2) + "\n")
    config = config_of(hidden, intermediate, heads, kv_heads, head_dim, layers, published["vocab_size"],
                       published["rope_theta"], published["rms_norm_eps"], tied, "bfloat16")
    tensors = random_weights(config, np.random.default_rng([SEED, 1000 + layers]), (0.02, 0.02))
    save_file({name: tensor.to(torch.bfloat16).contiguous() for name, tensor in tensors.items()},
              folder / "model.safetensors", metadata={"format": "pt"})
    del tensors
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def encode(text):
        return tokenizer.encode(text, add_special_tokens=False).ids

    yes, no = encode("yes")[0], encode("no")[0]
    reference, prompts = Reference(folder, yes, no), []
    for query, document in PAIRS:
        start = encode(f"{SYSTEM}<Instruct>: {INSTRUCTION}\n<Query>: {query}\n<Document>:")
        ids = start + encode(f" {document}") + encode(NEWLINE_THINK)
        prompts.append({"instruction": INSTRUCTION, "query": query, "document": document, "shared": len(start),
                        "ids": ids, "margin": short(reference.score(ids)[0])[0]})
    worst = 0.0
    if shape == "0.6B":  # float64 of a larger model does not fit everywhere
        del reference
        shortest = min(prompts, key=lambda prompt: len(prompt["ids"]))
        worst = abs(shortest["margin"] - second_opinion(folder, config, shortest["ids"], yes, no))
        assert worst < 1e-4, f"transformers and the float64 pass differ by {worst}"
    write_json(folder / "expected.json", {
        "reference": reference_note(worst), "yes_id": yes, "no_id": no, "prompts": prompts})
    print(f"{folder}: margins {[round(p['margin'], 4) for p in prompts]}, difference from float64 {worst:.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real-shape", nargs=2, metavar=("SHAPE", "OUT"), help=f"one of {', '.join(REAL)}")
    parser.add_argument("--tokenizer", type=pathlib.Path, help="folder with the real config.json and tokenizer.json")
    options = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    here = pathlib.Path(__file__).resolve().parent
    if options.real_shape:
        shape, out = options.real_shape
        beside = here.parents[4] / "shared" / "data" / "qwen3-tokenizer"
        make_real(shape, pathlib.Path(out), options.tokenizer or beside)
        return
    print(f"transformers {transformers.__version__}, torch {torch.__version__}, numpy {np.__version__}, seed {SEED}")
    for index, name in enumerate(TINY):
        make_tiny(name, index, here)


if __name__ == "__main__":
    main()
