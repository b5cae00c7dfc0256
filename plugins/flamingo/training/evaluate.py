"""Measures a saved Flamingo checkpoint on prompts, pictures and clips of the shapes world that training never drew."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from transformers import IdeficsForVisionText2Text, PreTrainedTokenizerFast

from bank import SIDE, states
from clips import FRAMES, clip, frames
from samples import draw as draw_sample
from shapes_world.pictures import RENDERERS, compress
from shapes_world.scenes import ALL_PAIRS, Pair, Scene, one_thing, two_things
from shapes_world.splits import HELD_OUT_PAIRS, SEEN_PAIRS, generator
from turns import PromptWriter, Turn
from vocabulary import DESCRIBING, NAMES, NAMING, WATCHING

SIDES = (48, 64, 96, 128)
CLASSES = 4
SHUFFLED = "shuffled"
SHOTS = (0, 1, 2, 4, 8, SHUFFLED)
MAX_ANSWER = 16


class Checkpoint:
    """A checkpoint folder, read with transformers alone and computed in float32."""

    def __init__(self, folder: Path):
        self.model = IdeficsForVisionText2Text.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager"
        ).eval()
        self.words = PreTrainedTokenizerFast.from_pretrained(folder)
        self.writer = PromptWriter(self.words)
        self.stop = self.model.generation_config.eos_token_id
        self.banned = [ids[0] for ids in self.model.generation_config.bad_words_ids]

    @torch.inference_mode()
    def logits(self, dialogues: Sequence[Sequence[Turn]], seen: Tensor, extra: Tensor | None = None) -> Tensor:
        """The logits after each prompt, and after the tokens that follow it (B, n), as (B, n + 1, vocabulary)."""
        prompts = self.writer.write(dialogues, seen.shape[1])
        last = prompts.attention.sum(dim=1) - 1
        if len(set(last.tolist())) != 1:
            raise ValueError("dialogues: of several lengths (expected: one)")
        ids, picture = prompts.ids, prompts.seen
        if extra is not None:
            ids = torch.cat([ids, extra], dim=1)
            picture = torch.cat([picture, picture[:, -1:].expand(-1, extra.shape[1], -1)], dim=1)
        out = self.model(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            image_encoder_embeddings=seen,
            image_attention_mask=picture,
            use_cache=False,
        ).logits
        return out[:, last[0] :]

    @torch.inference_mode()
    def answers(self, dialogues: Sequence[Sequence[Turn]], seen: Tensor) -> list[str]:
        """Greedy answers, to the end of the turn; prompts of one length go together."""
        found = [""] * len(dialogues)
        for same in self._by_length(dialogues):
            part, pictures = [dialogues[i] for i in same], seen[same]
            said = torch.zeros(len(same), 0, dtype=torch.long)
            while said.shape[1] < MAX_ANSWER and not (said == self.stop).any(dim=1).all():
                logits = self.logits(part, pictures, said)[:, -1]
                logits[:, self.banned] = -torch.inf
                said = torch.cat([said, logits.argmax(dim=1, keepdim=True)], dim=1)
            for i, row in zip(same, said.tolist(), strict=True):
                end = row.index(self.stop) if self.stop in row else len(row)
                found[i] = self.words.decode(row[:end]).strip()
        return found

    @torch.inference_mode()
    def choices(self, dialogues: Sequence[Sequence[Turn]], seen: Tensor, texts: Sequence[Sequence[str]]) -> list[int]:
        """Which of each prompt's texts is the likeliest answer, its end included."""
        found = [0] * len(dialogues)
        best = [-np.inf] * len(dialogues)
        for choice in range(len(texts[0])):
            ids = [self.words(f"{row[choice]}<end_of_utterance>", add_special_tokens=False).input_ids for row in texts]
            for length in {len(row) for row in ids}:
                for same in self._by_length(dialogues):
                    rows = [i for i in same if len(ids[i]) == length]
                    if not rows:
                        continue
                    said = torch.tensor([ids[i] for i in rows])
                    logits = self.logits([dialogues[i] for i in rows], seen[rows], said)[:, :-1]
                    score = logits.log_softmax(dim=-1).gather(2, said[..., None]).sum(dim=(1, 2))
                    for i, value in zip(rows, score.tolist(), strict=True):
                        if value > best[i]:
                            best[i], found[i] = value, choice
        return found

    def _by_length(self, dialogues: Sequence[Sequence[Turn]]) -> list[list[int]]:
        lengths: dict[int, list[int]] = {}
        for i, turns in enumerate(dialogues):
            lengths.setdefault(int(self.writer.write([turns], 9).attention.sum()), []).append(i)
        return [rows[start : start + 100] for rows in lengths.values() for start in range(0, len(rows), 100)]


def draw(scene: Scene, way: str, rng: np.random.Generator) -> np.ndarray:
    """Draws at several sides, a fifth through strong JPEG, or as the samples are drawn; brought to the model's side."""
    if way == "unseen renderer":
        picture = np.asarray(draw_sample(scene, 128, "#" + f"{rng.integers(40, 75):02x}" * 3))
    else:
        picture = RENDERERS[way](scene, int(rng.choice(SIDES)), rng)
        picture = compress(picture, 60) if rng.random() < 0.2 else picture
    return np.asarray(Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BICUBIC))


WAYS = (*RENDERERS, "unseen renderer")


def measure_names(
    checkpoint: Checkpoint, split: str, count: int, pairs: Sequence[Pair] = SEEN_PAIRS, shown: Sequence = SHOTS
) -> dict:
    """Four classes with names that the prompt alone tells; chosen among the four, and freely said.

    ``shuffled`` has the names of the shots exchanged, each class with another's: right is still the true one.
    """
    results: dict[str, dict] = {}
    for shots in shown:
        rng = generator(split, 500 + len(pairs))
        dialogues, pictures, names, right = [], [], [], []
        for _ in range(count):
            kinds = different(pairs, rng)
            labels = [NAMES[i] for i in rng.choice(len(NAMES), CLASSES, replace=False)]
            number = CLASSES if shots == SHUFFLED else shots
            order = np.concatenate([rng.permutation(CLASSES) for _ in range(3)])[:number].tolist()
            asked = int(rng.integers(CLASSES))
            told = labels[1:] + labels[:1] if shots == SHUFFLED else labels
            turns = [Turn(NAMING, 1, told[kind]) for kind in order]
            dialogues.append([*turns, Turn(NAMING, 1, None)])
            way = str(rng.choice(WAYS))
            pictures += [draw(one_thing(rng, [kinds[kind]]), way, rng) for kind in [*order, asked]]
            names.append(labels)
            right.append(asked)
        seen = states(checkpoint.model, pictures).float().unflatten(0, (count, -1))
        chosen = checkpoint.choices(dialogues, seen, names)
        said = checkpoint.answers(dialogues, seen)
        results[f"{shots} shots" if shots != SHUFFLED else shots] = {
            "chosen": round(float(np.mean(np.array(chosen) == right)), 4),
            "said": round(float(np.mean([text == row[i] for text, row, i in zip(said, names, right, strict=True)])), 4),
        }
    return results


def different(pairs: Sequence[Pair], rng: np.random.Generator) -> list[Pair]:
    """Four different pairs of different colours."""
    while True:
        chosen = [pairs[i] for i in rng.choice(len(pairs), CLASSES, replace=False)]
        if len({colour for colour, _ in chosen}) == CLASSES:
            return chosen


def measure_captions(checkpoint: Checkpoint, split: str, count: int) -> dict:
    """Exactly right captions: every colour, shape, relation and order."""
    results: dict[str, dict] = {}
    for kind, make in enumerate((one_thing, two_things)):
        for number, way in enumerate(WAYS):
            rng = generator(split, 520 + 10 * kind + number)
            scenes = [make(rng) for _ in range(count)]
            seen = states(checkpoint.model, [draw(scene, way, rng) for scene in scenes]).float()[:, None]
            said = checkpoint.answers([[Turn(DESCRIBING, 1, None)]] * count, seen)
            right = [text == scene.caption for text, scene in zip(said, scenes, strict=True)]
            held_out = [any(thing.pair in HELD_OUT_PAIRS for thing in scene.things) for scene in scenes]
            results.setdefault(make.__name__, {})[way] = shares(right, held_out)
    return results


def shots(scenes: Sequence[Scene], way: str, rng: np.random.Generator) -> Sequence[np.ndarray]:
    """The frames of a clip, at the model's side."""
    if way in RENDERERS:
        return frames(scenes, SIDE, RENDERERS[way], rng)
    ground = "#" + f"{rng.integers(40, 75):02x}" * 3
    pictures = [draw_sample(scene, 96, ground) for scene in scenes]
    return [np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC)) for picture in pictures]


def measure_films(checkpoint: Checkpoint, split: str, count: int) -> dict:
    """Right directions of the named thing, by the renderer."""
    results: dict[str, dict] = {}
    for number, way in enumerate(WAYS):
        rng = generator(split, 540 + number)
        films = [clip(rng) for _ in range(count)]
        drawn = [frame for film in films for frame in shots(film.scenes, way, rng)]
        seen = states(checkpoint.model, drawn).float().unflatten(0, (count, FRAMES))
        said = checkpoint.answers([[Turn(WATCHING.format(film.name), FRAMES, None)] for film in films], seen)
        right = [text == film.direction for text, film in zip(said, films, strict=True)]
        results[way] = shares(right, [film.pair in HELD_OUT_PAIRS for film in films])
        two = [len(film.scenes[0].things) == 2 for film in films]
        results[way]["two things"] = round(float(np.mean(np.array(right)[two])), 4)
    return results


def shares(right: Sequence[bool], held_out: Sequence[bool]) -> dict[str, float | int]:
    """The share of right answers: of all, of those about seen pairs, of those with a held-out pair."""
    right, held_out = np.array(right, bool), np.array(held_out, bool)
    parts = {"all": right, "seen pairs": right[~held_out], "held-out pairs": right[held_out]}
    return {"count": len(right)} | {name: round(float(part.mean()), 4) for name, part in parts.items() if len(part)}


def measure(folder: Path, split: str, count: int) -> dict:
    checkpoint = Checkpoint(folder)
    return {
        "split": split,
        "names": {
            "episodes": count,
            "classes": CLASSES,
            "seen pairs": measure_names(checkpoint, split, count),
            "held-out pairs": measure_names(checkpoint, split, count, HELD_OUT_PAIRS),
        },
        "exact captions": measure_captions(checkpoint, split, count),
        "right directions": measure_films(checkpoint, split, count),
    }


def glance(folder: Path) -> dict:
    """A few figures for a look during training."""
    checkpoint = Checkpoint(folder)
    return {
        "names": measure_names(checkpoint, "validation", 40, shown=(CLASSES,)),
        "directions": measure_films(checkpoint, "validation", 20),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--count", type=int, default=200, help="prompts per measure")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(json.dumps(measure(arguments.checkpoint, arguments.split, arguments.count), indent=2))


if __name__ == "__main__":
    main()
