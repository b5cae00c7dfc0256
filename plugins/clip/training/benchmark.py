"""Times the image tower of a CLIP checkpoint in transformers and in the plugin, in turn, and prints the ratios.

    ./mvnw -q -pl plugins/clip -am test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath.txt
    python plugins/clip/training/full_size.py /tmp/vit-b-32
    python plugins/clip/training/benchmark.py /tmp/vit-b-32

Both compute unit embeddings of the same number of random pictures with the same weights on all cores. The rounds
alternate, and the best median of each side counts, so that a busy moment of the machine falls out.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

PLUGIN = Path(__file__).resolve().parents[1]
DTYPES = ("float32", "bfloat16")


def reference(folder: Path, dtype: str, runs: int, batches: list[int]) -> dict[int, float]:
    """Median milliseconds of transformers by batch size, in a process of its own as the plugin is."""
    command = [sys.executable, __file__, str(folder), "--reference", dtype, "--runs", str(runs), "--batches"]
    return parse(subprocess.run(command + [str(b) for b in batches], check=True, capture_output=True, text=True).stdout)


def plugin(folder: Path, dtype: str, runs: int, batches: list[int]) -> dict[int, float]:
    """Median milliseconds of the plugin by batch size."""
    classpath = (PLUGIN / "target/classpath.txt").read_text()
    classes = [str(PLUGIN / "target/test-classes"), str(PLUGIN / "target/classes"), classpath]
    flags = ["-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0"]
    main = "dev.sensorium.plugin.clip.TowerBenchmark"
    command = ["java", *flags, "-cp", ":".join(classes), main, str(folder.resolve()), dtype, str(runs)]
    environment = os.environ | {"TF_ONEDNN_ASSUME_FROZEN_WEIGHTS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    output = subprocess.run(
        command + [str(b) for b in batches], check=True, capture_output=True, text=True, env=environment
    )
    return parse(output.stdout)


def parse(output: str) -> dict[int, float]:
    pairs = (line.split("=") for line in output.splitlines() if "=" in line)
    return {int(batch): float(median) for batch, median in pairs}


def time_reference(folder: Path, dtype: str, runs: int, batches: list[int]) -> None:
    import torch
    from transformers import CLIPModel

    torch.set_num_threads(os.cpu_count() or 1)
    model = CLIPModel.from_pretrained(folder, dtype=getattr(torch, dtype)).eval()
    side = model.config.vision_config.image_size
    for batch in batches:
        pixels = torch.randn(batch, 3, side, side).to(model.dtype)
        times = []
        with torch.inference_mode():
            for _ in range(runs + 3):
                started = time.perf_counter()
                features = model.get_image_features(pixel_values=pixels).pooler_output
                features / features.norm(dim=-1, keepdim=True)
                times.append((time.perf_counter() - started) * 1e3)
        print(f"{batch}={statistics.median(times[3:]):.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="Hugging Face folder of a CLIP model")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=15, help="timed runs of each batch size in a round")
    parser.add_argument("--reference", choices=DTYPES, help="only time transformers, with this type")
    arguments = parser.parse_args()
    if arguments.reference:
        time_reference(arguments.checkpoint, arguments.reference, arguments.runs, arguments.batches)
        return
    best: dict[tuple[str, str, int], float] = {}
    for _ in range(arguments.rounds):
        for dtype in DTYPES:
            for side, measure in (("transformers", reference), ("plugin", plugin)):
                for batch, median in measure(arguments.checkpoint, dtype, arguments.runs, arguments.batches).items():
                    best[side, dtype, batch] = min(median, best.get((side, dtype, batch), median))
    print("| batch | " + " | ".join(f"{s} {d}, ms" for d in DTYPES for s in ("transformers", "plugin")), end=" |")
    print(" float32 | best of each |\n|" + "---|" * 7)
    for batch in arguments.batches:
        row = [best[side, dtype, batch] for dtype in DTYPES for side in ("transformers", "plugin")]
        ratios = [row[0] / row[1], min(row[0], row[2]) / min(row[1], row[3])]
        print(f"| {batch} | " + " | ".join(f"{ms:.1f}" for ms in row) + f" | {ratios[0]:.2f}x | {ratios[1]:.2f}x |")


if __name__ == "__main__":
    main()
