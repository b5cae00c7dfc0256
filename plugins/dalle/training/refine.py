"""Trains the detokenizer of a checkpoint on: the codes of pictures stay what they are, and are drawn better."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from checkpoints import SHAPES, WEIGHTS, save_weights, write_json
from drawings import picture, pixels, training_scene
from shapes_world.splits import generator
from train import read_autoencoder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("pictures", type=Path, help="file that train_pictures.py wrote")
    parser.add_argument("checkpoint", type=Path, nargs="?", default=SHAPES)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=120, help="the end, should the steps take longer")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    rng = generator("train", 660 + arguments.seed)
    autoencoder, _ = read_autoencoder(arguments.pictures)
    detokenizer = autoencoder.finished_detokenizer().train()
    detokenizer.embedding.requires_grad_(False)
    trained = [parameter for parameter in detokenizer.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, betas=(0.9, 0.98), fused=True)
    started, recent, step, progress = time.monotonic(), [], 0, 0.0
    while progress < 1:
        for group in optimizer.param_groups:
            group["lr"] = arguments.rate * min(1, (step + 1) / 50) * (0.5 * (1 + np.cos(np.pi * progress)) + 0.01)
        target = pixels([picture(training_scene(rng)) for _ in range(arguments.batch)])
        with torch.no_grad():
            codes = autoencoder.codes(target)
        drawn = detokenizer(codes)
        loss = F.l1_loss(drawn, target)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        recent.append((loss.item(), F.mse_loss(drawn, target).item()))
        step += 1
        seconds = time.monotonic() - started
        progress = max(step / arguments.steps, seconds / (60 * arguments.minutes))
        if step % 50 == 0:
            print(step, *(f"{value:.5f}" for value in np.mean(recent, axis=0)), f"{seconds:.0f} s", flush=True)
            recent.clear()
    own = {f"detokenizer.{name}": tensor.half() for name, tensor in detokenizer.state_dict().items()}
    weights = {name: tensor.clone() for name, tensor in load_file(arguments.checkpoint / WEIGHTS).items()}
    save_weights(arguments.checkpoint / WEIGHTS, weights | own)
    metrics = json.loads((arguments.checkpoint / "metrics.json").read_text("utf-8"))
    names = ("batch", "rate", "seed")
    facts = {"steps": step, "seconds": round(seconds)} | {name: getattr(arguments, name) for name in names}
    metrics["training"]["refinement"] = facts
    write_json(arguments.checkpoint / "metrics.json", metrics)


if __name__ == "__main__":
    main()
