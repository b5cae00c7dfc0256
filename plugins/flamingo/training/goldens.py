"""Writes the golden checkpoints: small folders as a stranger would bring them, with what transformers makes of them.

Every case is first saved as a complete Hugging Face folder and then read back from it, so that the goldens hold what
the reference computes, in float32, from the very files that are under test. Every parameter is random and no size is
round, so that a transposed, swapped or forgotten weight cannot pass. Seeds are tried until what is generated depends on
the pictures and not on rounding. README.md beside the folders says what is in the files.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
from importlib.metadata import version
from itertools import count
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor
from transformers import IdeficsForVisionText2Text, IdeficsImageProcessorPil, IdeficsProcessor, PreTrainedTokenizerFast
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD
from transformers.utils.logging import disable_progress_bar

from golden_cases import CASES, PLAIN, TURNS, Case, Item, written

OUT = Path("plugins/flamingo/src/test/resources/goldens")
SEED = 1234
NEW_TOKENS = 6
SMALLEST_MARGIN = 1e-3


class UnstableError(ValueError):
    """What a seed generates is no good golden."""


def write_checkpoint(case: Case, seed: int, folder: Path) -> None:
    """Writes the folder as it would come from a hub."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    case.new_model(seed).to(case.dtype).save_pretrained(folder, max_shard_size=case.shard_size)
    case.tokenizer().save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    for key in case.absent:
        del config[key]
    write_json(folder / "config.json", config)
    side = case.vision["image_size"]
    size = {"image_size": side} if case.old_processor else {"size": {"height": side, "width": side}}
    processor = {
        "image_processor_type": "IdeficsImageProcessor",
        "image_num_channels": 3,
        **size,
        "image_mean": OPENAI_CLIP_MEAN,
        "image_std": OPENAI_CLIP_STD,
    }
    write_json(folder / "preprocessor_config.json", processor)
    for file in folder.glob("*.safetensors"):
        file.chmod(0o644)


class Reference:
    """A golden folder as transformers reads it, and the three pictures."""

    def __init__(self, case: Case, folder: Path):
        self.case = case
        self.model = IdeficsForVisionText2Text.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager"
        ).eval()
        self.tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
        side = case.vision["image_size"]
        images = IdeficsImageProcessorPil(image_size=side)
        self.processor = IdeficsProcessor(images, self.tokenizer, image_size=side)
        self.names = save_pictures(folder / "pictures")
        self.pictures = [Image.open(folder / "pictures" / name) for name in self.names]
        self.pixel_values = torch.stack([torch.as_tensor(pixels) for pixels in images(self.pictures)])
        self.banned = [[self.tokenizer.convert_tokens_to_ids(token)] for token in case.added[:2]]

    def inputs(self, prompts: list[tuple[Item, ...]]) -> dict[str, Tensor]:
        """A batch as the processor makes it, padded on the left."""
        items = [[self.pictures[item] if isinstance(item, int) else item for item in prompt] for prompt in prompts]
        return dict(self.processor(text=items, add_end_of_utterance_token=False, return_tensors="pt"))

    @torch.inference_mode()
    def prompts(self, prompts: list[tuple[Item, ...]]) -> tuple[dict[str, Tensor], list[dict]]:
        """Logits of all prompts in one padded batch, and what is generated greedily for each by itself."""
        batch = self.inputs(prompts)
        logits = self.model(**batch).logits
        tensors, rows = {}, []
        for i, prompt in enumerate(prompts):
            own = batch["attention_mask"][i].bool()
            seen = batch["image_attention_mask"][i][own]
            tensors[f"ids_{i}"] = batch["input_ids"][i][own]
            tensors[f"views_{i}"] = torch.where(seen.sum(dim=1) > 0, seen.long().argmax(dim=1), -1)
            tensors[f"logits_{i}"] = logits[i][own]
            rows.append({"generated": self.generate(prompt)})
        if len({tuple(row["generated"]) for row in rows}) < len(rows) - 1:
            raise UnstableError(f"{self.case.name}: different prompts, the same text")
        return tensors, rows

    def generate(self, prompt: tuple[Item, ...]) -> list[int]:
        inputs = self.inputs([prompt])
        ends = [self.tokenizer.eos_token_id]
        if self.case.conversational:
            ends.append(self.tokenizer.convert_tokens_to_ids(self.case.added[2]))
        out = self.model.generate(
            **inputs,
            max_new_tokens=NEW_TOKENS,
            do_sample=False,
            bad_words_ids=self.banned,
            eos_token_id=ends,
            output_scores=True,
            return_dict_in_generate=True,
        )
        best = torch.stack([step[0].topk(2).values for step in out.scores])
        margin = (best[:, 0] - best[:, 1]).min().item()
        if margin < SMALLEST_MARGIN:
            raise UnstableError(f"{self.case.name}: margin {margin:.1e} (expected: >= {SMALLEST_MARGIN})")
        return out.sequences[0, inputs["input_ids"].shape[1] :].tolist()


def write(case: Case, folder: Path) -> None:
    """Writes one case with the first seed that is good."""
    given = TURNS if case.conversational else PLAIN
    prompts = [written(turns) for turns in TURNS] if case.conversational else list(PLAIN)
    for seed in count(SEED):
        write_checkpoint(case, seed, folder)
        reference = Reference(case, folder)
        try:
            tensors, rows = reference.prompts(prompts)
            break
        except UnstableError as e:
            print(seed, e)
    with torch.inference_mode():
        hidden = reference.model.model.vision_model(pixel_values=reference.pixel_values).last_hidden_state
        tensors |= {"pixel_values": reference.pixel_values, "vision_last_hidden_state": hidden}
        if case.perceiver["use_resampler"]:
            tensors["resampled"] = reference.model.model.perceiver_resampler(hidden)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "golden.safetensors")
    (folder / "golden.safetensors").chmod(0o644)
    description = {
        "pictures": reference.names,
        "notes": list(case.notes),
        "seed": seed,
        "prompts": [{"given": items, **row} for items, row in zip(given, rows, strict=True)],
        "written_by": "plugins/flamingo/training/goldens.py",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "transformers", "tokenizers", "pillow")},
    }
    write_json(folder / "golden.json", description)
    size = sum(file.stat().st_size for file in folder.rglob("*.*")) // 1000
    print(case.name, f"seed {seed}, {size} kB", {name: list(tensor.shape) for name, tensor in tensors.items()})


def save_pictures(folder: Path) -> list[str]:
    """Draws a landscape, a portrait and a square picture of odd sizes."""
    folder.mkdir()
    rng = np.random.default_rng(SEED)
    sides = {"landscape.png": (61, 43), "portrait.png": (37, 59), "square.png": (31, 31)}
    for name, (width, height) in sides.items():
        x, y = np.linspace(0, 1, width)[None, :, None], np.linspace(0, 1, height)[:, None, None]
        frequencies, phases = rng.uniform(-2, 2, (2, 3)), rng.uniform(0, 1, 3)
        waves = 0.5 + 0.45 * np.sin(2 * np.pi * (x * frequencies[0] + y * frequencies[1] + phases))
        picture = np.clip(waves * 255 + rng.normal(0, 4, (height, width, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(picture).save(folder / name, optimize=True)
    return list(sides)


def write_json(file: Path, value: dict) -> None:
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write the cases to (default: %(default)s)")
    parser.add_argument("--only", help="write this case alone")
    arguments = parser.parse_args()
    disable_progress_bar()
    torch.set_num_threads(1)
    for case in CASES:
        if arguments.only in (None, case.name):
            write(case, arguments.out / case.name)


if __name__ == "__main__":
    main()
