"""Acting with the reference network: many episodes of one environment in step, with a cache and the context's limit."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import DynamicCache

from environments import Environment, Text
from episodes import pixel_values
from network import Gato
from tokens import Tokens, action_ranges, action_value, most_tokens, observation_tokens, prompt_tokens, text_limit


class Player:
    """Chooses the most likely action in each of many episodes whose timesteps have equally many tokens.

    A text is an action of one episode only: tokens until the one that ends it, or until it is as long as it may be, and
    then that one too. A token that makes a text too long is not taken.

    When the tokens of the next timestep would not fit into the context any more, only the prompt and the last few
    timesteps are read again.
    """

    def __init__(self, model: Gato, words: Tokenizer, config: dict, worlds: Sequence[Environment]):
        self.model, self.words = model.eval(), words
        self.kept, self.end = config["kept_timesteps"], config["eos_token_id"]
        self.observation, self.action = worlds[0].observation, worlds[0].action
        self.prompt = [prompt_tokens(model.layout, words, world.instruction) for world in worlds]
        self.history: list[list[Tokens]] = []
        self.pending = copy.deepcopy(self.prompt)
        self.length = 0
        self.cache = DynamicCache()

    @torch.inference_mode()
    def act(self, observations: Sequence[Mapping[str, np.ndarray]]) -> list[dict[str, np.ndarray | str]]:
        layout, context = self.model.layout, self.model.config.n_positions
        steps = [observation_tokens(layout, self.observation, values) for values in observations]
        coming = len(steps[0]) + most_tokens(layout, self.action, context)
        if self.length + len(self.pending[0]) + coming > context:
            self.truncate(coming)
        for pending, step in zip(self.pending, steps, strict=True):
            pending.extend(step)
        actions: list[dict[str, np.ndarray | str]] = [{} for _ in steps]
        for name in sorted(self.action):
            space = self.action[name]
            if isinstance(space, Text):
                rows = [self.write(space)]
                actions[0][name] = self.words.decode(rows[0][:-1])
            else:
                rows = np.stack([self.choose(*among) for among in action_ranges(layout, space)], axis=1).tolist()
                for action, row in zip(actions, rows, strict=True):
                    action[name] = action_value(layout, space, row)
            for step, row in zip(steps, rows, strict=True):
                step.add(row, layout.action_place)
        self.history = [*self.history, steps][-self.kept :]
        return actions

    def choose(self, start: int, count: int) -> list[int]:
        """Chooses a token of each episode."""
        chosen = (start + self.among(start, count).argmax(-1)).tolist()
        for pending, token in zip(self.pending, chosen, strict=True):
            pending.add([token], self.model.layout.action_place)
        return chosen

    def write(self, space: Text) -> list[int]:
        """Chooses the tokens of a text, and its end."""
        layout, ids = self.model.layout, []
        while len(ids) < text_limit(space, self.model.config.n_positions):
            token = int(self.among(0, layout.text_size).argmax(-1))
            if token == self.end or len(self.words.decode([*ids, token])) > space.max_length:
                break
            ids.append(token)
            self.pending[0].add([token], layout.action_place)
        self.pending[0].add([self.end], layout.action_place)
        return [*ids, self.end]

    def among(self, start: int, count: int) -> Tensor:
        """Reads what is pending; returns the logits of so many tokens that may follow."""
        return self.read()[:, start : start + count]

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
