"""Pictures: two renderers that agree on the world and on nothing else.

``hard`` colours every pixel whose centre lies inside a formula; ``soft`` draws polygons that are antialiased by
supersampling. Their proportions vary, so that a model learns shapes instead of one renderer's pixels. ``plain`` is for
models that draw: it varies nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from shapes_world.scenes import COLOURS, Scene, Thing

MAX_COLOUR_JITTER = 25
MAX_NOISE = 6.0
MAX_BLUR = 0.12
"""Of the radius."""

SUPERSAMPLING = 4
PLAIN_GROUND = (48, 48, 52)

Renderer = Callable[[Scene, int, np.random.Generator], np.ndarray]
"""Draws a scene as uint8 (side, side, 3)."""


def hard(scene: Scene, side: int, rng: np.random.Generator) -> np.ndarray:
    """Draws with hard edges from formulas."""
    canvas = background(side, rng)
    centres = (np.arange(side, dtype=np.float32) + 0.5) / side
    for thing in scene.things:
        x = (centres[None, :] - thing.x) / thing.radius
        y = (centres[:, None] - thing.y) / thing.radius
        canvas[_inside(thing.shape, x, y, rng)] = _colour(thing, rng)
    return _finish(canvas, rng)


def soft(scene: Scene, side: int, rng: np.random.Generator) -> np.ndarray:
    """Draws antialiased outlines, half of them a little out of focus."""
    canvas = background(side, rng)
    for thing in scene.things:
        large = Image.new("L", (side * SUPERSAMPLING,) * 2)
        _draw_outline(ImageDraw.Draw(large), thing, large.width, rng)
        small = large.reduce(SUPERSAMPLING)
        blur = rng.uniform(-MAX_BLUR, MAX_BLUR)
        if blur > 0:
            small = small.filter(ImageFilter.GaussianBlur(blur * thing.radius * side))
        coverage = np.asarray(small, np.float32)[..., None] / 255
        canvas += coverage * (_colour(thing, rng) - canvas)
    return _finish(canvas, rng)


def plain(scene: Scene, side: int) -> np.ndarray:
    """Draws antialiased outlines of middling proportions in their exact colours on an even ground: nothing
    is left to chance, as is good for a model that is to draw itself.
    """
    canvas = np.full((side, side, 3), PLAIN_GROUND, np.float32)
    for thing in scene.things:
        large = Image.new("L", (side * SUPERSAMPLING,) * 2)
        _draw_outline(ImageDraw.Draw(large), thing, large.width, None)
        coverage = np.asarray(large.reduce(SUPERSAMPLING), np.float32)[..., None] / 255
        canvas += coverage * (np.float32(COLOURS[thing.colour]) - canvas)
    return np.clip(canvas + 0.5, 0, 255).astype(np.uint8)


RENDERERS: dict[str, Renderer] = {"hard": hard, "soft": soft}


def background(side: int, rng: np.random.Generator) -> np.ndarray:
    """A grey, slightly tinted ground, float32 (side, side, 3); half of them with a slight gradient."""
    colour = rng.uniform(20, 90) + rng.uniform(-6, 6, 3)
    canvas = np.empty((side, side, 3), np.float32)
    canvas[:] = colour
    if rng.random() < 0.5:
        slope_x, slope_y = rng.uniform(-20, 20, 2)
        ramp = np.linspace(-0.5, 0.5, side, dtype=np.float32)
        canvas += (ramp[None, :] * slope_x + ramp[:, None] * slope_y)[..., None]
    return canvas


def compress(picture: np.ndarray, quality: int) -> np.ndarray:
    """The picture after a round trip through JPEG."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def _colour(thing: Thing, rng: np.random.Generator) -> np.ndarray:
    jitter = rng.uniform(-MAX_COLOUR_JITTER, MAX_COLOUR_JITTER, 3)
    return np.clip(COLOURS[thing.colour] + jitter, 0, 255).astype(np.float32)


def _finish(canvas: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Adds noise (a quarter of the pictures stays clean) and rounds to bytes."""
    sigma = max(0.0, rng.uniform(-MAX_NOISE / 3, MAX_NOISE))
    if sigma > 0:
        canvas += sigma * rng.standard_normal(canvas.shape, np.float32)
    return np.clip(canvas + 0.5, 0, 255).astype(np.uint8)


def _inside(shape: str, x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Which points of the plane are inside a shape of radius 1 around the origin."""
    match shape:
        case "circle":
            return x * x + y * y <= 1
        case "square":
            half = rng.uniform(0.75, 0.9)
            return (abs(x) <= half) & (abs(y) <= half)
        case "triangle":
            base = rng.uniform(0.6, 0.85)
            return (y <= base) & (abs(x) <= rng.uniform(0.85, 1.0) * (y + 1) / (base + 1))
        case "cross":
            arm = rng.uniform(0.22, 0.4)
            return (np.minimum(abs(x), abs(y)) <= arm) & (np.maximum(abs(x), abs(y)) <= 1)
        case "star":
            waist, fifth = rng.uniform(0.34, 0.52), np.pi / 5
            angle = abs(np.mod(np.arctan2(x, -y) + fifth, 2 * fifth) - fifth)
            edge = waist * np.sin(fifth)
            edge = edge / (np.sin(angle) * (1 - waist * np.cos(fifth)) + edge * np.cos(angle))
            return np.hypot(x, y) <= edge
    raise ValueError(f"shape: {shape}")


def _draw_outline(draw: ImageDraw.ImageDraw, thing: Thing, side: int, rng: np.random.Generator | None) -> None:
    """Fills the outline of a thing on a picture of the given side."""

    def place(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return [((thing.x + thing.radius * x) * side, (thing.y + thing.radius * y) * side) for x, y in points]

    if thing.shape == "circle":
        draw.ellipse([*place([(-1, -1)])[0], *place([(1, 1)])[0]], fill=255)
    else:
        draw.polygon(place(_outline(thing.shape, rng)), fill=255)


def _outline(shape: str, rng: np.random.Generator | None) -> list[tuple[float, float]]:
    """The corners of a shape of radius 1 around the origin; without a generator the proportions are the middle ones."""
    match shape:
        case "square":
            half = _between(rng, 0.7, 0.88)
            return [(-half, -half), (half, -half), (half, half), (-half, half)]
        case "triangle":
            return [(np.sin(angle), -np.cos(angle)) for angle in 2 * np.pi / 3 * np.arange(3)]
        case "cross":
            a = _between(rng, 0.2, 0.38)
            quarter = [(-a, -1), (a, -1), (a, -a)]
            return [_turn(point, turns) for turns in range(4) for point in quarter]
        case "star":
            radii = np.where(np.arange(10) % 2 == 0, 1, _between(rng, 0.36, 0.55))
            angles = np.pi / 5 * np.arange(10)
            return list(zip(radii * np.sin(angles), -radii * np.cos(angles), strict=True))
    raise ValueError(f"shape: {shape}")


def _between(rng: np.random.Generator | None, low: float, high: float) -> float:
    return (low + high) / 2 if rng is None else rng.uniform(low, high)


def _turn(point: tuple[float, float], quarters: int) -> tuple[float, float]:
    """The point turned clockwise around the origin."""
    x, y = point
    for _ in range(quarters):
        x, y = -y, x
    return x, y
