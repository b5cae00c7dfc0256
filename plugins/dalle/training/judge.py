"""The judge: a small convolutional network that says what is in a picture. It learns from drawn pictures only, of both
renderers and of the even look, with all 40 pairs, and never sees what a model has made."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from drawings import SIDE, picture, pixels
from shapes_world.bank import mirrored, training_picture
from shapes_world.scenes import (
    COLOURS,
    POSITIONS,
    RELATIONS,
    SHAPES,
    Scene,
    one_placed_thing,
    one_thing,
    three_things,
    two_things,
)
from shapes_world.splits import generator

KINDS = {one_thing: 0.12, one_placed_thing: 0.28, two_things: 0.5, three_things: 0.1}
HEADS: dict[str, tuple[str, ...]] = {
    "count": ("1", "2", "3"),
    "position": tuple(POSITIONS),
    "relation": RELATIONS,
    "first colour": tuple(COLOURS),
    "first shape": SHAPES,
    "second colour": tuple(COLOURS),
    "second shape": SHAPES,
}
UNASKED = -100


class Judge(nn.Module):
    """Pictures (B, 3, side, side) from 0 to 1 to one row of logits per head; things in canonical order."""

    def __init__(self):
        super().__init__()
        widths = (3, 32, 64, 96, 128)
        layers: list[nn.Module] = []
        for before, after in zip(widths, widths[1:], strict=False):
            layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 9, 256), nn.ReLU())
        self.head = nn.Linear(256, sum(map(len, HEADS.values())))

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        parts = self.head(self.body(pictures)).split([len(names) for names in HEADS.values()], dim=1)
        return dict(zip(HEADS, parts, strict=True))

    @torch.inference_mode()
    def answers(self, pictures: Tensor) -> list[dict[str, str]]:
        """What is in each picture."""
        found = {head: logits.argmax(1).tolist() for head, logits in self(pictures).items()}
        return [{head: HEADS[head][found[head][i]] for head in HEADS} for i in range(len(pictures))]


def truth(scene: Scene) -> dict[str, str]:
    """What the judge should answer; heads without a meaning for the scene are left out."""
    known = {"count": str(len(scene.things))}
    if scene.position is not None:
        known["position"] = scene.position
    if scene.relation is not None:
        known["relation"] = scene.relation
    if len(scene.things) < 3:
        for place, thing in zip(("first", "second"), scene.things, strict=False):
            known |= {f"{place} colour": thing.colour, f"{place} shape": thing.shape}
    return known


def labels(scenes: list[Scene]) -> dict[str, Tensor]:
    known = [truth(scene) for scene in scenes]
    return {
        head: torch.tensor([names.index(row[head]) if head in row else UNASKED for row in known])
        for head, names in HEADS.items()
    }


def drawn(split: str, count: int, stream: int) -> tuple[list[Scene], Tensor]:
    """Scenes and pictures to learn from or to be tested on."""
    rng = generator(split, stream)
    kinds = rng.choice(len(KINDS), count, p=list(KINDS.values()))
    scenes = [list(KINDS)[kind](rng) for kind in kinds]
    scenes = [mirrored(scene) if rng.random() < 0.5 and len(scene.things) < 3 else scene for scene in scenes]
    pictures = [picture(s) if rng.random() < 0.5 else training_picture(s, SIDE, rng) for s in scenes]
    return scenes, pixels(pictures)


def blurred(pictures: Tensor) -> Tensor:
    """A little out of focus."""
    return F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, stride=1)


def train(steps: int, batch: int, count: int) -> Judge:
    torch.manual_seed(0)
    rng = generator("train", 620)
    scenes, pictures = drawn("train", count, 621)
    answers = labels(scenes)
    judge = Judge()
    optimizer = torch.optim.AdamW(judge.parameters(), weight_decay=0.02, fused=True)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 50) * (0.5 * (1 + np.cos(np.pi * step / steps)) + 0.01)
        chosen = torch.from_numpy(rng.integers(count, size=batch))
        seen = pictures[chosen]
        if rng.random() < 0.4:
            seen = seen.lerp(blurred(seen), float(rng.uniform(0, 1)))
        seen = seen + float(rng.uniform(0, 0.05)) * torch.randn(seen.shape)
        logits = judge(seen)
        loss = sum(F.cross_entropy(logits[head], answers[head][chosen], ignore_index=UNASKED) for head in HEADS)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return judge.eval()


def test(judge: Judge, count: int = 2000) -> dict[str, float]:
    """How often it is right about drawn pictures that it has not seen."""
    scenes, pictures = drawn("test", count, 622)
    answers = judge.answers(pictures)
    right: dict[str, list[bool]] = {}
    for scene, answer in zip(scenes, answers, strict=True):
        for head, value in truth(scene).items():
            right.setdefault(head, []).append(answer[head] == value)
    return {head: round(float(np.mean(values)), 4) for head, values in right.items()}


def load(file: Path) -> Judge:
    judge = Judge()
    judge.load_state_dict(torch.load(file)["model"])
    return judge.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("out", type=Path, help="file for the judge")
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--pictures", type=int, default=24_000)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    started = time.monotonic()
    judge = train(arguments.steps, arguments.batch, arguments.pictures)
    torch.save({"model": judge.state_dict()}, arguments.out)
    print(test(judge), f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
