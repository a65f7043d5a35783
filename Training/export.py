"""Writes a model folder of checkpoints: config.json, tokenizer.json, tokenizer_config.json, model.safetensors (bf16).

Weights of several checkpoints of one run are averaged.
"""

import argparse
import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file

import prompt


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tokenizer", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("checkpoints", type=pathlib.Path, nargs="+")
    parser.add_argument("--max-length", type=int, default=512, help="most tokens of a prompt")
    parser.add_argument("--first-stage-weight", type=float, default=3.0,
                        help="what the best match of words is worth beside the margins, in log-odds")
    options = parser.parse_args()
    several = [torch.load(path, weights_only=False, map_location="cpu") for path in options.checkpoints]
    saved = several[-1]
    mean = {name: sum(other["model"][name] for other in several) / len(several) for name in saved["model"]}
    shape = saved["shape"]
    options.out.mkdir(parents=True, exist_ok=True)
    tensors = {f"model.{name}": tensor.to(torch.bfloat16).contiguous() for name, tensor in mean.items()}
    save_file(tensors, options.out / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "attention_bias": False, "attention_dropout": 0.0,
        "hidden_act": "silu", "initializer_range": 0.02, "max_position_embeddings": options.max_length,
        "rope_scaling": None, "sliding_window": None, "use_sliding_window": False, "tie_word_embeddings": True,
        "torch_dtype": "bfloat16", "use_cache": True, "bos_token_id": None, "eos_token_id": None,
        "aisle_first_stage_weight": options.first_stage_weight, **shape}
    (options.out / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    (options.out / "model.safetensors").chmod(0o644)
    shutil.copyfile(options.tokenizer, options.out / "tokenizer.json")
    (options.out / "tokenizer_config.json").write_text(json.dumps({
        "add_bos_token": False, "add_prefix_space": False, "bos_token": None, "clean_up_tokenization_spaces": False,
        "eos_token": "<|im_end|>", "model_max_length": options.max_length, "pad_token": "<|endoftext|>",
        "tokenizer_class": "PreTrainedTokenizerFast", "unk_token": None}, indent=2) + "\n")
    size = sum(f.stat().st_size for f in options.out.iterdir() if f.is_file())
    print(f"{options.out}: step {saved['step']}, {sum(t.numel() for t in tensors.values()):,} parameters, {size:,} bytes")


if __name__ == "__main__":
    main()
