"""What each precision does to margins and their order, beside what the reference's own bf16 and torch's int8 do.

usage: precision_parity.py AISLE MODEL...                    folders of Qwen3 rerankers, real or random
       precision_parity.py AISLE --random SHAPE --tokenizer FOLDER [--outliers KIND,...] [--factors 100,300,1000] [--seeds 1,2,3]
needs: torch, transformers, numpy

One query and 32 made-up documents of some 60 tokens. All engines have the same weights, rounded to bf16 as published
checkpoints are; what counts as exact is transformers in float32. For each engine: the greatest difference of a margin
as percent of the spread (greatest less least exact margin), in brackets without the mean difference, which changes no
order, and Kendall's tau of the two orders.

Random models of SHAPE have a few channels that are a factor larger than others, where trained models have such, too:
KIND is none, embedding (columns), norms, residual (rows of o_proj and down_proj) or up (rows of up_proj).
"""

import argparse
import copy
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Training"))
import prompt  # noqa: E402
from quantization_study import kendall  # noqa: E402

SHAPES = {  # hidden, layers, heads, key-value heads, head dimension, MLP
    "shallow": (256, 4, 4, 2, 64, 512),
    "deep": (256, 28, 4, 2, 64, 512),
    "wide": (512, 16, 8, 4, 64, 1536),
    "0.6B": (1024, 28, 16, 8, 128, 3072),
}
OUTLIERS = ("none", "embedding", "norms", "residual", "up")
YES, NO, DOCUMENTS, WORDS = 9693, 2152, 32, 45
LEXICON = """red blue light warm small steel cotton leather wireless running shoe bag lamp kettle desk chair phone case cable charger
jacket winter summer for with and without of pack set size large mini pro kids women men outdoor kitchen garden 红色 蓝色 鞋
手机 厨房 儿童 夏季 大号 12 250 ml cm XL""".split()


# MARK: The models

def write_random(folder, tokenizer, shape, kind, factor, seed):
    hidden, layers, heads, kv_heads, size, inner = SHAPES[shape]
    base = transformers.AutoConfig.from_pretrained(tokenizer)
    base.update({
        "hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads, "head_dim": size,
        "num_key_value_heads": kv_heads, "intermediate_size": inner, "tie_word_embeddings": True,
        "layer_types": ["full_attention"] * layers, "max_window_layers": layers,
    })  # fmt: skip
    torch.manual_seed(seed)
    model = transformers.Qwen3ForCausalLM(base)
    channels = torch.randperm(hidden)[:4]
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() == 1:
                weight.normal_(1, 0.2)
                if kind == "norms" and "layernorm" in name:
                    weight[channels] *= factor
            elif kind == "embedding" and "embed" in name:
                weight[:, channels] *= factor
            elif kind == "residual" and ("o_proj" in name or "down_proj" in name):
                weight[channels] *= factor
            elif kind == "up" and "up_proj" in name:
                weight[torch.randperm(len(weight))[:3]] *= factor
    model.to(torch.bfloat16).save_pretrained(folder)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(pathlib.Path(tokenizer) / file, folder)


# MARK: The engines

def workload():
    source = random.Random(1)
    return "red running shoe for kids", [" ".join(source.choices(LEXICON, k=WORDS)) for _ in range(DOCUMENTS)]


def aisle_margins(program, folder, precision, query, documents):
    answer = subprocess.run(
        [program, "rerank", "--model", folder, "--precision", precision, "--no-cache", "--json", "--query", query],
        input="\n".join(documents), capture_output=True, text=True)
    if answer.returncode:
        return None if "bf16" in answer.stderr else sys.exit(answer.stderr)
    margins = np.empty(len(documents))
    for result in json.loads(answer.stdout)["results"]:
        margins[result["index"]] = result["margin"]
    return margins


@torch.inference_mode()
def torch_margins(model, tokenizer, query, documents):
    """The states as the model's numbers have them, the two rows of the head in float32."""
    body, head = model.model, model.get_output_embeddings().weight.detach().float()
    margins = []
    for document in documents:
        ids = tokenizer.encode(f"{prompt.prefix(query)} {document}{prompt.SUFFIX}", add_special_tokens=False)
        state = body(input_ids=torch.tensor([ids])).last_hidden_state[0, -1].float()
        margins.append(float(state.double() @ (head[YES] - head[NO]).double()))
    return np.array(margins)


def int8_of(model):
    torch.backends.quantized.engine = "onednn"
    model = copy.deepcopy(model)
    model.model = torch.ao.quantization.quantize_dynamic(model.model, {torch.nn.Linear}, dtype=torch.qint8)
    return model


# MARK: The comparison

def compare(program, folder, label):
    query, documents = workload()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    exact = torch_margins(model, tokenizer, query, documents)
    others = {
        "f32": aisle_margins(program, folder, "f32", query, documents),
        "int8": aisle_margins(program, folder, "int8", query, documents),
        "bf16": aisle_margins(program, folder, "bf16", query, documents),
        "torch int8": torch_margins(int8_of(model), tokenizer, query, documents),
        "torch bf16": torch_margins(model.to(torch.bfloat16), tokenizer, query, documents),
    }
    spread = exact.max() - exact.min()
    figures = {}
    for name, margins in others.items():
        if margins is not None:
            off = 100 * (margins - exact) / spread
            figures[name] = np.abs(off).max(), np.abs(off - off.mean()).max(), kendall(exact, margins)
    print(f"{label:32}", *(f"{name} {error:.2f} ({own:.2f}) % {tau:.3f}" for name, (error, own, tau) in figures.items()),
          sep="  ", flush=True)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("aisle")
    parser.add_argument("models", nargs="*")
    parser.add_argument("--random", choices=SHAPES)
    parser.add_argument("--tokenizer")
    parser.add_argument("--outliers", default=",".join(OUTLIERS))
    parser.add_argument("--factors", default="100,300,1000")
    parser.add_argument("--seeds", default="1,2,3")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    results = [compare(options.aisle, folder, pathlib.Path(folder).name) for folder in options.models]
    if options.random:
        for kind in options.outliers.split(","):
            for factor in [1] if kind == "none" else map(float, options.factors.split(",")):
                for seed in map(int, options.seeds.split(",")):
                    with tempfile.TemporaryDirectory() as folder:
                        write_random(folder, options.tokenizer, options.random, kind, factor, seed)
                        label = f"{options.random} {kind} x {factor:g}, seed {seed}"
                        results.append(compare(options.aisle, folder, label))
    for name in results[0] if results else ():
        errors, own, taus = np.array([r[name] for r in results]).T
        good = int(((errors <= 2) & (taus >= 0.98)).sum())
        print(f"{name:12} median {np.median(errors):.2f} ({np.median(own):.2f}) %, worst {errors.max():.2f} ({own.max():.2f}) %; "
              f"tau median {np.median(taus):.3f}, least {taus.min():.3f}; {good} of {len(results)} within 2 % and 0.98")


if __name__ == "__main__":
    main()
