"""Acting with the reference network: many episodes of one environment in step, with a cache and the context's limit."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import DynamicCache

from environments import Environment, Values
from episodes import pixel_values
from network import Gato
from tokens import Tokens, action_ranges, action_values, observation_tokens, prompt_tokens


class Player:
    """Chooses the most likely action in each of many episodes whose timesteps have equally many tokens.

    When the tokens of the next timestep would not fit into the context any more, only the prompt and the last few
    timesteps are read again.
    """

    def __init__(self, model: Gato, words: Tokenizer, kept: int, worlds: Sequence[Environment]):
        self.model, self.kept = model.eval(), kept
        self.observation, self.action = worlds[0].observation, worlds[0].action
        self.prompt = [prompt_tokens(model.layout, words, world.instruction) for world in worlds]
        self.history: list[list[Tokens]] = []
        self.pending = copy.deepcopy(self.prompt)
        self.length = 0
        self.cache = DynamicCache()
        self.ranges = action_ranges(model.layout, self.action)

    @torch.inference_mode()
    def act(self, observations: Sequence[Values]) -> list[Values]:
        layout = self.model.layout
        steps = [observation_tokens(layout, self.observation, values) for values in observations]
        coming = len(steps[0]) + len(self.ranges)
        if self.length + len(self.pending[0]) + coming > self.model.config.n_positions:
            self.truncate(coming)
        for pending, step in zip(self.pending, steps, strict=True):
            pending.extend(step)
        chosen: list[Tensor] = []
        for start, count in self.ranges:
            logits = self.read()[:, start : start + count]
            chosen.append(start + logits.argmax(-1))
            for pending, token in zip(self.pending, chosen[-1].tolist(), strict=True):
                pending.add([token], layout.action_place)
        ids = torch.stack(chosen, dim=1).tolist()
        for step, tokens in zip(steps, ids, strict=True):
            step.add(tokens, layout.action_place)
        self.history = [*self.history, steps][-self.kept :]
        return [action_values(layout, self.action, tokens) for tokens in ids]

    def read(self) -> Tensor:
        """Reads what is pending; returns the logits that follow."""
        ids = torch.tensor([tokens.ids for tokens in self.pending])
        places = torch.tensor([tokens.places for tokens in self.pending])
        self.length += ids.shape[1]
        self.pending = [Tokens() for _ in self.pending]
        return self.model.logits(self.model.states(ids, places, cache=self.cache)[:, -1])

    def truncate(self, coming: int) -> None:
        """Begins again with the prompt and those of the last timesteps that leave room for what is coming."""
        self.cache, self.length = DynamicCache(), 0
        self.pending = copy.deepcopy(self.prompt)
        room = self.model.config.n_positions - len(self.prompt[0]) - coming
        while sum(len(steps[0]) for steps in self.history) > room:
            self.history = self.history[1:]
        for steps in self.history:
            for pending, step in zip(self.pending, steps, strict=True):
                pending.extend(step)


@torch.inference_mode()
def captions(model: Gato, words: Tokenizer, prompt: str, end: int, pictures: np.ndarray) -> list[str]:
    """Describes pictures (N, side, side, 3), at most 8 tokens each."""
    layout = model.layout
    tokens = prompt_tokens(layout, words, prompt)
    tokens.extend(observation_tokens(layout, {}, {}, range(model.patches.count)))
    ids, places = (torch.tensor([part] * len(pictures)) for part in (tokens.ids, tokens.places))
    cache = DynamicCache()
    states = model.states(ids, places, pixel_values(pictures), cache)
    said = []
    for _ in range(8):
        said.append(model.logits(states[:, -1])[:, : layout.text_size].argmax(-1))
        states = model.states(said[-1][:, None], torch.full((len(pictures), 1), layout.action_place), cache=cache)
    rows = torch.stack(said, dim=1).tolist()
    return [words.decode(row[: row.index(end)] if end in row else row) for row in rows]
