"""Scenes: what stands where in a picture, and the words for it.

Lengths are fractions of the picture's side; x grows to the right and y grows downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (220, 40, 40),
    "green": (40, 180, 60),
    "blue": (50, 80, 220),
    "yellow": (235, 220, 50),
    "purple": (150, 60, 190),
    "orange": (245, 140, 30),
    "white": (240, 240, 240),
    "cyan": (60, 210, 220),
}
SHAPES: tuple[str, ...] = ("circle", "square", "triangle", "star", "cross")
RELATIONS: tuple[str, ...] = ("above", "left of")
POSITIONS: dict[str, tuple[float, float]] = {
    "in the center": (0.5, 0.5),
    "in the top left": (0.27, 0.27),
    "in the top right": (0.73, 0.27),
    "in the bottom left": (0.27, 0.73),
    "in the bottom right": (0.73, 0.73),
}
MIN_RADIUS, MAX_RADIUS = 0.14, 0.29
MARGIN = 0.02

Pair = tuple[str, str]
"""A (colour, shape)."""

ALL_PAIRS: tuple[Pair, ...] = tuple((colour, shape) for colour in COLOURS for shape in SHAPES)


@dataclass(frozen=True)
class Thing:
    """One coloured shape with its centre and its radius."""

    colour: str
    shape: str
    x: float
    y: float
    radius: float

    @property
    def pair(self) -> Pair:
        return self.colour, self.shape

    @property
    def name(self) -> str:
        """For example "red circle"."""
        return f"{self.colour} {self.shape}"


@dataclass(frozen=True)
class Scene:
    """One to three things in canonical order, topmost first and then leftmost.

    ``relation`` joins the first thing to the second where there are two; ``position`` is set where a single thing was
    placed at one of ``POSITIONS`` on purpose.
    """

    things: tuple[Thing, ...]
    relation: str | None = None
    position: str | None = None

    @property
    def caption(self) -> str:
        """For example "a red circle above a blue square"; the position is left to ``placed_caption``."""
        names = [with_article(thing.name) for thing in self.things]
        if self.relation is not None:
            return f" {self.relation} ".join(names)
        if len(names) == 1:
            return names[0]
        return f"{', '.join(names[:-1])} and {names[-1]}"

    @property
    def placed_caption(self) -> str:
        """The caption with the position, for example "a red circle in the top left"."""
        return self.caption if self.position is None else f"{self.caption} {self.position}"


def with_article(name: str) -> str:
    """The name with "a" or "an" before it."""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def one_thing(rng: np.random.Generator, pairs: Sequence[Pair] = ALL_PAIRS) -> Scene:
    """A thing of any size anywhere in the picture."""
    radius = rng.uniform(MIN_RADIUS, MAX_RADIUS)
    reach = radius + MARGIN
    x, y = rng.uniform(reach, 1 - reach, 2).tolist()
    return Scene((Thing(*_choose(rng, pairs), x, y, radius),))


def one_placed_thing(rng: np.random.Generator, pairs: Sequence[Pair] = ALL_PAIRS) -> Scene:
    """A thing close to one of the named positions."""
    position = str(rng.choice(list(POSITIONS)))
    x, y = (np.array(POSITIONS[position]) + rng.uniform(-0.05, 0.05, 2)).tolist()
    radius = rng.uniform(MIN_RADIUS, 0.20)
    return Scene((Thing(*_choose(rng, pairs), x, y, radius),), position=position)


def two_things(rng: np.random.Generator, pairs: Sequence[Pair] = ALL_PAIRS) -> Scene:
    """Two different things, clearly above each other or clearly side by side."""
    first, second = _choose_different(rng, pairs, 2)
    along = rng.uniform(0.19, 0.29), rng.uniform(0.71, 0.81)
    across = rng.uniform(0.35, 0.65, 2).tolist()
    radii = rng.uniform(MIN_RADIUS, 0.20, 2).tolist()
    relation = str(rng.choice(RELATIONS))
    centres = list(zip(along, across, strict=True))
    if relation == "above":
        centres = [(x, y) for y, x in centres]
    return Scene((Thing(*first, *centres[0], radii[0]), Thing(*second, *centres[1], radii[1])), relation)


def three_things(rng: np.random.Generator, pairs: Sequence[Pair] = ALL_PAIRS) -> Scene:
    """Three different things that do not touch."""
    chosen = _choose_different(rng, pairs, 3)
    while True:
        radii = rng.uniform(MIN_RADIUS, 0.18, 3)
        centres = rng.uniform(radii + MARGIN, 1 - radii - MARGIN, (2, 3)).T
        apart = all(
            np.hypot(*(centres[i] - centres[j])) > radii[i] + radii[j] + MARGIN for i, j in ((0, 1), (0, 2), (1, 2))
        )
        if apart:
            break
    places = zip(chosen, centres.tolist(), radii.tolist(), strict=True)
    things = [Thing(*pair, *centre, radius) for pair, centre, radius in places]
    return Scene(tuple(sorted(things, key=lambda thing: (thing.y, thing.x))))


def _choose(rng: np.random.Generator, pairs: Sequence[Pair]) -> Pair:
    return pairs[rng.integers(len(pairs))]


def _choose_different(rng: np.random.Generator, pairs: Sequence[Pair], count: int) -> list[Pair]:
    return [pairs[i] for i in rng.choice(len(pairs), count, replace=False)]
