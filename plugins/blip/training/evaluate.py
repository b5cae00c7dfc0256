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
from transformers import (
    AutoConfig,
    BertTokenizer,
    BlipImageProcessorPil,
    CLIPImageProcessorPil,
    CLIPModel,
    CLIPTokenizer,
)

from checkpoints import CLIP
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

    @torch.inference_mode()
    def answers(self, pictures: Sequence[np.ndarray], questions: Sequence[str]) -> list[str]:
        """Greedy answers; questions of one length go together, as the reference does not mask padding."""
        rows = self.tokenizer(list(questions)).input_ids
        found = [""] * len(rows)
        for length in sorted({len(row) for row in rows}):
            same = [i for i, row in enumerate(rows) if len(row) == length]
            for part in (same[start : start + BATCH] for start in range(0, len(same), BATCH)):
                ids = torch.tensor([rows[i] for i in part])
                pixels = self.pixels([pictures[i] for i in part])
                texts = self.model.generate(input_ids=ids, pixel_values=pixels, max_length=20, do_sample=False)
                for i, text in zip(part, self.decode(texts), strict=True):
                    found[i] = text
        return found

    @torch.inference_mode()
    def match(self, pictures: Sequence[np.ndarray], texts: Sequence[str], itm: bool = True) -> np.ndarray:
        """For every picture with its text: the probability that they match, or the cosine."""
        scores = []
        for start in range(0, len(pictures), BATCH):
            tokens = self.tokenizer(list(texts[start : start + BATCH]), padding=True, return_tensors="pt")
            pixels = self.pixels(pictures[start : start + BATCH])
            found = self.model(**tokens, pixel_values=pixels, use_itm_head=itm).itm_score
            scores.append(found.softmax(dim=-1)[:, 1] if itm else found.diagonal())
        return torch.cat(scores).numpy()

    @torch.inference_mode()
    def cosines(self, pictures: Sequence[np.ndarray], texts: Sequence[str]) -> np.ndarray:
        """Cosines of all pictures (rows) and all texts."""
        tokens = self.tokenizer(list(texts), padding=True, return_tensors="pt")
        return self.model(**tokens, pixel_values=self.pixels(pictures), use_itm_head=False).itm_score.numpy()


class ClipCheckpoint:
    """A CLIP checkpoint, to be asked the same."""

    def __init__(self, folder: Path):
        self.model = CLIPModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        self.tokenizer = CLIPTokenizer.from_pretrained(folder)
        self.processor = CLIPImageProcessorPil.from_pretrained(folder)

    @torch.inference_mode()
    def match(self, pictures: Sequence[np.ndarray], texts: Sequence[str]) -> np.ndarray:
        """The cosine of every picture with its text."""
        tokens = self.tokenizer(list(texts), padding=True, return_tensors="pt")
        images = [Image.fromarray(picture) for picture in pictures]
        pixels = self.processor(images=images, return_tensors="pt").pixel_values
        output = self.model(**tokens, pixel_values=pixels)
        return (output.image_embeds * output.text_embeds).sum(dim=-1).numpy()


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
    scores: dict[str, Callable[[Sequence[np.ndarray], Sequence[str]], np.ndarray]] = {
        "itm above hard negative": checkpoint.match,
        "itc above hard negative": lambda pictures, texts: checkpoint.match(pictures, texts, itm=False),
        "clip above hard negative": clip.match,
    }
    results: dict[str, dict] = {name: {} for name in [*scores, "itm right at 0.5"]}
    for stream, change in enumerate([*CHANGES, OTHER_WORDING]):
        word = reworded_caption if change == OTHER_WORDING else lambda scene: scene.caption
        for way, (name, draw) in enumerate(ways_to_draw().items()):
            rng = generator(split, 300 + 10 * stream + way)
            true, false = hard_pairs(change.split(",")[0], count, rng)
            pictures = [draw(scene, rng) for scene in true]
            held_out = [holds_out(scene) or holds_out(other) for scene, other in zip(true, false, strict=True)]
            for measure, score in scores.items():
                high, low = (score(pictures, [word(scene) for scene in part]) for part in (true, false))
                results[measure].setdefault(change, {})[name] = shares(high > low, held_out)
                if score == checkpoint.match:
                    right = np.concatenate([high > 0.5, low < 0.5])
                    results["itm right at 0.5"].setdefault(change, {})[name] = shares(right, held_out * 2)
    retrieval = measure_retrieval(checkpoint, split, min(400, count))
    return {"split": split, **results, "retrieval at 1": retrieval}


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
        pictures = [draw(scene, rng) for scene in scenes.values()]
        best = np.argsort(-checkpoint.cosines(pictures, captions), axis=1)[:, :shortlist]
        results["itc"][name] = shares(best[:, 0] == np.arange(size), held_out)
        rows = [(pictures[i], captions[j]) for i in range(size) for j in best[i]]
        scores = checkpoint.match(*zip(*rows, strict=True)).reshape(size, shortlist)
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
