"""Scores query and document texts with an exported model folder, as the engine does, in float32."""

import json
import pathlib

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

import prompt
from model import Batch, Reranker, Shape


class Scorer:
    """A model folder in PyTorch."""

    def __init__(self, folder, autocast=False):
        folder = pathlib.Path(folder)
        config = json.loads((folder / "config.json").read_text())
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.user = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.user.encode_special_tokens = True
        self.model = Reranker(Shape(**{k: config[k] for k in Shape.__dataclass_fields__}),
                              self.tokenizer.token_to_id("yes"), self.tokenizer.token_to_id("no")).eval()
        tensors = load_file(folder / "model.safetensors")
        self.model.load_state_dict({k.removeprefix("model."): v.float() for k, v in tensors.items()})
        self.opening = self.tokenizer.encode(prompt.OPENING, add_special_tokens=False).ids
        self.suffix = self.tokenizer.encode(prompt.SUFFIX, add_special_tokens=False).ids
        self.most, self.autocast = config["max_position_embeddings"], autocast

    def encode(self, text):
        return self.user.encode(text, add_special_tokens=False).ids

    def prompt_ids(self, query, document, instruction=prompt.DEFAULT):
        """(ids all documents share, ids of this one)."""
        # As PromptEncoder: a query may have a quarter of what the prompt's fixed parts leave.
        limit = (self.most - len(self.opening) - len(self.suffix) - len(self.encode(prompt.TURN))) // 4
        shared = (self.opening + self.encode(f"{prompt.TURN}<Instruct>: {instruction}\n<Query>:")
                  + self.encode(" " + query)[:limit] + self.encode("\n<Document>:"))
        return shared, self.encode(" " + document)[:self.most - len(shared) - len(self.suffix)] + self.suffix

    @torch.no_grad()
    def margins(self, query, documents, instruction=prompt.DEFAULT, part=128):
        """Margins of documents for a query."""
        result = np.zeros(len(documents), np.float32)
        pairs = [self.prompt_ids(query, d, instruction) for d in documents]
        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][1]))
        for at in range(0, len(order), part):
            chosen = order[at:at + part]
            lengths = torch.tensor([len(pairs[i][1]) for i in chosen])
            own = np.zeros((len(chosen), int(lengths.max())), np.int64)
            for row, i in zip(own, chosen):
                row[:len(pairs[i][1])] = pairs[i][1]
            shared = torch.tensor([pairs[chosen[0]][0]])
            with torch.autocast("cpu", torch.bfloat16, enabled=self.autocast):
                margins = self.model(Batch(shared, torch.tensor([shared.shape[1]]), torch.from_numpy(own), lengths,
                                           torch.zeros(len(chosen), dtype=torch.long)))
            result[chosen] = margins.float().numpy()
        return result
