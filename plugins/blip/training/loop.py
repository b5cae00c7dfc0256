"""The training loop that the three recipes share, and its command line."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD
from transformers.utils.logging import disable_progress_bar

from checkpoints import SIDE
from shapes_world.bank import Bank, open_bank

IGNORED = -100
"""The label of a token that no loss counts."""


@dataclass(frozen=True)
class Recipe:
    """How long and how fast to train, and on how many pictures; the vision tower learns at a share of the rate."""

    steps: int
    batch: int
    rate: float
    vision_share: float
    weight_decay: float
    warm_up: int
    seed: int
    chunks: int

    @staticmethod
    def read(description: str, out: Path, **defaults) -> tuple[Recipe, argparse.Namespace]:
        """Reads the command line; the remaining arguments say where to write and how often to report."""
        parser = argparse.ArgumentParser(
            description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
        )
        parser.add_argument("--out", type=Path, default=out, help="checkpoint folder")
        parser.add_argument("--bank", type=Path, default=Path("/tmp/shapes-bank"), help="folder of drawn pictures")
        parser.add_argument("--report", type=int, default=1000, help="steps between checkpoints and validations")
        parser.add_argument("--threads", type=int, default=1)
        recipe = {"batch": 48, "rate": 1e-3, "vision_share": 0.3, "weight_decay": 0.05, "warm_up": 200, "seed": 0}
        recipe |= {"chunks": 20} | defaults
        if "start" in recipe:
            parser.add_argument("--start", type=Path, default=recipe.pop("start"), help="captioner to start from")
        for name, value in recipe.items():
            parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
        arguments = parser.parse_args()
        disable_progress_bar()
        torch.set_num_threads(arguments.threads)
        torch.manual_seed(arguments.seed)
        return Recipe(**{name: getattr(arguments, name) for name in recipe}), arguments

    def bank(self, folder: Path) -> Bank:
        return open_bank(folder, SIDE, self.chunks)

    def learning_rate(self, step: int) -> float:
        """Linear warm-up, then a cosine down to almost nothing."""
        cosine = 0.5 * (1 + np.cos(np.pi * step / self.steps))
        return self.rate * min(1.0, (step + 1) / self.warm_up) * (0.99 * cosine + 0.01)


def fit(
    model: PreTrainedModel,
    recipe: Recipe,
    loss_of_next_batch: Callable[[], Tensor],
    every: int,
    report: Callable[[], dict],
) -> int:
    """Trains a model and reports now and then; answers the seconds that it took."""
    started = time.monotonic()
    vision = list(model.vision_model.parameters())
    others = [parameter for name, parameter in model.named_parameters() if not name.startswith("vision_model.")]
    groups = [{"params": others, "share": 1.0}, {"params": vision, "share": recipe.vision_share}]
    optimizer = torch.optim.AdamW(groups, weight_decay=recipe.weight_decay, betas=(0.9, 0.98), fused=True)
    recent: list[float] = []
    for step in range(recipe.steps):
        for group in optimizer.param_groups:
            group["lr"] = group["share"] * recipe.learning_rate(step)
        model.train()
        loss = loss_of_next_batch()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        recent.append(loss.item())
        if (step + 1) % every == 0 or step + 1 == recipe.steps:
            seconds = time.monotonic() - started
            print(step + 1, f"{np.mean(recent):.4f}", f"{seconds:.0f} s", json.dumps(report()), flush=True)
            recent.clear()
    return round(time.monotonic() - started)


def pixel_values(pictures: np.ndarray) -> Tensor:
    """Normalised float32 (N, 3, side, side)."""
    normalised = (pictures.astype(np.float32) / 255 - np.float32(OPENAI_CLIP_MEAN)) / np.float32(OPENAI_CLIP_STD)
    return torch.from_numpy(np.ascontiguousarray(normalised.transpose(0, 3, 1, 2)))
