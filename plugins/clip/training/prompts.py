"""Prompts: the wordings in which the demo checkpoint meets the captions of the shapes world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shapes_world.scenes import COLOURS, SHAPES, Scene, with_article

NAME_TEMPLATES: tuple[str, ...] = (
    "a {}",
    "a {}.",
    "{}",
    "the {}",
    "a photo of a {}.",
    "a photo of a {}",
    "a photo of the {}.",
    "a picture of a {}",
    "an image of a {}.",
    "a drawing of a {}.",
    "this is a {}",
    "there is a {}.",
    "a photo of a {}, a type of shape.",
    "itap of a {}.",
    "a bad photo of the {}.",
    "a origami {}.",
    "a photo of the large {}.",
    "a {} in a video game.",
    "art of the {}.",
    "a photo of the small {}.",
)
"""For a name without its article. The last seven are the short ensemble of the CLIP notebooks."""

PHRASE_TEMPLATES: tuple[str, ...] = (
    "{}.",
    "a photo of {}.",
    "a photo of {}",
    "a picture of {}.",
    "an image of {}",
    "a drawing of {}.",
    "there is {}.",
    "this is {}",
)
"""For a caption that brings its own articles."""

OTHER_TEMPLATE_WORDS = (
    "bad many sculpture hard to see low resolution rendering graffiti cropped tattoo embroidered bright clean dirty "
    "dark my plastic cool close-up black and white painting pixelated jpeg corrupted blurry good one doodle origami "
    "sketch toy rendition of in a video game plushie nice small weird cartoon art large the itap it is all no not "
    "with on gray grey background color colour object objects shape shapes two three four is are what how pink brown "
    "black rectangle diamond hexagon heart dog cat person car below right next"
).split()
"""Words of CLIP's other common prompt templates and of likely questions; they get short token sequences only."""


@dataclass(frozen=True)
class Caption:
    """A text and, where it says less than the picture shows, the only word of a thing that it does say."""

    text: str
    partial: str | None = None

    def also_true_of(self, scene: Scene) -> bool:
        """Whether a partial caption fits another picture too; complete captions belong to their own picture."""
        return self.partial is not None and any(self.partial in thing.pair for thing in scene.things)


def write_caption(scene: Scene, rng: np.random.Generator) -> Caption:
    """Words a scene in one of many ways; about half the time in the plain way."""
    if len(scene.things) > 1 or scene.position is not None:
        caption = scene.placed_caption
        return Caption(caption if rng.random() < 0.5 else _any(PHRASE_TEMPLATES, rng).format(caption))
    thing = scene.things[0]
    if rng.random() < 0.15:
        return _partial_caption(thing.colour if rng.random() < 0.5 else thing.shape, rng)
    if rng.random() < 0.4:
        return Caption(scene.caption)
    text = _any(NAME_TEMPLATES, rng).format(thing.name)
    return Caption(text.replace("a orange", "an orange") if rng.random() < 0.5 else text)


def vocabulary_corpus() -> list[str]:
    """Texts whose every word shall become one token."""
    names = [f"{colour} {shape}" for colour in COLOURS for shape in SHAPES]
    texts = [template.format(name) for template in NAME_TEMPLATES + PHRASE_TEMPLATES for name in names]
    texts += ["a red circle above a blue square", "a red circle left of a blue square"] * 40
    texts += ["a red circle, a blue square and a green star in the center", "in the top left", "in the top right"] * 40
    texts += ["in the bottom left", "in the bottom right", "circles squares triangles stars crosses"] * 40
    return texts + OTHER_TEMPLATE_WORDS * 2


def _partial_caption(word: str, rng: np.random.Generator) -> Caption:
    name = word if word in SHAPES else f"{word} {_any(('shape', 'object'), rng)}"
    if rng.random() < 0.2:
        return Caption(word, partial=word)
    template = _any(("{}", "a photo of {}.", "a picture of {}"), rng)
    return Caption(template.format(with_article(name)), partial=word)


def _any(options: tuple[str, ...], rng: np.random.Generator) -> str:
    return options[rng.integers(len(options))]
