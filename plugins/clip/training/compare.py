"""Prints what transformers makes of pictures and texts with a checkpoint, to hold against a server's answers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from PIL import Image
from transformers import (
    AutoConfig,
    AutoTokenizer,
    CLIPImageProcessorPil,
    CLIPModel,
    CLIPTokenizer,
    PreTrainedTokenizerFast,
    SiglipImageProcessorPil,
    SiglipModel,
)

ENDINGS = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"}


@torch.inference_mode()
def compare(folder: Path, pictures: list[Path], texts: list[str]) -> dict:
    """Unit embeddings, cosines, logits and probabilities, computed in float32 with Pillow's resizing."""
    siglip = AutoConfig.from_pretrained(folder).model_type == "siglip"
    model_class = SiglipModel if siglip else CLIPModel
    model = model_class.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    processor = (SiglipImageProcessorPil if siglip else CLIPImageProcessorPil).from_pretrained(folder)
    images = [Image.open(picture).convert("RGB") for picture in pictures]
    tokens = tokenizer_of(folder, siglip)(
        texts,
        padding="max_length",
        truncation=True,
        max_length=model.config.text_config.max_position_embeddings,
        return_tensors="pt",
    )
    inputs = {"input_ids": tokens.input_ids} | ({} if siglip else {"attention_mask": tokens.attention_mask})
    output = model(pixel_values=processor(images=images, return_tensors="pt").pixel_values, **inputs)
    logits = output.logits_per_image
    rows = zip(tokens.input_ids, tokens.attention_mask, strict=True)
    return {
        "model": folder.name,
        "pictures": [picture.name for picture in pictures],
        "texts": texts,
        "token_ids": [ids[mask.bool()].tolist() for ids, mask in rows],
        "image_embeddings": output.image_embeds.tolist(),
        "text_embeddings": output.text_embeds.tolist(),
        "cosine": (output.image_embeds @ output.text_embeds.T).tolist(),
        "logits_per_image": logits.tolist(),
        "probabilities": (logits.sigmoid() if siglip else logits.softmax(dim=-1)).tolist(),
    }


def tokenizer_of(folder: Path, siglip: bool):
    """The folder's tokenizer; SigLIP's own class wants sentencepiece, which its tokenizer.json does without."""
    if not siglip:
        return CLIPTokenizer.from_pretrained(folder)
    if (folder / "tokenizer.json").exists():
        return PreTrainedTokenizerFast.from_pretrained(folder)
    return AutoTokenizer.from_pretrained(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, help="Hugging Face folder of a CLIP or SigLIP model")
    parser.add_argument("pictures", type=Path, help="folder of pictures, or one picture")
    parser.add_argument("texts", nargs="+", help="texts to match with every picture")
    parser.add_argument("--brief", action="store_true", help="print the probabilities only, best text first")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    found = sorted(arguments.pictures.iterdir()) if arguments.pictures.is_dir() else [arguments.pictures]
    pictures = [file for file in found if file.suffix.lower() in ENDINGS]
    if not pictures:
        parser.error(f"pictures: none in {arguments.pictures}")
    answer = compare(arguments.checkpoint, pictures, arguments.texts)
    if arguments.brief:
        rows = zip(answer["pictures"], answer["probabilities"], strict=True)
        answer = {
            name: dict(sorted(zip(answer["texts"], row, strict=True), key=lambda pair: -pair[1])) for name, row in rows
        }
    print(json.dumps(answer, indent=2 if arguments.brief else None))


if __name__ == "__main__":
    main()
