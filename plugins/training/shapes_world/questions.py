"""Questions about scenes, each with its one-word answer in lower case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from shapes_world.scenes import ALL_PAIRS, COLOURS, SHAPES, Pair, Scene, Thing, with_article

NUMBERS: tuple[str, ...] = ("zero", "one", "two", "three")
OPPOSITES: dict[str, str] = {
    "above": "below",
    "below": "above",
    "left of": "right of",
    "right of": "left of",
}


@dataclass(frozen=True)
class Question:
    """What is asked and what is right; ``kind`` is a key of ``KINDS``."""

    kind: str
    text: str
    answer: str


def colour_question(scene: Scene, rng: np.random.Generator, _: Sequence[Pair]) -> Question | None:
    """For example "what color is the circle?", where there is one circle."""
    thing = _any([thing for thing in scene.things if _count(scene, shape=thing.shape) == 1], rng)
    if thing is None:
        return None
    text = "what color is the object?" if len(scene.things) == 1 and rng.random() < 0.15 else None
    return Question("color", text or f"what color is the {thing.shape}?", thing.colour)


def shape_question(scene: Scene, rng: np.random.Generator, _: Sequence[Pair]) -> Question | None:
    """For example "what shape is red?", where one thing is red."""
    thing = _any([thing for thing in scene.things if _count(scene, colour=thing.colour) == 1], rng)
    if thing is None:
        return None
    wordings = [f"what shape is {thing.colour}?", f"what shape is the {thing.colour} object?"]
    return Question("shape", _any(wordings, rng), thing.shape)


def count_question(scene: Scene, rng: np.random.Generator, _: Sequence[Pair]) -> Question:
    """ "how many objects are there?" in two wordings."""
    text = _any(["how many objects are there?", "how many shapes are there?"], rng)
    return Question("count", text, NUMBERS[len(scene.things)])


def part_count_question(scene: Scene, rng: np.random.Generator, _: Sequence[Pair]) -> Question:
    """For example "how many stars are there?" or "how many red objects are there?"; a third of the answers is zero."""
    things = list(scene.things)
    if rng.random() < 0.5:
        shape = _present_or_not([thing.shape for thing in things], SHAPES, rng)
        name, number = f"{shape}{'es' if shape == 'cross' else 's'}", _count(scene, shape=shape)
    else:
        colour = _present_or_not([thing.colour for thing in things], tuple(COLOURS), rng)
        name, number = f"{colour} objects", _count(scene, colour=colour)
    return Question("part count", f"how many {name} are there?", NUMBERS[number])


def existence_question(scene: Scene, rng: np.random.Generator, pairs: Sequence[Pair]) -> Question | None:
    """For example "is there a blue star?"; what is not there mostly shares its colour or shape with what is."""
    here = [thing.pair for thing in scene.things]
    if rng.random() < 0.5:
        pair, answer = _any(here, rng), "yes"
    else:
        absent = [pair for pair in pairs if pair not in here]
        colours, shapes = {colour for colour, _ in here}, {shape for _, shape in here}
        mixed = [pair for pair in absent if pair[0] in colours and pair[1] in shapes]
        close = [pair for pair in absent if pair[0] in colours or pair[1] in shapes]
        choice = rng.random()
        options = mixed if mixed and choice < 0.4 else close if choice < 0.85 else absent
        pair, answer = _any(options, rng), "no"
    return Question("yes/no", f"is there {with_article(' '.join(pair))}?", answer)


def attribute_question(scene: Scene, rng: np.random.Generator, pairs: Sequence[Pair]) -> Question | None:
    """For example "is the circle red?", where there is one circle."""
    thing = _any([thing for thing in scene.things if _count(scene, shape=thing.shape) == 1], rng)
    if thing is None:
        return None
    colour, answer = thing.colour, "yes"
    if rng.random() < 0.5:
        wrong = [pair[0] for pair in pairs if pair[1] == thing.shape and pair[0] != thing.colour]
        nearby = [other.colour for other in scene.things if other.colour in wrong]
        colour, answer = _any(nearby if nearby and rng.random() < 0.5 else wrong, rng), "no"
    return Question("yes/no", f"is the {thing.shape} {colour}?", answer)


def neighbour_question(scene: Scene, rng: np.random.Generator, _: Sequence[Pair]) -> Question | None:
    """For example "what is above the square?", answered by the other thing's shape."""
    if scene.relation is None:
        return None
    asked, other, relation = _turned(scene, rng)
    full = asked.shape == other.shape or rng.random() < 0.3
    return Question("relation", f"what is {relation} the {other.name if full else other.shape}?", asked.shape)


def relation_question(scene: Scene, rng: np.random.Generator, _: Sequence[Pair]) -> Question | None:
    """For example "is the red circle left of the green star?"."""
    if scene.relation is None:
        return None
    first, second, relation = _turned(scene, rng)
    answer = "yes"
    if rng.random() < 0.5:
        answer = "no"
        others = [word for word in OPPOSITES if word not in (relation, OPPOSITES[relation])]
        relation = OPPOSITES[relation] if rng.random() < 0.7 else _any(others, rng)
    return Question("relation", f"is the {first.name} {relation} the {second.name}?", answer)


Ask = Callable[[Scene, np.random.Generator, Sequence[Pair]], Question | None]

KINDS: dict[str, tuple[Ask, ...]] = {
    "color": (colour_question,),
    "shape": (shape_question,),
    "count": (count_question,),
    "part count": (part_count_question,),
    "yes/no": (existence_question, attribute_question),
    "relation": (neighbour_question, relation_question),
}
"""Kinds of questions; a function answers None where its question makes no sense."""


def ask(scene: Scene, kind: str, rng: np.random.Generator, pairs: Sequence[Pair] = ALL_PAIRS) -> Question | None:
    """A question of a kind, if the scene allows one; only the given pairs are named."""
    wordings = KINDS[kind]
    return wordings[rng.integers(len(wordings))](scene, rng, pairs)


def _turned(scene: Scene, rng: np.random.Generator) -> tuple[Thing, Thing, str]:
    """A true statement about two things: one, the other, and how the one stands to the other."""
    first, second = scene.things
    if rng.random() < 0.5:
        return first, second, scene.relation
    return second, first, OPPOSITES[scene.relation]


def _present_or_not(present: Sequence[str], options: Sequence[str], rng: np.random.Generator) -> str:
    absent = [word for word in options if word not in present]
    return _any(absent if rng.random() < 1 / 3 else present, rng)


def _count(scene: Scene, colour: str | None = None, shape: str | None = None) -> int:
    return sum(thing.colour == colour or thing.shape == shape for thing in scene.things)


def _any(options: Sequence, rng: np.random.Generator):
    return options[rng.integers(len(options))] if options else None
