"""Writes films, and their frames as PyAV decodes them: one below the other in a PNG beside each film.

Run from the root of the repository, with PyAV (``pip install av``) and Pillow.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw

OUT = Path("sdk/kit/src/test/resources/goldens/videos")
FRAMES, WIDTH, HEIGHT = 12, 62, 46
FILMS = {
    "h264.mp4": ("libx264", {"crf": "20", "bf": "2"}),  # frames are not stored in the order in which they are shown
    "vp8.webm": ("libvpx", {"b": "500k", "auto-alt-ref": "1", "lag-in-frames": "8"}),
    "vp9.webm": ("libvpx-vp9", {"crf": "20", "b": "0"}),
}


def frames() -> Iterator[np.ndarray]:
    """A circle that goes right, and a square that goes down."""
    for i in range(FRAMES):
        image = Image.new("RGB", (WIDTH, HEIGHT), (30, 60, 90))
        draw = ImageDraw.Draw(image)
        draw.ellipse([1 + i * 4, 20, 11 + i * 4, 30], fill=(230, 30, 40))
        draw.rectangle([40, 2 + i * 2, 52, 12 + i * 2], fill=(40, 200, 90))
        yield np.asarray(image)


def write(path: Path, codec: str, options: dict[str, str]) -> None:
    with av.open(str(path), "w") as container:
        sound = container.add_stream("aac" if path.suffix == ".mp4" else "libopus", rate=48_000)
        stream = container.add_stream(codec, rate=10, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for pixels in frames():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.float32), format="flt", layout="mono")
        silence.sample_rate = 48_000
        container.mux(sound.encode(silence))
        container.mux(sound.encode())


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for name, (codec, options) in FILMS.items():
        write(OUT / name, codec, options)
        with av.open(str(OUT / name)) as container:
            decoded = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert len(decoded) == FRAMES
        Image.fromarray(np.concatenate(decoded)).save(OUT / f"{name}.png", optimize=True)
    with av.open(str(OUT / "silence.mp4"), "w") as container:
        sound = container.add_stream("aac", rate=48_000)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="flt", layout="mono")
        silence.sample_rate = 48_000
        container.mux(sound.encode(silence))
        container.mux(sound.encode())
    write(OUT / "mpeg4.mp4", "mpeg4", {})


if __name__ == "__main__":
    main()
