"""Trains the first half of ``dalle-shapes``: codes for pictures of the shapes world, and pictures from codes."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from drawings import SIDE, picture, pixels, training_scene
from shapes_world.splits import generator
from vqgan import Autoencoder, VqganConfig

CONFIG = VqganConfig(
    embed_dim=32,
    n_embed=512,
    ch=16,
    ch_mult=(1, 2, 2, 4),
    num_res_blocks=1,
    attn_resolutions=(6,),
    z_channels=32,
    resolution=SIDE,
    norm_eps=1e-6,
    norm_groups=8,
)
DISTANCE_SHARE = 0.25
ENCODER_HEAD_START = 50
"""Steps without codes, so that the first codes are chosen among useful vectors."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("out", type=Path, help="file for the autoencoder")
    parser.add_argument("--start", type=Path, help="file to go on from")
    parser.add_argument("--steps", type=int, default=1750)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", type=int, default=100, help="steps between savings")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    rng = generator("train", 600 + arguments.seed)
    model = Autoencoder(CONFIG)
    history = []
    if arguments.start is not None:
        saved = torch.load(arguments.start)
        model.load_state_dict(saved["model"])
        history = saved["history"]
    optimizer = torch.optim.Adam(model.parameters(), betas=(0.9, 0.98), fused=True)
    started, recent = time.monotonic(), []
    for step in range(arguments.steps):
        progress = step / arguments.steps
        rate = arguments.rate * min(1, (step + 1) / 50) * (0.5 * (1 + np.cos(np.pi * progress)) + 0.01)
        for group in optimizer.param_groups:
            group["lr"] = rate
        target = pixels([picture(training_scene(rng)) for _ in range(arguments.batch)])
        drawn, distance = model(target, with_codes=bool(history) or step >= ENCODER_HEAD_START)
        loss = F.l1_loss(drawn, target) + F.mse_loss(drawn, target) + DISTANCE_SHARE * distance
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        recent.append((F.mse_loss(drawn, target).item(), distance.item()))
        if (step + 1) % arguments.report == 0 or step + 1 == arguments.steps:
            error, distances = np.mean(recent, axis=0)
            used = int((model.codebook.counts > 0.1 * model.codebook.counts.mean()).sum())
            seconds = time.monotonic() - started
            print(f"{step + 1}: mse {error:.5f}, distance {distances:.4f}, {used} codes, {seconds:.0f} s", flush=True)
            recent.clear()
            names = ("steps", "batch", "rate", "seed")
            facts = {name: getattr(arguments, name) for name in names} | {"seconds": round(seconds)}
            torch.save({"model": model.state_dict(), "history": [*history, facts]}, arguments.out)


if __name__ == "__main__":
    main()
