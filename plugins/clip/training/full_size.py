"""Writes a ViT-B/32-sized CLIP folder with random weights and its golden file, for the parity check at full size."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from transformers import CLIPImageProcessorPil, CLIPModel, CLIPTokenizer

from clip_vocabulary import train_clip_tokenizer
from goldens import CORPUS, Case, clip, clip_processor, golden, save_weights, with_tokenizer, write_json

CONTEXT = 77
VOCABULARY = 49_408


def full_size_model(tokenizer: CLIPTokenizer) -> CLIPModel:
    """The published sizes; the embedding has its full height although the small tokenizer uses little of it."""
    text = {
        "vocab_size": VOCABULARY,
        "hidden_size": 512,
        "intermediate_size": 2048,
        "num_hidden_layers": 12,
        "num_attention_heads": 8,
        "max_position_embeddings": CONTEXT,
    }
    vision = {
        "hidden_size": 768,
        "intermediate_size": 3072,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "image_size": 224,
        "patch_size": 32,
    }
    return clip(with_tokenizer(text, tokenizer), vision, hidden_act="quick_gelu", projection_dim=512)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="folder to write; it must not exist")
    parser.add_argument("--dtype", choices=("float32", "float16", "bfloat16"), default="float32")
    parser.add_argument("--shard-size", default="5GB")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.out.mkdir(parents=True)

    started = time.monotonic()
    tokenizer = train_clip_tokenizer(CORPUS, merges=90, context=CONTEXT)
    tokenizer.save_pretrained(arguments.out)
    case = Case(
        name="clip-full-size",
        model=lambda: full_size_model(tokenizer),
        processor=clip_processor(size={"shortest_edge": 224}, crop_size={"height": 224, "width": 224}),
        context=CONTEXT,
        dtype=getattr(torch, arguments.dtype),
        shard_size=arguments.shard_size,
    )
    save_weights(case, case.model(), arguments.out)
    write_json(arguments.out / "preprocessor_config.json", case.processor)
    model = CLIPModel.from_pretrained(arguments.out, dtype=torch.float32, attn_implementation="eager").eval()
    golden(
        case,
        arguments.out,
        model=model,
        processor=CLIPImageProcessorPil.from_pretrained(arguments.out),
        tokenizer=CLIPTokenizer.from_pretrained(arguments.out),
    )
    megabytes = sum(file.stat().st_size for file in arguments.out.rglob("*") if file.is_file()) / 1e6
    print(f"{model.num_parameters():,} parameters, {megabytes:,.0f} MB, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
