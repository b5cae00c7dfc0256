"""Writes a JAT of the published size with random weights, and prints how long the reference takes for an action.

``plugins/gato/training/jat_speed.py CLONE FOLDER``, where CLONE is a clone of github.com/huggingface/jat.
``EpisodeSpeed`` of the plugin's tests measures the same in the server's model.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from jat_goldens import TWINS, processor_of
from jat_reference import Box, TupleCache, reference

SIZES = {
    "vocab_size": 50257,
    "max_position_embeddings": 512,
    "hidden_size": 768,
    "num_layers": 12,
    "attention_types": [[["global", "local"], 6]],
    "num_heads": 12,
    "max_discrete_value": 212,
}
"""Those of ``jat-project/jat``, by its ``scripts/generate_config_jat.py``."""


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path, help="a clone of github.com/huggingface/jat")
    parser.add_argument("folder", type=Path, help="folder to write the checkpoint to")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="default: %(default)s")
    parser.add_argument("--steps", type=int, default=200, help="actions of the episode (default: %(default)s)")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(7)
    jat = reference(args.clone)
    model = jat.model(jat.config(**SIZES)).eval()
    args.folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(args.folder)
    tensors = {name: tensor for name, tensor in model.state_dict().items() if name not in TWINS[1:]}
    save_file(tensors, args.folder / "model.safetensors", {"format": "pt"})

    model.transformer = TupleCache(model.transformer)
    model.reset_rl()
    rng = np.random.default_rng(7)
    seconds = []
    for step in range(args.steps):
        seen = rng.normal(size=27).astype(np.float32)
        reward = 0.1 if step else None
        begin = time.perf_counter()
        model.get_next_action(
            processor_of(jat, None),
            continuous_observation=seen,
            action_space=Box(8),
            reward=reward,
            deterministic=True,
            context_window=256,
        )
        seconds.append(time.perf_counter() - begin)
    last = np.sort(seconds[len(seconds) * 3 // 4 :])
    print(f"last quarter of {args.steps} actions: median {last[len(last) // 2] * 1e3:.1f} ms, {args.threads} threads")


if __name__ == "__main__":
    main()
