"""Writes a random Qwen3 model of one layer with a real tokenizer: its scores mean nothing, but each text has its own."""

import json
import pathlib
import random
import shutil
import struct

VOCABULARY, WIDTH, INNER = 1024, 16, 32


def write(folder: pathlib.Path, tokenizer: pathlib.Path) -> None:
    folder.mkdir(parents=True)
    shutil.copy(tokenizer, folder / "tokenizer.json")
    configuration = {
        "model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], "hidden_size": WIDTH, "num_hidden_layers": 1,
        "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": WIDTH, "intermediate_size": INNER,
        "vocab_size": VOCABULARY, "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 1000000,
        "max_position_embeddings": 4096, "tie_word_embeddings": True, "torch_dtype": "float32",
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(configuration))
    layer = "model.layers.0."
    matrices = {
        "model.embed_tokens": (VOCABULARY, WIDTH),
        **{f"{layer}self_attn.{name}_proj": (WIDTH, WIDTH) for name in "qkvo"},
        f"{layer}mlp.gate_proj": (INNER, WIDTH),
        f"{layer}mlp.up_proj": (INNER, WIDTH),
        f"{layer}mlp.down_proj": (WIDTH, INNER),
    }
    norms = ["input_layernorm", "self_attn.q_norm", "self_attn.k_norm", "post_attention_layernorm"]
    numbers = random.Random(1)
    header, data = {}, bytearray()

    def add(name: str, shape: tuple[int, ...], values: list[float]) -> None:
        begin = len(data)
        data.extend(struct.pack(f"<{len(values)}f", *values))
        header[f"{name}.weight"] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, len(data)]}

    for name, (rows, columns) in matrices.items():
        add(name, (rows, columns), [numbers.uniform(-0.5, 0.5) for _ in range(rows * columns)])
    for name in [layer + norm for norm in norms] + ["model.norm"]:
        add(name, (WIDTH,), [1.0] * WIDTH)
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
