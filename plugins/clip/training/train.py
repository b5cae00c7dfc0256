"""Trains the demo checkpoint ``clip-shapes`` from scratch on the shapes world."""

from __future__ import annotations

import argparse
import copy
import json
import os
import platform
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import torch
from PIL import Image
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, IterableDataset
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD
from transformers.utils.logging import disable_progress_bar

from clip_vocabulary import save_slow_files, train_clip_tokenizer
from evaluate import measure
from prompts import Caption, vocabulary_corpus, write_caption
from shapes_world.pictures import RENDERERS, compress
from shapes_world.scenes import Scene, one_placed_thing, one_thing, three_things, two_things
from shapes_world.splits import SEEN_PAIRS, SEEDS, generator

SIDE = 48
CONTEXT = 32
MERGES = 600
MAX_LOGIT_SCALE = float(np.log(100))


class Batches(IterableDataset):
    """Endless batches of pictures and captions: token ids, attention mask, pixels and the pairs to leave out."""

    def __init__(self, tokenizer: CLIPTokenizer, size: int, stream: int):
        self.tokenizer = tokenizer
        self.size = size
        self.stream = stream

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        rng = generator("train", self.stream)
        while True:
            scenes = distinct_scenes(self.size, rng)
            captions = [write_caption(scene, rng) for scene in scenes]
            tokens = self.tokenizer([caption.text for caption in captions], padding=True, return_tensors="pt")
            yield {
                "input_ids": tokens.input_ids,
                "attention_mask": tokens.attention_mask,
                "pixel_values": pixel_values([training_picture(scene, rng) for scene in scenes]),
                "ambiguous": ambiguous(scenes, captions),
            }


def distinct_scenes(count: int, rng: np.random.Generator) -> list[Scene]:
    """Scenes with different captions; in a third of the batches single things come with their position."""
    single = one_placed_thing if rng.random() < 0.33 else one_thing
    scenes: dict[str, Scene] = {}
    while len(scenes) < count:
        draw = rng.choice(np.array([single, two_things, three_things]), p=[0.35, 0.57, 0.08])
        scene = draw(rng, SEEN_PAIRS)
        scenes.setdefault(scene.placed_caption, scene)
    return list(scenes.values())


def training_picture(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """Draws at the model's side or larger and brings it down as the image processor does."""
    side = SIDE if rng.random() < 0.4 else int(rng.integers(SIDE, 129))
    picture = RENDERERS[str(rng.choice(list(RENDERERS)))](scene, side, rng)
    if rng.random() < 0.15:
        picture = compress(picture, int(rng.integers(50, 96)))
    if side != SIDE:
        picture = np.asarray(Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    return picture


def pixel_values(pictures: list[np.ndarray]) -> torch.Tensor:
    """Normalised float32 (N, 3, side, side)."""
    stacked = np.stack(pictures).astype(np.float32) / 255
    normalised = (stacked - np.float32(OPENAI_CLIP_MEAN)) / np.float32(OPENAI_CLIP_STD)
    return torch.from_numpy(normalised.transpose(0, 3, 1, 2).copy())


def ambiguous(scenes: list[Scene], captions: list[Caption]) -> torch.Tensor:
    """Boolean (pictures, captions): the caption fits the picture although it was written for another one."""
    fits = torch.tensor([[caption.also_true_of(scene) for caption in captions] for scene in scenes])
    return fits & ~torch.eye(len(scenes), dtype=torch.bool)


def contrastive_loss(logits_per_image: torch.Tensor, ambiguous: torch.Tensor) -> torch.Tensor:
    """CLIP's symmetric loss without the pairs that are neither right nor wrong."""
    logits = logits_per_image.masked_fill(ambiguous, -torch.inf)
    target = torch.arange(len(logits))
    return (cross_entropy(logits, target) + cross_entropy(logits.T, target)) / 2


def new_model(tokenizer: CLIPTokenizer) -> CLIPModel:
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": 96,
        "intermediate_size": 192,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "max_position_embeddings": CONTEXT,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    vision = {
        "hidden_size": 96,
        "intermediate_size": 256,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "image_size": SIDE,
        "patch_size": 8,
    }
    shared = {"hidden_act": "quick_gelu", "projection_dim": 64}
    return CLIPModel(CLIPConfig(text_config=text | shared, vision_config=vision | shared, projection_dim=64))


def save(model: CLIPModel, tokenizer: CLIPTokenizer, folder: Path) -> None:
    """Writes a complete checkpoint with float16 weights."""
    folder.mkdir(parents=True, exist_ok=True)
    copy.deepcopy(model).half().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save_pretrained(folder)
    save_slow_files(tokenizer, folder)
    processor = {
        "image_processor_type": "CLIPImageProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"shortest_edge": SIDE},
        "resample": int(Image.Resampling.BICUBIC),
        "do_center_crop": True,
        "crop_size": {"height": SIDE, "width": SIDE},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": OPENAI_CLIP_MEAN,
        "image_std": OPENAI_CLIP_STD,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(processor, indent=2) + "\n", "utf-8")


def learning_rate(step: int, steps: int, peak: float, warm_up: int = 100) -> float:
    """Linear warm-up, then a cosine down to almost nothing."""
    cosine = 0.5 * (1 + np.cos(np.pi * step / steps))
    return peak * min(1.0, (step + 1) / warm_up) * (0.99 * cosine + 0.01)


def train(arguments: argparse.Namespace) -> None:
    started = time.monotonic()
    disable_progress_bar()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    tokenizer = train_clip_tokenizer(vocabulary_corpus(), MERGES, CONTEXT)
    model = new_model(tokenizer)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=arguments.rate, weight_decay=arguments.weight_decay, betas=(0.9, 0.98)
    )
    batches = iter(DataLoader(Batches(tokenizer, arguments.batch, arguments.seed), batch_size=None, num_workers=1))
    for step in range(arguments.steps):
        batch = next(batches)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, arguments.steps, arguments.rate)
        pairs_left_out = batch.pop("ambiguous")
        loss = contrastive_loss(model(**batch).logits_per_image, pairs_left_out)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            model.logit_scale.clamp_(0, MAX_LOGIT_SCALE)
        if (step + 1) % arguments.report == 0 or step + 1 == arguments.steps:
            save(model, tokenizer, arguments.out)
            brief = measure(arguments.out, "validation", per_pair=3)["summary"]
            print(step + 1, f"{loss.item():.4f}", f"{time.monotonic() - started:.0f} s", json.dumps(brief), flush=True)
    training = {
        "recipe": "plugins/clip/training/train.py",
        "seed": arguments.seed,
        "world_seeds": SEEDS,
        "steps": arguments.steps,
        "batch": arguments.batch,
        "learning_rate": arguments.rate,
        "weight_decay": arguments.weight_decay,
        "parameters": model.num_parameters(),
        "weights": "float16",
        "seconds": round(time.monotonic() - started),
        "threads": arguments.threads,
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "transformers", "tokenizers", "numpy", "pillow")},
    }
    metrics = {"training": training} | measure(arguments.out, "test", per_pair=10)
    (arguments.out / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", "utf-8")
    print(json.dumps(metrics["summary"], indent=2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("plugins/clip/models/clip-shapes/1"), help="checkpoint folder")
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--rate", type=float, default=1e-3, help="peak learning rate")
    parser.add_argument("--weight-decay", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--report", type=int, default=1000, help="steps between checkpoints and validations")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
