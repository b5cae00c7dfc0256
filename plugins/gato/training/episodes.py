"""What the demo checkpoint learns from: windows of expert episodes, and pictures with their captions, as tokens."""

from __future__ import annotations


from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from environments import CartPole, Discrete, Environment, Grid, Pendulum, Values
from experts import EXPERTS
from shapes_world.bank import mirrored, training_picture
from shapes_world.scenes import Scene, one_thing
from shapes_world.splits import SEEN_PAIRS, generator
from tokens import Layout, Tokens, action_ids, observation_tokens, prompt_tokens

CAPTION_PROMPT = "describe the picture"
IGNORED = -100
"""The label of a token that no loss counts."""

STRAYING = (0.02, 0.1, 0.3)
"""How often one begins to do something else than the expert would, by the window: the expert recovers, and what was done
before does not tell what comes next."""

ASTRAY = 8
"""For how many steps at most something else is done; in the grid, where walls are near, for one."""

LEFT = 0.25
"""How often a level of the grid is left for another one after a step: there are many levels to see."""

DEMONSTRATED = 0.2
"""How often a window begins with steps of another episode, half of the time in place of the instruction."""


@dataclass(frozen=True)
class Batch:
    """Rows of tokens of one length, with the pictures of those that have one; labels are at the token before."""

    ids: Tensor
    places: Tensor
    labels: Tensor
    pixels: Tensor | None = None


class Stray:
    """Does now and then the same something for a few steps, instead of what is good."""

    def __init__(self, rng: np.random.Generator, often: float):
        self.rng, self.often = rng, often
        self.left, self.other = 0, None

    def action(self, world: Environment, good: Values) -> Values:
        if self.left == 0 and self.rng.random() < self.often:
            most = 1 if isinstance(world, Grid) else ASTRAY
            self.left, self.other = 1 + int(self.rng.integers(most)), self.draw(world)
        if self.left == 0:
            return good
        self.left -= 1
        return self.other

    def draw(self, world: Environment) -> Values:
        return {
            name: self.rng.integers(space.size, size=1)
            if isinstance(space, Discrete)
            else self.rng.uniform(space.low, space.high)
            for name, space in world.action.items()
        }


def expected(layout: Layout, world: Environment, good: Values) -> list[int]:
    """The labels of an observation and its separator: there it is what the expert would do.

    In the grid the last number of each object is asked whether it is the one to go to: then it says the move as well, else
    that there is none. What is said there when it acts is of no use to anybody, but so the network learns which is meant.
    """
    move = action_ids(layout, world.action, good)
    if not isinstance(world, Grid):
        return [IGNORED] * sum(len(part.low) for part in world.observation.values()) + move
    labels = []
    for i in range(Grid.OBJECTS):
        labels += [IGNORED, IGNORED, move[0] if i == world.goal else layout.separator]
    return labels + move


class Windows:
    """Windows of the context's length from episodes of the three environments."""

    def __init__(self, layout: Layout, words: Tokenizer, context: int, seed: int):
        self.layout, self.words, self.context = layout, words, context
        self.rng = generator("train", 7000 + seed)

    def batch(self, rows: list[tuple[Tokens, list[int]]], pad: int) -> Batch:
        ids = np.full((len(rows), self.context), pad)
        places = np.full_like(ids, self.layout.prompt_place)
        labels = np.full_like(ids, IGNORED)
        for row, (tokens, targets) in enumerate(rows):
            count = min(len(tokens), self.context)
            ids[row, :count] = tokens.ids[:count]
            places[row, :count] = tokens.places[:count]
            labels[row, :count] = targets[:count]
        return Batch(torch.from_numpy(ids), torch.from_numpy(places), torch.from_numpy(labels))

    def window(self, kind: type[Environment]) -> tuple[Tokens, list[int]]:
        """Tokens and, at the separators, what the expert would do."""
        world = self.begin(kind, None)
        demonstrated = kind is not Grid and self.rng.random() < DEMONSTRATED
        tokens = Tokens()
        if not (demonstrated and self.rng.random() < 0.5):
            tokens = prompt_tokens(self.layout, self.words, world.instruction)
        targets = [IGNORED] * len(tokens)
        length = self.context - int(self.rng.integers(self.context // 4))
        stray = Stray(self.rng, float(self.rng.choice(STRAYING)))
        left = int(self.rng.integers(3, 9)) if demonstrated else -1
        while len(tokens) < length:
            if left == 0:
                world = self.begin(kind, world)
            left -= 1
            over = self.step(world, tokens, targets, stray)
            if over or self.leaves(world):
                world = self.begin(kind, world)
        return tokens, targets

    def step(self, world: Environment, tokens: Tokens, targets: list[int], stray: Stray) -> bool:
        """Adds a timestep; returns whether the episode is over."""
        layout = self.layout
        good = EXPERTS[type(world)](world)
        done = stray.action(world, good)
        tokens.extend(observation_tokens(layout, world.observation, world._observe()))
        targets += expected(layout, world, good)
        tokens.add(action_ids(layout, world.action, done), layout.action_place)
        targets += [IGNORED] * (len(tokens) - len(targets))
        result = world.step(done)
        return result.terminated

    def leaves(self, world: Environment) -> bool:
        return isinstance(world, Grid) and self.rng.random() < LEFT

    def begin(self, kind: type[Environment], before: Environment | None) -> Environment:
        """An episode from anywhere that one may come to; for the grid one with the same goal as before."""
        world = kind()
        world.reset(int(self.rng.integers(1 << 62)))
        if isinstance(world, CartPole) and self.rng.random() < 0.7:
            world.state = tuple((self.rng.uniform(-1, 1, 4) * (1.2, 0.9, 0.15, 0.9)).tolist())
        if isinstance(world, Pendulum) and self.rng.random() < 0.7:
            near = self.rng.random() < 0.5
            world.angle = float(self.rng.uniform(-1, 1) * (0.5 if near else np.pi))
            world.spin = float(self.rng.uniform(-1, 1) * (2 if near else 8))
        if isinstance(world, Grid) and isinstance(before, Grid):
            kind_before = before.kinds[before.goal]
            if kind_before in world.kinds:
                world.goal = world.kinds.index(kind_before)
            world.kinds[world.goal] = kind_before
            world.instruction = before.instruction
        return world


class Captions:
    """Pictures of one thing, drawn once; each time half of them are mirrored."""

    def __init__(self, layout: Layout, words: Tokenizer, side: int, patches: int, size: int):
        self.layout, self.words, self.patches = layout, words, patches
        rng = generator("train", 7100)
        self.rng = generator("train", 7200)
        self.scenes = [one_thing(rng, SEEN_PAIRS) for _ in range(size)]
        self.pictures = np.stack([training_picture(scene, side, rng) for scene in self.scenes])

    def batch(self, count: int, pad: int, end: int) -> Batch:
        rows, pictures = [], []
        for i in self.rng.choice(len(self.scenes), count, replace=False):
            scene, picture = self.scenes[i], self.pictures[i]
            if self.rng.random() < 0.5:
                scene, picture = mirrored(scene), picture[:, ::-1]
            rows.append(self.row(scene, end))
            pictures.append(picture)
        return Batch(*(torch.tensor(part) for part in zip(*rows, strict=True)), pixel_values(np.stack(pictures)))

    def row(self, scene: Scene, end: int) -> tuple[list[int], list[int], list[int]]:
        layout = self.layout
        tokens = prompt_tokens(layout, self.words, CAPTION_PROMPT)
        tokens.extend(observation_tokens(layout, {}, {}, range(self.patches)))
        targets = [IGNORED] * (len(tokens) - 1)
        said = [*self.words.encode(scene.caption, add_special_tokens=False).ids, end]
        tokens.add(said[:-1], layout.action_place)
        return tokens.ids, tokens.places, targets + said


def pixel_values(pictures: np.ndarray) -> Tensor:
    """Float32 (N, 3, side, side) from -1 to 1."""
    return torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2)).astype(np.float32) / 127.5 - 1)
