"""Measures a saved BLIP checkpoint on pictures of the shapes world that training never drew."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import torch
import transformers
from PIL import Image
from torch import Tensor
from transformers import AutoConfig, BertTokenizer, BlipImageProcessorPil

from samples import draw as draw_sample
from shapes_world.pictures import RENDERERS, compress
from shapes_world.scenes import Scene, one_thing, three_things, two_things
from shapes_world.splits import HELD_OUT_PAIRS, generator

SIDES = (48, 64, 96, 128)
UNSEEN = "unseen renderer"
BATCH = 200

Draw = Callable[[Scene, np.random.Generator], np.ndarray]


class Checkpoint:
    """A checkpoint folder, read with transformers alone and computed in float32."""

    def __init__(self, folder: Path):
        self.name = AutoConfig.from_pretrained(folder).architectures[0]
        model_class = getattr(transformers, self.name)
        self.model = model_class.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        self.tokenizer = BertTokenizer.from_pretrained(folder)
        self.processor = BlipImageProcessorPil.from_pretrained(folder)

    def pixels(self, pictures: Sequence[np.ndarray]) -> Tensor:
        images = [Image.fromarray(picture) for picture in pictures]
        return self.processor(images=images, return_tensors="pt").pixel_values

    def decode(self, ids: Tensor) -> list[str]:
        return self.tokenizer.batch_decode(ids, skip_special_tokens=True)

    @torch.inference_mode()
    def captions(self, pictures: Sequence[np.ndarray]) -> list[str]:
        """Greedy captions of at most 20 tokens, which is what generation_config.json says."""
        texts: list[str] = []
        for start in range(0, len(pictures), BATCH):
            pixels = self.pixels(pictures[start : start + BATCH])
            texts += self.decode(self.model.generate(pixel_values=pixels, max_length=20, do_sample=False))
        return texts


def ways_to_draw() -> dict[str, Draw]:
    """Both renderers at several sides, a fifth through strong JPEG, and the samples' renderer."""

    def draw(scene: Scene, rng: np.random.Generator, render: Callable) -> np.ndarray:
        picture = render(scene, int(rng.choice(SIDES)), rng)
        return compress(picture, 60) if rng.random() < 0.2 else picture

    ways: dict[str, Draw] = {
        name: lambda scene, rng, render=render: draw(scene, rng, render) for name, render in RENDERERS.items()
    }
    ways[UNSEEN] = lambda scene, rng: np.asarray(draw_sample(scene, 128, "#" + f"{rng.integers(40, 75):02x}" * 3))
    return ways


def holds_out(scene: Scene) -> bool:
    """Whether a thing of the scene is one that training never saw."""
    return any(thing.pair in HELD_OUT_PAIRS for thing in scene.things)


def shares(right: Sequence[bool], held_out: Sequence[bool]) -> dict[str, float | int]:
    """The share of right answers: of all, of those about seen pairs, of those with a held-out pair."""
    right, held_out = np.array(right, bool), np.array(held_out, bool)
    parts = {"all": right, "seen pairs": right[~held_out], "held-out pairs": right[held_out]}
    return {"count": len(right)} | {name: round(float(part.mean()), 4) for name, part in parts.items() if len(part)}


def measure_captions(folder: Path, split: str, count: int) -> dict:
    """Exactly right captions, by the number of things and the renderer: every colour, shape, relation and order."""
    checkpoint = Checkpoint(folder)
    results: dict[str, dict] = {}
    for kind, make in enumerate((one_thing, two_things, three_things)):
        results[make.__name__] = {}
        for way, (name, draw) in enumerate(ways_to_draw().items()):
            rng = generator(split, 10 * kind + way)
            scenes = [make(rng) for _ in range(count)]
            said = checkpoint.captions([draw(scene, rng) for scene in scenes])
            right = [text == scene.caption for text, scene in zip(said, scenes, strict=True)]
            results[make.__name__][name] = shares(right, [holds_out(scene) for scene in scenes])
    return {"split": split, "exact captions": results}


def summary(measures: dict) -> dict:
    """The figures that a glance wants: means over the two renderers, all pairs / seen / held out."""
    found = {}
    for measure, kinds in measures.items():
        if isinstance(kinds, dict):
            for kind, ways in kinds.items():
                two = [ways[name] for name in RENDERERS]
                parts = ("all", "seen pairs", "held-out pairs")
                found[f"{measure}: {kind}"] = [
                    round(float(np.mean([way[part] for way in two])), 3) for part in parts if part in two[0]
                ]
    return found


MEASURES = {"BlipForConditionalGeneration": measure_captions}


def measure(folder: Path, split: str, count: int) -> dict:
    architecture = AutoConfig.from_pretrained(folder).architectures[0]
    return MEASURES[architecture](folder, split, count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--count", type=int, default=1000, help="pictures per renderer and kind")
    parser.add_argument("--brief", action="store_true", help="print means over the renderers")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    measures = measure(arguments.checkpoint, arguments.split, arguments.count)
    print(json.dumps(summary(measures) if arguments.brief else measures, indent=2))


if __name__ == "__main__":
    main()
