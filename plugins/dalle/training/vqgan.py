"""The VQGAN half of the model: from pictures to codes, which only training needs, and from codes back to pictures.

``Detokenizer`` has the architecture and the parameter names of the published VQGANs' decoder, in any size; the encoder
is a plain convolutional one and is not shipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class VqganConfig:
    """The sizes of a VQGAN, as ``config.json`` has them under "vqgan"."""

    embed_dim: int
    n_embed: int
    ch: int
    ch_mult: tuple[int, ...]
    num_res_blocks: int
    attn_resolutions: tuple[int, ...]
    z_channels: int
    resolution: int
    norm_eps: float
    norm_groups: int

    @property
    def grid(self) -> int:
        """Codes per side: every level but one doubles the side."""
        return self.resolution >> (len(self.ch_mult) - 1)

    def channels(self, level: int) -> int:
        return self.ch * self.ch_mult[level]

    def norm(self, channels: int) -> nn.GroupNorm:
        return nn.GroupNorm(self.norm_groups, channels, self.norm_eps)


class ResnetBlock(nn.Module):
    """Norm, swish and a convolution, twice, beside the input."""

    def __init__(self, config: VqganConfig, channels_in: int, channels_out: int):
        super().__init__()
        self.norm1, self.norm2 = config.norm(channels_in), config.norm(channels_out)
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1)
        if channels_in != channels_out:
            self.nin_shortcut = nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv1(F.silu(self.norm1(x)))
        h = self.conv2(F.silu(self.norm2(h)))
        return h + (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x)


class AttentionBlock(nn.Module):
    """Attention of one head between all places."""

    def __init__(self, config: VqganConfig, channels: int):
        super().__init__()
        self.norm = config.norm(channels)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(channels, channels, 1) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        h = self.norm(x)
        q, k, v = (part(h).flatten(2).mT for part in (self.q, self.k, self.v))
        return x + self.proj_out(F.scaled_dot_product_attention(q, k, v).mT.reshape(x.shape))


class Middle(nn.Module):
    def __init__(self, config: VqganConfig, channels: int):
        super().__init__()
        self.block_1 = ResnetBlock(config, channels, channels)
        self.attn_1 = AttentionBlock(config, channels)
        self.block_2 = ResnetBlock(config, channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.block_2(self.attn_1(self.block_1(x)))


class Upsample(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.interpolate(x, scale_factor=2, mode="nearest"))


class Level(nn.Module):
    """The blocks of one resolution, and the way to the next."""

    def __init__(self, config: VqganConfig, level: int):
        super().__init__()
        channels = config.channels(level)
        channels_in = config.channels(min(level + 1, len(config.ch_mult) - 1))
        counts = [channels_in] + [channels] * config.num_res_blocks
        self.block = nn.ModuleList(ResnetBlock(config, count, channels) for count in counts)
        if config.resolution >> level in config.attn_resolutions:
            self.attn = nn.ModuleList(AttentionBlock(config, channels) for _ in counts)
        if level > 0:
            self.upsample = Upsample(channels)

    def forward(self, x: Tensor) -> Tensor:
        for i, block in enumerate(self.block):
            x = block(x)
            if hasattr(self, "attn"):
                x = self.attn[i](x)
        return self.upsample(x) if hasattr(self, "upsample") else x


class Decoder(nn.Module):
    def __init__(self, config: VqganConfig):
        super().__init__()
        levels = len(config.ch_mult)
        self.conv_in = nn.Conv2d(config.z_channels, config.channels(levels - 1), 3, padding=1)
        self.mid = Middle(config, config.channels(levels - 1))
        self.up = nn.ModuleList(Level(config, level) for level in range(levels))
        self.norm_out = config.norm(config.channels(0))
        self.conv_out = nn.Conv2d(config.channels(0), 3, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        x = self.mid(self.conv_in(z))
        for level in reversed(self.up):
            x = level(x)
        return self.conv_out(F.silu(self.norm_out(x)))


class Detokenizer(nn.Module):
    """Draws codes (B, grid, grid) as pictures (B, 3, side, side), about 0 to 1."""

    def __init__(self, config: VqganConfig):
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.n_embed, config.embed_dim)
        self.post_quant_conv = nn.Conv2d(config.embed_dim, config.z_channels, 1)
        self.decoder = Decoder(config)

    def forward(self, codes: Tensor) -> Tensor:
        return self.draw(self.embedding(codes).permute(0, 3, 1, 2))

    def draw(self, embedded: Tensor) -> Tensor:
        """Draws embedded codes (B, embed_dim, grid, grid)."""
        return self.decoder(self.post_quant_conv(embedded))


class PictureEncoder(nn.Module):
    """Turns pictures (B, 3, side, side) into vectors (B, embed_dim, grid, grid), to be replaced by codes."""

    def __init__(self, config: VqganConfig, width: int = 64):
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, width // 2, 4, stride=2, padding=1)]
        channels = width // 2
        for _ in range(len(config.ch_mult) - 2):
            layers += [ResnetBlock(config, channels, channels), nn.Conv2d(channels, width, 4, stride=2, padding=1)]
            channels = width
        layers += [ResnetBlock(config, channels, channels), ResnetBlock(config, channels, channels)]
        layers += [config.norm(channels), nn.SiLU(), nn.Conv2d(channels, config.embed_dim, 1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.layers(pictures)


class Codebook(nn.Module):
    """The codes' vectors: running means of what was closest to them; a code that nothing is close to starts
    again where codes are far from what they stand for."""

    DECAY = 0.98
    SMALLEST_SHARE = 0.02

    def __init__(self, count: int, width: int):
        super().__init__()
        self.register_buffer("vectors", torch.randn(count, width))
        self.register_buffer("counts", torch.zeros(count))
        self.register_buffer("sums", torch.zeros(count, width))

    def codes(self, z: Tensor) -> Tensor:
        """The closest codes (B, grid, grid) to vectors (B, width, grid, grid)."""
        rows = z.permute(0, 2, 3, 1)
        return (self.vectors.square().sum(1) - 2 * rows @ self.vectors.T).argmin(-1)

    def embed(self, codes: Tensor) -> Tensor:
        return F.embedding(codes, self.vectors).permute(0, 3, 1, 2)

    @torch.no_grad()
    def update(self, z: Tensor) -> None:
        """Moves the vectors towards what is closest to them."""
        rows, codes = z.permute(0, 2, 3, 1).flatten(0, 2), self.codes(z).flatten()
        chosen = F.one_hot(codes, len(self.vectors)).to(rows.dtype)
        errors = (rows - self.vectors[codes]).square().sum(1)
        self.counts.lerp_(chosen.sum(0), 1 - self.DECAY)
        self.sums.lerp_(chosen.T @ rows, 1 - self.DECAY)
        usual = len(rows) / len(self.vectors)
        unused = self.counts < self.SMALLEST_SHARE * usual
        self.counts[unused] = usual
        fresh = rows[errors.multinomial(len(self.vectors), replacement=True)]
        self.sums[unused] = usual * fresh[unused]
        self.vectors.copy_(self.sums / self.counts[:, None])


class Autoencoder(nn.Module):
    """Encoder, codebook and detokenizer, to be trained together."""

    def __init__(self, config: VqganConfig):
        super().__init__()
        self.encoder = PictureEncoder(config)
        self.codebook = Codebook(config.n_embed, config.embed_dim)
        self.detokenizer = Detokenizer(config)

    def codes(self, pictures: Tensor) -> Tensor:
        return self.codebook.codes(self.encoder(pictures))

    def forward(self, pictures: Tensor, with_codes: bool = True) -> tuple[Tensor, Tensor]:
        """The pictures after a trip through codes, and how far the vectors were from their codes."""
        z = self.encoder(pictures)
        if not with_codes:
            return self.detokenizer.draw(z), z.new_zeros(())
        if self.training:
            self.codebook.update(z.detach())
        quantized = self.codebook.embed(self.codebook.codes(z))
        return self.detokenizer.draw(z + (quantized - z).detach()), F.mse_loss(z, quantized)

    def finished_detokenizer(self) -> Detokenizer:
        """The detokenizer with the codebook's vectors."""
        self.detokenizer.embedding.weight.data.copy_(self.codebook.vectors)
        return self.detokenizer
