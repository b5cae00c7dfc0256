"""Clips of the shapes world: eight frames in which a named thing moves, often beside another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from shapes_world.pictures import Renderer
from shapes_world.scenes import ALL_PAIRS, MARGIN, Pair, Scene, Thing
from vocabulary import DIRECTIONS

FRAMES = 8
STEPS: dict[str, tuple[int, int]] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
MIN_WAY, MAX_WAY = 0.3, 0.6
"""How far a thing moves, of the picture's side."""


@dataclass(frozen=True)
class Clip:
    """The frames' scenes, the name of the thing that is asked about, and where it goes."""

    scenes: tuple[Scene, ...]
    name: str
    pair: Pair
    direction: str


def clip(rng: np.random.Generator, pairs: Sequence[Pair] = ALL_PAIRS) -> Clip:
    """One thing moves; two times out of three there is another, which moves elsewhere or stands still."""
    first, second = (pairs[i] for i in rng.choice(len(pairs), 2, replace=False))
    direction = str(rng.choice(DIRECTIONS))
    ways = [moving(first, direction, rng)]
    if rng.random() < 2 / 3:
        others = [other for other in DIRECTIONS if other != direction]
        ways.append(moving(second, str(rng.choice([*others, "nowhere"])), rng))
        if rng.random() < 0.5:
            ways.reverse()
    scenes = tuple(Scene(things) for things in zip(*ways, strict=True))
    return Clip(scenes, " ".join(first), first, direction)


def moving(pair: Pair, direction: str, rng: np.random.Generator) -> tuple[Thing, ...]:
    """A thing at its place in every frame; the way starts wherever it fits."""
    radius = rng.uniform(0.14, 0.18)
    low, high = radius + MARGIN, 1 - radius - MARGIN
    way = rng.uniform(MIN_WAY, MAX_WAY)
    step = np.array(STEPS.get(direction, (0, 0)))
    middle = rng.uniform(low, high, 2)
    along = rng.uniform(low + way / 2, high - way / 2)
    middle = np.where(step != 0, along, middle)
    places = [(middle + step * way * (frame / (FRAMES - 1) - 0.5)).tolist() for frame in range(FRAMES)]
    still = Thing(*pair, *places[0], radius)
    return tuple(replace(still, x=x, y=y) for x, y in places)


def frames(scenes: Sequence[Scene], side: int, render: Renderer, rng: np.random.Generator) -> np.ndarray:
    """The frames, uint8 (frames, side, side, 3); the ground and the colours stay what they are in the first."""
    seed = rng.integers(1 << 62)
    return np.stack([render(scene, side, np.random.default_rng(seed)) for scene in scenes])
