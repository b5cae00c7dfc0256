"""What is to be drawn: scenes of the shapes world with a prompt for each, and their pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from shapes_world.bank import mirrored
from shapes_world.pictures import plain
from shapes_world.scenes import ALL_PAIRS, Pair, Scene, one_placed_thing, one_thing, two_things, with_article
from shapes_world.splits import SEEN_PAIRS

SIDE = 48
OPPOSITES = {"above": "below", "left of": "right of"}
SHARES = {one_thing: 0.12, one_placed_thing: 0.28, two_things: 0.60}
LEAD_INS = ("a picture of", "a drawing of", "an image of", "draw", "there is")
NEW_COMBINATION = 8
"""One in so many combinations of two things is kept for evaluation."""

Kind = Callable[[np.random.Generator, Sequence[Pair]], Scene]


def training_scene(rng: np.random.Generator) -> Scene:
    """One thing anywhere, one at a named position, or two with a relation, as far as training may see them."""
    kind = list(SHARES)[rng.choice(len(SHARES), p=list(SHARES.values()))]
    while True:
        scene = kind(rng, SEEN_PAIRS)
        if not is_new_combination(scene):
            return mirrored(scene) if rng.random() < 0.5 else scene


def is_new_combination(scene: Scene) -> bool:
    """Whether two things are of a combination that no training picture has, in whatever order or relation."""
    numbers = [ALL_PAIRS.index(thing.pair) for thing in scene.things]
    return len(numbers) == 2 and (sum(numbers) + max(numbers)) % NEW_COMBINATION == 0


def plain_prompt(scene: Scene, rng: np.random.Generator) -> str:
    """For example "a red circle in the top left", or one of the two ways to name two things."""
    if scene.relation is not None and rng.random() < 0.5:
        second, first = (with_article(thing.name) for thing in scene.things)
        return f"{first} {OPPOSITES[scene.relation]} {second}"
    return scene.placed_caption


def free_prompt(scene: Scene, rng: np.random.Generator) -> str:
    """The plain prompt, three in ten of them in a freer wording: a lead-in, "the", or no article."""
    prompt = plain_prompt(scene, rng)
    way = rng.random()
    if way < 0.15:
        return f"{LEAD_INS[rng.integers(len(LEAD_INS))]} {prompt}"
    if way < 0.3:
        article = "the " if rng.random() < 0.5 else ""
        return " ".join(f" {prompt}".replace(" an ", f" {article}").replace(" a ", f" {article}").split())
    return prompt


def picture(scene: Scene) -> np.ndarray:
    """uint8 (side, side, 3)."""
    return plain(scene, SIDE)


def pixels(pictures: Sequence[np.ndarray] | np.ndarray) -> Tensor:
    """float32 (N, 3, side, side) from 0 to 1."""
    return torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2).astype(np.float32) / 255)
