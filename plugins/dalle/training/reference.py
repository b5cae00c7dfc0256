"""min-dalle's own modules, read from a folder that has its sources, and what they make of a checkpoint of any size.

Nothing of min-dalle is part of this repository. Its encoder and decoder take their sizes as arguments, but for the
number of image tokens, which is a constant of a module and set here. Its VQGAN exists in one size only.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor

from network import PAD, BartConfig

BATCHED = 2
"""min-dalle's encoder takes exactly two rows: the empty text and the prompt."""


class MinDalle:
    """The modules, found in a folder that holds ``min_dalle/models`` and ``min_dalle/text_tokenizer.py``."""

    def __init__(self, sources: Path):
        if not (sources / "min_dalle/models").is_dir():
            raise FileNotFoundError(f"{sources}: has no min_dalle/models (expected: the sources of kuprel/min-dalle)")
        package = ModuleType("min_dalle")
        package.__path__ = [str(sources / "min_dalle")]
        sys.modules["min_dalle"] = package
        encoder, self.decoders, vqgan, tokenizer = (
            importlib.import_module(f"min_dalle.{name}")
            for name in (
                "models.dalle_bart_encoder",
                "models.dalle_bart_decoder",
                "models.vqgan_detokenizer",
                "text_tokenizer",
            )
        )
        self.encoder_class, self.detokenizer_class = encoder.DalleBartEncoder, vqgan.VQGanDetokenizer
        self.tokenizer_class = tokenizer.TextTokenizer

    def bart(self, config: BartConfig, weights: dict[str, Tensor]) -> Reference:
        """Encoder and decoder with the weights of a checkpoint, in float32."""
        encoder = self.encoder_class(
            layer_count=config.encoder_layers,
            embed_count=config.d_model,
            attention_head_count=config.encoder_attention_heads,
            text_vocab_count=config.encoder_vocab_size,
            text_token_count=config.max_text_length,
            glu_embed_count=config.encoder_glu_dim,
            device="cpu",
        )
        self.decoders.IMAGE_TOKEN_COUNT = config.image_length
        decoder = self.decoders.DalleBartDecoder(
            image_vocab_count=config.image_vocab_size,
            embed_count=config.d_model,
            attention_head_count=config.decoder_attention_heads,
            glu_embed_count=config.decoder_glu_dim,
            layer_count=config.decoder_layers,
            device="cpu",
        )
        for name, module in (("encoder", encoder), ("decoder", decoder)):
            prefix = f"{name}."
            own = {key.removeprefix(prefix): value for key, value in weights.items() if key.startswith(prefix)}
            module.load_state_dict({key: value.float() for key, value in own.items()})
        return Reference(config, encoder.eval(), decoder.eval())


class Reference:
    """min-dalle's encoder and decoder of one checkpoint, asked one prompt at a time."""

    def __init__(self, config: BartConfig, encoder: torch.nn.Module, decoder: torch.nn.Module):
        self.config, self.encoder, self.decoder = config, encoder, decoder

    def rows(self, ids: list[int]) -> Tensor:
        """The empty text and a prompt, padded, (2, S)."""
        rows = torch.full((BATCHED, self.config.max_text_length), PAD)
        rows[0, :2] = torch.tensor([ids[0], ids[-1]])
        rows[1, : len(ids)] = torch.tensor(ids)
        return rows

    def states(self, rows: Tensor) -> Tensor:
        """The encoder's states (2, S, D)."""
        return self.encoder(rows)

    def logits(self, rows: Tensor, codes: Tensor) -> Tensor:
        """The logits (2, L, rows) after given codes (1, L), all at once."""
        places = torch.arange(codes.shape[1])
        found, _ = self.decoder(rows.ne(PAD)[:, None, None, :], self.states(rows), self.cache(1), codes, places)
        return found

    def greedy(self, rows: Tensor, start: int, guidance: float, allowed: int) -> tuple[list[int], float]:
        """The codes that are drawn with top-k 1, one at a time, and the smallest margin of the best to the next."""
        mask, states, cache = rows.ne(PAD)[:, None, None, :], self.states(rows), self.cache(1)
        codes, margins = [start], []
        for place in range(self.config.image_length):
            logits, cache = self.decoder(mask, states, cache, torch.tensor([codes[-1:]]), torch.tensor([place]))
            best = guided(logits[:, -1], guidance, allowed).topk(2)
            codes.append(int(best.indices[0]))
            margins.append(float(best.values[0] - best.values[1]))
        return codes[1:], min(margins)

    def cache(self, pictures: int) -> Tensor:
        config = self.config
        return torch.zeros(config.decoder_layers, pictures * 4, config.image_length, config.d_model)


def guided(logits: Tensor, guidance: float, allowed: int) -> Tensor:
    """Super-conditioning as in min-dalle's ``sample_tokens``: of logits (2, ..., rows), the codes that exist."""
    empty, prompt = logits[..., :allowed]
    return empty * (1 - guidance) + prompt * guidance
