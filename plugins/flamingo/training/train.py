"""Trains the demo checkpoint ``flamingo-shapes``: names that only the prompt tells, captions, and clips."""

from __future__ import annotations

import argparse
import json
import time
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
from vocabulary import tokenizer


SAVING = 250
"""Steps between checkpoints."""


@dataclass(frozen=True)
class Recipe:
    """How long and how fast to train, and on how many pictures."""

    steps: int = 1600
    batch: int = 16
    rate: float = 1.2e-3
    warm_up: int = 100
    captions_first: int = 200
    per_pair: int = 60
    scenes: int = 3000
    clips: int = 1500
    seed: int = 0

    def learning_rate(self, step: int) -> float:
        """Linear warm-up, a plateau, then down to almost nothing."""
        return self.rate * min(1.0, (step + 1) / self.warm_up) * min(1.0, 2.2 * (1 - step / self.steps) + 0.02)


def next_batch(step: int, recipe: Recipe, episodes: Episodes) -> Batch:
    """Captions at first; then names, at first of two classes and later of four, beside captions and clips."""
    if step < recipe.captions_first:
        return episodes.captions(recipe.batch)
    kind = step % 10
    if kind in (0, 5):
        return episodes.captions(recipe.batch)
    if kind in (3, 7):
        return episodes.films(recipe.batch)
    two = step < 0.4 * recipe.steps
    return episodes.names(recipe.batch, 2 if two else int(episodes.rng.integers(2, 5)), 7)


def loss_of(model: IdeficsForVisionText2Text, batch: Batch) -> Tensor:
    prompts = batch.prompts
    logits = model(
        input_ids=prompts.ids,
        attention_mask=prompts.attention,
        image_encoder_embeddings=batch.states,
        image_attention_mask=prompts.seen,
        use_cache=False,
    ).logits
    return torch.nn.functional.cross_entropy(
        logits[:, :-1].flatten(0, 1), prompts.labels[:, 1:].flatten(), ignore_index=IGNORED
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--out", type=Path, default=FLAMINGO, help="checkpoint folder")
    parser.add_argument("--bank", type=Path, default=Path("/tmp/flamingo-bank.pt"), help="file of encoded pictures")
    parser.add_argument("--report", type=int, default=1000, help="steps between checkpoints and validations")
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
    started = time.monotonic()
    bank = open_bank(arguments.bank, model, recipe.per_pair, recipe.scenes, recipe.clips)
    print("bank", f"{time.monotonic() - started:.0f} s", flush=True)
    episodes = Episodes(bank, PromptWriter(words), generator("train", 70 + recipe.seed))
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learning, weight_decay=0.0, betas=(0.9, 0.98), fused=True)
    recent: dict[str, list[float]] = {}
    started = time.monotonic()
    for step in range(recipe.steps):
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate(step)
        model.train()
        batch = next_batch(step, recipe, episodes)
        loss = loss_of(model, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        recent.setdefault(batch.kind, []).append(loss.item())
        if (step + 1) % 50 == 0:
            losses = {kind: round(float(np.mean(values)), 4) for kind, values in sorted(recent.items())}
            print(step + 1, f"{time.monotonic() - started:.0f} s", losses, flush=True)
            recent.clear()
        if (step + 1) % SAVING == 0:
            save(model, words, arguments.out)
        if (step + 1) % arguments.report == 0 and step + 1 < recipe.steps:
            print(json.dumps(glance(arguments.out)), flush=True)
    save(model, words, arguments.out)
    facts = provenance(model, **vars(recipe), seconds=round(time.monotonic() - started), threads=arguments.threads)
    write_json(arguments.out / "metrics.json", {"training": facts} | measure(arguments.out, "test", 200))


if __name__ == "__main__":
    main()
