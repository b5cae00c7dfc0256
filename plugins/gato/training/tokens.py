"""Tokens: what becomes of texts, pictures, numbers and actions (Reed et al. 2022, section 2.1).

An episode is one row of tokens: the prompt, then of every timestep the observation (texts, pictures, then numbers, each
in the alphabetical order of their names), the separator and the action. A token is an id with a place inside of its
timestep; the id of a picture's patch is the size of the vocabulary plus its number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from tokenizers import Tokenizer

from environments import Box, Discrete, MultiDiscrete, Space, Text


@dataclass(frozen=True)
class Layout:
    """Which ids mean what, as config.json has it; the paper's are 32000, 0, 1024, 32000, 1024."""

    text_size: int
    discrete_start: int
    discrete_size: int
    continuous_start: int
    continuous_bins: int
    separator: int
    mu: float
    largest: float
    places: int
    """Places inside of a timestep; three more follow: of the separator, of actions and of the prompt."""

    @property
    def size(self) -> int:
        return self.separator + 1

    @property
    def separator_place(self) -> int:
        return self.places

    @property
    def action_place(self) -> int:
        return self.places + 1

    @property
    def prompt_place(self) -> int:
        return self.places + 2

    def squash(self, x: np.ndarray) -> np.ndarray:
        """The mu-law: sgn(x) ln(|x| mu + 1) / ln(M mu + 1)."""
        x = np.asarray(x, np.float64)
        return np.sign(x) * np.log(np.abs(x) * self.mu + 1) / np.log(self.largest * self.mu + 1)

    def bins(self, y: np.ndarray) -> np.ndarray:
        """The bins of numbers from -1 to 1; what is beyond is clipped, and 1 is in the last bin."""
        y = np.clip(np.asarray(y, np.float64), -1, 1)
        return np.minimum(self.continuous_bins - 1, np.floor((y + 1) / 2 * self.continuous_bins)).astype(np.int64)

    def centre(self, bin_: int) -> float:
        """The number in the middle of a bin."""
        return (bin_ + 0.5) / self.continuous_bins * 2 - 1


@dataclass
class Tokens:
    """Ids and their places inside of a timestep."""

    ids: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, ids: Sequence[int], place: int) -> None:
        """Adds tokens that share one place."""
        self.ids += [int(i) for i in ids]
        self.places += [place] * len(ids)

    def extend(self, other: Tokens) -> None:
        self.ids += other.ids
        self.places += other.places


def prompt_tokens(layout: Layout, words: Tokenizer, instruction: str) -> Tokens:
    """An instruction; none where it is empty."""
    tokens = Tokens()
    tokens.add(words.encode(instruction, add_special_tokens=False).ids, layout.prompt_place)
    return tokens


def observation_tokens(
    layout: Layout, space: Mapping[str, Space], values: Mapping[str, np.ndarray], pictures: Sequence[int] = ()
) -> Tokens:
    """An observation and the separator; ``pictures`` are the numbers of patches, which come before numbers."""
    ids = [layout.size + number for number in pictures]
    for name in sorted(space):
        ids += number_ids(layout, space[name], values[name])
    tokens = Tokens(ids, list(range(len(ids))))
    tokens.add([layout.separator], layout.separator_place)
    return tokens


def number_ids(layout: Layout, space: Space, values: np.ndarray) -> list[int]:
    """The ids of a part of an observation, in row-major order."""
    if isinstance(space, Box):
        return (layout.continuous_start + layout.bins(layout.squash(values))).tolist()
    return (layout.discrete_start + np.asarray(values, np.int64).reshape(-1)).tolist()


def action_ids(layout: Layout, space: Mapping[str, Space], values: Mapping[str, np.ndarray]) -> list[int]:
    """The ids of an action; real numbers are brought from their bounds to -1 to 1, without the mu-law."""
    ids: list[int] = []
    for name in sorted(space):
        part = space[name]
        if isinstance(part, Box):
            low, high = np.array(part.low, np.float64), np.array(part.high, np.float64)
            ids += (layout.continuous_start + layout.bins((values[name] - low) / (high - low) * 2 - 1)).tolist()
        else:
            ids += (layout.discrete_start + np.asarray(values[name], np.int64).reshape(-1)).tolist()
    return ids


def action_ranges(layout: Layout, space: Space) -> list[tuple[int, int]]:
    """Of every number of a part of an action, the first id that it can have and how many there are."""
    match space:
        case Box(low, _):
            return [(layout.continuous_start, layout.continuous_bins)] * len(low)
        case MultiDiscrete(sizes):
            return [(layout.discrete_start, size) for size in sizes]
        case Discrete(size):
            return [(layout.discrete_start, size)]
    return []


def text_limit(space: Text, context: int) -> int:
    """How many tokens a text that is an action has at most, its end not counted."""
    return min(space.max_length, context // 4)


def most_tokens(layout: Layout, space: Mapping[str, Space], context: int) -> int:
    """How many tokens an action has at most, the ends of texts included."""
    return sum(
        text_limit(part, context) + 1 if isinstance(part, Text) else len(action_ranges(layout, part))
        for part in space.values()
    )


def action_value(layout: Layout, space: Space, ids: Sequence[int]) -> np.ndarray:
    """The numbers that the ids of a part of an action stand for; of a bin it is the middle."""
    if not isinstance(space, Box):
        return np.array(ids) - layout.discrete_start
    low, high = np.array(space.low, np.float64), np.array(space.high, np.float64)
    bins = np.array([layout.centre(i - layout.continuous_start) for i in ids])
    return (low + (bins + 1) / 2 * (high - low)).astype(np.float32)


def patch_intervals(side: int, intervals: int) -> np.ndarray:
    """Of each of the patches along an axis the first and the last + 1 of the numbered places that it covers."""
    edges = np.arange(side + 1) * intervals // side
    return np.stack([edges[:-1], edges[1:]], axis=1)
