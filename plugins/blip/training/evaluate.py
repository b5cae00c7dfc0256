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
from transformers import AutoConfig

from checkpoints import CLIP
from reference import Checkpoint, ClipCheckpoint
from samples import draw as draw_sample
from shapes_world.negatives import CHANGES, hard_negative, reworded_caption
from shapes_world.pictures import RENDERERS, compress
from shapes_world.questions import KINDS, Question, ask
from shapes_world.scenes import Scene, one_thing, three_things, two_things
from shapes_world.splits import HELD_OUT_PAIRS, generator

SIDES = (48, 64, 96, 128)
UNSEEN = "unseen renderer"
OTHER_WORDING = "reverse relation, other wording"
"""For example "a blue square below a red circle", which is true, against "a red circle below a blue square"."""


Draw = Callable[[Scene, np.random.Generator], np.ndarray]


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


def measure_answers(folder: Path, split: str, count: int) -> dict:
    """Right answers, by the kind of question and the renderer."""
    checkpoint = Checkpoint(folder)
    results: dict[str, dict] = {}
    for stream, kind in enumerate(KINDS):
        results[kind] = {}
        for way, (name, draw) in enumerate(ways_to_draw().items()):
            rng = generator(split, 100 + 10 * stream + way)
            scenes, questions = questions_of(kind, count, rng)
            texts = [question.text for question in questions]
            said = checkpoint.answers([draw(scene, rng) for scene in scenes], texts)
            right = [answer == question.answer for answer, question in zip(said, questions, strict=True)]
            held_out = [holds_out(scene) or names_held_out(text) for scene, text in zip(scenes, texts, strict=True)]
            results[kind][name] = shares(right, held_out)
    return {"split": split, "right answers": results}


def questions_of(kind: str, count: int, rng: np.random.Generator) -> tuple[list[Scene], list[Question]]:
    """As many scenes, of one to three things, with a question of the kind."""
    scenes, questions = [], []
    while len(scenes) < count:
        scene = (one_thing, two_things, three_things)[rng.integers(3)](rng)
        question = ask(scene, kind, rng)
        if question is not None:
            scenes.append(scene)
            questions.append(question)
    return scenes, questions


def names_held_out(text: str) -> bool:
    return any(" ".join(pair) in text for pair in HELD_OUT_PAIRS)


def measure_matches(folder: Path, split: str, count: int) -> dict:
    """How often the true caption scores above a hard negative, by what is false in it, beside CLIP; and retrieval."""
    checkpoint, clip = Checkpoint(folder), ClipCheckpoint(CLIP)
    results: dict[str, dict] = {}
    for stream, change in enumerate([*CHANGES, OTHER_WORDING]):
        word = reworded_caption if change == OTHER_WORDING else lambda scene: scene.caption
        for way, (name, draw) in enumerate(ways_to_draw().items()):
            rng = generator(split, 300 + 10 * stream + way)
            true, false = hard_pairs(change.split(",")[0], count, rng)
            pictures = [draw(scene, rng) for scene in true]
            held_out = [holds_out(scene) or holds_out(other) for scene, other in zip(true, false, strict=True)]
            vision = checkpoint.vision(pictures)
            sources = {"itc": (checkpoint, vision), "clip": (clip, pictures)}
            texts = [[word(scene) for scene in part] for part in (true, false)]
            high, low = (checkpoint.matches(vision, part) for part in texts)
            right = {"itm above hard negative": high > low}
            for key, (source, seen) in sources.items():
                features = source.picture_features(seen)
                high_cosine, low_cosine = ((features * source.text_features(part)).sum(-1) for part in texts)
                right[f"{key} above hard negative"] = (high_cosine > low_cosine).numpy()
            right["itm right at 0.5"] = np.concatenate([high > 0.5, low < 0.5])
            for measure, correct in right.items():
                rows = held_out * (len(correct) // len(held_out))
                results.setdefault(measure, {}).setdefault(change, {})[name] = shares(correct, rows)
    return {"split": split, **results, "retrieval at 1": measure_retrieval(checkpoint, split, min(400, count))}


def hard_pairs(change: str, count: int, rng: np.random.Generator) -> tuple[list[Scene], list[Scene]]:
    """Scenes of one or two things, and scenes with captions that are false for their pictures."""
    true, false = [], []
    while len(true) < count:
        scene = (one_thing, two_things)[rng.integers(2)](rng)
        other = hard_negative(scene, change, rng)
        if other is not None:
            true.append(scene)
            false.append(other)
    return true, false


def measure_retrieval(checkpoint: Checkpoint, split: str, size: int, shortlist: int = 16) -> dict:
    """Recall at 1 among distinct captions by cosine alone, and after the matching head has sorted the best 16."""
    results: dict[str, dict] = {"itc": {}, "itc, then itm": {}}
    for way, (name, draw) in enumerate(ways_to_draw().items()):
        rng = generator(split, 410 + way)
        scenes: dict[str, Scene] = {}
        while len(scenes) < size:
            scene = one_thing(rng) if rng.random() < 0.3 else two_things(rng)
            scenes.setdefault(scene.caption, scene)
        captions, held_out = list(scenes), [holds_out(scene) for scene in scenes.values()]
        vision = checkpoint.vision([draw(scene, rng) for scene in scenes.values()])
        cosines = (checkpoint.picture_features(vision) @ checkpoint.text_features(captions).T).numpy()
        best = np.argsort(-cosines, axis=1)[:, :shortlist]
        results["itc"][name] = shares(best[:, 0] == np.arange(size), held_out)
        texts = [captions[j] for row in best for j in row]
        scores = checkpoint.matches(vision.repeat_interleave(best.shape[1], 0), texts).reshape(best.shape)
        first = best[np.arange(size), scores.argmax(axis=1)]
        results["itc, then itm"][name] = shares(first == np.arange(size), held_out)
    return results


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


MEASURES = {
    "BlipForConditionalGeneration": measure_captions,
    "BlipForQuestionAnswering": measure_answers,
    "BlipForImageTextRetrieval": measure_matches,
}


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
