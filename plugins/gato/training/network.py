"""The reference network: GPT-2's decoder over embedded tokens, with an embedding of patches and of places.

The tensors of the decoder have the names and shapes of ``GPT2LMHeadModel``; its head is its table of tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu
from transformers import DynamicCache, GPT2Config, GPT2Model

from tokens import Layout, patch_intervals


@dataclass(frozen=True)
class Patches:
    """How a picture becomes tokens: its side, the side of a patch, and the numbered places of an axis."""

    image_size: int
    patch_size: int
    intervals: int
    channels: int = 0
    """Of the residual block that a patch goes through; a multiple of 32, or 0 where patches are only projected."""

    @property
    def side(self) -> int:
        return self.image_size // self.patch_size

    @property
    def count(self) -> int:
        return self.side**2


class ResidualBlock(nn.Module):
    """Each patch by itself through a residual block, normalised and activated before its convolutions (appendix C.2)."""

    GROUPS = 32

    def __init__(self, patches: Patches):
        super().__init__()
        channels, self.side = patches.channels, patches.patch_size
        self.stem = nn.Conv2d(3, channels, 3, padding=1)
        self.norm_1 = nn.GroupNorm(self.GROUPS, channels)
        self.conv_1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm_2 = nn.GroupNorm(self.GROUPS, channels)
        self.conv_2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, pixels: Tensor) -> Tensor:
        """Pictures (B, 3, S, S) as pictures of more channels (B, C, S, S); no patch sees beyond its edge."""
        b, _, s, _ = pixels.shape
        across, p = s // self.side, self.side
        x = pixels[..., : across * p, : across * p].reshape(b, 3, across, p, across, p)
        x = self.stem(x.permute(0, 2, 4, 1, 3, 5).reshape(-1, 3, p, p))
        x = x + self.conv_2(gelu(self.norm_2(self.conv_1(gelu(self.norm_1(x))))))
        x = x.reshape(b, across, across, -1, p, p).permute(0, 3, 1, 4, 2, 5)
        return x.reshape(b, -1, across * p, across * p)


class PatchEmbedding(nn.Module):
    """Projected patches, plus embeddings of the row and the column where they are."""

    def __init__(self, patches: Patches, width: int):
        super().__init__()
        self.patches = patches
        self.block = ResidualBlock(patches) if patches.channels else nn.Identity()
        self.projection = nn.Conv2d(patches.channels or 3, width, patches.patch_size, patches.patch_size)
        self.row = nn.Embedding(patches.intervals, width)
        self.column = nn.Embedding(patches.intervals, width)

    def forward(self, pixels: Tensor) -> Tensor:
        """Embeds pictures (B, 3, S, S) of -1 to 1, row by row: (B, patches, D).

        In training a patch is at a random one of the places that it covers, else at the middle one.
        """
        x = self.projection(self.block(pixels / self.patches.patch_size**0.5)).flatten(2).mT
        rows, columns = self.places(), self.places()
        side = self.patches.side
        grid = self.row(rows)[:, None] + self.column(columns)[None, :]
        return x + grid.reshape(side * side, -1)

    def places(self) -> Tensor:
        spans = torch.from_numpy(patch_intervals(self.patches.side, self.patches.intervals))
        low, high = spans[:, 0], spans[:, 1]
        if self.training:
            return low + (torch.rand(len(low)) * (high - low)).long()
        return (low + high) // 2


class Gato(nn.Module):
    """Logits of the next token from ids, places inside of timesteps and pictures."""

    def __init__(self, config: GPT2Config, layout: Layout, patches: Patches):
        super().__init__()
        self.config, self.layout, self.patches = config, layout, patches
        self.transformer = GPT2Model(config)
        self.local_embedding = nn.Embedding(layout.places + 3, config.n_embd)
        self.patch_embedding = PatchEmbedding(patches, config.n_embd)

    def states(
        self, ids: Tensor, places: Tensor, pixels: Tensor | None = None, cache: DynamicCache | None = None
    ) -> Tensor:
        """Hidden states (B, T, D) after the last norm; ``pixels`` (B, 3, S, S) are of as many rows."""
        size = self.layout.size
        x = self.transformer.wte(ids.clamp(max=size - 1))
        if pixels is not None:
            patches = self.patch_embedding(pixels)
            index = (ids - size).clamp(min=0)[..., None].expand(-1, -1, patches.shape[-1])
            x = torch.where((ids >= size)[..., None], patches.gather(1, index), x)
        x = x + self.local_embedding(places)
        return self.transformer(inputs_embeds=x, past_key_values=cache, use_cache=cache is not None).last_hidden_state

    def logits(self, states: Tensor) -> Tensor:
        return states @ self.transformer.wte.weight.T
