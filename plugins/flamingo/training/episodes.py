"""Batches to learn from: made-up names that only the prompt explains, captions, and clips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from bank import Bank
from clips import FRAMES
from turns import Prompts, PromptWriter, Turn
from vocabulary import DESCRIBING, NAMES, NAMING, WATCHING

CAPTIONS = 6


@dataclass(frozen=True)
class Batch:
    """Prompts of a kind, and the states of their pictures (B, pictures, patches + 1, width)."""

    kind: str
    prompts: Prompts
    states: Tensor


class Episodes:
    """Draws batches; one turn in four shows the picture before the question, as a user may."""

    def __init__(self, bank: Bank, writer: PromptWriter, rng: np.random.Generator):
        self.bank, self.writer, self.rng = bank, writer, rng

    def names(self, size: int, classes: int, shots: int) -> Batch:
        """Shots of a few classes, each with a name of its own; every name is learnt where the prompt has told it."""
        dialogues, pictures = [], []
        for _ in range(size):
            pairs = self._pairs(classes)
            labels = [NAMES[i] for i in self.rng.choice(len(NAMES), classes, replace=False)]
            order = np.concatenate([self.rng.permutation(classes) for _ in range(shots // classes + 2)])[: shots + 1]
            first = self.rng.random() < 0.25
            told: set[int] = set()
            turns = []
            for kind in order.tolist():
                turns.append(Turn(NAMING, 1, labels[kind], kind in told, first))
                told.add(kind)
                states = self.bank.things[pairs[kind]]
                pictures.append(states[self.rng.integers(len(states))])
            dialogues.append(turns)
        return self._batch(f"{classes} names", dialogues, torch.stack(pictures).unflatten(0, (size, -1)))

    def captions(self, size: int) -> Batch:
        """Several pictures that have nothing to do with each other, each with its caption."""
        chosen = self.rng.integers(len(self.bank.scenes), size=(size, CAPTIONS))
        dialogues = []
        for row in chosen:
            first = self.rng.random() < 0.25
            dialogues.append([Turn(DESCRIBING, 1, self.bank.scenes[i].caption, pictures_first=first) for i in row])
        return self._batch("captions", dialogues, self.bank.scene_states[torch.from_numpy(chosen)])

    def films(self, size: int) -> Batch:
        """Clips, each with the question where a thing goes."""
        chosen = self.rng.integers(len(self.bank.clips), size=size)
        films = [self.bank.clips[i] for i in chosen]
        dialogues = [[Turn(WATCHING.format(film.name), FRAMES, film.direction)] for film in films]
        return self._batch("clips", dialogues, self.bank.clip_states[torch.from_numpy(chosen)])

    def _pairs(self, classes: int) -> list[tuple[str, str]]:
        """Different pairs; half of the time they also differ in colour, which is easier to tell."""
        pairs = list(self.bank.things)
        by_colour = self.rng.random() < 0.5
        while True:
            chosen = [pairs[i] for i in self.rng.choice(len(pairs), classes, replace=False)]
            if not by_colour or len({colour for colour, _ in chosen}) == classes:
                return chosen

    def _batch(self, kind: str, dialogues: list[list[Turn]], states: Tensor) -> Batch:
        return Batch(kind, self.writer.write(dialogues, states.shape[1]), states.float())
