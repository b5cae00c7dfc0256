"""What the network does by itself, with what the expert would have done: it learns from its own mistakes (DAgger)."""

from __future__ import annotations

import random
from collections import deque

from tokenizers import Tokenizer

from environments import ENVIRONMENTS, Environment
from episodes import IGNORED, Windows, expected
from experts import EXPERTS
from network import Gato
from player import Player
from tokens import Tokens, action_ids, observation_tokens, prompt_tokens

Window = tuple[Tokens, list[int]]
KEPT_WINDOWS = 300
"""How many windows of an environment are remembered, the last ones (Ross et al. 2011 remember all)."""


class Practice:
    """Windows of what the network did of late, by the environment."""

    def __init__(self, windows: Windows, words: Tokenizer, config: dict, seed: int):
        self.windows, self.words, self.config = windows, words, config
        self.rng = random.Random(seed)
        self.kept: dict[type[Environment], deque[Window]] = {
            kind: deque(maxlen=KEPT_WINDOWS) for kind in ENVIRONMENTS.values()
        }

    def draw(self, kind: type[Environment]) -> Window:
        return self.rng.choice(self.kept[kind])

    def play(self, model: Gato, kind: type[Environment], count: int, steps: int) -> None:
        """Plays so many episodes side by side, and so many steps of each; one that is over is followed by another."""
        layout = model.layout
        worlds = [self.windows.begin(kind, None) for _ in range(count)]
        prompts = [prompt_tokens(layout, self.words, world.instruction) for world in worlds]
        player = Player(model, self.words, self.config, worlds)
        rows: list[list[tuple[Tokens, list[int]]]] = [[] for _ in worlds]
        for _ in range(steps):
            seen = [world._observe() for world in worlds]
            for i, done in enumerate(player.act(seen)):
                world = worlds[i]
                targets = expected(layout, world, EXPERTS[kind](world))
                tokens = observation_tokens(layout, world.observation, seen[i])
                tokens.add(action_ids(layout, world.action, done), layout.action_place)
                rows[i].append((tokens, targets + [IGNORED] * (len(tokens) - len(targets))))
                if world.step(done).terminated or self.windows.leaves(world):
                    worlds[i] = self.windows.begin(kind, world)
        for prompt, row in zip(prompts, rows, strict=True):
            most = (self.windows.context - len(prompt)) // len(row[0][0])
            self.kept[kind].extend(joined(prompt, row[at : at + most]) for at in range(0, steps, most))


def joined(prompt: Tokens, steps: list[Window]) -> Window:
    tokens, targets = Tokens([*prompt.ids], [*prompt.places]), [IGNORED] * len(prompt)
    for step, labels in steps:
        tokens.extend(step)
        targets += labels
    return tokens, targets
