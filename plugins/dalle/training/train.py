"""Trains the second half of ``dalle-shapes``: the codes of a picture after the words that ask for it.

The first half, ``train_pictures.py``, and the judge come before. Every picture is drawn and turned into codes once.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from checkpoints import SHAPES, config_json, generation_json, provenance, save, weights_of
from drawings import free_prompt, picture, pixels, training_scene
from evaluate import Painter, brief, measure, write_metrics
from judge import Judge
from judge import load as load_judge
from network import BartConfig, DalleBart
from sampling import Settings, padded
from shapes_world.scenes import Scene
from shapes_world.splits import generator
from train_pictures import CONFIG
from vocabulary import Vocabulary, shapes_vocabulary
from vqgan import Autoencoder

WITHOUT_TEXT = 0.1
"""The share of pictures whose text is left out, so that super-conditioning has something to lead away from."""

DEFAULTS = Settings(guidance_scale=1.5, temperature=0.6, top_k=16)


def new_config(words: Vocabulary) -> BartConfig:
    return BartConfig(
        d_model=128,
        encoder_layers=2,
        decoder_layers=3,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_glu_dim=256,
        decoder_glu_dim=256,
        encoder_vocab_size=len(words),
        image_vocab_size=CONFIG.n_embed,
        image_length=CONFIG.grid**2,
        max_text_length=64,
    )


@dataclass(frozen=True)
class Bank:
    """Scenes and the codes of their pictures (N, length)."""

    scenes: list[Scene]
    codes: Tensor

    @staticmethod
    @torch.inference_mode()
    def draw(autoencoder: Autoencoder, count: int, chunk: int = 100) -> Bank:
        rng = generator("train", 640)
        scenes, codes = [], []
        for _ in range(count // chunk):
            part = [training_scene(rng) for _ in range(chunk)]
            codes.append(autoencoder.codes(pixels([picture(scene) for scene in part])).flatten(1))
            scenes += part
        return Bank(scenes, torch.cat(codes))

    def sample(self, count: int, rng: np.random.Generator) -> tuple[list[Scene], Tensor]:
        chosen = rng.choice(len(self.scenes), count, replace=False)
        return [self.scenes[i] for i in chosen], self.codes[torch.from_numpy(chosen)]


def batch(bank: Bank, words: Vocabulary, count: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Texts (B, S) and codes (B, length)."""
    scenes, codes = bank.sample(count, rng)
    texts = [words.encode(free_prompt(scene, rng)) for scene in scenes]
    texts = [[text[0], text[-1]] if rng.random() < WITHOUT_TEXT else text for text in texts]
    return padded(texts), codes


def initialise(model: DalleBart) -> None:
    """Embeddings of a common size, and the rest as PyTorch has it."""
    for name, parameter in model.named_parameters():
        if "embed_" in name:
            torch.nn.init.normal_(parameter, std=0.1)


def fit(
    model: DalleBart, bank: Bank, words: Vocabulary, arguments: argparse.Namespace, report: Callable[[], None]
) -> dict:
    """Trains, and reports now and then; answers how long it took. The rate falls with the steps or with the time."""
    rng = generator("train", 650 + arguments.seed)
    optimizer = torch.optim.AdamW(
        model.parameters(), weight_decay=arguments.weight_decay, betas=(0.9, 0.98), fused=True
    )
    started, recent, step, progress = time.monotonic(), [], 0, 0.0
    while progress < 1:
        cosine = 0.5 * (1 + np.cos(np.pi * progress))
        for group in optimizer.param_groups:
            group["lr"] = arguments.rate * min(1, (step + 1) / arguments.warm_up) * (0.99 * cosine + 0.01)
        texts, codes = batch(bank, words, arguments.batch, rng)
        start = codes.new_full((len(codes), 1), model.config.image_vocab_size)
        logits = model(texts, torch.cat([start, codes[:, :-1]], 1))
        loss = F.cross_entropy(logits.flatten(0, 1), codes.flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        recent.append(loss.item())
        step += 1
        seconds = time.monotonic() - started
        progress = max(step / arguments.steps, seconds / (60 * arguments.minutes))
        if step % 100 == 0:
            print(step, f"{np.mean(recent):.4f}", f"{seconds:.0f} s", flush=True)
            recent.clear()
        if step % arguments.report == 0 or progress >= 1:
            report()
    return {"steps": step, "seconds": round(time.monotonic() - started)}


def read_autoencoder(file: Path) -> tuple[Autoencoder, list[dict]]:
    """The autoencoder, and the runs that trained it."""
    saved = torch.load(file)
    autoencoder = Autoencoder(CONFIG).eval()
    autoencoder.load_state_dict(saved["model"])
    return autoencoder, saved["history"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("pictures", type=Path, help="file that train_pictures.py wrote")
    parser.add_argument("judge", type=Path, help="file that judge.py wrote")
    parser.add_argument("--out", type=Path, default=SHAPES, help="checkpoint folder")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--minutes", type=float, default=120, help="the end, should the steps take longer")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--warm-up", type=int, default=100)
    parser.add_argument("--weight-decay", type=float, default=0.02)
    parser.add_argument("--bank", type=int, default=30_000, help="pictures to learn from")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", type=int, default=500, help="steps between checkpoints and validations")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    autoencoder, first_half = read_autoencoder(arguments.pictures)
    judge, words = load_judge(arguments.judge), shapes_vocabulary()
    model = DalleBart(new_config(words))
    initialise(model)
    bank = Bank.draw(autoencoder, arguments.bank)
    print(f"{len(bank.scenes)} pictures, {len(bank.codes.unique())} codes in use", flush=True)

    def report() -> None:
        write_checkpoint(model, autoencoder, words, arguments.out)
        print(json.dumps(brief(validation(arguments.out, judge))), flush=True)

    done = fit(model, bank, words, arguments, report)
    names = ("batch", "rate", "warm_up", "weight_decay", "bank", "seed")
    facts = provenance("train.py", **done, **{name: getattr(arguments, name) for name in names})
    tensors = weights_of(model, autoencoder.detokenizer).values()
    facts |= {"parameters": sum(tensor.numel() for tensor in tensors), "pictures": first_half}
    write_metrics(arguments.out, judge, facts, count=1000)


def write_checkpoint(model: DalleBart, autoencoder: Autoencoder, words: Vocabulary, folder: Path) -> None:
    weights = weights_of(model, autoencoder.finished_detokenizer())
    half = {name: tensor.half() for name, tensor in weights.items()}
    save(folder, config_json(model.config, CONFIG), generation_json(**vars(DEFAULTS)), half, words)


def validation(folder: Path, judge: Judge) -> dict:
    return measure(Painter.read(folder), judge, "validation", 100)


if __name__ == "__main__":
    main()
