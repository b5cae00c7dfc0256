"""Trains the demo checkpoint ``gato-shapes``: three environments and captions, with one set of weights."""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.nn.functional import cross_entropy, log_softmax
from transformers import BertTokenizer

from checkpoints import DEMO, config_json, decoder_config, layout_of, load, provenance, save, vocabulary, write_json
from environments import ENVIRONMENTS
from episodes import IGNORED, Batch, Captions, Windows
from evaluate import measure, summary
from network import Gato, Patches
from practice import Practice
from start import start_from_clip
from tokens import Layout

CONTEXT = 128
KEPT = 4
COUNTS = {
    "steps": 8000,
    "cartpole": 2,
    "grid": 6,
    "pendulum": 2,
    "pictures": 16,
    "pictures_every": 1,
    "practise_every": 100,
    "bank": 16000,
    "warm_up": 100,
    "seed": 0,
}
MEASURES = {"rate": 1.2e-3, "weight_decay": 0.05, "deviation": 10.0, "average": 0.998}
PRACTISED = 3
"""One of so many windows is of what the network did by itself."""

PATCHES = Patches(image_size=48, patch_size=8, intervals=128, channels=32)


def new_model(words: BertTokenizer) -> Gato:
    layout = layout_of(len(words))
    sizes = {"n_embd": 96, "n_layer": 4, "n_head": 4, "n_inner": 256, "n_positions": CONTEXT}
    model = Gato(decoder_config(layout, activation_function="quick_gelu", **sizes), layout, PATCHES)
    start_from_clip(model)
    return model


def near(layout: Layout, deviation: float) -> Tensor:
    """For every bin, how much each bin counts as right: near ones too, since bins are numbers (bins, bins)."""
    bins = torch.arange(layout.continuous_bins, dtype=torch.float32)
    return (-0.5 * ((bins[:, None] - bins[None, :]) / deviation) ** 2).softmax(dim=-1)


def loss_of(model: Gato, batch: Batch, soft: Tensor) -> Tensor:
    """Cross entropy per label; the neighbours of a bin share what it gets."""
    states = model.states(batch.ids, batch.places, batch.pixels)
    labelled = batch.labels != IGNORED
    logits, labels = model.logits(states[labelled]), batch.labels[labelled]
    start = model.layout.continuous_start
    real = (labels >= start) & (labels < model.layout.separator)
    exact = cross_entropy(logits[~real], labels[~real], reduction="sum") if (~real).any() else logits.new_zeros(())
    targets = soft[labels[real] - start]
    chances = log_softmax(logits[real], dim=-1)[:, start : model.layout.separator]
    return (exact - (targets * chances).sum() + (targets * targets.clamp(min=1e-12).log()).sum()) / len(labels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--out", type=Path, default=DEMO, help="checkpoint folder")
    parser.add_argument("--start", type=Path, help="checkpoint to start from (default: random weights)")
    parser.add_argument("--report", type=int, default=500, help="steps between checkpoints and validations")
    for defaults in (COUNTS, MEASURES):
        for name, value in defaults.items():
            parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    words = vocabulary(CONTEXT)
    model = load(arguments.start)[0] if arguments.start else new_model(words)
    windows = Windows(model.layout, words.backend_tokenizer, CONTEXT, arguments.seed)
    captions = Captions(model.layout, words.backend_tokenizer, PATCHES.image_size, PATCHES.count, arguments.bank)
    practice = Practice(windows, words.backend_tokenizer, config_json(model, KEPT, words.sep_token_id), arguments.seed)
    seconds = fit(model, words, practice, captions, arguments)
    recipe = {name: value for name, value in vars(arguments).items() if name not in ("out", "report", "start")}
    facts = provenance(model, **recipe, seconds=seconds)
    write_json(arguments.out / "metrics.json", {"training": facts} | measure(arguments.out, "test"))


def fit(model: Gato, words: BertTokenizer, practice: Practice, captions: Captions, arguments) -> int:
    """Trains and reports now and then; answers the seconds that it took."""
    started = time.monotonic()
    optimizer = torch.optim.AdamW(
        model.parameters(), weight_decay=arguments.weight_decay, betas=(0.9, 0.98), fused=True
    )
    soft = near(model.layout, arguments.deviation)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(arguments.average))
    recent: dict[str, list[float]] = {name: [] for name in (*ENVIRONMENTS, "captions")}
    for step in range(arguments.steps):
        cosine = 0.5 * (1 + np.cos(np.pi * step / arguments.steps))
        for group in optimizer.param_groups:
            group["lr"] = arguments.rate * min(1.0, (step + 1) / arguments.warm_up) * (0.99 * cosine + 0.01)
        if step % arguments.practise_every == 0:
            for kind in ENVIRONMENTS.values():
                practice.play(average.module, kind, 16, 50)
        model.train()
        optimizer.zero_grad()
        for name, batch in batches(step, practice, captions, words, arguments).items():
            loss = loss_of(model, batch, soft)
            loss.backward()
            recent[name].append(loss.item())
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update_parameters(model)
        if (step + 1) % arguments.report == 0 or step + 1 == arguments.steps:
            save(average.module, words, KEPT, arguments.out)
            found = json.dumps(summary(measure(arguments.out, "validation", 0.1)))
            means = [f"{np.mean(losses):.4f}" for losses in recent.values()]
            print(step + 1, *means, f"{time.monotonic() - started:.0f} s", found, flush=True)
            recent = {name: [] for name in recent}
    return round(time.monotonic() - started)


def batches(
    step: int, practice: Practice, captions: Captions, words: BertTokenizer, arguments: argparse.Namespace
) -> dict[str, Batch]:
    """What a step learns from, by the task; each counts as much as every other."""
    windows = practice.windows
    found = {}
    for name, kind in ENVIRONMENTS.items():
        rows = [
            practice.draw(kind) if i % PRACTISED == 1 else windows.window(kind) for i in range(getattr(arguments, name))
        ]
        found[name] = windows.batch(rows, words.pad_token_id)
    if step % arguments.pictures_every == 0:
        found["captions"] = captions.batch(arguments.pictures, words.pad_token_id, words.sep_token_id)
    return found


if __name__ == "__main__":
    main()
