"""Where the demo checkpoint starts: the decoder's blocks are those of a CLIP checkpoint's image tower."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD

from network import Gato, ResidualBlock

CLIP = Path("plugins/clip/models/clip-shapes/1")


@torch.no_grad()
def start_from_clip(model: Gato, folder: Path = CLIP) -> None:
    """Copies the image tower, which has the same blocks; what comes after all patches sees as much as it did there.

    CLIP has a layer norm before the first block: that one goes into the embeddings, with the deviation that patches of
    middling contrast have in place of every patch's own. Other embeddings start as large as these.
    """
    clip = {
        name.removeprefix("vision_model."): tensor.float()
        for name, tensor in load_file(folder / "model.safetensors").items()
        if name.startswith("vision_model.")
    }
    for i, block in enumerate(model.transformer.h):
        copy_block(block, clip, f"encoder.layers.{i}.")
    deviation = start_patches(model, clip)
    for table in (model.transformer.wte, model.local_embedding, model.patch_embedding.row, model.patch_embedding.column):
        nn.init.normal_(table.weight, std=0.5 * deviation)
    layout, positions = model.layout, model.transformer.wpe.weight
    model.transformer.wte.weight[layout.continuous_start : layout.separator] = waves(
        layout.continuous_bins, 24, model.config.n_embd, 0.5 * deviation
    )
    positions.copy_(waves(len(positions), len(positions) / 4, model.config.n_embd, 0.5 * deviation))
    places = clip["embeddings.position_embedding.weight"][1:]
    model.local_embedding.weight[: len(places)] = normalised_places(clip, places)
    for table in (model.patch_embedding.row, model.patch_embedding.column):
        table.weight.mul_(0.1)


def copy_block(block: nn.Module, clip: dict[str, Tensor], at: str) -> None:
    """A block of GPT-2 is one of CLIP's with q, k and v in one matrix, and matrices transposed."""
    for kind in ("weight", "bias"):
        parts = [clip[f"{at}self_attn.{part}_proj.{kind}"] for part in "qkv"]
        getattr(block.attn.c_attn, kind).copy_(torch.cat(parts).T if kind == "weight" else torch.cat(parts))
        for target, source in (
            (block.attn.c_proj, "self_attn.out_proj"),
            (block.mlp.c_fc, "mlp.fc1"),
            (block.mlp.c_proj, "mlp.fc2"),
        ):
            stored = clip[f"{at}{source}.{kind}"]
            getattr(target, kind).copy_(stored.T if kind == "weight" else stored)
        getattr(block.ln_1, kind).copy_(clip[f"{at}layer_norm1.{kind}"])
        getattr(block.ln_2, kind).copy_(clip[f"{at}layer_norm2.{kind}"])


def start_patches(model: Gato, clip: dict[str, Tensor]) -> float:
    """Copies the convolution, for pixels of -1 to 1; answers the deviation of what it makes."""
    kernel = clip["embeddings.patch_embedding.weight"]
    kernel = (kernel - kernel.mean(0)) * clip["pre_layrnorm.weight"][:, None, None, None] / before_norm(clip)
    mean, std = torch.tensor(OPENAI_CLIP_MEAN), torch.tensor(OPENAI_CLIP_STD)
    scale = model.patches.patch_size**0.5 / (2 * std)
    projection = model.patch_embedding.projection
    projection.weight.zero_()
    projection.weight[:, :3] = kernel * scale[None, :, None, None]
    if model.patches.channels:
        start_block(model.patch_embedding.block)
    projection.bias.copy_((kernel.sum((2, 3)) * ((0.5 - mean) / std)).sum(1))
    return float(clip["pre_layrnorm.weight"].abs().mean())


def start_block(block: ResidualBlock) -> None:
    """Lets the pixels through as the first three channels, and nothing of the convolutions yet."""
    block.stem.weight[:3] = 0
    for channel in range(3):
        block.stem.weight[channel, channel, 1, 1] = 1
    for part in (block.stem.bias, block.conv_2.weight, block.conv_2.bias):
        part.zero_()


def waves(count: int, most: float, width: int, deviation: float) -> Tensor:
    """Embeddings that are near where numbers are: waves over all of them, from half a wave on, in random directions."""
    at = (torch.arange(count) + 0.5) / count
    turns = 2 * math.pi * at[:, None] * torch.logspace(math.log10(0.5), math.log10(most), width // 4)
    features = torch.cat([turns.sin(), turns.cos()], dim=1)
    table = features @ nn.init.orthogonal_(torch.empty(width, features.shape[1])).T
    return table * (deviation / table.std())


def normalised_places(clip: dict[str, Tensor], places: Tensor) -> Tensor:
    centred = places - places.mean(-1, keepdim=True)
    return centred * clip["pre_layrnorm.weight"] / before_norm(clip) + clip["pre_layrnorm.bias"]


def before_norm(clip: dict[str, Tensor]) -> float:
    """The deviation before CLIP's first norm, of patches whose normalised pixels are noise with a grey of their own."""
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randn(256, 3, 1, 1, generator=generator) + 0.3 * torch.randn(256, 3, 8, 8, generator=generator)
    made = nn.functional.conv2d(pixels, clip["embeddings.patch_embedding.weight"]).flatten(1)
    return float((made + clip["embeddings.position_embedding.weight"][1]).std(-1).mean())
