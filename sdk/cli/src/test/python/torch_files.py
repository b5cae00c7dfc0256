"""Writes the PyTorch files that `sensorium convert` is tested with, of DALL-E's golden checkpoint.

python sdk/cli/src/test/python/torch_files.py    (from the root of the repository; torch and safetensors installed)
"""

from __future__ import annotations

import os
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import load_file

GOLDEN = Path("plugins/dalle/src/test/resources/goldens/dalle")
OUT = Path("sdk/cli/src/test/resources/torch")


class Evil:
    """What a pickle can do that is run."""

    def __reduce__(self):
        return os.system, ("echo evil",)


def part(prefix: str) -> OrderedDict[str, torch.Tensor]:
    weights = load_file(GOLDEN / "model.safetensors")
    return OrderedDict(
        (name.removeprefix(prefix), tensor) for name, tensor in weights.items() if name.startswith(prefix)
    )


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    encoder = part("encoder.")
    name = "layers.0.self_attn.q_proj.weight"
    encoder[name] = encoder[name].T.contiguous().T
    both = torch.cat([encoder["final_ln.weight"], encoder["final_ln.bias"]])
    encoder["final_ln.weight"], encoder["final_ln.bias"] = both.chunk(2)
    encoder["embed_positions.weight"] = torch.nn.Parameter(encoder["embed_positions.weight"])
    torch.save(dict(encoder), OUT / "encoder.pt")
    decoder = part("decoder.")
    decoder._metadata = OrderedDict(version=1)
    torch.save(decoder, OUT / "decoder.pt")
    torch.save(part("detokenizer."), OUT / "detoker.pt")
    small = {"a": torch.arange(3.0)}
    torch.save(small, OUT / "old.pt", _use_new_zipfile_serialization=False)
    torch.save(small | {"b": Evil()}, OUT / "evil.pt")
    torch.save(small | {"step": 7}, OUT / "number.pt")
    with zipfile.ZipFile(OUT / "encoder.pt") as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(OUT / "cut.pt", "w") as cut:
        for name, data in parts.items():
            cut.writestr(name, data[:-4] if name.endswith("/data/0") else data)


if __name__ == "__main__":
    main()
