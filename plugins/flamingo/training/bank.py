"""Training pictures as the frozen vision tower sees them: drawn and encoded once, so that a step is text alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD

from clips import Clip, clip, frames
from shapes_world.bank import training_picture
from shapes_world.pictures import RENDERERS
from shapes_world.scenes import Pair, Scene, one_thing, two_things
from shapes_world.splits import SEEN_PAIRS, generator

SIDE = 48
BATCH = 256


@dataclass(frozen=True)
class Bank:
    """States (N, patches + 1, width) as float16: of single things by their pair, of captioned scenes, of clips."""

    things: dict[Pair, Tensor]
    scenes: Sequence[Scene]
    scene_states: Tensor
    clips: Sequence[Clip]
    clip_states: Tensor


def open_bank(file: Path, model: PreTrainedModel, per_pair: int, scenes: int, clips: int) -> Bank:
    """Reads the bank, after drawing it if there is no such file."""
    if not file.exists():
        unfinished = file.with_suffix(".part")
        torch.save(draw_bank(model, per_pair, scenes, clips), unfinished)
        unfinished.rename(file)
    return torch.load(file, weights_only=False)


def draw_bank(model: PreTrainedModel, per_pair: int, scenes: int, clips: int, stream: int = 60) -> Bank:
    """Draws with the training's random numbers, without the held-out pairs."""
    rng = generator("train", stream)
    things = {}
    for pair in SEEN_PAIRS:
        pictures = [training_picture(one_thing(rng, [pair]), SIDE, rng) for _ in range(per_pair)]
        things[pair] = states(model, pictures)
    captioned = [(one_thing if rng.random() < 0.4 else two_things)(rng, SEEN_PAIRS) for _ in range(scenes)]
    captioned_states = states(model, [training_picture(scene, SIDE, rng) for scene in captioned])
    moving = [clip(rng, SEEN_PAIRS) for _ in range(clips)]
    renderers = list(RENDERERS.values())
    films = [frames(film.scenes, SIDE, renderers[rng.integers(2)], rng) for film in moving]
    film_states = states(model, [frame for film in films for frame in film])
    return Bank(things, captioned, captioned_states, moving, film_states.unflatten(0, (clips, -1)))


@torch.inference_mode()
def states(model: PreTrainedModel, pictures: Sequence[np.ndarray]) -> Tensor:
    """What the vision tower makes of pictures of its side, (N, patches + 1, width)."""
    parts = [np.stack(pictures[start : start + BATCH]) for start in range(0, len(pictures), BATCH)]
    tower = model.model.vision_model
    return torch.cat([tower(pixel_values=pixel_values(part)).last_hidden_state.half() for part in parts])


def pixel_values(pictures: np.ndarray) -> Tensor:
    """Normalised float32 (N, 3, side, side)."""
    normalised = (pictures.astype(np.float32) / 255 - np.float32(OPENAI_CLIP_MEAN)) / np.float32(OPENAI_CLIP_STD)
    return torch.from_numpy(np.ascontiguousarray(normalised.transpose(0, 3, 1, 2)))
