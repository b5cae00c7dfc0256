"""Draws the sample pictures and clips of the demo, with a renderer that no model is trained on.

Corners are rounded, colours get lighter towards the top, and things throw a soft shadow on a vignetted ground.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from shapes_world.scenes import Scene, Thing

OUT = Path("deploy/samples")
SUPERSAMPLING = 4

COLOURS = {
    "red": "#d92f33",
    "green": "#2fb04a",
    "blue": "#3a5be0",
    "yellow": "#f0d93c",
    "purple": "#9440bd",
    "orange": "#f28a22",
    "white": "#f2f2ee",
    "cyan": "#42cfe0",
}

ONE = ((0.5, 0.5, 0.27),)
ABOVE = ((0.44, 0.27, 0.17), (0.55, 0.74, 0.18))
ONE_RIGHT = (((0.26, 0.45, 0.16),), ((0.74, 0.45, 0.16),))
ONE_UP = (((0.3, 0.74, 0.16), (0.74, 0.5, 0.15)), ((0.3, 0.26, 0.16), (0.74, 0.5, 0.15)))
LEFT_OF = ((0.26, 0.55, 0.18), (0.74, 0.46, 0.17))

SAMPLES = {
    "red-circle.png": (224, "#3c4046", ONE),
    "blue-star.png": (192, "#2e2f33", ((0.52, 0.51, 0.29),)),
    "green-triangle.png": (160, "#4a4743", ((0.45, 0.52, 0.26),)),
    "yellow-cross.jpg": (200, "#33383d", ((0.54, 0.47, 0.25),)),
    "purple-square.png": (128, "#3a3a40", ((0.48, 0.5, 0.27),)),
    "orange-triangle.png": (256, "#2b2e30", ((0.55, 0.55, 0.28),)),
    "cyan-circle.webp": (240, "#45484a", ((0.62, 0.4, 0.22),)),
    "white-star.png": (96, "#38363a", ((0.42, 0.55, 0.28),)),
    "green-square-above-white-cross.png": (224, "#34383c", ABOVE),
    "red-circle-left-of-blue-square.png": (224, "#3e3d3c", LEFT_OF),
    "orange-star-above-purple-circle.jpg": (200, "#303338", ABOVE),
    "yellow-circle-left-of-cyan-triangle.png": (180, "#3b4044", LEFT_OF),
}
"""File name: side, ground, then x, y and radius of every thing as fractions of the side.

The file name also says what to draw; "above" and "left of" are where the positions put things.
"""

CLIPS = {
    "red-circle-goes-right.gif": (96, "#3c4046", ONE_RIGHT),
    "white-star-goes-up-beside-a-blue-square.gif": (96, "#35383b", ONE_UP),
}
"""File name: side, ground, then x, y and radius of every thing in the first frame and in the last."""

FRAMES = 8
FRAME_MILLISECONDS = 120


def draw(scene: Scene, side: int, ground: str) -> Image.Image:
    """The scene on a ground of the given colour."""
    large = side * SUPERSAMPLING
    picture = vignette(large, ground)
    for thing in scene.things:
        mask = silhouette(thing.shape, large, thing.x * large, thing.y * large, thing.radius * large)
        shadow = ImageChops.offset(mask, 0, large // 60).filter(ImageFilter.GaussianBlur(large / 50))
        picture.paste("#101114", mask=shadow.point(lambda value: value * 2 // 5))
        picture.paste(shaded(COLOURS[thing.colour], large, thing.y - thing.radius, thing.y + thing.radius), mask=mask)
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def scene_of(name: str, places: tuple[tuple[float, float, float], ...]) -> Scene:
    """The things that a file name speaks of, at their places."""
    words = name.split(".")[0].split("-")
    pairs = [(words[i], words[i + 1]) for i in range(len(words) - 1) if words[i] in COLOURS]
    return Scene(tuple(Thing(*pair, *place) for pair, place in zip(pairs, places, strict=True)))


def film(name: str, side: int, ground: str, places: tuple) -> list[Image.Image]:
    """The frames of a clip, in which things go straight from their first places to their last."""
    first, last = (np.array(end) for end in places)
    frames = []
    for part in np.linspace(0, 1, FRAMES):
        between = first + part * (last - first)
        frames.append(draw(scene_of(name, tuple(map(tuple, between.tolist()))), side, ground))
    return frames


def vignette(side: int, ground: str) -> Image.Image:
    """A ground that darkens a little towards its corners."""
    axis = np.linspace(-1, 1, side)
    light = 1.06 - 0.12 * (axis[None, :] ** 2 + axis[:, None] ** 2)
    colour = np.array(Image.new("RGB", (1, 1), ground))
    return Image.fromarray(np.clip(colour * light[..., None], 0, 255).astype(np.uint8))


def shaded(colour: str, side: int, top: float, bottom: float) -> Image.Image:
    """The colour, from slightly lighter at the top of a thing to slightly darker at its bottom."""
    light = np.interp(np.linspace(0, 1, side), [top, bottom], [1.06, 0.92])
    rgb = np.array(Image.new("RGB", (side, 1), colour)).astype(float)
    return Image.fromarray(np.clip(rgb * light[:, None, None], 0, 255).astype(np.uint8))


def silhouette(shape: str, side: int, x: float, y: float, radius: float) -> Image.Image:
    """A mask of the shape with rounded corners."""
    mask = Image.new("L", (side, side))
    pen = ImageDraw.Draw(mask)
    if shape == "circle":
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        return mask
    corner = radius * 0.08
    points = [(x + (radius - corner) * dx, y + (radius - corner) * dy) for dx, dy in corners(shape)]
    pen.polygon(points, fill=255)
    pen.line([*points, *points[:2]], fill=255, width=round(2 * corner), joint="curve")
    return mask


def corners(shape: str) -> list[tuple[float, float]]:
    """The outline of a shape of radius 1, clockwise."""
    match shape:
        case "square":
            return [(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)]
        case "triangle":
            return [(0, -0.95), (0.97, 0.75), (-0.97, 0.75)]
        case "cross":
            a = 0.3
            upper = [(-1, -a), (-a, -a), (-a, -1), (a, -1), (a, -a), (1, -a)]
            return upper + [(-x, -y) for x, y in upper]
        case "star":
            angles = np.pi / 5 * np.arange(10)
            radii = np.where(np.arange(10) % 2 == 0, 1.0, 0.45)
            return list(zip(radii * np.sin(angles), -radii * np.cos(angles), strict=True))
    raise ValueError(f"shape: {shape}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write (default: %(default)s)")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, (side, ground, places) in SAMPLES.items():
        options = {} if name.endswith(".png") else {"quality": 90}
        draw(scene_of(name, places), side, ground).save(out / name, **options)
    for name, (side, ground, places) in CLIPS.items():
        frames = [frame.quantize(256, dither=Image.Dither.NONE) for frame in film(name, side, ground, places)]
        frames[0].save(
            out / name, save_all=True, append_images=frames[1:], duration=FRAME_MILLISECONDS, loop=0, disposal=1
        )


if __name__ == "__main__":
    main()
