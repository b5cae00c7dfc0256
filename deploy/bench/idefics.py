"""Writes an IDEFICS checkpoint of about 2 GB in bfloat16, in shards, whose weights mean nothing."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import IdeficsConfig, IdeficsForVisionText2Text

DEMO = Path("plugins/flamingo/models/flamingo-shapes/1")
SHARD_BYTES = 500_000_000


def config() -> IdeficsConfig:
    """The demo's configuration at the width of a language model of a billion parameters."""
    small = json.loads((DEMO / "config.json").read_text())
    small |= {"hidden_size": 2048, "intermediate_size": 5632, "num_hidden_layers": 15, "num_attention_heads": 16}
    small |= {"cross_layer_interval": 5, "tie_word_embeddings": False, "dtype": "bfloat16"}
    small["vision_config"] |= {"embed_dim": 1024, "num_attention_heads": 16, "intermediate_size": 4096}
    small["vision_config"] |= {"num_hidden_layers": 12, "image_size": 224, "patch_size": 14}
    small["perceiver_config"] |= {"resampler_depth": 2, "resampler_head_dim": 96, "resampler_n_heads": 16}
    small["perceiver_config"] |= {"resampler_n_latents": 64}
    return IdeficsConfig(**small)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="checkpoint folder")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    large = config()
    large.save_pretrained(out)
    for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json"):
        shutil.copy(DEMO / name, out / name)
    processor = json.loads((DEMO / "preprocessor_config.json").read_text()) | {"image_size": 224}
    (out / "preprocessor_config.json").write_text(json.dumps(processor, indent=2) + "\n")
    with torch.device("meta"):
        shapes = {name: tensor.shape for name, tensor in IdeficsForVisionText2Text(large).state_dict().items()}
    noise = torch.randn(1 << 20, generator=torch.Generator().manual_seed(0)).mul(0.01).bfloat16()
    shards: list[dict[str, torch.Tensor]] = [{}]
    held = 0
    for name, shape in shapes.items():
        if name.endswith(("position_ids", "inv_freq")):
            continue
        size = shape.numel()
        if held + 2 * size > SHARD_BYTES:
            shards.append({})
            held = 0
        shards[-1][name] = noise.repeat(size // len(noise) + 1)[:size].reshape(shape).clone()
        held += 2 * size
    write(out, shards)


def write(out: Path, shards: list[dict[str, torch.Tensor]]) -> None:
    """Writes the shards and their index."""
    where: dict[str, str] = {}
    for number, shard in enumerate(shards, 1):
        file = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        save_file(shard, out / file, {"format": "pt"})
        where |= dict.fromkeys(shard, file)
    total = sum(2 * tensor.numel() for shard in shards for tensor in shard.values())
    index = {"metadata": {"total_size": total}, "weight_map": where}
    (out / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    print(f"{total / 1e9:.2f} GB in {len(shards)} shards")


if __name__ == "__main__":
    main()
