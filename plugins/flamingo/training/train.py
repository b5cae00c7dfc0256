"""Trains the demo checkpoint ``flamingo-shapes``: names that only the prompt tells, captions, and clips."""

from __future__ import annotations

import argparse
import json
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import IdeficsForVisionText2Text
from transformers.utils.logging import disable_progress_bar

from bank import open_bank
from checkpoints import FLAMINGO, new_model, provenance, save, write_json
from episodes import Batch, Episodes
from evaluate import glance, measure
from shapes_world.splits import generator
from turns import IGNORED, PromptWriter
from vocabulary import NAMES, tokenizer


SAVING = 100
"""Steps between checkpoints."""

FEW = 8
"""How many names there are at first."""


@dataclass(frozen=True)
class Recipe:
    """How long and how fast to train, and on how many pictures; the last stage ends after these steps or minutes."""

    words: int = 150
    steps: int = 4000
    minutes: float = 1e9
    batch: int = 16
    rate: float = 1.2e-3
    warm_up: int = 100
    enough: float = 0.85
    per_pair: int = 60
    scenes: int = 9000
    clips: int = 8000
    seed: int = 0

    def learning_rate(self, step: int, left: float) -> float:
        """Linear warm-up, a plateau, and down to almost nothing in the second half of the last stage."""
        return self.rate * min(1.0, (step + 1) / self.warm_up) * min(1.0, 2 * left + 0.02)


EVERYTHING = 3
"""The last stage."""


class Course:
    """What is learnt when: words, then names that stand alone, then names in dialogues, then everything.

    The second stage and the third last until enough of the last names of prompts are right.
    """

    def __init__(self, recipe: Recipe, episodes: Episodes, stage: int = 0):
        self.recipe, self.episodes = recipe, episodes
        self.stage, self.since, self.began = stage, 0, time.monotonic()
        self.right: dict[str, deque[float]] = {}

    @property
    def left(self) -> float:
        """How much is left of the last stage."""
        if self.stage < EVERYTHING:
            return 1.0
        return 1 - max(self.since / self.recipe.steps, (time.monotonic() - self.began) / 60 / self.recipe.minutes)

    def next(self) -> Batch:
        self.since += 1
        return (self._words, self._plain_names, self._names, self._everything)[self.stage]()

    def told(self, kind: str, right: float) -> None:
        """Takes how many of the last names of a batch were right, and goes on to the next stage if it is time."""
        recent = self.right.setdefault(kind, deque(maxlen=25))
        recent.append(right)
        done = len(recent) == recent.maxlen and float(np.mean(recent)) >= self.recipe.enough
        watched = ("words", "plain names", "names", "")[self.stage]
        if self.since >= self.recipe.words and self.stage == 0 or done and kind == watched and self.stage in (1, 2):
            self.stage, self.since, self.began = self.stage + 1, 0, time.monotonic()
            self.right.clear()

    def _words(self) -> Batch:
        return self.episodes.words(self.recipe.batch)

    def _plain_names(self) -> Batch:
        if self.since % 5 == 0:
            return self._words()
        return self.episodes.names(self.recipe.batch, 2, NAMES[:FEW], plain=True, by_colour=1.0)

    def _names(self) -> Batch:
        if self.since % 5 == 0:
            return self.episodes.captions(self.recipe.batch)
        plain = self.episodes.rng.random() < 0.5
        return self.episodes.names(self.recipe.batch, self._classes(), NAMES, plain, by_colour=0.75)

    def _everything(self) -> Batch:
        kind = self.since % 10
        if kind in (0, 3, 5, 8):
            return self.episodes.films(self.recipe.batch)
        if kind in (2, 4, 6):
            return self.episodes.captions(self.recipe.batch)
        if kind == 1:
            return self.episodes.places(self.recipe.batch)
        return self.episodes.names(self.recipe.batch, self._classes(), NAMES, plain=False, by_colour=0.5)

    def _classes(self) -> int:
        return int(self.episodes.rng.integers(2, 5))


def loss_of(model: IdeficsForVisionText2Text, batch: Batch) -> tuple[Tensor, float]:
    """The loss of the answers, and how many prompts have the first token of the last answer right."""
    prompts = batch.prompts
    logits = model(
        input_ids=prompts.ids,
        attention_mask=prompts.attention,
        image_encoder_embeddings=batch.states,
        image_attention_mask=prompts.seen,
        use_cache=False,
    ).logits
    labels = prompts.labels[:, 1:]
    loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
    return loss, last_right(logits[:, :-1].argmax(dim=-1), labels)


def last_right(said: Tensor, labels: Tensor) -> float:
    """The share of rows whose last answer begins with the right token; said and labels are (B, T)."""
    learnt = labels != IGNORED
    begins = learnt & ~torch.nn.functional.pad(learnt, (1, 0))[:, :-1]
    last = (begins * torch.arange(labels.shape[1])).argmax(dim=1, keepdim=True)
    return (said.gather(1, last) == labels.gather(1, last)).float().mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--out", type=Path, default=FLAMINGO, help="checkpoint folder")
    parser.add_argument("--begin", type=Path, help="checkpoint folder to begin the last stage with (default: none)")
    parser.add_argument("--bank", type=Path, default=Path("/tmp/flamingo-bank.pt"), help="file of encoded pictures")
    parser.add_argument("--report", type=int, default=500, help="steps between validations of the last stage")
    parser.add_argument("--threads", type=int, default=1)
    for name, value in vars(Recipe()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    arguments = parser.parse_args()
    recipe = Recipe(**{name: getattr(arguments, name) for name in vars(Recipe())})
    disable_progress_bar()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(recipe.seed)
    words = tokenizer()
    model = new_model(words)
    if arguments.begin is not None:
        model = IdeficsForVisionText2Text.from_pretrained(arguments.begin, dtype=torch.float32)
        model.model.vision_model.requires_grad_(False)
    started = time.monotonic()
    bank = open_bank(arguments.bank, model, recipe.per_pair, recipe.scenes, recipe.clips)
    print("bank", f"{time.monotonic() - started:.0f} s", flush=True)
    episodes = Episodes(bank, PromptWriter(words), generator("train", (70 if arguments.begin is None else 90) + recipe.seed))
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learning, weight_decay=0.0, betas=(0.9, 0.98), fused=True)
    course = Course(recipe, episodes, stage=0 if arguments.begin is None else EVERYTHING)
    recent: dict[str, list[tuple[float, float]]] = {}
    started = time.monotonic()
    step = 0
    while course.left > 0:
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate(step, course.left)
        model.train()
        batch = course.next()
        loss, right = loss_of(model, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        step += 1
        course.told(batch.kind, right)
        recent.setdefault(batch.kind, []).append((loss.item(), right))
        if step % 50 == 0:
            means = {kind: np.mean(values, axis=0).round(3).tolist() for kind, values in sorted(recent.items())}
            print(step, f"stage {course.stage}", f"{time.monotonic() - started:.0f} s", means, flush=True)
            recent.clear()
        if step % SAVING == 0:
            save(model, words, arguments.out)
        if step % arguments.report == 0 and course.stage == EVERYTHING:
            print(json.dumps(glance(arguments.out)), flush=True)
    save(model, words, arguments.out)
    facts = provenance(model, **vars(recipe), all_steps=step, seconds=round(time.monotonic() - started), threads=arguments.threads)
    write_json(arguments.out / "metrics.json", {"training": facts} | measure(arguments.out, "test", 200))


if __name__ == "__main__":
    main()
