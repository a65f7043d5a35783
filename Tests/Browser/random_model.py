"""A tiny reranker of random numbers, with a real tokenizer.

It lets a test see that the page shows how the second stage moves hits. Its scores say nothing about relevance.
"""

import json
import pathlib
import random
import shutil
import struct

TOKENIZER = pathlib.Path(__file__).parent.parent / "RerankerTests/Fixtures/tokenizer/tokenizer-small.json"
VOCABULARY, HIDDEN, INTERMEDIATE = 1024, 16, 32


def write(folder: pathlib.Path) -> pathlib.Path:
    """Writes the model's files into a new folder."""
    folder.mkdir(parents=True)
    shutil.copy(TOKENIZER, folder / "tokenizer.json")
    (folder / "config.json").write_text(
        json.dumps(
            {
                "model_type": "qwen3",
                "architectures": ["Qwen3ForCausalLM"],
                "hidden_size": HIDDEN,
                "num_hidden_layers": 1,
                "num_attention_heads": 1,
                "num_key_value_heads": 1,
                "head_dim": HIDDEN,
                "intermediate_size": INTERMEDIATE,
                "vocab_size": VOCABULARY,
                "hidden_act": "silu",
                "rms_norm_eps": 1e-6,
                "rope_theta": 1000000,
                "max_position_embeddings": 4096,
                "tie_word_embeddings": True,
                "torch_dtype": "float32",
            }
        )
    )
    (folder / "model.safetensors").write_bytes(weights())
    return folder


def weights() -> bytes:
    """One layer in the safetensors format: the header's length, the header, the numbers."""
    layer = "model.layers.0."
    square, up, down = (HIDDEN, HIDDEN), (INTERMEDIATE, HIDDEN), (HIDDEN, INTERMEDIATE)
    shapes = {"model.embed_tokens": (VOCABULARY, HIDDEN)}
    shapes |= {f"{layer}self_attn.{name}_proj": square for name in "qkvo"}
    shapes |= {f"{layer}mlp.gate_proj": up, f"{layer}mlp.up_proj": up, f"{layer}mlp.down_proj": down}
    norms = ["input_layernorm", "self_attn.q_norm", "self_attn.k_norm", "post_attention_layernorm"]
    shapes |= {layer + name: (HIDDEN,) for name in norms} | {"model.norm": (HIDDEN,)}

    numbers = random.Random(7)
    header, data = {}, b""
    for name, shape in shapes.items():
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        values = [1.0] * count if "norm" in name else [numbers.uniform(-0.5, 0.5) for _ in range(count)]
        begin = len(data)
        data += struct.pack(f"<{count}f", *values)
        header[name + ".weight"] = {"dtype": "F32", "shape": list(shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data
