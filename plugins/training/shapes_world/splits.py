"""Splits: seeds and (colour, shape) pairs that training never sees."""

from __future__ import annotations

import numpy as np

from shapes_world.scenes import ALL_PAIRS, Pair

HELD_OUT_PAIRS: tuple[Pair, ...] = (
    ("red", "star"),
    ("blue", "cross"),
    ("yellow", "triangle"),
    ("purple", "square"),
)
"""Never in a training picture or caption; each colour and each shape is still seen with others."""

SEEN_PAIRS: tuple[Pair, ...] = tuple(pair for pair in ALL_PAIRS if pair not in HELD_OUT_PAIRS)

SEEDS: dict[str, int] = {"train": 1, "validation": 2, "test": 3}


def generator(split: str, stream: int = 0) -> np.random.Generator:
    """The random numbers of one stream of a split; streams and splits never share any."""
    return np.random.default_rng([SEEDS[split], stream])
