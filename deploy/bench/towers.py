"""Times the image tower of a CLIP checkpoint in transformers on the CPU.

Prints one line of JSON per batch size, or, with --each, each run's milliseconds, which is for turns.py.
"""

import argparse
import json
import time

import torch
from transformers import CLIPModel

SECONDS = 8


def milliseconds(model, pixels):
    start = time.perf_counter()
    model.get_image_features(pixels)
    return (time.perf_counter() - start) * 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint")
    parser.add_argument("dtype", choices=["float32", "bfloat16"])
    parser.add_argument("batches", nargs="+", type=int)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--each", action="store_true", help="print the milliseconds of each run of the first size, for ever")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    dtype = getattr(torch, arguments.dtype)
    model = CLIPModel.from_pretrained(arguments.checkpoint, dtype=dtype).eval()
    with torch.inference_mode():
        for batch in arguments.batches:
            pixels = torch.randn(batch, 3, 224, 224).to(dtype)
            while arguments.each:
                print(milliseconds(model, pixels), flush=True)
            for _ in range(3):
                model.get_image_features(pixels)
            times, end = [], time.perf_counter() + SECONDS
            while time.perf_counter() < end or len(times) < 10:
                times.append(milliseconds(model, pixels))
            times.sort()
            result = {"program": "transformers", "dtype": arguments.dtype, "batch": batch}
            print(json.dumps(result | {"median_ms": round(times[len(times) // 2], 2), "min_ms": round(times[0], 2)}), flush=True)


if __name__ == "__main__":
    main()
