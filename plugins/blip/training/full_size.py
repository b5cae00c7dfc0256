"""Writes a BLIP folder of the published base size with random weights and its golden file, for the parity check at full
size: a captioner (greedy and three beams, one run each) or a retrieval model."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import BlipForConditionalGeneration, BlipForImageTextRetrieval
from transformers.utils.logging import disable_progress_bar

from golden_cases import Case, sizes
from goldens import PROMPTS, SEED, TEXTS, Reference, cut, golden_itm, write_checkpoint, write_json

CLASSES = {"caption": BlipForConditionalGeneration, "itm": BlipForImageTextRetrieval}
RUNS = {"greedy": {"max_length": 20}, "3 beams": {"num_beams": 3, "min_length": 5, "max_length": 20}}


def full_size_case(kind: str) -> Case:
    """The published sizes; the embedding has its full height although the small tokenizer uses little of it."""
    return Case(
        name=f"blip-{kind}-full-size",
        model=CLASSES[kind],
        text=sizes(768, 12, 3072, 12, vocab_size=30_524, max_position_embeddings=512),
        vision=sizes(768, 12, 3072, 12, image_size=384, patch_size=16),
        projection=256,
        sep_bias=1.6,
    )


@torch.inference_mode()
def golden_caption(reference: Reference) -> tuple[dict[str, Tensor], dict]:
    model, pixels = reference.model, reference.pixel_values
    tokens = reference.tokens(TEXTS[:2] + TEXTS[3:4])
    tokens["input_ids"][:, 0] = model.config.text_config.bos_token_id
    output = model(pixel_values=pixels, **tokens)
    tensors = {f"decoder_{name}": tensor for name, tensor in tokens.items()} | {
        "pixel_values": pixels,
        "vision_last_hidden_state": output.last_hidden_state,
        "decoder_logits": output.logits,
    }
    runs = []
    for name, options in RUNS.items():
        rows = []
        for picture in pixels:
            ids = model.generate(pixel_values=picture[None], do_sample=False, **options)[0].tolist()
            ids = cut(ids, model.config.text_config.sep_token_id)
            rows.append({"sequences": [ids], "texts": [reference.tokenizer.decode(ids, skip_special_tokens=True)]})
        runs.append({"name": name, "options": options, "rows": rows})
    return tensors, {"prompts": list(PROMPTS), "texts": [*TEXTS[:2], TEXTS[3]], "runs": runs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(CLASSES))
    parser.add_argument("out", type=Path, help="folder to write; what is in it is deleted")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    disable_progress_bar()
    torch.set_num_threads(arguments.threads)

    started = time.monotonic()
    case = full_size_case(arguments.kind)
    write_checkpoint(case, SEED, arguments.out)
    reference = Reference(case, arguments.out)
    tensors, facts = (golden_caption if arguments.kind == "caption" else golden_itm)(reference)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, arguments.out / "golden.safetensors")
    write_json(arguments.out / "golden.json", {"pictures": reference.pictures, **facts}, {"runs"})
    megabytes = sum(file.stat().st_size for file in arguments.out.rglob("*") if file.is_file()) / 1e6
    print(f"{reference.model.num_parameters():,} parameters, {megabytes:,.0f} MB, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
