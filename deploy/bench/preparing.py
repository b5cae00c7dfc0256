"""Times what transformers' CLIP processor on Pillow does with pictures, on one thread; prints a line of JSON for each."""

import argparse
import io
import json
import pathlib
import time

from PIL import Image
from transformers import CLIPImageProcessorPil

SECONDS = 5


def median(times):
    return round(sorted(times)[len(times) // 2] * 1e3, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint")
    parser.add_argument("pictures", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    processor = CLIPImageProcessorPil.from_pretrained(arguments.checkpoint)
    for file in arguments.pictures:
        content = file.read_bytes()
        decoding, processing, end = [], [], time.perf_counter() + SECONDS
        while time.perf_counter() < end or len(decoding) < 10:
            start = time.perf_counter()
            picture = Image.open(io.BytesIO(content)).convert("RGB")
            decoded = time.perf_counter()
            processor(images=picture, return_tensors="np")
            decoding.append(decoded - start)
            processing.append(time.perf_counter() - decoded)
        result = {"program": "transformers", "picture": file.name}
        print(json.dumps(result | {"decode_ms": median(decoding), "process_ms": median(processing)}), flush=True)


if __name__ == "__main__":
    main()
