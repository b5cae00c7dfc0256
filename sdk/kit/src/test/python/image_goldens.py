"""Writes the golden pictures: what Pillow decodes and resizes, and what transformers' processors make of pictures.

The folder holds ``goldens.json``, which lists every case, and the files that it names. Expected pictures are RGB PNGs,
expected tensors are safetensors files.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import struct
import zlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, features
from safetensors.numpy import save_file
from transformers import BlipImageProcessorPil, CLIPImageProcessorPil, SiglipImageProcessorPil
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD

OUT = Path("sdk/kit/src/test/resources/goldens/images")
SEED = 2026

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}

RESIZES = {
    "noise.png": [(24, 19), (11, 40), (53, 7), (37, 20)],
    "photo.png": [(32, 24), (17, 37), (61, 50)],
    "portrait.png": [(31, 20), (16, 27), (40, 70)],
    "thin.png": [(9, 20), (3, 41)],
    "flat.png": [(20, 9), (40, 3)],
    "tiny.png": [(1, 1), (7, 13)],
}
"""Sizes (width, height) that every input is brought to."""

PROCESSORS = {
    "clip": (CLIPImageProcessorPil, {"size": {"shortest_edge": 20}, "crop_size": {"height": 20, "width": 20}}),
    "clip-int-size": (CLIPImageProcessorPil, {"size": 20, "crop_size": 20}),
    "clip-square": (CLIPImageProcessorPil, {"size": {"height": 18, "width": 22}, "do_center_crop": False}),
    "clip-no-crop": (CLIPImageProcessorPil, {"size": {"shortest_edge": 17}, "do_center_crop": False}),
    "clip-odd-crop": (
        CLIPImageProcessorPil,
        {"size": {"shortest_edge": 25}, "crop_size": {"height": 19, "width": 22}, "resample": 2},
    ),
    "clip-crop-larger": (
        CLIPImageProcessorPil,
        {"size": {"shortest_edge": 14}, "crop_size": {"height": 21, "width": 19}},
    ),
    "clip-no-resize": (CLIPImageProcessorPil, {"do_resize": False, "crop_size": {"height": 20, "width": 35}}),
    "clip-lanczos": (
        CLIPImageProcessorPil,
        {"size": {"shortest_edge": 20}, "crop_size": {"height": 20, "width": 20}, "resample": 1},
    ),
    "clip-nearest": (
        CLIPImageProcessorPil,
        {"size": {"shortest_edge": 20}, "crop_size": {"height": 20, "width": 20}, "resample": 0},
    ),
    "clip-no-normalize": (
        CLIPImageProcessorPil,
        {"size": {"shortest_edge": 20}, "crop_size": {"height": 20, "width": 20}, "do_normalize": False},
    ),
    "clip-no-rescale": (
        CLIPImageProcessorPil,
        {"size": {"shortest_edge": 20}, "crop_size": {"height": 20, "width": 20}, "do_rescale": False},
    ),
    "blip-int-size": (BlipImageProcessorPil, {"size": 20}),
    "siglip": (SiglipImageProcessorPil, {"size": {"height": 20, "width": 20}, "resample": 3}),
}
PROCESSED = ("photo.png", "portrait.png", "tiny.png")


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The pictures that are resized and processed, uint8 (height, width, 3)."""
    return {
        "noise.png": rng.integers(0, 256, (29, 37, 3), dtype=np.uint8),
        "photo.png": photo(64, 48, rng),
        "portrait.png": photo(31, 53, rng),
        "thin.png": rng.integers(0, 256, (40, 1, 3), dtype=np.uint8),
        "flat.png": rng.integers(0, 256, (1, 40, 3), dtype=np.uint8),
        "tiny.png": rng.integers(0, 256, (3, 2, 3), dtype=np.uint8),
    }


def photo(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Smooth colours with a sharp disc and a little noise, uint8 (height, width, 3)."""
    x = np.linspace(0, 1, width)[None, :, None]
    y = np.linspace(0, 1, height)[:, None, None]
    waves = 0.5 + 0.45 * np.sin(2 * np.pi * (x * [0.7, 1.1, 1.9] + y * [1.3, 0.6, 0.9] + [0.0, 0.3, 0.6]))
    disc = np.hypot((x - 0.6) * width, (y - 0.4) * height) < 0.25 * min(width, height)
    picture = np.where(disc, [0.95, 0.9, 0.1], waves) * 255 + rng.normal(0, 2, (height, width, 3))
    return np.clip(picture, 0, 255).astype(np.uint8)


def write_resizes(out: Path) -> list[dict]:
    cases = []
    for name, sizes in RESIZES.items():
        picture = Image.open(out / "inputs" / name)
        for width, height in sizes:
            for filter_name, resample in FILTERS.items():
                expected = f"resized/{Path(name).stem}-{width}x{height}-{filter_name}.png"
                save_png(picture.resize((width, height), resample), out / expected)
                cases.append(
                    {
                        "input": f"inputs/{name}",
                        "width": width,
                        "height": height,
                        "filter": filter_name,
                        "expected": expected,
                    }
                )
    return cases


def write_decodes(out: Path, rng: np.random.Generator) -> list[dict]:
    """Pictures in many formats; expected is ``Image.open(file).convert("RGB")``, as the processors read them."""
    cases = []
    (out / "encoded").mkdir()
    for name, content, note in encoded(out / "encoded", photo(23, 17, rng), rng):
        if content is not None:
            (out / "encoded" / name).write_bytes(content)
        with Image.open(out / "encoded" / name) as picture:
            case = {"file": f"encoded/{name}", "mode": picture.mode, "expected": f"decoded/{name}.png", "note": note}
            save_png(picture.convert("RGB"), out / case["expected"])
            if picture.getexif().get(0x0112, 1) != 1:
                case["expected_upright"] = f"decoded/{name}.upright.png"
                save_png(ImageOps.exif_transpose(picture).convert("RGB"), out / case["expected_upright"])
        cases.append(case)
    return cases


def encoded(folder: Path, pixels: np.ndarray, rng: np.random.Generator) -> Iterator[tuple[str, bytes | None, str]]:
    """Saves one picture in every format; yields file name, content where it is not written yet, and a note."""
    rgb = Image.fromarray(pixels)
    height, width = pixels.shape[:2]
    alpha = Image.fromarray(np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1)))
    rgba = rgb.copy()
    rgba.putalpha(alpha)
    grey = rgb.convert("L")
    palette = rgb.quantize(16)
    second = Image.fromarray(255 - pixels)

    def save(name: str, picture: Image.Image, note: str = "", **options) -> tuple[str, None, str]:
        picture.save(folder / name, **options)
        return name, None, note

    yield save("rgb.png", rgb)
    yield save("rgba.png", rgba, "alpha is dropped, the colours below it are kept")
    yield save("grey.png", grey)
    yield save("grey-alpha.png", Image.merge("LA", (grey, alpha)), "alpha is dropped")
    yield save("palette.png", palette)
    yield save(
        "palette-transparent.png", palette, "alpha is dropped", transparency=bytes(range(0, 256, 17))
    )
    yield save("one-bit.png", grey.convert("1"))
    yield "grey-4-bit.png", png(pixels[..., 0] >> 4, 4, 0), "four bits spread to eight: v * 17"
    deep = (pixels[..., 0].astype(np.uint16) << 8) | rng.integers(0, 256, (height, width), dtype=np.uint16)
    deep[::2] >>= 8
    yield "grey-16-bit.png", png(deep, 16, 0), "Pillow does not scale: min(v, 255), so all but the darkest turns white"
    deep = (pixels.astype(np.uint16) << 8) | rng.integers(0, 256, pixels.shape, dtype=np.uint16)
    yield "rgb-16-bit.png", png(deep, 16, 2), "the high byte: v >> 8"
    deep = np.concatenate([deep, deep[..., :1]], axis=-1)
    yield "rgba-16-bit.png", png(deep, 16, 6), "the high byte: v >> 8; alpha is dropped"
    yield (
        "gamma.png",
        png(pixels, 8, 2, chunk(b"gAMA", struct.pack(">I", 100000))),
        "the gamma chunk is ignored",
    )

    yield save("baseline-420.jpg", rgb, quality=85, subsampling=2)
    yield save("baseline-422.jpg", rgb, quality=85, subsampling=1)
    yield save("baseline-444.jpg", rgb, quality=85, subsampling=0)
    yield "baseline-440.jpg", upright_jpeg(rgb), "4:4:0, which Pillow does not write"
    yield save("restarts.jpg", rgb, quality=85, restart_marker_blocks=1)
    yield save("progressive.jpg", rgb, quality=85, progressive=True)
    yield save("grey.jpg", grey, quality=85)
    yield save("rgb-stored.jpg", rgb, "stored as RGB instead of YCbCr", quality=85, keep_rgb=True)
    cmyk = rgb.convert("CMYK")
    black = Image.fromarray(255 - pixels[..., 1] // 4 - 191)
    cmyk = Image.merge("CMYK", (*cmyk.split()[:3], black))
    note = "Adobe marker, so the ink values are stored inverted; RGB is (255 - ink) * (255 - k) / 255"
    yield save("cmyk.jpg", cmyk, note, quality=90)
    yield "ycck.jpg", ycck_jpeg(rgb, black), "Adobe marker with transform 2"
    exif = Image.Exif()
    exif[0x0112] = 6
    yield save(
        "orientation-6.jpg",
        rgb,
        "the processors do not rotate; expected_upright is turned by ImageOps.exif_transpose",
        quality=85,
        exif=exif,
    )

    yield save("animated.gif", palette, "the first frame", save_all=True, append_images=[second], duration=100)
    yield save("transparent.gif", palette, "transparent pixels keep the palette's colour", transparency=3)
    yield save("interlaced.gif", palette, interlace=1)
    yield save("rgb-24.bmp", rgb)
    yield save("palette-8.bmp", rgb.quantize(200))
    yield save("grey-8.bmp", grey)
    yield save("one-bit.bmp", grey.convert("1"))
    yield save("lossy.webp", rgb, quality=80)
    yield save("lossless.webp", rgb, lossless=True)
    yield save("lossy-alpha.webp", rgba, "alpha is dropped", quality=80)
    yield save("lossless-alpha.webp", rgba, "alpha is dropped; colours are exact", lossless=True, exact=True)
    yield save("animated.webp", rgb, "the first frame", save_all=True, append_images=[second], lossless=True)


def ycck_jpeg(rgb: Image.Image, black: Image.Image) -> bytes:
    """A JPEG whose four components are Y, Cb, Cr and K.

    Pillow writes four components inverted and marks them "no transform"; so they are prepared here and the marker is
    changed afterwards. As from Photoshop, Y, Cb and Cr encode the inverted picture.
    """
    components = [ImageOps.invert(band) for band in ImageOps.invert(rgb).convert("YCbCr").split()]
    file = bytearray(jpeg_bytes(Image.merge("CMYK", (*components, black))))
    marker = file.index(b"\xff\xee\x00\x0eAdobe")
    file[marker + 15] = 2
    return bytes(file)


def upright_jpeg(rgb: Image.Image) -> bytes:
    """A JPEG of 4:2:2 whose factors are swapped: its blocks are not where they were, but are as many."""
    file = bytearray(jpeg_bytes(rgb, subsampling=1))
    frame = file.index(b"\xff\xc0\x00\x11")
    assert file[frame + 11] == 0x21
    file[frame + 11] = 0x12
    return bytes(file)


def jpeg_bytes(picture: Image.Image, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92, **options)
    return file.getvalue()


def png(pixels: np.ndarray, depth: int, colour_type: int, extra_chunk: bytes = b"") -> bytes:
    """A PNG of samples that Pillow cannot write: (height, width) or (height, width, channels)."""
    height, width = pixels.shape[:2]
    rows = pixels.reshape(height, -1)
    if depth == 16:
        packed = [row.astype(">u2").tobytes() for row in rows]
    elif depth == 8:
        packed = [row.astype(np.uint8).tobytes() for row in rows]
    else:
        bits = [np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - depth :].ravel() for row in rows]
        packed = [np.packbits(row).tobytes() for row in bits]
    data = zlib.compress(b"".join(b"\0" + row for row in packed), 9)
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + extra_chunk + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_processors(out: Path) -> list[dict]:
    """Runs every processor configuration on some inputs; a tensor "photo" is (3, H, W)."""
    cases = []
    for name, (processor_class, changes) in PROCESSORS.items():
        folder = out / "processors" / name
        folder.mkdir(parents=True)
        config = {"image_processor_type": processor_class.__name__.removesuffix("Pil")} | {
            "do_resize": True,
            "resample": 3,
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": True,
            "image_mean": [0.5] * 3 if name == "siglip" else OPENAI_CLIP_MEAN,
            "image_std": [0.5] * 3 if name == "siglip" else OPENAI_CLIP_STD,
            "do_convert_rgb": True,
        }
        if processor_class is CLIPImageProcessorPil:
            config["do_center_crop"] = True
        write_json(folder / "preprocessor_config.json", config | changes)
        processor = processor_class.from_pretrained(folder)
        tensors = {}
        for input_name in PROCESSED:
            picture = Image.open(out / "inputs" / input_name)
            pixel_values = processor(images=picture, return_tensors="np").pixel_values[0]
            tensors[Path(input_name).stem] = np.ascontiguousarray(pixel_values, np.float32)
        save_file(tensors, folder / "pixel_values.safetensors")
        (folder / "pixel_values.safetensors").chmod(0o644)
        cases.append(
            {
                "config": f"processors/{name}/preprocessor_config.json",
                "inputs": [f"inputs/{input_name}" for input_name in PROCESSED],
                "expected": f"processors/{name}/pixel_values.safetensors",
            }
        )
    return cases


def save_png(picture: Image.Image, file: Path) -> None:
    """Saves bare pixels, without the metadata a picture may have brought along."""
    file.parent.mkdir(exist_ok=True)
    Image.fromarray(np.asarray(picture)).save(file, optimize=True)


def write_json(file: Path, value: dict) -> None:
    file.write_text(json.dumps(value, indent=2) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write (default: %(default)s)")
    out = parser.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    (out / "inputs").mkdir(parents=True)
    rng = np.random.default_rng(SEED)
    for name, pixels in inputs(rng).items():
        save_png(Image.fromarray(pixels), out / "inputs" / name)
    goldens = {
        "written_by": "sdk/kit/src/test/python/image_goldens.py",
        "versions": {name: version(name) for name in ("pillow", "transformers", "numpy")}
        | {"libjpeg-turbo": features.version("libjpeg_turbo"), "libwebp": features.version("webp")},
        "resize": write_resizes(out),
        "decode": write_decodes(out, rng),
        "processors": write_processors(out),
    }
    write_json(out / "goldens.json", goldens)
    print({kind: len(goldens[kind]) for kind in ("resize", "decode", "processors")})


if __name__ == "__main__":
    main()
