"""Prints how many GFLOP/s the machine's cores reach in large matrix products of PyTorch (oneDNN)."""

import json
import time

import torch

SIDE = 4096


def main() -> None:
    for dtype in (torch.float32, torch.bfloat16):
        a, b = (torch.rand(SIDE, SIDE).to(dtype) for _ in range(2))
        times = []
        for _ in range(6):
            start = time.perf_counter()
            a @ b
            times.append(time.perf_counter() - start)
        line = {"program": "product", "dtype": str(dtype).removeprefix("torch."), "side": SIDE}
        print(json.dumps(line | {"gflops": round(2 * SIDE**3 / min(times) / 1e9)}), flush=True)


if __name__ == "__main__":
    main()
