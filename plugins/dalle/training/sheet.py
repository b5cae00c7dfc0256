"""Draws the contact sheet: forty prompts, one picture each, as they come and none left out."""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from checkpoints import SHAPES
from drawings import plain_prompt
from evaluate import Painter, scenes_of
from shapes_world.splits import generator

OUT = Path("plugins/dalle/docs/contact-sheet.png")
PROMPTS = {"one thing": 6, "one thing at a position": 12, "two things": 22}
COLUMNS, ZOOM, GAP, TEXT = 8, 2, 10, 44
PAPER, INK = (250, 250, 250), (40, 40, 40)


def prompts() -> list[str]:
    """Different prompts of all kinds, from seeds of the test split."""
    rng = generator("test", 690)
    found: dict[str, None] = {}
    for kind, count in PROMPTS.items():
        end = len(found) + count
        while len(found) < end:
            found.setdefault(plain_prompt(scenes_of(kind, 1, rng)[0], rng))
    return list(found)


def sheet(texts: list[str], pictures: np.ndarray) -> Image.Image:
    """Pictures uint8 (N, side, side, 3) in rows, each above its prompt."""
    side = pictures.shape[1] * ZOOM
    width, height = side + GAP, side + TEXT
    rows = -(-len(texts) // COLUMNS)
    paper = Image.new("RGB", (COLUMNS * width + GAP, rows * height + GAP), PAPER)
    draw, font = ImageDraw.Draw(paper), ImageFont.load_default(11)
    for i, (text, picture) in enumerate(zip(texts, pictures, strict=True)):
        x, y = GAP + i % COLUMNS * width, GAP + i // COLUMNS * height
        paper.paste(Image.fromarray(picture).resize((side, side), Image.Resampling.NEAREST), (x, y))
        draw.multiline_text((x, y + side + 3), "\n".join(textwrap.wrap(text, 19)), INK, font, spacing=1)
    return paper


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("checkpoint", type=Path, nargs="?", default=SHAPES)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    texts = prompts()
    drawn = Painter.read(arguments.checkpoint).draw(texts, arguments.seed)
    pictures = (drawn * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    sheet(texts, pictures).save(arguments.out, optimize=True)


if __name__ == "__main__":
    main()
