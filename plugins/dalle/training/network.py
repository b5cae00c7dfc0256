"""The transformer half of the model: text encoder and image decoder of DALL-E mini, with min-dalle's parameter names.

It computes what min-dalle's modules do (``goldens.py`` checks that) and is written to be trained: whole sequences, and
heads in one call.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PAD = 1
"""The id that fills texts up; what has it is never looked at."""


@dataclass(frozen=True)
class BartConfig:
    """The sizes of encoder and decoder, under the names that ``config.json`` has for them."""

    d_model: int
    encoder_layers: int
    decoder_layers: int
    encoder_attention_heads: int
    decoder_attention_heads: int
    encoder_glu_dim: int
    decoder_glu_dim: int
    encoder_vocab_size: int
    image_vocab_size: int
    image_length: int
    max_text_length: int


class Glu(nn.Module):
    def __init__(self, width: int, inner: int):
        super().__init__()
        self.ln0, self.ln1 = nn.LayerNorm(width), nn.LayerNorm(inner)
        self.fc0, self.fc1 = nn.Linear(width, inner, bias=False), nn.Linear(width, inner, bias=False)
        self.fc2 = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.ln0(x)
        return self.fc2(self.ln1(F.gelu(self.fc0(x)) * self.fc1(x)))


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (
            nn.Linear(width, width, bias=False) for _ in range(4)
        )

    def forward(self, x: Tensor, source: Tensor, mask: Tensor | None = None, causal: bool = False) -> Tensor:
        """Attention from x (B, Q, D) to a source (B, K, D); the mask (B, 1, 1, K) says what may be looked at."""
        q, k, v = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in (self.q_proj(x), self.k_proj(source), self.v_proj(source))
        )
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
        return self.out_proj(found.transpose(1, 2).flatten(2))


class EncoderLayer(nn.Module):
    def __init__(self, width: int, heads: int, inner: int):
        super().__init__()
        self.pre_self_attn_layer_norm, self.self_attn_layer_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.self_attn = Attention(width, heads)
        self.glu = Glu(width, inner)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        h = self.pre_self_attn_layer_norm(x)
        x = x + self.self_attn_layer_norm(self.self_attn(h, h, mask))
        return x + self.glu(x)


class DecoderLayer(nn.Module):
    def __init__(self, width: int, heads: int, inner: int):
        super().__init__()
        self.pre_self_attn_layer_norm, self.self_attn_layer_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.pre_encoder_attn_layer_norm, self.encoder_attn_layer_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.self_attn, self.encoder_attn = Attention(width, heads), Attention(width, heads)
        self.glu = Glu(width, inner)

    def forward(self, x: Tensor, states: Tensor, mask: Tensor) -> Tensor:
        h = self.pre_self_attn_layer_norm(x)
        x = x + self.self_attn_layer_norm(self.self_attn(h, h, causal=True))
        h = self.pre_encoder_attn_layer_norm(x)
        x = x + self.encoder_attn_layer_norm(self.encoder_attn(h, states, mask))
        return x + self.glu(x)


class Stack(nn.Module):
    """What encoder and decoder share: embeddings, places and norms around the layers."""

    def __init__(self, width: int, vocabulary: int, length: int, layers: list[nn.Module]):
        super().__init__()
        self.embed_tokens, self.embed_positions = nn.Embedding(vocabulary, width), nn.Embedding(length, width)
        self.layernorm_embedding, self.final_ln = nn.LayerNorm(width), nn.LayerNorm(width)
        self.layers = nn.ModuleList(layers)

    def embed(self, ids: Tensor) -> Tensor:
        return self.layernorm_embedding(self.embed_tokens(ids) + self.embed_positions.weight[: ids.shape[1]])


class Encoder(Stack):
    """Texts (B, S) to states (B, S, D)."""

    def __init__(self, c: BartConfig):
        sizes = c.d_model, c.encoder_attention_heads, c.encoder_glu_dim
        layers = [EncoderLayer(*sizes) for _ in range(c.encoder_layers)]
        super().__init__(c.d_model, c.encoder_vocab_size, c.max_text_length, layers)

    def forward(self, ids: Tensor) -> Tensor:
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, visible(ids))
        return self.final_ln(x)


class Decoder(Stack):
    """The codes so far (B, L), with the start token first, to logits (B, L, rows)."""

    def __init__(self, c: BartConfig):
        sizes = c.d_model, c.decoder_attention_heads, c.decoder_glu_dim
        layers = [DecoderLayer(*sizes) for _ in range(c.decoder_layers)]
        super().__init__(c.d_model, c.image_vocab_size + 1, c.image_length, layers)
        self.lm_head = nn.Linear(c.d_model, c.image_vocab_size + 1, bias=False)

    def forward(self, codes: Tensor, states: Tensor, mask: Tensor) -> Tensor:
        x = self.embed(codes)
        for layer in self.layers:
            x = layer(x, states, mask)
        return self.lm_head(self.final_ln(x))


class DalleBart(nn.Module):
    """Texts and the codes of their pictures."""

    def __init__(self, config: BartConfig):
        super().__init__()
        self.config = config
        self.encoder, self.decoder = Encoder(config), Decoder(config)

    def forward(self, texts: Tensor, codes: Tensor) -> Tensor:
        return self.decoder(codes, self.encoder(texts), visible(texts))


def visible(ids: Tensor) -> Tensor:
    """Which places of texts (B, S) may be looked at, (B, 1, 1, S)."""
    return ids.ne(PAD)[:, None, None, :]
