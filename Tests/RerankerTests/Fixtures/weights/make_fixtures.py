"""Writes tiny.safetensors with the reference library, and what its tensors hold as expected.json.

Made with safetensors 0.8.0, torch 2.15.0 and Python 3 on 2026-11-21:
    python make_fixtures.py
"""

import json
import pathlib

import safetensors
import torch
from safetensors.torch import save_file

folder = pathlib.Path(__file__).parent
torch.manual_seed(20261121)
tensors = {
    "norm.weight": torch.tensor([1.0, -0.0, 3.140625, float("inf"), 1.17549435e-38, 1e-40]),
    "half.weight": torch.tensor([[1.0, -2.5, 65504.0], [6e-8, -0.0, 0.333251953125]]).half(),
    "brain.weight": torch.randn(4, 6).bfloat16(),
    "bytes": torch.tensor([-128, -1, 0, 127], dtype=torch.int8),
    "ubytes": torch.tensor([[[0, 1, 255]]], dtype=torch.uint8),
    "scalar": torch.tensor(-7.5),
    "empty": torch.zeros(0, 3),
    "名前\n\"quoted\"": torch.tensor([42.0]),
}
save_file(tensors, folder / "tiny.safetensors", metadata={"format": "pt", "note": "日本語 \"q\" \\ \u0001"})

# The bits of the 32-bit floats, because JSON has no infinity and readers round.
expected = {
    name: {
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "bits": [value & 0xFFFFFFFF for value in tensor.float().flatten().view(torch.int32).tolist()],
    }
    for name, tensor in tensors.items()
}
(folder / "expected.json").write_text(
    json.dumps({"safetensors": safetensors.__version__, "torch": torch.__version__, "tensors": expected}, indent=1) + "\n"
)
