"""Asks an independent judge how often a checkpoint draws what the prompt says."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from checkpoints import load, write_json
from drawings import free_prompt, is_new_combination, plain_prompt
from judge import Judge, truth
from judge import load as load_judge
from judge import test as test_judge
from network import DalleBart
from sampling import Settings, draw_codes, pictures_of
from shapes_world.bank import mirrored
from shapes_world.scenes import Scene, one_placed_thing, one_thing, two_things
from shapes_world.splits import HELD_OUT_PAIRS, generator
from vocabulary import Vocabulary, read_files
from vqgan import Detokenizer

ROWS = 128
"""Prompts that are drawn at a time."""

KINDS = {"one thing": one_thing, "one thing at a position": one_placed_thing, "two things": two_things}


@dataclass(frozen=True)
class Painter:
    """A checkpoint and how it is to draw."""

    bart: DalleBart
    detokenizer: Detokenizer
    words: Vocabulary
    settings: Settings

    @staticmethod
    def read(folder: Path) -> Painter:
        bart, detokenizer = load(folder)
        given = json.loads((folder / "generation_config.json").read_text("utf-8"))
        names = Settings.__dataclass_fields__
        return Painter(bart, detokenizer, read_vocabulary(folder), Settings(**{name: given[name] for name in names}))

    def draw(self, prompts: list[str], seed: int) -> torch.Tensor:
        """One picture per prompt, (B, 3, side, side) from 0 to 1, in whole levels."""
        texts = [self.words.encode(prompt) for prompt in prompts]
        codes = [
            draw_codes(self.bart, texts[i : i + ROWS], self.detokenizer.config.n_embed, self.settings, seed + i)
            for i in range(0, len(texts), ROWS)
        ]
        return (pictures_of(self.detokenizer, torch.cat(codes)) * 255).floor() / 255


def read_vocabulary(folder: Path) -> Vocabulary:
    ids, merges = read_files(folder)
    return Vocabulary(sorted(ids, key=ids.get), [tuple(merge.split()) for merge in merges])


def holds_out(scene: Scene) -> bool:
    return any(thing.pair in HELD_OUT_PAIRS for thing in scene.things)


def scenes_of(kind: str, count: int, rng: np.random.Generator) -> list[Scene]:
    """Scenes of all 40 pairs; of two things only combinations that training never had."""
    found: list[Scene] = []
    while len(found) < count:
        scene = KINDS[kind](rng)
        if kind != "two things" or is_new_combination(scene):
            found.append(mirrored(scene) if rng.random() < 0.5 else scene)
    return found


def marks(scene: Scene, answer: dict[str, str]) -> dict[str, bool]:
    """What of a picture is right; "everything" is every word of the prompt, and nothing that it does not name."""
    right = {head: answer[head] == value for head, value in truth(scene).items()}
    colours = [value for head, value in right.items() if head.endswith("colour")]
    shapes = [value for head, value in right.items() if head.endswith("shape")]
    found = {"colour": all(colours), "shape": all(shapes), "count": right["count"]}
    found |= {head: right[head] for head in ("position", "relation") if head in right}
    return found | {"everything": all(right.values())}


def shares(rows: list[dict[str, bool]]) -> dict[str, float]:
    return {"count": len(rows)} | {
        f"{measure} right": round(float(np.mean([row[measure] for row in rows])), 4) for measure in rows[0]
    }


def measure(painter: Painter, judge: Judge, split: str, count: int) -> dict:
    """The marks for every kind of prompt, and those of seen and held-out pairs apart."""
    results = {}
    for stream, kind in enumerate(KINDS):
        for wording, word in {"plain": plain_prompt, "free": free_prompt}.items():
            rng = generator(split, 630 + 10 * stream + (wording == "free"))
            scenes = scenes_of(kind, count, rng)
            pictures = painter.draw([word(scene, rng) for scene in scenes], seed=7919 * (stream + 1))
            rows = [marks(scene, answer) for scene, answer in zip(scenes, judge.answers(pictures), strict=True)]
            parts = {"all": rows}
            for name, held_out in (("seen pairs", False), ("held-out pairs", True)):
                parts[name] = [row for row, scene in zip(rows, scenes, strict=True) if holds_out(scene) == held_out]
            results.setdefault(kind, {})[wording] = {name: shares(part) for name, part in parts.items() if part}
    return results


def write_metrics(folder: Path, judge: Judge, training: dict, count: int) -> None:
    """What the checkpoint can do, measured on the files, beside where it comes from."""
    painter = Painter.read(folder)
    measures = {
        "settings": vars(painter.settings),
        "judge on drawn pictures": test_judge(judge),
        "split": "test",
        **measure(painter, judge, "test", count),
    }
    write_json(folder / "metrics.json", {"training": training} | measures)


def brief(results: dict) -> dict:
    """One line per kind: what is right with plain prompts of all pairs."""
    lines = {}
    for kind, wordings in results.items():
        for wording, parts in wordings.items():
            marks = {name.removesuffix(" right"): value for name, value in parts["all"].items() if name != "count"}
            extra = {name: part["everything right"] for name, part in parts.items() if name != "all"}
            lines[f"{kind}, {wording}"] = marks | extra
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("judge", type=Path, help="file that judge.py wrote")
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--count", type=int, default=1000, help="prompts per kind and wording")
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("--write", action="store_true", help="measure anew what metrics.json holds")
    kinds = {"guidance_scale": float, "temperature": float, "top_k": int}
    for name, kind in kinds.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, help="instead of generation_config.json's")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    judge = load_judge(arguments.judge)
    if arguments.write:
        known = json.loads((arguments.checkpoint / "metrics.json").read_text("utf-8"))
        write_metrics(arguments.checkpoint, judge, known["training"], arguments.count)
        return
    painter = Painter.read(arguments.checkpoint)
    given = {name: getattr(arguments, name) for name in kinds if getattr(arguments, name) is not None}
    painter = replace(painter, settings=replace(painter.settings, **given))
    results = measure(painter, judge, arguments.split, arguments.count)
    lines = brief(results) if arguments.brief else results
    for kind, line in lines.items():
        print(kind, json.dumps(line) if arguments.brief else json.dumps(line, indent=2))


if __name__ == "__main__":
    main()
