"""Prompts: turns of a dialogue as ids, with the picture that each token sees and the labels to learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from vocabulary import END_OF_UTTERANCE, FAKE, IMAGE, START

IGNORED = -100
"""The label of a token that no loss counts."""


@dataclass(frozen=True)
class Turn:
    """A question about pictures and its answer, if it is to be given; without the question, pictures and answer alone."""

    question: str | None
    pictures: int
    answer: str | None
    pictures_first: bool = False

    def asked(self, first: bool) -> str:
        """What the user says, to where the assistant's answer starts."""
        shown = f"{FAKE}{IMAGE}" * self.pictures + FAKE
        if self.question is None:
            return shown
        said = f"{shown}{self.question}" if self.pictures_first else f" {self.question}{shown}"
        return ("" if first else "\n") + f"User:{said}{END_OF_UTTERANCE}\nAssistant:"

    def answered(self) -> str:
        """What the assistant says after that; nothing if it is asked."""
        if self.answer is None:
            return ""
        return self.answer if self.question is None else f" {self.answer}{END_OF_UTTERANCE}"


@dataclass(frozen=True)
class Prompts:
    """A batch, padded at its end: ids and labels (B, T), the picture that each token sees (B, T, pictures)."""

    ids: Tensor
    labels: Tensor
    attention: Tensor
    seen: Tensor


class PromptWriter:
    """Writes dialogues as the processor of IDEFICS would tokenize them."""

    def __init__(self, words: PreTrainedTokenizerFast):
        self.words = words
        self.image = words.convert_tokens_to_ids(IMAGE)
        self.texts: dict[str, list[int]] = {}

    def text(self, turns: Sequence[Turn]) -> str:
        """The whole dialogue as one text."""
        parts = [START]
        for i, turn in enumerate(turns):
            parts += [turn.asked(i == 0), turn.answered()]
        return "".join(parts)

    def write(self, dialogues: Sequence[Sequence[Turn]], pictures: int) -> Prompts:
        rows = [self._row(turns) for turns in dialogues]
        width = max(len(ids) for ids, _ in rows)
        ids = torch.zeros(len(rows), width, dtype=torch.long)
        labels = torch.full_like(ids, IGNORED)
        attention = torch.zeros_like(ids)
        for i, (row, learnt) in enumerate(rows):
            ids[i, : len(row)] = torch.tensor(row)
            labels[i, : len(row)] = torch.tensor(learnt)
            attention[i, : len(row)] = 1
        count = (ids == self.image).cumsum(dim=1) - 1
        seen = torch.nn.functional.one_hot(count.clamp(min=0), pictures) * (count >= 0)[..., None]
        return Prompts(ids, labels, attention, seen)

    def _row(self, turns: Sequence[Turn]) -> tuple[list[int], list[int]]:
        ids, labels = self._ids(START), [IGNORED]
        for i, turn in enumerate(turns):
            asked = turn.asked(i == 0)
            question, whole = self._ids(asked), self._ids(asked + turn.answered())
            ids = ids + whole
            labels = labels + [IGNORED] * len(question) + whole[len(question) :]
        return ids, labels

    def _ids(self, text: str) -> list[int]:
        if text not in self.texts:
            self.texts[text] = self.words(text, add_special_tokens=False).input_ids
        return self.texts[text]
