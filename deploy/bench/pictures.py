"""Draws 64 JPEGs of 640x480 pixels, smooth with some noise, about as large as photographs of that size."""

import pathlib
import sys

import numpy
from PIL import Image


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True)
    random = numpy.random.default_rng(7)
    for index in range(64):
        coarse = Image.fromarray(random.integers(0, 256, (24, 32, 3), dtype=numpy.uint8))
        smooth = numpy.asarray(coarse.resize((640, 480), Image.Resampling.BICUBIC), dtype=numpy.int16)
        noisy = smooth + random.normal(0, 6, smooth.shape).astype(numpy.int16)
        Image.fromarray(numpy.clip(noisy, 0, 255).astype(numpy.uint8)).save(folder / f"{index:02}.jpg", quality=88)


if __name__ == "__main__":
    main()
