"""Prints what transformers makes of pictures with a BLIP checkpoint, to hold against a server's answers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
import transformers
from PIL import Image
from torch import Tensor
from transformers import AutoConfig, BertTokenizer, BlipImageProcessorPil, PreTrainedModel

ENDINGS = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"}


@torch.inference_mode()
def compare(folder: Path, pictures: list[Path], texts: list[str], options: dict) -> dict:
    """Captions, answers or scores by the checkpoint's class, in float32 with Pillow's resizing."""
    name = AutoConfig.from_pretrained(folder).architectures[0]
    model_class = getattr(transformers, name)
    model = model_class.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    tokenizer = BertTokenizer.from_pretrained(folder)
    processor = BlipImageProcessorPil.from_pretrained(folder)
    answers = {}
    for picture in pictures:
        pixels = processor(images=Image.open(picture).convert("RGB"), return_tensors="pt").pixel_values
        rows = {text: tokenizer(text, return_tensors="pt").input_ids for text in texts}
        if name == "BlipForImageTextRetrieval":
            answers[picture.name] = {text: scores(model, pixels, ids) for text, ids in rows.items()}
        else:
            rows = rows or {"": None}
            answers[picture.name] = {
                text: generate(model, tokenizer, pixels, ids, options) for text, ids in rows.items()
            }
    return {"model": str(folder), "architecture": name, "options": options, "pictures": answers}


def generate(
    model: PreTrainedModel, tokenizer: BertTokenizer, pixels: Tensor, ids: Tensor | None, options: dict
) -> dict:
    """The text that follows a prompt, or that answers a question."""
    found = model.generate(pixel_values=pixels, input_ids=ids, **options)[0]
    return {"text": tokenizer.decode(found, skip_special_tokens=True), "ids": found.tolist()}


def scores(model: PreTrainedModel, pixels: Tensor, ids: Tensor) -> dict:
    """The probability that text and picture match, and their cosine."""
    match = model(input_ids=ids, pixel_values=pixels).itm_score.softmax(dim=-1)[0, 1]
    cosine = model(input_ids=ids, pixel_values=pixels, use_itm_head=False).itm_score[0, 0]
    return {"match": match.item(), "cosine": cosine.item()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, help="Hugging Face folder of a BLIP model")
    parser.add_argument("pictures", type=Path, help="folder of pictures, or one picture")
    parser.add_argument("texts", nargs="*", help="prompts, questions or texts to match; a captioner needs none")
    parser.add_argument("--beams", type=int, default=1)
    parser.add_argument("--max-length", type=int, default=20, help="tokens, the first one and a prompt's included")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    found = sorted(arguments.pictures.iterdir()) if arguments.pictures.is_dir() else [arguments.pictures]
    pictures = [file for file in found if file.suffix.lower() in ENDINGS]
    if not pictures:
        parser.error(f"pictures: none in {arguments.pictures}")
    options = {"num_beams": arguments.beams, "max_length": arguments.max_length, "do_sample": False}
    print(json.dumps(compare(arguments.checkpoint, pictures, arguments.texts, options), indent=2))


if __name__ == "__main__":
    main()
