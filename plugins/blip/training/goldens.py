"""Writes the golden checkpoints: small folders as a stranger would bring them, with what transformers makes of them.

Every case is first saved as a complete Hugging Face folder and then read back from it, so that the goldens hold what
the reference computes, in float32, from the very files that are under test. Every parameter is random and no size is
round, so that a transposed, swapped or forgotten weight cannot pass. Seeds are tried until what is generated differs
between pictures, ends early in some places and not in others, and stays the same when 1e-4 of noise is added to all
logits. README.md beside the folders says what is in the files.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
from collections.abc import Callable, Sequence
from importlib.metadata import version
from itertools import count
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import (
    BertTokenizer,
    BlipForConditionalGeneration,
    BlipForImageTextRetrieval,
    BlipForQuestionAnswering,
    BlipImageProcessorPil,
    LogitsProcessorList,
)
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD
from transformers.utils.logging import disable_progress_bar

from golden_cases import CASES, CONTEXT, Case
from wordpiece_vocabulary import save_vocabulary

OUT = Path("plugins/blip/src/test/resources/goldens")
SEED = 1234
TEXT_LIMIT = 35
MAX_LENGTH = 20
NOISE = 1e-4
SMALLEST_MARGIN = 1e-3

PROMPTS = ("a picture of", "a photo of", "the dog is")
"""All of three tokens, as the reference takes prompts of one length only."""

QUESTIONS = ("what color is the circle?", "is there a STAR above the naïve fox?", "two or one")
ANSWERS = ("yes", "the red circle", "two dogs")
TEXTS = (
    "a picture of a red circle.",
    "Two CATS, sleeping   on a pink couch",
    "",
    "it's 2026: naïve café 日本 🙂",
    "the quick brown fox jumps over the lazy dog and over the small green star and over the cross, again and again and",
)


def write_checkpoint(case: Case, seed: int, folder: Path) -> None:
    """Writes the folder as it would come from a hub."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    case.new_model(seed).to(case.dtype).save_pretrained(folder, max_shard_size=case.shard_size)
    tokenizer = case.tokenizer()
    tokenizer.save_pretrained(folder)
    if "tokenizer.json" not in case.tokenizer_files:
        (folder / "tokenizer.json").unlink()
    save_vocabulary(tokenizer, folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    for key in case.absent:
        part, name = key.split(".")
        del config[part][name]
    write_json(folder / "config.json", config)
    size = case.vision["image_size"]
    processor = {
        "image_processor_type": "BlipImageProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"height": size, "width": size},
        "resample": 3,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": OPENAI_CLIP_MEAN,
        "image_std": OPENAI_CLIP_STD,
    }
    write_json(folder / "preprocessor_config.json", processor | case.processor)
    if case.old_tensors:
        add_old_tensors(folder)
    for file in folder.glob("*.safetensors"):
        file.chmod(0o644)


def add_old_tensors(folder: Path) -> None:
    """Adds what older files have: position_ids buffers and the copies of tied tensors."""
    files = sorted(folder.glob("model*.safetensors"))
    decoder = "text_decoder.cls.predictions"
    tied = {
        f"{decoder}.decoder.weight": "text_decoder.bert.embeddings.word_embeddings.weight",
        f"{decoder}.decoder.bias": f"{decoder}.bias",
    }
    everything = {name: tensor for file in files for name, tensor in load_file(file).items()}
    added = {copy: everything[name].clone() for copy, name in tied.items() if name in everything}
    words = next(name for name in everything if name.endswith("word_embeddings.weight"))
    added[words.replace("word_embeddings.weight", "position_ids")] = torch.arange(CONTEXT)[None]
    save_file(load_file(files[-1]) | added, files[-1], metadata={"format": "pt"})
    index_file = folder / "model.safetensors.index.json"
    if index_file.exists():
        index = json.loads(index_file.read_text("utf-8"))
        index["weight_map"] |= dict.fromkeys(added, files[-1].name)
        write_json(index_file, index)


class Reference:
    """A golden folder as transformers reads it, and the three pictures."""

    def __init__(self, case: Case, folder: Path):
        self.case = case
        self.model = case.model.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        self.tokenizer = BertTokenizer.from_pretrained(folder)
        self.pictures = save_pictures(folder / "pictures")
        images = [Image.open(folder / "pictures" / name) for name in self.pictures]
        self.pixel_values = BlipImageProcessorPil.from_pretrained(folder)(
            images=images, return_tensors="pt"
        ).pixel_values

    def tokens(self, texts: Sequence[str]) -> dict[str, Tensor]:
        tokens = self.tokenizer(list(texts), padding=True, truncation=True, max_length=TEXT_LIMIT, return_tensors="pt")
        return {"input_ids": tokens.input_ids, "attention_mask": tokens.attention_mask}

    def generate(self, name: str, inputs: list[dict[str, Tensor]], **options) -> dict:
        """One run: what is generated for each of the inputs, which are single rows, by the given options."""
        rows = [self._generate_stably(row, options) for row in inputs]
        return {"name": name, "options": options, "rows": rows}

    def _generate_stably(self, row: dict[str, Tensor], options: dict) -> dict:
        extra = {"do_sample": False, "output_scores": True, "return_dict_in_generate": True}
        first = self.model.generate(**clone(row), **options, **extra)
        for trial in range(3):
            noise = torch.Generator().manual_seed(trial)

            def shake(_: Tensor, scores: Tensor, noise: torch.Generator = noise) -> Tensor:
                return scores + NOISE * torch.randn(scores.shape, generator=noise)

            again = self.model.generate(**clone(row), **options, **extra, logits_processor=LogitsProcessorList([shake]))
            if again.sequences.tolist() != first.sequences.tolist():
                raise UnstableError(f"{self.case.name}: {options} depends on rounding")
        sequences = [cut(ids, self.model.config.text_config.sep_token_id) for ids in first.sequences.tolist()]
        texts = [self.tokenizer.decode(ids, skip_special_tokens=True) for ids in sequences]
        found = {"sequences": sequences, "texts": texts}
        if options.get("num_beams", 1) > 1:
            return found | {"scores": first.sequences_scores.tolist()}
        best = torch.stack([step[0].topk(2).values for step in first.scores])
        margins = best[:, 0] - best[:, 1]
        if margins.min() < SMALLEST_MARGIN:
            raise UnstableError(f"{self.case.name}: margin {margins.min():.1e} (expected: >= {SMALLEST_MARGIN})")
        return found | {"smallest_margin": margins.min().item()}


class UnstableError(ValueError):
    """What a seed generates is no good golden."""


def clone(row: dict[str, Tensor]) -> dict[str, Tensor]:
    """Copies, as the reference writes into its inputs."""
    return {name: tensor.clone() for name, tensor in row.items()}


def cut(ids: list[int], end: int) -> list[int]:
    """The ids up to the first end token, which stays."""
    start = 1
    return ids[: ids.index(end, start) + 1] if end in ids[start:] else ids


@torch.inference_mode()
def golden_caption(reference: Reference) -> tuple[dict[str, Tensor], dict]:
    model, pixels = reference.model, reference.pixel_values
    tokens = reference.tokens(TEXTS[:2] + TEXTS[3:4])
    tokens["input_ids"][:, 0] = model.config.text_config.bos_token_id
    output = model(pixel_values=pixels, **tokens, output_hidden_states=True)
    text = model.text_decoder.bert(
        **tokens, encoder_hidden_states=output.image_embeds, is_decoder=True
    ).last_hidden_state
    tensors = {f"decoder_{name}": tensor for name, tensor in tokens.items()} | {
        "pixel_values": pixels,
        "vision_last_hidden_state": output.last_hidden_state,
        "decoder_last_hidden_state": text,
        "decoder_logits": output.logits,
    }
    prompts = reference.tokens(PROMPTS)
    plain = [{"pixel_values": picture[None]} for picture in pixels]
    prompted = [
        {"pixel_values": picture[None], "input_ids": ids[None], "attention_mask": torch.ones_like(ids)[None]}
        for picture, ids in zip(pixels, prompts["input_ids"], strict=True)
    ]
    greedy = reference.generate("greedy", plain, max_length=MAX_LENGTH)
    check_variety(reference, greedy)
    bad_words = words_of(greedy)
    beams = {"num_beams": 3, "min_length": 5, "max_length": 20, "repetition_penalty": 1.0}
    run = reference.generate
    runs = [
        greedy,
        run("greedy, prompt", prompted, max_length=MAX_LENGTH),
        run("greedy, prompt, 4 new tokens", prompted, max_new_tokens=4),
        run("greedy, repetition penalty", plain, max_length=MAX_LENGTH, repetition_penalty=1.3),
        run("greedy, repetition penalty, prompt", prompted, max_length=MAX_LENGTH, repetition_penalty=1.3),
        run("greedy, no repeated pairs", plain, max_length=MAX_LENGTH, no_repeat_ngram_size=2),
        run("greedy, bad words", plain, max_length=MAX_LENGTH, bad_words_ids=bad_words),
        run("greedy, at least 12", plain, max_length=MAX_LENGTH, min_length=12),
        run("greedy, at least 6 new, prompt", prompted, max_length=MAX_LENGTH, min_new_tokens=6),
        run("3 beams, as in the original", plain, **beams),
        run("3 beams, as in the original, prompt", prompted, **beams),
        run("3 beams, all of them", plain, **beams, num_return_sequences=3),
        run("3 beams, long", plain, num_beams=3, max_length=20, length_penalty=2.0, early_stopping=True),
        run("3 beams, short", plain, num_beams=3, max_length=20, length_penalty=-0.5, early_stopping=False),
        run("4 beams, never early", plain, num_beams=4, max_length=16, length_penalty=0.6, early_stopping="never"),
        run("2 beams, all rules", plain, num_beams=2, max_length=18, min_length=6, repetition_penalty=1.2,
            no_repeat_ngram_size=2, bad_words_ids=bad_words[:1]),
    ]  # fmt: skip
    return tensors, {"prompts": list(PROMPTS), "texts": [*TEXTS[:2], TEXTS[3]], "runs": runs}


@torch.inference_mode()
def golden_vqa(reference: Reference) -> tuple[dict[str, Tensor], dict]:
    model, pixels = reference.model, reference.pixel_values
    questions, answers = reference.tokens(QUESTIONS), reference.tokens(ANSWERS)
    answers["input_ids"][:, 0] = model.config.text_config.bos_token_id
    vision = model.vision_model(pixel_values=pixels).last_hidden_state
    states = model.text_encoder(**questions, encoder_hidden_states=vision).last_hidden_state
    logits = model.text_decoder(
        **answers, encoder_hidden_states=states, encoder_attention_mask=questions["attention_mask"]
    ).logits
    tensors = {f"question_{name}": tensor for name, tensor in questions.items()}
    tensors |= {f"decoder_{name}": tensor for name, tensor in answers.items()}
    tensors |= {
        "pixel_values": pixels,
        "vision_last_hidden_state": vision,
        "question_last_hidden_state": states,
        "decoder_logits": logits,
    }
    rows = [
        {"pixel_values": picture[None], "input_ids": reference.tokens([question])["input_ids"]}
        for picture in pixels
        for question in QUESTIONS
    ]
    padded = [
        {name: tensor[i : i + 1] for name, tensor in (questions | {"pixel_values": pixels}).items()}
        for i in range(len(QUESTIONS))
    ]
    greedy = reference.generate("greedy", rows, max_length=MAX_LENGTH)
    check_variety(reference, greedy)
    run = reference.generate
    runs = [
        greedy,
        run("greedy, at most 10", rows, max_length=10, min_length=1),
        run("3 beams, as in the original", rows, num_beams=3, max_length=10, min_length=1),
        run("3 beams, all of them", rows, num_beams=3, max_length=10, min_length=1, num_return_sequences=3),
        run("3 beams, long", rows, num_beams=3, max_length=10, length_penalty=1.5, early_stopping=True),
    ]
    quirk = run("greedy, padded questions", padded, max_length=MAX_LENGTH)
    return tensors, {"questions": list(QUESTIONS), "answers": list(ANSWERS), "runs": runs, "padded_run": quirk}


@torch.inference_mode()
def golden_itm(reference: Reference) -> tuple[dict[str, Tensor], dict]:
    model, pixels = reference.model, reference.pixel_values
    tokens = reference.tokens(TEXTS)
    pictures, texts = len(pixels), len(TEXTS)
    pairs = {name: tensor.repeat(pictures, 1) for name, tensor in tokens.items()}
    both = model(pixel_values=pixels.repeat_interleave(texts, 0), **pairs)
    apart = model(pixel_values=pixels.repeat_interleave(texts, 0), **pairs, use_itm_head=False)
    vision = both.last_hidden_state[::texts]
    normalize = torch.nn.functional.normalize
    text_states = apart.question_embeds[:texts]
    logits = both.itm_score.view(pictures, texts, 2)
    tensors = tokens | {
        "pixel_values": pixels,
        "vision_last_hidden_state": vision,
        "text_last_hidden_state": text_states,
        "pair_last_hidden_state": both.question_embeds.view(pictures, texts, *both.question_embeds.shape[1:])[:, :2],
        "itm_logits": logits,
        "itm_probabilities": logits.softmax(dim=-1),
        "image_features": normalize(model.vision_proj(vision[:, 0]), dim=-1),
        "text_features": normalize(model.text_proj(text_states[:, 0]), dim=-1),
        "cosine": apart.itm_score[::texts, :texts].clone(),
    }
    return tensors, {"texts": list(TEXTS)}


def check_variety(reference: Reference, run: dict) -> None:
    """Raises unless different pictures give different texts, of which some end early and some do not."""
    sequences = [row["sequences"][0] for row in run["rows"]]
    end = reference.model.config.text_config.sep_token_id
    ended = [ids[-1] == end for ids in sequences]
    lengths = {len(ids) for ids in sequences}
    if len(set(map(tuple, sequences))) < min(3, len(sequences)) or not any(ended) or len(lengths) < 2:
        raise UnstableError(f"{reference.case.name}: texts of lengths {sorted(lengths)} are too much alike")
    if min(lengths) < 4:
        raise UnstableError(f"{reference.case.name}: a text of {min(lengths)} tokens is too short")


def words_of(run: dict) -> list[list[int]]:
    """A token and a pair of tokens that the run generated."""
    first, second = (row["sequences"][0] for row in run["rows"][:2])
    return [[first[1]], second[2:4]]


GOLDEN: dict[type, Callable[[Reference], tuple[dict[str, Tensor], dict]]] = {
    BlipForConditionalGeneration: golden_caption,
    BlipForQuestionAnswering: golden_vqa,
    BlipForImageTextRetrieval: golden_itm,
}


def write(case: Case, folder: Path) -> None:
    """Writes one case with the first seed that is good."""
    for seed in count(SEED):
        write_checkpoint(case, seed, folder)
        reference = Reference(case, folder)
        try:
            tensors, facts = GOLDEN[case.model](reference)
            break
        except UnstableError as e:
            print(seed, e)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "golden.safetensors")
    (folder / "golden.safetensors").chmod(0o644)
    description = {
        "pictures": reference.pictures,
        "notes": list(case.notes),
        "seed": seed,
        **facts,
        "written_by": "plugins/blip/training/goldens.py",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "transformers", "tokenizers", "pillow")},
    }
    write_json(folder / "golden.json", description, {"runs", "padded_run"})
    size = sum(file.stat().st_size for file in folder.rglob("*.*")) // 1000
    print(case.name, f"seed {seed}, {size} kB", {name: list(tensor.shape) for name, tensor in tensors.items()})


def save_pictures(folder: Path) -> list[str]:
    """Draws a landscape, a portrait and a square picture of odd sizes."""
    folder.mkdir()
    rng = np.random.default_rng(SEED)
    sides = {"landscape.png": (61, 43), "portrait.png": (37, 59), "square.png": (31, 31)}
    for name, (width, height) in sides.items():
        Image.fromarray(waves_and_disc(width, height, rng)).save(folder / name, optimize=True)
    return list(sides)


def waves_and_disc(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Smooth colours, one sharp edge and some noise, uint8 (height, width, 3)."""
    x = np.linspace(0, 1, width)[None, :, None]
    y = np.linspace(0, 1, height)[:, None, None]
    frequencies, phases = rng.uniform(-2, 2, (2, 3)), rng.uniform(0, 1, 3)
    waves = 0.5 + 0.45 * np.sin(2 * np.pi * (x * frequencies[0] + y * frequencies[1] + phases))
    centre_x, centre_y = rng.uniform(0.3, 0.7, 2)
    disc = np.hypot((x - centre_x) * width, (y - centre_y) * height) < 0.25 * min(width, height)
    picture = np.where(disc, rng.uniform(0, 1, 3), waves) * 255 + rng.normal(0, 4, (height, width, 3))
    return np.clip(picture, 0, 255).astype(np.uint8)


def write_json(file: Path, value: dict, compact: set[str] = frozenset()) -> None:
    """Writes JSON; what is under the compact keys gets one line per entry of theirs."""
    lines = []
    for key, part in value.items():
        text = json.dumps(part, indent=2, ensure_ascii=False).replace("\n", "\n  ")
        if key in compact:
            entries = part if isinstance(part, list) else [part]
            text = ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
            text = f"[\n    {text}\n  ]" if isinstance(part, list) else text
        lines.append(f"  {json.dumps(key)}: {text}")
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


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
