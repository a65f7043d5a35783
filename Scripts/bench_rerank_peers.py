#!/usr/bin/env python3
"""Times `aisle bench rerank` beside other engines on one workload: one query, 32 candidates of 150 tokens, 75 shared.

Usage: bench_rerank_peers.py --model FOLDER [--aisle PROGRAM] [--gguf FILE ...] [--floor PROGRAM]
                             [--threads 2] [--rounds 3] [--only NAME ...] [--into FILE] [--json]
Peers, each where it can be had, each with the shared prefix computed once and its best batch:
    torch f32, torch int8     `pip install torch transformers`; int8: dynamic quantization of the linear layers
    llama.cpp, one a GGUF     `pip install llama-cpp-python`, GGUFs by llama.cpp's convert_hf_to_gguf.py, llama-quantize
    floor f32, floor int8     Tests/Benchmarks/gemm_floor.c, built by hand: the matrix products alone
All wait in processes of their own and take turns, so that a slow minute of the machine meets all of them. Prints medians.
With --into, what earlier calls measured and tuned is kept in a file and counts, too: a long comparison in short calls.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time

CANDIDATES, SHARED, OWN, SEED = 32, 75, 75, 7
TOKENS = SHARED + CANDIDATES * OWN
YES, NO = 9693, 2152
NOT_INSTALLED = 3  # a worker's exit code
BATCHES = (8, 32)  # candidates computed together: a worker tries them and keeps its best


def workload(vocabulary):
    """Token ids: of the shared prefix, and of each candidate."""
    import random
    source = random.Random(SEED)
    return ([source.randrange(vocabulary) for _ in range(SHARED)],
            [[source.randrange(vocabulary) for _ in range(OWN)] for _ in range(CANDIDATES)])


# Workers: print "ready" with a note, then for each line on standard input run once, print seconds and margins as JSON.

def worker_torch(precision, model_path, threads):
    try:
        import copy
        import torch
        import transformers
    except ImportError as missing:
        refuse(missing)
    import warnings
    warnings.filterwarnings("ignore")
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(threads)
    model = transformers.AutoModelForCausalLM.from_pretrained(model_path, dtype=torch.float32, local_files_only=True)
    head = model.get_output_embeddings().weight.detach()
    difference, body = head[YES] - head[NO], model.model.eval()
    if precision == "int8":
        torch.backends.quantized.engine = "onednn"
        body = torch.ao.quantization.quantize_dynamic(body, {torch.nn.Linear}, dtype=torch.qint8)
    prefix, candidates = (torch.tensor(ids) for ids in workload(len(head)))

    @torch.inference_mode()
    def run(batch):
        shared = body(input_ids=prefix[None], use_cache=True).past_key_values
        margins = []
        for start in range(0, CANDIDATES, batch):
            part = candidates[start : start + batch]
            cache = copy.deepcopy(shared)
            cache.batch_repeat_interleave(len(part))
            h = body(input_ids=part, past_key_values=cache, use_cache=True).last_hidden_state[:, -1]
            margins += (h @ difference).tolist()
        return margins

    serve(run, BATCHES, f"torch {torch.__version__}")


def worker_llama(path, threads):
    try:
        import ctypes
        import llama_cpp as llama
    except (ImportError, FileNotFoundError, OSError, RuntimeError) as missing:
        refuse(missing)
    silent = llama.llama_log_callback(lambda level, text, data: None)
    llama.llama_log_set(silent, None)
    llama.llama_backend_init()
    model = llama.llama_model_load_from_file(path.encode(), llama.llama_model_default_params())
    if not model:
        sys.exit(f"llama.cpp cannot load {path}")
    vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
    prefix, candidates = workload(vocabulary)
    contexts = {}

    def context(batch, unified):
        """One of these at a time: their caches are large."""
        if (batch, unified) not in contexts:
            for old in contexts.values():
                llama.llama_free(old)
            contexts.clear()
            wanted = llama.llama_context_default_params()
            cells = SHARED + batch * OWN if unified else (SHARED + OWN) * (batch + 1)
            wanted.n_ctx = (cells + 255) // 256 * 256 if unified else 256 * (batch + 1)
            wanted.n_batch = wanted.n_ubatch = max(512, batch * OWN)
            wanted.n_seq_max = batch + 1
            wanted.n_threads = wanted.n_threads_batch = threads
            wanted.n_outputs_max = batch + 1
            wanted.pooling_type = llama.LLAMA_POOLING_TYPE_NONE
            wanted.kv_unified = unified
            contexts[batch, unified] = llama.llama_init_from_model(model, wanted)
        return contexts[batch, unified]

    def decode(on, rows):
        """Rows: (token, position, sequence, whether its logits are wanted)."""
        batch = llama.llama_batch_init(len(rows), 0, 1)
        for i, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[i], batch.pos[i], batch.n_seq_id[i] = token, position, 1
            batch.seq_id[i][0], batch.logits[i] = sequence, wanted
        batch.n_tokens = len(rows)
        result = llama.llama_decode(on, batch)
        llama.llama_batch_free(batch)
        if result != 0:
            raise RuntimeError(f"llama_decode: {result}")

    def run(setting):
        batch, unified = setting
        on = context(batch, unified)
        memory = llama.llama_get_memory(on)
        llama.llama_memory_clear(memory, False)
        decode(on, [(token, at, 0, at == SHARED - 1) for at, token in enumerate(prefix)])
        margins = []
        for start in range(0, CANDIDATES, batch):
            rows = []
            for sequence, ids in enumerate(candidates[start : start + batch], 1):
                llama.llama_memory_seq_rm(memory, sequence, -1, -1)
                llama.llama_memory_seq_cp(memory, 0, sequence, -1, -1)
                rows += [(token, SHARED + at, sequence, at == OWN - 1) for at, token in enumerate(ids)]
            decode(on, rows)
            for i in range(OWN - 1, len(rows), OWN):
                logits = llama.llama_get_logits_ith(on, i)
                margins.append(logits[YES] - logits[NO])
        return margins

    settings = [(batch, unified) for batch in BATCHES for unified in (True, False)]
    serve(run, settings, f"llama-cpp-python {llama.__version__}")


def refuse(why):
    print(why, file=sys.stderr)
    sys.exit(NOT_INSTALLED)


def serve(run, settings, note):
    def timed(setting):
        start = time.perf_counter()
        margins = run(setting)
        return time.perf_counter() - start, margins

    print(json.dumps({"ready": note}), flush=True)
    best = None
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "tune":
            taken = {setting: timed(setting)[0] for setting in settings}
            best = min(taken, key=taken.get)
            print(json.dumps({"best": settings.index(best), "name": str(best)}), flush=True)
        elif command == "use":
            best = settings[int(argument)]
            timed(best)  # to warm up
            print(json.dumps({"best": int(argument), "name": str(best)}), flush=True)
        else:
            seconds, margins = timed(best)
            print(json.dumps({"seconds": seconds, "margins": margins}), flush=True)


# The parent.

class Peer:
    """Another engine in a process that waits for its turn."""

    def __init__(self, name, arguments):
        self.name, self.seconds, self.margins, self.note, self.best = name, [], None, "", None
        environment = os.environ | {"OMP_NUM_THREADS": arguments[-1]}
        self.process = subprocess.Popen([sys.executable, __file__, "--worker", *arguments], text=True, env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        line = self.process.stdout.readline()
        self.works = bool(line)
        if self.works:
            self.note = json.loads(line)["ready"]
        else:
            failure = self.process.stderr.read().strip().splitlines() or ["it ended without a word"]
            self.process.wait()
            self.note = ("not installed: " if self.process.returncode == NOT_INSTALLED else "failed: ") + failure[-1]

    def ask(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"bench_rerank_peers: {self.name}: {self.process.stderr.read().strip()}")
        return json.loads(line)

    def tune(self):
        answer = self.ask("tune" if self.best is None else f"use {self.best}")
        self.best = answer["best"]
        self.note += f", best at {answer['name']}"

    def measure(self):
        answer = self.ask("run")
        self.seconds.append(answer["seconds"])
        self.margins = answer["margins"]


class Aisle:
    """`aisle bench rerank`, started anew each time: the median of its rounds counts."""

    def __init__(self, program, model, precision, threads):
        self.name, self.seconds, self.margins, self.products = f"aisle {precision}", [], None, []
        self.command = [program, "bench", "rerank", "--model", model, "--precision", precision,
                        "--threads", threads, "--rounds", "1" if precision == "f32" else "3", "--json"]
        self.works, self.note = True, ""
        if not os.access(program, os.X_OK):
            self.works, self.note = False, f"not installed: {program}"

    def tune(self):
        pass

    def measure(self):
        answer = subprocess.run(self.command, capture_output=True, text=True)
        if answer.returncode != 0:
            sys.exit(f"bench_rerank_peers: {self.name}: {answer.stderr.strip()}")
        for run in json.loads(answer.stdout)["runs"]:
            self.seconds.append(run["seconds"])
            if run.get("gemm_seconds"):
                self.products.append(run["gemm_seconds"])
                self.note = f"{self.seconds[-1] / self.products[-1]:.2f} x its own matrix products"


class Floor:
    """Tests/Benchmarks/gemm_floor.c: the least any engine on these matrix products could take."""

    def __init__(self, program, threads):
        self.name, self.seconds, self.margins, self.works = "floor f32", [], None, True
        self.command, self.int8 = [program, threads, "3", "f32", "u8s8"], None
        self.note = "oneDNN's matrix products alone"

    def tune(self):
        if not os.access(self.command[0], os.X_OK):
            self.works, self.note = False, f"not installed: {self.command[0]}"
            self.int8.works, self.int8.note = self.works, self.note

    def measure(self):
        output = subprocess.run(self.command, check=True, capture_output=True, text=True).stdout
        found = dict(re.findall(r"^(\w+) +floor ([\d.]+) s", output, re.MULTILINE))
        self.seconds.append(float(found["f32"]))
        self.int8.seconds.append(float(found["u8s8"]))


class Reading:
    """A second figure of another contender's run."""

    def __init__(self, name, note):
        self.name, self.note, self.seconds, self.margins, self.works = name, note, [], None, True

    def tune(self):
        pass

    def measure(self):
        pass


def contenders(options):
    threads = str(options.threads)
    wanted = [
        ("aisle int8", lambda: Aisle(options.aisle, options.model, "int8", threads)),
        ("aisle f32", lambda: Aisle(options.aisle, options.model, "f32", threads)),
        ("torch f32", lambda: Peer("torch f32", ["torch", "f32", options.model, threads])),
        ("torch int8", lambda: Peer("torch int8", ["torch", "int8", options.model, threads])),
    ]
    for path in options.gguf:
        name = "llama.cpp " + os.path.basename(path).removesuffix(".gguf").split("-")[-1]
        wanted.append((name, lambda name=name, path=path: Peer(name, ["llama", "gguf", path, threads])))
    chosen = [make() for name, make in wanted if not options.only or name in options.only]
    if options.floor and (not options.only or "floor" in options.only):
        floor = Floor(options.floor, threads)
        floor.int8 = Reading("floor int8", floor.note)
        chosen += [floor, floor.int8]
    return chosen


class Kept:
    """What was measured of a contender, in this call and in earlier ones."""

    def __init__(self, name, seconds, note, margins, best):
        self.name, self.seconds, self.note, self.margins, self.best = name, seconds, note, margins, best


def read_kept(path):
    if not path or not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def merge(kept, everyone, path):
    """Adds this call's figures to the kept ones, writes them, and returns all."""
    for one in everyone:
        if not one.seconds:
            continue
        before = kept.get(one.name, {"seconds": []})
        kept[one.name] = {"seconds": before["seconds"] + one.seconds, "note": one.note, "margins": one.margins,
                          "best": one.best}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(kept, file)
    return [Kept(name, **values) for name, values in kept.items()]


def spread(margins):
    return max(margins) - min(margins)


def print_table(all_of_them):
    measured = [one for one in all_of_them if one.seconds]
    medians = {one.name: statistics.median(one.seconds) for one in measured}
    exact = next((one.margins for one in measured if one.name == "torch f32"), None)
    ours = [name for name in ("aisle int8", "aisle f32") if name in medians]
    print(f"{'':20} {'s a query':>9} {'tokens/s':>9}" + "".join(f" {'/ ' + name:>13}" for name in ours))
    for one in sorted(measured, key=lambda one: medians[one.name]):
        seconds = medians[one.name]
        note = one.note
        if one.margins and exact and one.margins is not exact:
            worst = max(abs(a - b) for a, b in zip(one.margins, exact))
            note += f"; margins within {100 * worst / spread(exact):.1f} % of their spread of torch f32"
        ratios = "".join(f" {seconds / medians[name]:13.2f}" for name in ours)
        print(f"{one.name:20} {seconds:9.2f} {TOKENS / seconds:9.0f}{ratios}   {note}")
    for one in all_of_them:
        if not one.seconds:
            print(f"{one.name:20} {one.note or 'not measured'}")


def main():
    if sys.argv[1:2] == ["--worker"]:
        kind, precision, path, threads = sys.argv[2:]
        worker_torch(precision, path, int(threads)) if kind == "torch" else worker_llama(path, int(threads))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="folder with config.json and *.safetensors")
    parser.add_argument("--aisle", default=".build/release/aisle")
    parser.add_argument("--gguf", nargs="*", default=[], help="the same model for llama.cpp, one or more files")
    parser.add_argument("--floor", help="Tests/Benchmarks/gemm_floor.c, built")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help='such as "aisle int8" "torch f32" floor')
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--into", metavar="FILE", help="keep what is measured here, and go on from what is there")
    options = parser.parse_args()
    everyone = contenders(options)
    kept = read_kept(options.into)
    for one in everyone:
        one.best = kept.get(one.name, {}).get("best")
    for one in everyone:
        if one.works:
            one.tune()
    working = [one for one in everyone if one.works]
    for turn in range(options.rounds if working else 0):
        for one in working[turn % len(working) :] + working[: turn % len(working)]:
            one.measure()
    if options.into:
        everyone = merge(kept, everyone, options.into)
    if options.json:
        print(json.dumps({"tokens": TOKENS, "rounds": options.rounds, "engines": [
            {"name": one.name, "seconds": one.seconds, "note": one.note} for one in everyone]}, indent=1))
    else:
        print(f"{CANDIDATES} candidates, {SHARED} shared + {OWN} own tokens: {TOKENS} tokens, {options.threads} threads, "
              f"medians of {min((len(one.seconds) for one in everyone if one.seconds), default=0)} rounds or more")
        print_table(everyone)


if __name__ == "__main__":
    main()
