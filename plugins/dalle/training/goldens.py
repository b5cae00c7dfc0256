"""Writes the golden checkpoints: small folders as ``sensorium convert`` makes them, with min-dalle's answers.

Every case is first saved and then read back, so that the goldens hold what min-dalle's modules compute, in float32,
from the very files that are under test. Every parameter is random and no size is round. Seeds are tried until the
greedy codes differ between prompts and between places and do not depend on rounding. min-dalle's VQGAN has one size:
the detokenizer here, which has any, is first compared with it there. README.md beside the folders tells what is in the
files.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from itertools import count, product
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from checkpoints import (
    WEIGHTS,
    config_json,
    generation_json,
    load,
    load_weights,
    randomise,
    read_config,
    save,
    save_shards,
    weights_of,
    write_json,
)
from golden_cases import CORPUS, EMOJI, EXTRA_ROWS, ODD_TEXTS, PIECES, PROMPTS, Case, cases
from network import DalleBart
from reference import MinDalle, guided
from shapes_world.scenes import COLOURS, POSITIONS, SHAPES, with_article
from vocabulary import Vocabulary, read_files, train_vocabulary
from vqgan import Detokenizer, VqganConfig

OUT = Path("plugins/dalle/src/test/resources/goldens")
SEED = 1234
SMALLEST_MARGIN = 0.01
FEWEST_CODES = 5
TOLERANCE = 1e-5
MIN_DALLE_VQGAN = VqganConfig(256, 2**14, 128, (1, 1, 2, 2, 4), 2, (16,), 256, 256, 1e-5, 32)


class UnstableError(ValueError):
    """What a seed gives is no good golden."""


def new_weights(case: Case, seed: int) -> dict[str, Tensor]:
    """Random weights; the detokenizer's start so small that the norm's epsilon counts, and end within the picture."""
    bart, detokenizer = DalleBart(case.bart), Detokenizer(case.vqgan)
    randomise(bart, seed)
    randomise(detokenizer, seed + 1)
    with torch.no_grad():
        for parameter in detokenizer.decoder.conv_in.parameters():
            parameter.mul_(2e-3)
        detokenizer.decoder.conv_out.weight.mul_(0.4)
        detokenizer.decoder.conv_out.bias.add_(0.5)
    return {name: tensor.to(case.dtype) for name, tensor in weights_of(bart, detokenizer).items()}


def write_checkpoint(case: Case, words: Vocabulary, seed: int, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    config = config_json(case.bart, case.vqgan)
    del config["glu_dim"]
    config |= {"decoder_start_token_id": case.start, **case.changes}
    weights = new_weights(case, seed)
    save(folder, config, generation_json(**case.generation), weights, words)
    if case.shards > 1:
        (folder / WEIGHTS).unlink()
        save_shards(folder, weights, case.shards)


@torch.inference_mode()
def golden(reference: MinDalle, case: Case, folder: Path) -> tuple[dict[str, Tensor], float]:
    """What min-dalle makes of the folder, and the smallest margin of its greedy codes."""
    bart_config, vqgan_config, config = read_config(folder)
    model = reference.bart(bart_config, load_weights(folder))
    words, start = tokenizer_of(reference, folder), config["decoder_start_token_id"]
    rows = [model.rows(words.tokenize(prompt)) for prompt in PROMPTS]
    scale, codes_that_exist = case.generation["guidance_scale"], vqgan_config.n_embed
    generator = torch.Generator().manual_seed(SEED)
    given = torch.randint(codes_that_exist, (len(PROMPTS), bart_config.image_length), generator=generator)
    given[:, 0] = start
    states = torch.stack([model.states(pair) for pair in rows])
    logits = torch.stack([model.logits(pair, ids[None]) for pair, ids in zip(rows, given, strict=True)])
    drawn = [model.greedy(pair, start, scale, codes_that_exist) for pair in rows]
    greedy = torch.tensor([ids for ids, _ in drawn])
    check_variety(greedy)
    codes = torch.cat([greedy, torch.randint(codes_that_exist, (1, bart_config.image_length), generator=generator)])
    pictures = load(folder)[1](codes.view(-1, vqgan_config.grid, vqgan_config.grid)).permute(0, 2, 3, 1)
    check_network(folder, rows, given, logits)
    tensors = {
        "text_ids": torch.stack([pair[1] for pair in rows]),
        "empty_text_ids": rows[0][0],
        "encoder_states": states[:, 1],
        "empty_encoder_states": states[0, 0],
        "decoder_ids": given,
        "conditional_logits": logits[:, 1],
        "unconditional_logits": logits[:, 0],
        "guided_logits": torch.stack([guided(pair, scale, codes_that_exist) for pair in logits]),
        "greedy_codes": greedy,
        "codes": codes,
        "decoded": pictures,
        "levels": pictures.clip(0.0, 1.0) * 255,
        "bytes": (pictures.clip(0.0, 1.0) * 255).to(torch.uint8).long(),
    }
    return tensors, min(margin for _, margin in drawn)


def check_variety(greedy: Tensor) -> None:
    """Raises unless the prompts' codes differ, and each has several."""
    rows = [tuple(row) for row in greedy.tolist()]
    if len(set(rows)) < len(rows) or min(len(set(row)) for row in rows) < FEWEST_CODES:
        raise UnstableError("greedy codes are too much alike")


def check_network(folder: Path, rows: Sequence[Tensor], given: Tensor, logits: Tensor) -> None:
    """Raises unless the network that is trained here has min-dalle's logits."""
    model, _ = load(folder)
    found = torch.stack([model(pair, ids.expand(2, -1)) for pair, ids in zip(rows, given, strict=True)])
    error = float((found - logits).abs().max())
    if error > TOLERANCE * 10:
        raise AssertionError(f"{folder}: logits differ by {error} (expected: <= {TOLERANCE * 10})")


@torch.inference_mode()
def check_detokenizer(reference: MinDalle) -> None:
    """Raises unless the detokenizer here draws what min-dalle's draws, in the only size that that one has."""
    own = Detokenizer(MIN_DALLE_VQGAN)
    randomise(own, SEED)
    own.decoder.conv_out.weight.mul_(0.4)
    own.decoder.conv_out.bias.add_(0.5)
    other = reference.detokenizer_class()
    other.load_state_dict(own.state_dict())
    codes = torch.randint(2**14, (1, 256), generator=torch.Generator().manual_seed(SEED))
    expected = other(False, codes)
    found = own(codes.view(1, 16, 16))[0].permute(1, 2, 0).clip(0.0, 1.0) * 255
    error = float((found - expected).abs().max()) / 255
    inside = float(((expected > 0) & (expected < 255)).float().mean())
    print(f"VQGAN at full size: within {error:.1e} of min-dalle's; {inside:.0%} of its values are not clipped")
    if error > TOLERANCE * 10 or inside < 0.5:
        raise AssertionError(f"VQGAN: pictures differ by {error} (expected: <= {TOLERANCE * 10})")


def tokenizer_of(reference: MinDalle, folder: Path) -> object:
    return reference.tokenizer_class(*read_files(folder))


def texts_to_tokenize() -> list[str]:
    """What people write, and what they should not."""
    names = [f"{colour} {shape}" for colour, shape in product(COLOURS, SHAPES)]
    placed = [f"{with_article(name)} {place}" for name, place in product(names[::3], POSITIONS)]
    related = [
        f"{with_article(first)} {word} {with_article(second)}"
        for i, first in enumerate(names)
        for word, second in [(("above", "below", "left of", "right of")[i % 4], names[(7 * i + 11) % len(names)])]
    ]
    sentences = [line for text in CORPUS for line in text.split(".") if line]
    return [*names, *placed, *related, *sentences, *(text.upper() for text in sentences), *PROMPTS, *ODD_TEXTS]


def write_tokenizer(reference: MinDalle, words: Vocabulary, folder: Path) -> None:
    """Writes the golden tokenizer: the files, and texts with min-dalle's ids."""
    folder.mkdir(parents=True, exist_ok=True)
    words.save(folder)
    tokenizer, texts = tokenizer_of(reference, folder), texts_to_tokenize()
    ids = [tokenizer.tokenize(text) for text in texts]
    wrong = [text for text, found in zip(texts, ids, strict=True) if words.encode(text) != found]
    if wrong:
        raise AssertionError(f"the vocabulary here reads {wrong} in another way than min-dalle")
    emoji = {"emoji_texts": list(EMOJI), "emoji_ids": [tokenizer.tokenize(text) for text in EMOJI]}
    description = {"texts": texts, "ids": ids, **emoji, **written_by()}
    write_compact_json(folder / "golden.json", description)
    print(f"tokenizer: {len(words)} pieces, {len(texts)} texts and {len(EMOJI)} with emoji")


def write_compact_json(file: Path, value: dict) -> None:
    """JSON with one line per entry of a list."""
    parts = []
    for key, part in value.items():
        text = json.dumps(part, ensure_ascii=False)
        if isinstance(part, list):
            text = "[\n    " + ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in part) + "\n  ]"
        parts.append(f"  {json.dumps(key)}: {text}")
    file.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


def written_by() -> dict:
    names = ("torch", "tokenizers")
    versions = {"python": platform.python_version()} | {name: version(name) for name in names}
    return {"written_by": "plugins/dalle/training/goldens.py", "versions": versions}


def write(reference: MinDalle, case: Case, words: Vocabulary, folder: Path) -> None:
    """Writes one case with the first seed that is good."""
    for seed in count(case.seed, 2):
        write_checkpoint(case, words, seed, folder)
        try:
            tensors, margin = golden(reference, case, folder)
            if margin < SMALLEST_MARGIN:
                raise UnstableError(f"margin {margin:.1e} (expected: >= {SMALLEST_MARGIN})")
            break
        except UnstableError as e:
            print(f"{case.name}: seed {seed}: {e}")
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "golden.safetensors")
    (folder / "golden.safetensors").chmod(0o644)
    facts = {"texts": list(PROMPTS), "notes": list(case.notes), "seed": seed, "smallest_margin": margin}
    write_json(folder / "golden.json", facts | written_by())
    size = sum(file.stat().st_size for file in folder.glob("*.*")) // 1000
    print(case.name, f"seed {seed}, {size} kB", {name: list(tensor.shape) for name, tensor in tensors.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", type=Path, help="folder of kuprel/min-dalle's sources, which needs emoji installed")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write the cases to (default: %(default)s)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    reference = MinDalle(arguments.sources)
    check_detokenizer(reference)
    words = train_vocabulary([text.lower() for text in CORPUS], PIECES)
    write_tokenizer(reference, words, arguments.out / "tokenizer")
    for case in cases(len(words) + EXTRA_ROWS):
        write(reference, case, words, arguments.out / case.name)


if __name__ == "__main__":
    main()
