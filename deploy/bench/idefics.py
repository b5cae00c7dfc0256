"""Writes an IDEFICS checkpoint in bfloat16, in shards, whose weights mean nothing: of about 2 GB, or as large as IDEFICS-9B."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import IdeficsConfig, IdeficsForVisionText2Text

DEMO = Path("plugins/flamingo/models/flamingo-shapes/1")
SHARD_BYTES = 500_000_000


def billion() -> IdeficsConfig:
    """The demo's configuration at the width of a language model of a billion parameters."""
    small = json.loads((DEMO / "config.json").read_text())
    small |= {"hidden_size": 2048, "intermediate_size": 5632, "num_hidden_layers": 15, "num_attention_heads": 16}
    small |= {"cross_layer_interval": 5, "tie_word_embeddings": False, "dtype": "bfloat16"}
    small["vision_config"] |= {"embed_dim": 1024, "num_attention_heads": 16, "intermediate_size": 4096}
    small["vision_config"] |= {"num_hidden_layers": 12, "image_size": 224, "patch_size": 14}
    small["perceiver_config"] |= {"resampler_depth": 2, "resampler_head_dim": 96, "resampler_n_heads": 16}
    small["perceiver_config"] |= {"resampler_n_latents": 64}
    return IdeficsConfig(**small)


def nine_billion(layers: int) -> IdeficsConfig:
    """The configuration of HuggingFaceM4/idefics-9b; its text model may be cut down to fewer layers."""
    small = json.loads((DEMO / "config.json").read_text())
    small |= {"vocab_size": 32000, "additional_vocab_size": 2, "hidden_size": 4096, "intermediate_size": 11008}
    small |= {"num_hidden_layers": layers, "num_attention_heads": 32, "cross_layer_interval": 4}
    small |= {"qk_layer_norms": True, "alpha_initializer": "zeros", "max_position_embeddings": 2048}
    small |= {"tie_word_embeddings": False, "dtype": "bfloat16"}
    small["vision_config"] |= {"embed_dim": 1280, "num_attention_heads": 16, "intermediate_size": 5120}
    small["vision_config"] |= {"num_hidden_layers": 32, "image_size": 224, "patch_size": 14, "hidden_act": "gelu"}
    small["perceiver_config"] |= {"resampler_depth": 6, "resampler_head_dim": 96, "resampler_n_heads": 16}
    small["perceiver_config"] |= {"resampler_n_latents": 64, "qk_layer_norms_perceiver": True}
    return IdeficsConfig(**small)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="checkpoint folder")
    parser.add_argument("--nine", action="store_true", help="the shapes of IDEFICS-9B")
    parser.add_argument("--layers", type=int, default=32, help="how many layers its text model keeps")
    arguments = parser.parse_args()
    out = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    large = nine_billion(arguments.layers) if arguments.nine else billion()
    large.save_pretrained(out)
    for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json"):
        shutil.copy(DEMO / name, out / name)
    processor = json.loads((DEMO / "preprocessor_config.json").read_text()) | {"image_size": 224}
    (out / "preprocessor_config.json").write_text(json.dumps(processor, indent=2) + "\n")
    with torch.device("meta"):
        shapes = {name: tensor.shape for name, tensor in IdeficsForVisionText2Text(large).state_dict().items()}
    write(out, list(shards(shapes)), shapes)


def shards(shapes: dict[str, torch.Size]) -> Iterator[list[str]]:
    """The names of the tensors of each shard."""
    names: list[str] = []
    held = 0
    for name, shape in shapes.items():
        if name.endswith(("position_ids", "inv_freq")):
            continue
        if names and held + 2 * shape.numel() > SHARD_BYTES:
            yield names
            names, held = [], 0
        names.append(name)
        held += 2 * shape.numel()
    yield names


def write(out: Path, parts: list[list[str]], shapes: dict[str, torch.Size]) -> None:
    """Writes the shards, one at a time, and their index."""
    noise = torch.randn(1 << 20, generator=torch.Generator().manual_seed(0)).mul(0.01).bfloat16()
    where: dict[str, str] = {}
    for number, names in enumerate(parts, 1):
        file = f"model-{number:05d}-of-{len(parts):05d}.safetensors"
        shard = {}
        for name in names:
            size = shapes[name].numel()
            shard[name] = noise.repeat(size // len(noise) + 1)[:size].reshape(shapes[name]).clone()
        save_file(shard, out / file, {"format": "pt"})
        where |= dict.fromkeys(names, file)
    total = sum(2 * shapes[name].numel() for name in where)
    index = {"metadata": {"total_size": total}, "weight_map": where}
    (out / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    print(f"{total / 1e9:.2f} GB in {len(parts)} shards")


if __name__ == "__main__":
    main()
