"""Measures a saved CLIP checkpoint on pictures of the shapes world that training never drew."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import CLIPImageProcessorPil, CLIPModel, CLIPTokenizer

from samples import draw as draw_sample
from shapes_world.pictures import RENDERERS, compress
from shapes_world.scenes import ALL_PAIRS, POSITIONS, Scene, one_placed_thing, one_thing, two_things
from shapes_world.splits import HELD_OUT_PAIRS, SEEN_PAIRS, generator

SIDES = (48, 64, 96, 128)
TEMPLATES = ("a {}", "a photo of a {}.")
NAMES = tuple(f"{colour} {shape}" for colour, shape in ALL_PAIRS)
RETRIEVAL_SIZE = 400
UNSEEN = "unseen_renderer_128"


class Checkpoint:
    """A checkpoint folder, read with transformers alone and computed in float32."""

    def __init__(self, folder: Path):
        self.model = CLIPModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        self.tokenizer = CLIPTokenizer.from_pretrained(folder)
        self.processor = CLIPImageProcessorPil.from_pretrained(folder)

    @torch.inference_mode()
    def embed_pictures(self, pictures: Sequence[np.ndarray]) -> torch.Tensor:
        """Unit vectors (N, P)."""
        parts = []
        for start in range(0, len(pictures), 200):
            images = [Image.fromarray(picture) for picture in pictures[start : start + 200]]
            pixels = self.processor(images=images, return_tensors="pt").pixel_values
            parts.append(self.model.get_image_features(pixel_values=pixels).pooler_output)
        return torch.nn.functional.normalize(torch.cat(parts), dim=-1)

    @torch.inference_mode()
    def embed_texts(self, texts: Sequence[str]) -> torch.Tensor:
        """Unit vectors (N, P)."""
        tokens = self.tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")
        return torch.nn.functional.normalize(self.model.get_text_features(**tokens).pooler_output, dim=-1)


def measure(folder: Path, split: str, per_pair: int) -> dict:
    """All metrics of a checkpoint; zero-shot draws every (colour, shape) pair as often as told."""
    checkpoint = Checkpoint(folder)
    zero_shot = measure_zero_shot(checkpoint, split, per_pair)
    retrieval = {
        "all_pairs": measure_retrieval(checkpoint, generator(split, 1), ALL_PAIRS),
        "seen_pairs": measure_retrieval(checkpoint, generator(split, 2), SEEN_PAIRS),
    }
    relations = measure_relations(checkpoint, generator(split, 3))
    positions = measure_positions(checkpoint, generator(split, 4))
    plain = zero_shot["a {}"]
    summary = {
        "zero_shot_40": mean_of(plain, "all_pairs"),
        "zero_shot_40_seen_pairs": mean_of(plain, "seen_pairs"),
        "zero_shot_40_held_out_pairs": mean_of(plain, "held_out_pairs"),
        "zero_shot_40_photo_prompt": mean_of(zero_shot["a photo of a {}."], "all_pairs"),
        "zero_shot_40_unseen_renderer": plain[UNSEEN]["all_pairs"],
        "retrieval_at_1_of_400": retrieval["all_pairs"]["picture_to_text"],
        "position_5_way": positions,
        "relation_4_way": relations["4_way"],
        "relation_direction_2_way": relations["direction_2_way"],
    }
    return {
        "split": split,
        "held_out_pairs": [" ".join(pair) for pair in HELD_OUT_PAIRS],
        "summary": summary,
        "zero_shot_40": zero_shot,
        "retrieval_at_1_of_400": retrieval,
        "relations": relations | {"4_way_chance": 0.25, "direction_2_way_chance": 0.5},
    }


def measure_zero_shot(checkpoint: Checkpoint, split: str, per_pair: int) -> dict[str, dict[str, dict[str, float]]]:
    """Accuracy over the 40 names by template, then by how the pictures were drawn, then by pairs."""
    classes = {template: checkpoint.embed_texts([template.format(name) for name in NAMES]) for template in TEMPLATES}
    results: dict[str, dict[str, dict[str, float]]] = {template: {} for template in TEMPLATES}
    right_pair = np.repeat(np.arange(len(ALL_PAIRS)), per_pair)
    held_out = np.array([ALL_PAIRS[i] in HELD_OUT_PAIRS for i in right_pair])
    for stream, (way, draw) in enumerate(ways_to_draw().items()):
        rng = generator(split, 100 + stream)
        embeddings = checkpoint.embed_pictures([draw(one_thing(rng, [ALL_PAIRS[i]]), rng) for i in right_pair])
        for template, texts in classes.items():
            correct = (embeddings @ texts.T).argmax(1).numpy() == right_pair
            results[template][way] = {
                "all_pairs": share(correct),
                "seen_pairs": share(correct[~held_out]),
                "held_out_pairs": share(correct[held_out]),
            }
    return results


def ways_to_draw() -> dict[str, Callable[[Scene, np.random.Generator], np.ndarray]]:
    """Both renderers at several sides and after strong JPEG compression, and the samples' renderer."""
    ways = {}
    for name, render in RENDERERS.items():
        for side in SIDES:
            ways[f"{name}_{side}"] = lambda scene, rng, render=render, side=side: render(scene, side, rng)
        ways[f"{name}_96_jpeg_60"] = lambda scene, rng, render=render: compress(render(scene, 96, rng), 60)
    ways[UNSEEN] = lambda scene, rng: np.asarray(draw_sample(scene, 128, "#" + f"{rng.integers(40, 75):02x}" * 3))
    return ways


def measure_retrieval(checkpoint: Checkpoint, rng: np.random.Generator, pairs: Sequence) -> dict[str, float]:
    """Recall at 1 among distinct captions, of which up to 30 % name a single thing."""
    scenes: dict[str, Scene] = {}
    while len(scenes) < RETRIEVAL_SIZE:
        scene = one_thing(rng, pairs) if rng.random() < 0.3 else two_things(rng, pairs)
        scenes.setdefault(scene.caption, scene)
    texts = checkpoint.embed_texts(list(scenes))
    similarity = checkpoint.embed_pictures(draw_all(list(scenes.values()), rng)) @ texts.T
    right = torch.arange(RETRIEVAL_SIZE)
    return {
        "picture_to_text": share((similarity.argmax(1) == right).numpy()),
        "text_to_picture": share((similarity.argmax(0) == right).numpy()),
    }


def measure_relations(checkpoint: Checkpoint, rng: np.random.Generator, count: int = 400) -> dict[str, float]:
    """Whether the true caption beats the ones with the things exchanged and with the other relation."""
    scenes = [two_things(rng) for _ in range(count)]
    texts = []
    for scene in scenes:
        first, second = scene.caption.split(f" {scene.relation} ")
        other = "left of" if scene.relation == "above" else "above"
        texts += [f"{first} {scene.relation} {second}", f"{second} {scene.relation} {first}"]
        texts += [f"{first} {other} {second}", f"{second} {other} {first}"]
    embedded = checkpoint.embed_texts(texts).view(count, 4, -1)
    similarity = (checkpoint.embed_pictures(draw_all(scenes, rng))[:, None] * embedded).sum(-1)
    return {
        "4_way": share((similarity.argmax(1) == 0).numpy()),
        "direction_2_way": share((similarity[:, 0] > similarity[:, 1]).numpy()),
    }


def measure_positions(checkpoint: Checkpoint, rng: np.random.Generator, count: int = 400) -> float:
    """Accuracy over the five named positions of a thing that is known."""
    scenes = [one_placed_thing(rng) for _ in range(count)]
    texts = [f"{scene.caption} {position}" for scene in scenes for position in POSITIONS]
    embedded = checkpoint.embed_texts(texts).view(count, len(POSITIONS), -1)
    similarity = (checkpoint.embed_pictures(draw_all(scenes, rng))[:, None] * embedded).sum(-1)
    right = torch.tensor([list(POSITIONS).index(scene.position) for scene in scenes])
    return share((similarity.argmax(1) == right).numpy())


def draw_all(scenes: Sequence[Scene], rng: np.random.Generator) -> list[np.ndarray]:
    """Pictures at changing sides, by changing renderers."""
    renderers = list(RENDERERS.values())
    return [renderers[rng.integers(2)](scene, int(rng.choice(SIDES)), rng) for scene in scenes]


def mean_of(results: dict[str, dict[str, float]], pairs: str) -> float:
    """The mean over the two renderers of the world."""
    return round(float(np.mean([result[pairs] for way, result in results.items() if way != UNSEEN])), 4)


def share(correct: np.ndarray) -> float:
    return round(float(np.mean(correct)), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("folder", type=Path, help="checkpoint folder")
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--per-pair", type=int, default=10, help="pictures of each pair per way to draw")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(json.dumps(measure(arguments.folder, arguments.split, arguments.per_pair), indent=2))


if __name__ == "__main__":
    main()
