"""Hard negatives: captions that use almost the same words as the true one and are false."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from shapes_world.questions import OPPOSITES
from shapes_world.scenes import ALL_PAIRS, COLOURS, SHAPES, Pair, Scene, Thing

Change = Callable[[Scene, np.random.Generator], Scene | None]


def swap_colours(scene: Scene, rng: np.random.Generator) -> Scene | None:
    """Exchanges the colours of two things."""
    i, j = _two_places(scene, rng)
    first, second = scene.things[i], scene.things[j]
    return _with(scene, {i: replace(first, colour=second.colour), j: replace(second, colour=first.colour)})


def swap_shapes(scene: Scene, rng: np.random.Generator) -> Scene | None:
    """Exchanges the shapes of two things."""
    i, j = _two_places(scene, rng)
    first, second = scene.things[i], scene.things[j]
    return _with(scene, {i: replace(first, shape=second.shape), j: replace(second, shape=first.shape)})


def change_colour(scene: Scene, rng: np.random.Generator) -> Scene:
    """Gives one thing another colour."""
    i = int(rng.integers(len(scene.things)))
    colours = [colour for colour in COLOURS if colour != scene.things[i].colour]
    return _with(scene, {i: replace(scene.things[i], colour=colours[rng.integers(len(colours))])})


def change_shape(scene: Scene, rng: np.random.Generator) -> Scene:
    """Gives one thing another shape."""
    i = int(rng.integers(len(scene.things)))
    shapes = [shape for shape in SHAPES if shape != scene.things[i].shape]
    return _with(scene, {i: replace(scene.things[i], shape=shapes[rng.integers(len(shapes))])})


def reverse_relation(scene: Scene, rng: np.random.Generator) -> Scene | None:
    """Exchanges two things, so that "above" and "left of" say the opposite."""
    if scene.relation is None:
        return None
    return replace(scene, things=scene.things[::-1])


def change_relation(scene: Scene, rng: np.random.Generator) -> Scene | None:
    """Says "left of" for "above", or the other way round."""
    if scene.relation is None:
        return None
    return replace(scene, relation="left of" if scene.relation == "above" else "above")


CHANGES: dict[str, Change] = {
    "swap colors": swap_colours,
    "swap shapes": swap_shapes,
    "change color": change_colour,
    "change shape": change_shape,
    "reverse relation": reverse_relation,
    "change relation": change_relation,
}


def hard_negative(
    scene: Scene, change: str, rng: np.random.Generator, pairs: Sequence[Pair] = ALL_PAIRS
) -> Scene | None:
    """A scene whose caption is false for the picture, if the change makes one that names the given pairs only."""
    needs_two = change in ("swap colors", "swap shapes")
    if needs_two and len(scene.things) < 2:
        return None
    changed = CHANGES[change](scene, rng)
    if changed is None:
        return None
    named, true = _names(changed), _names(scene)
    if len(set(named)) < len(named) or any(pair not in pairs for pair in named):
        return None
    only_reordered = sorted(named) == sorted(true)
    if only_reordered and (scene.relation is None or changed.caption == scene.caption):
        return None
    return changed


def reworded_caption(scene: Scene) -> str:
    """The caption of two things in the other order, for example "a blue square below a red circle"."""
    if scene.relation is None:
        return scene.caption
    turned = replace(scene, things=scene.things[::-1], relation=OPPOSITES[scene.relation])
    return turned.caption


def _names(scene: Scene) -> list[Pair]:
    return [thing.pair for thing in scene.things]


def _two_places(scene: Scene, rng: np.random.Generator) -> tuple[int, int]:
    i, j = sorted(rng.choice(len(scene.things), 2, replace=False).tolist())
    return i, j


def _with(scene: Scene, things: dict[int, Thing]) -> Scene:
    return replace(scene, things=tuple(things.get(i, thing) for i, thing in enumerate(scene.things)))
