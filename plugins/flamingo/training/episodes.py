"""Batches to learn from: made-up names that only the prompt explains, captions, and clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from bank import Bank
from clips import FRAMES
from shapes_world.scenes import Pair
from turns import Prompts, PromptWriter, Turn
from vocabulary import DESCRIBING, NAMING, PLACING, WATCHING

CAPTIONS = 6
SHOTS = 8
PLACES = {"above": ("up", "down"), "left of": ("left", "right")}
"""Where the first thing is, and where the second is, by what joins them."""


@dataclass(frozen=True)
class Batch:
    """Prompts of a kind, and the states of their pictures (B, pictures, patches + 1, width)."""

    kind: str
    prompts: Prompts
    states: Tensor


class Episodes:
    """Draws batches; one prompt in four shows the pictures before the questions, as a user may."""

    def __init__(self, bank: Bank, writer: PromptWriter, rng: np.random.Generator):
        self.bank, self.writer, self.rng = bank, writer, rng

    def words(self, size: int) -> Batch:
        """Several pictures of one thing and nothing but its colour and its shape after each."""
        pairs = list(self.bank.things)
        chosen = [[pairs[i] for i in row] for row in self.rng.integers(len(pairs), size=(size, SHOTS + 1))]
        pictures = [self._picture(pair) for row in chosen for pair in row]
        dialogues = [[Turn(None, 1, " ".join(pair)) for pair in row] for row in chosen]
        return self._batch("words", dialogues, torch.stack(pictures).unflatten(0, (size, -1)))

    def names(self, size: int, classes: int, names: Sequence[str], plain: bool, by_colour: float) -> Batch:
        """Shots of a few classes, each with a name of its own, in dialogues or with nothing but the name.

        ``by_colour`` is how often the classes differ in colour, which is easier to tell.
        """
        dialogues, pictures = [], []
        for _ in range(size):
            pairs = self._pairs(classes, self.rng.random() < by_colour)
            labels = [names[i] for i in self.rng.choice(len(names), classes, replace=False)]
            order = np.concatenate([self.rng.permutation(classes) for _ in range(SHOTS // classes + 1)])[:SHOTS]
            order = [*order.tolist(), int(self.rng.integers(classes))]
            first = self.rng.random() < 0.25
            pictures += [self._picture(pairs[kind]) for kind in order]
            dialogues.append([Turn(None if plain else NAMING, 1, labels[kind], first) for kind in order])
        kind = "plain names" if plain else "names"
        return self._batch(kind, dialogues, torch.stack(pictures).unflatten(0, (size, -1)))

    def captions(self, size: int) -> Batch:
        """Several pictures that have nothing to do with each other, each with its caption."""
        chosen = self.rng.integers(len(self.bank.scenes), size=(size, CAPTIONS))
        dialogues = []
        for row in chosen:
            first = self.rng.random() < 0.25
            dialogues.append([Turn(DESCRIBING, 1, self.bank.scenes[i].caption, pictures_first=first) for i in row])
        return self._batch("captions", dialogues, self.bank.scene_states[torch.from_numpy(chosen)])

    def places(self, size: int) -> Batch:
        """Several pictures of two things, each with the question where one of them is."""
        two = [i for i, scene in enumerate(self.bank.scenes) if scene.relation is not None]
        chosen = self.rng.choice(two, size=(size, CAPTIONS))
        dialogues = []
        for row in chosen:
            turns = []
            for scene in (self.bank.scenes[i] for i in row):
                which = int(self.rng.integers(2))
                turns.append(Turn(PLACING.format(scene.things[which].name), 1, PLACES[scene.relation][which]))
            dialogues.append(turns)
        return self._batch("places", dialogues, self.bank.scene_states[torch.from_numpy(chosen)])

    def films(self, size: int) -> Batch:
        """Clips, each with the question where a thing goes."""
        chosen = self.rng.integers(len(self.bank.clips), size=size)
        films = [self.bank.clips[i] for i in chosen]
        dialogues = [[Turn(WATCHING.format(film.name), FRAMES, film.direction)] for film in films]
        return self._batch("clips", dialogues, self.bank.clip_states[torch.from_numpy(chosen)])

    def _picture(self, pair: Pair) -> Tensor:
        states = self.bank.things[pair]
        return states[self.rng.integers(len(states))]

    def _pairs(self, classes: int, by_colour: bool) -> list[Pair]:
        """Different pairs, which also differ in colour if they are to."""
        pairs = list(self.bank.things)
        while True:
            chosen = [pairs[i] for i in self.rng.choice(len(pairs), classes, replace=False)]
            if not by_colour or len({colour for colour, _ in chosen}) == classes:
                return chosen

    def _batch(self, kind: str, dialogues: list[list[Turn]], states: Tensor) -> Batch:
        return Batch(kind, self.writer.write(dialogues, states.shape[1]), states.float())
