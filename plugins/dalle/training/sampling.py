"""Drawing with the networks here: one code after the other, with super-conditioning, many prompts at a time."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from network import PAD, Attention, DalleBart, visible
from vqgan import Detokenizer


@dataclass(frozen=True)
class Settings:
    """How codes are chosen; the names are those of ``generation_config.json``."""

    guidance_scale: float
    temperature: float
    top_k: int


class Cache:
    """The keys and values of one attention: of the codes so far, or of the text."""

    def __init__(self, attention: Attention):
        self.attention = attention
        self.keys: list[Tensor] = []
        self.values: list[Tensor] = []

    def add(self, source: Tensor) -> None:
        self.keys.append(self._heads(self.attention.k_proj(source)))
        self.values.append(self._heads(self.attention.v_proj(source)))

    def look(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        keys, values = torch.cat(self.keys, 2), torch.cat(self.values, 2)
        found = F.scaled_dot_product_attention(self._heads(self.attention.q_proj(x)), keys, values, attn_mask=mask)
        return self.attention.out_proj(found.transpose(1, 2).flatten(2))

    def _heads(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.attention.heads, -1)).transpose(1, 2)


class Stepper:
    """The decoder, fed one code per row at a time."""

    def __init__(self, bart: DalleBart, texts: Tensor):
        self.decoder, self.mask = bart.decoder, visible(texts)
        states = bart.encoder(texts)
        self.own = [Cache(layer.self_attn) for layer in self.decoder.layers]
        self.texts = [Cache(layer.encoder_attn) for layer in self.decoder.layers]
        for cache in self.texts:
            cache.add(states)
        self.place = 0

    def step(self, codes: Tensor) -> Tensor:
        """The logits (B, rows) after the codes (B)."""
        decoder = self.decoder
        x = decoder.embed_tokens(codes[:, None]) + decoder.embed_positions.weight[self.place]
        x = decoder.layernorm_embedding(x)
        self.place += 1
        for layer, own, text in zip(decoder.layers, self.own, self.texts, strict=True):
            h = layer.pre_self_attn_layer_norm(x)
            own.add(h)
            x = x + layer.self_attn_layer_norm(own.look(h))
            h = layer.pre_encoder_attn_layer_norm(x)
            x = x + layer.encoder_attn_layer_norm(text.look(h, self.mask))
            x = x + layer.glu(x)
        return decoder.lm_head(decoder.final_ln(x))[:, 0]


@torch.inference_mode()
def draw_codes(bart: DalleBart, texts: list[list[int]], codes: int, settings: Settings, seed: int) -> Tensor:
    """One picture's codes for each text, (B, length)."""
    empty = [[text[0], text[-1]] for text in texts]
    stepper = Stepper(bart, padded(empty + texts))
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.full((len(texts),), bart.config.image_vocab_size)
    found = []
    for _ in range(bart.config.image_length):
        without, prompted = stepper.step(chosen.repeat(2))[:, :codes].chunk(2)
        logits = without + settings.guidance_scale * (prompted - without)
        least = logits.topk(min(settings.top_k, codes)).values[:, -1:]
        logits = logits.masked_fill(logits < least, -torch.inf) / settings.temperature
        chosen = logits.softmax(-1).multinomial(1, generator=generator)[:, 0]
        found.append(chosen)
    return torch.stack(found, 1)


@torch.inference_mode()
def pictures_of(detokenizer: Detokenizer, codes: Tensor) -> Tensor:
    """The pictures of codes (B, length), (B, 3, side, side) from 0 to 1."""
    grid = detokenizer.config.grid
    return torch.cat([detokenizer(part.view(-1, grid, grid)).clip(0, 1) for part in codes.split(64)])


def padded(texts: list[list[int]]) -> Tensor:
    """The texts side by side, as long as the longest; padding is never looked at."""
    length = max(map(len, texts))
    return torch.tensor([text + [PAD] * (length - len(text)) for text in texts])
