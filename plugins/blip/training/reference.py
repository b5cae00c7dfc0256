"""Saved checkpoints as transformers reads them, to be asked about many pictures at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from torch import Tensor
from torch.nn.functional import normalize
from transformers import (
    AutoConfig,
    BertTokenizer,
    BlipImageProcessorPil,
    CLIPImageProcessorPil,
    CLIPModel,
    CLIPTokenizer,
)

BATCH = 200


class Checkpoint:
    """A checkpoint folder, read with transformers alone and computed in float32."""

    def __init__(self, folder: Path):
        self.name = AutoConfig.from_pretrained(folder).architectures[0]
        model_class = getattr(transformers, self.name)
        self.model = model_class.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        self.tokenizer = BertTokenizer.from_pretrained(folder)
        self.processor = BlipImageProcessorPil.from_pretrained(folder)

    def pixels(self, pictures: Sequence[np.ndarray]) -> Tensor:
        images = [Image.fromarray(picture) for picture in pictures]
        return self.processor(images=images, return_tensors="pt").pixel_values

    def decode(self, ids: Tensor) -> list[str]:
        return self.tokenizer.batch_decode(ids, skip_special_tokens=True)

    @torch.inference_mode()
    def captions(self, pictures: Sequence[np.ndarray]) -> list[str]:
        """Greedy captions of at most 20 tokens, which is what generation_config.json says."""
        texts: list[str] = []
        for start in range(0, len(pictures), BATCH):
            pixels = self.pixels(pictures[start : start + BATCH])
            texts += self.decode(self.model.generate(pixel_values=pixels, max_length=20, do_sample=False))
        return texts

    @torch.inference_mode()
    def answers(self, pictures: Sequence[np.ndarray], questions: Sequence[str]) -> list[str]:
        """Greedy answers; questions of one length go together, as the reference does not mask padding."""
        rows = self.tokenizer(list(questions)).input_ids
        found = [""] * len(rows)
        for length in sorted({len(row) for row in rows}):
            same = [i for i, row in enumerate(rows) if len(row) == length]
            for part in (same[start : start + BATCH] for start in range(0, len(same), BATCH)):
                ids = torch.tensor([rows[i] for i in part])
                pixels = self.pixels([pictures[i] for i in part])
                texts = self.model.generate(input_ids=ids, pixel_values=pixels, max_length=20, do_sample=False)
                for i, text in zip(part, self.decode(texts), strict=True):
                    found[i] = text
        return found

    @torch.inference_mode()
    def vision(self, pictures: Sequence[np.ndarray]) -> Tensor:
        """The vision tower's states (N, tokens, width)."""
        parts = [pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH)]
        return torch.cat([self.model.vision_model(self.pixels(part)).last_hidden_state for part in parts])

    @torch.inference_mode()
    def matches(self, vision: Tensor, texts: Sequence[str]) -> np.ndarray:
        """The probability that a picture and its text match, for all of them."""
        found = []
        for start in range(0, len(texts), BATCH):
            tokens = self.tokenizer(list(texts[start : start + BATCH]), padding=True, return_tensors="pt")
            states = self.model.text_encoder(**tokens, encoder_hidden_states=vision[start : start + BATCH])
            found.append(self.model.itm_head(states.last_hidden_state[:, 0]).softmax(dim=-1)[:, 1])
        return torch.cat(found).numpy()

    @torch.inference_mode()
    def picture_features(self, vision: Tensor) -> Tensor:
        return normalize(self.model.vision_proj(vision[:, 0]), dim=-1)

    @torch.inference_mode()
    def text_features(self, texts: Sequence[str]) -> Tensor:
        tokens = self.tokenizer(list(texts), padding=True, return_tensors="pt")
        return normalize(self.model.text_proj(self.model.text_encoder(**tokens).last_hidden_state[:, 0]), dim=-1)


class ClipCheckpoint:
    """A CLIP checkpoint, to be asked the same."""

    def __init__(self, folder: Path):
        self.model = CLIPModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        self.tokenizer = CLIPTokenizer.from_pretrained(folder)
        self.processor = CLIPImageProcessorPil.from_pretrained(folder)

    @torch.inference_mode()
    def picture_features(self, pictures: Sequence[np.ndarray]) -> Tensor:
        images = [Image.fromarray(picture) for picture in pictures]
        pixels = self.processor(images=images, return_tensors="pt").pixel_values
        return normalize(self.model.get_image_features(pixel_values=pixels).pooler_output, dim=-1)

    @torch.inference_mode()
    def text_features(self, texts: Sequence[str]) -> Tensor:
        tokens = self.tokenizer(list(texts), padding=True, return_tensors="pt")
        return normalize(self.model.get_text_features(**tokens).pooler_output, dim=-1)
