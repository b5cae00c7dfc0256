"""A bank of training pictures: drawn once at a model's side and kept on disk, so that runs need not draw again."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from shapes_world.pictures import RENDERERS, compress
from shapes_world.scenes import Scene, one_thing, three_things, two_things
from shapes_world.splits import SEEN_PAIRS, generator

CHUNK = 10_000
MAX_SIDE = 128
SHARES = {one_thing: 0.27, two_things: 0.58, three_things: 0.15}


@dataclass(frozen=True)
class Bank:
    """Scenes and their pictures, uint8 (N, side, side, 3), in the same order."""

    scenes: Sequence[Scene]
    pictures: Sequence[np.ndarray]

    def first(self, count: int) -> np.ndarray:
        """A few pictures, always the same."""
        return self.pictures[0][:count]

    def sample(self, count: int, rng: np.random.Generator) -> tuple[list[Scene], np.ndarray]:
        """Different scenes with their pictures; half of them mirrored, which also changes their words."""
        scenes, pictures = [], []
        for i in rng.choice(len(self.scenes), count, replace=False):
            scene, picture = self.scenes[i], self.pictures[i // CHUNK][i % CHUNK]
            if rng.random() < 0.5:
                scene, picture = mirrored(scene), picture[:, ::-1]
            scenes.append(scene)
            pictures.append(picture)
        return scenes, np.stack(pictures)


def open_bank(folder: Path, side: int, chunks: int, workers: int = 2) -> Bank:
    """Reads the bank, after drawing what is missing; the same arguments always give the same pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"pictures-{side}-{chunk:03}.npy" for chunk in range(chunks)]
    missing = [chunk for chunk, file in enumerate(files) if not file.exists()]
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(_draw_chunk, [files[chunk] for chunk in missing], [side] * len(missing), missing))
    scenes = [scene for chunk in range(chunks) for scene in _scenes(chunk)]
    return Bank(scenes, [np.load(file, mmap_mode="r") for file in files])


def mirrored(scene: Scene) -> Scene:
    """The scene with left and right exchanged; every shape of the world is its own mirror image."""
    things = [replace(thing, x=1 - thing.x) for thing in scene.things]
    if scene.relation == "left of":
        things.reverse()
    position = scene.position
    if position is not None:
        words = {"left": "right", "right": "left"}
        position = " ".join(words.get(word, word) for word in position.split())
    return Scene(tuple(things), scene.relation, position)


def training_picture(scene: Scene, side: int, rng: np.random.Generator) -> np.ndarray:
    """Draws at the model's side or larger, some through JPEG, and brings it down as an image processor does."""
    drawn = side if rng.random() < 0.4 else int(rng.integers(side, MAX_SIDE + 1))
    picture = RENDERERS[str(rng.choice(list(RENDERERS)))](scene, drawn, rng)
    if rng.random() < 0.15:
        picture = compress(picture, int(rng.integers(50, 96)))
    if drawn != side:
        picture = np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC))
    return picture


def _scenes(chunk: int) -> list[Scene]:
    rng = generator("train", 1000 + chunk)
    kinds = rng.choice(len(SHARES), CHUNK, p=list(SHARES.values()))
    return [list(SHARES)[kind](rng, SEEN_PAIRS) for kind in kinds]


def _draw_chunk(file: Path, side: int, chunk: int) -> None:
    rng = generator("train", 2000 + chunk)
    pictures = np.stack([training_picture(scene, side, rng) for scene in _scenes(chunk)])
    unfinished = file.with_suffix(".part")
    with unfinished.open("wb") as out:
        np.save(out, pictures)
    unfinished.rename(file)
