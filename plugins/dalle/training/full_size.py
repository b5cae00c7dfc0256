"""Writes a DALL-E folder of the published mini size with random weights, for measuring speed at full size."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from checkpoints import config_json, generation_json, randomise, save, weights_of
from golden_cases import CORPUS, PIECES
from goldens import MIN_DALLE_VQGAN, SEED
from network import BartConfig, DalleBart
from vocabulary import train_vocabulary
from vqgan import Detokenizer

MINI = BartConfig(
    d_model=1024,
    encoder_layers=12,
    decoder_layers=12,
    encoder_attention_heads=16,
    decoder_attention_heads=16,
    encoder_glu_dim=2730,
    decoder_glu_dim=2730,
    encoder_vocab_size=50_264,
    image_vocab_size=16_384,
    image_length=256,
    max_text_length=64,
)
"""The text embedding has its full height although the small tokenizer uses little of it."""

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("out", type=Path, help="folder to write")
    parser.add_argument("--dtype", choices=DTYPES, default="float32")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    started = time.monotonic()
    bart, detokenizer = DalleBart(MINI), Detokenizer(MIN_DALLE_VQGAN)
    randomise(bart, SEED)
    randomise(detokenizer, SEED + 1)
    weights = {name: tensor.to(DTYPES[arguments.dtype]) for name, tensor in weights_of(bart, detokenizer).items()}
    words = train_vocabulary([text.lower() for text in CORPUS], PIECES)
    config = config_json(MINI, MIN_DALLE_VQGAN, encoder_ffn_dim=4096, decoder_ffn_dim=4096)
    save(arguments.out, config, generation_json(guidance_scale=10.0, temperature=1.0, top_k=256), weights, words)
    parameters = sum(tensor.numel() for tensor in weights.values())
    megabytes = sum(tensor.nbytes for tensor in weights.values()) / 1e6
    print(f"{parameters:,} parameters, {megabytes:,.0f} MB, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
