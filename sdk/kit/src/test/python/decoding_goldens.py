"""Writes the golden decodings: what transformers' own ``generate`` and logits processors make of a model of tables.

The model's logits depend on the last two tokens and on the position alone, by tables in ``tables.safetensors``, so a
test can compute the very same numbers. ``generate.json`` has one decoding per line and the tokens that came of it,
``warpers.json`` the probabilities that temperature, top-k, top-p and min-p leave of rows of logits. A decoding that a
rounding error would change is left out. Run it from the root of the repository.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from importlib.metadata import version
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GenerationConfig, GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

OUT = Path("sdk/kit/src/test/resources/goldens/decoding")
VOCABULARY = 26
PAD, END, OTHER_END = 23, 24, 25
MAX = 12
NOISE = 3e-6


class TableConfig(PretrainedConfig):
    """The configuration of the model of tables."""

    model_type = "table"


class TableModel(PreTrainedModel, GenerationMixin):
    """A model whose logits are sums of rows of tables."""

    config_class = TableConfig

    def __init__(self, last: torch.Tensor, before: torch.Tensor) -> None:
        super().__init__(TableConfig(vocab_size=VOCABULARY))
        self.last = torch.nn.Parameter(last)
        self.before = torch.nn.Parameter(before)
        self.ends: list[int] = []
        self.bias = self.slope = 0.0

    def prepare_inputs_for_generation(
        self, input_ids: torch.Tensor, attention_mask: object = None, **_: object
    ) -> dict:
        return {"input_ids": input_ids}

    def forward(self, input_ids: torch.Tensor, **_: object) -> CausalLMOutput:
        """Returns logits (B, T, V)."""
        logits = self.last[input_ids]
        logits[:, 1:] += self.before[input_ids[:, :-1]]
        for position in range(input_ids.shape[1]):
            logits[:, position, self.ends] += self.bias + self.slope * position
        return CausalLMOutput(logits=logits)


def allowed_next(texts: list[list[int]], ends: list[int], prompt: int):
    """Returns what transformers asks which tokens may come next, for texts that are each followed by an end."""

    def next_tokens(_: int, ids: torch.Tensor) -> list[int]:
        done = ids[prompt:].tolist()
        following = [text[len(done)] for text in texts if len(text) > len(done) and text[: len(done)] == done]
        return sorted({*following, *(ends if done in texts else [])})

    return next_tokens


def generate(model: TableModel, case: dict) -> tuple[list[int], float | None]:
    """Runs a case; returns the tokens that were generated, and with beams the text's score."""
    model.ends, model.bias, model.slope = case["ends"], case["bias"], case["slope"]
    prompt = torch.tensor([case["prompt"]])
    config = GenerationConfig(
        max_new_tokens=case["max"],
        min_new_tokens=case["min"] or None,
        do_sample=False,
        num_beams=case["beams"],
        length_penalty=case["length_penalty"],
        early_stopping=case["early_stopping"],
        repetition_penalty=case["repetition_penalty"],
        no_repeat_ngram_size=case["no_repeat_ngram"],
        bad_words_ids=case["bad_words"] or None,
        suppress_tokens=case["never"] or None,
        guidance_scale=case["guidance"] if case["guidance"] != 1 else None,
        eos_token_id=case["ends"],
        pad_token_id=PAD,
        use_cache=False,
        return_dict_in_generate=True,
        output_scores=True,
    )
    more = {}
    if case["allowed"]:
        more["prefix_allowed_tokens_fn"] = allowed_next(case["allowed"], case["ends"], len(case["prompt"]))
    if case["guidance"] != 1:
        more["negative_prompt_ids"] = torch.tensor([case["negative"]])
    result = model.generate(prompt, attention_mask=torch.ones_like(prompt), generation_config=config, **more)
    tokens = result.sequences[0, len(case["prompt"]) :].tolist()
    return tokens, result.sequences_scores[0].item() if case["beams"] > 1 else None


def rules(chance: random.Random) -> dict:
    """Returns some rules, most of them off."""
    words = [[chance.randrange(16) for _ in range(chance.choice((1, 2, 2, 3)))] for _ in range(6)]
    return {
        "repetition_penalty": chance.choice((1.0, 1.0, 1.3, 2.5, 0.8)),
        "no_repeat_ngram": chance.choice((0, 0, 1, 2, 3)),
        "bad_words": chance.choice(([], [], words)),
        "never": chance.choice(([], [PAD], [PAD, 3, 7])),
    }


def base(chance: random.Random) -> dict:
    """Returns a case without beams: a prompt, and a model that ends early, late or never."""
    bias, slope = chance.choice(((0.0, 0.0), (3.0, 0.0), (-6.0, 1.0), (-1000.0, 0.0)))
    return {
        "prompt": [chance.randrange(16, 22) for _ in range(chance.randrange(1, 5))],
        "ends": chance.choice(([END], [END], [END, OTHER_END])),
        "bias": bias,
        "slope": slope,
        "max": chance.choice((1, 5, MAX, MAX)),
        "min": 0,
        "beams": 1,
        "length_penalty": 1.0,
        "early_stopping": False,
        **{"repetition_penalty": 1.0, "no_repeat_ngram": 0, "bad_words": [], "never": [], "allowed": []},
        "guidance": 1.0,
        "negative": [],
    }


def cases() -> list[dict]:
    """Returns all cases, without their tokens."""
    chance = random.Random(4)
    found = []
    for _ in range(120):
        case = base(chance) | rules(chance)
        found.append(case | {"min": min(case["max"], chance.choice((0, 0, 3, 6)))})
    for _ in range(60):
        texts = [[chance.randrange(16) for _ in range(chance.randrange(1, 5))] for _ in range(5)]
        texts.append(texts[0] + [chance.randrange(16)])
        found.append(base(chance) | {"allowed": texts, "repetition_penalty": chance.choice((1.0, 1.5))})
    for _ in range(40):
        negative = [chance.randrange(16, 22) for _ in range(chance.randrange(1, 4))]
        found.append(base(chance) | {"guidance": chance.choice((0.5, 1.5, 3.0)), "negative": negative})
    grid = itertools.product((2, 3, 5), (0.0, 1.0, -1.0, 2.0), (False, True), (0, 5))
    for beams, length_penalty, early_stopping, least in grid:
        for i in range(10):
            case = base(chance) | (rules(chance) if i % 2 else {})
            case |= {"beams": beams, "length_penalty": length_penalty, "early_stopping": early_stopping}
            found.append(case | {"min": min(case["max"], least)})
    found += [base(chance) | {"beams": 16, "length_penalty": 0.7} for _ in range(10)]
    return found


def write_decodings(model: TableModel, shaken: list[TableModel], out: Path) -> int:
    """Runs all cases and writes those that a rounding error would not change."""
    lines = []
    for case in cases():
        tokens, score = generate(model, case)
        if all(generate(other, case)[0] == tokens for other in shaken):
            lines.append(json.dumps(case | {"tokens": tokens, "score": score}, separators=(",", ":")))
    write(out / "generate.json", "cases", lines)
    return len(lines)


def warper_rows(chance: torch.Generator) -> list[list[float]]:
    """Returns rows of logits: flat and steep ones, with ties, with tokens left out."""
    rows = [torch.randn(60, generator=chance) * scale for scale in (0.3, 1.0, 3.0, 8.0)]
    rows.append((torch.randn(60, generator=chance) * 4).round() / 2)
    rows.append(torch.zeros(60))
    with_holes = torch.randn(60, generator=chance) * 2
    with_holes[::3] = -torch.inf
    rows.append(with_holes)
    return [row.tolist() for row in rows]


def warp(model: TableModel, row: list[float], settings: dict) -> torch.Tensor:
    """Returns the probabilities (V) that transformers would sample from."""
    temperature, top_k, top_p, min_p = settings.values()
    config = GenerationConfig(do_sample=True, temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p or None)
    processors = model._get_logits_processor(config)
    return processors(torch.zeros((1, 1), dtype=torch.long), torch.tensor([row])).softmax(-1)[0]


def write_warpers(model: TableModel, out: Path) -> int:
    """Writes what is left of each row under settings drawn by chance."""
    chance = random.Random(5)
    rows = warper_rows(torch.Generator().manual_seed(6))
    lines = []
    for number, row in enumerate(rows):
        for _ in range(40):
            settings = {
                "temperature": chance.choice((1.0, 0.7, 1.5)),
                "top_k": chance.choice((0, 0, 1, 5, 20, 100)),
                "top_p": chance.choice((1.0, 0.95, 0.8, 0.5, 0.05)),
                "min_p": chance.choice((0.0, 0.0, 0.05, 0.3)),
            }
            left = warp(model, row, settings)
            nearby = [settings | {"top_p": min(1.0, settings["top_p"] * factor)} for factor in (1 - 1e-5, 1 + 1e-5)]
            if any(not torch.equal(warp(model, row, other) > 0, left > 0) for other in nearby):
                continue
            tokens = left.nonzero()[:, 0].tolist()
            case = {"row": number} | settings | {"tokens": tokens}
            case["probabilities"] = [float(f"{left[token].item():.8g}") for token in tokens]
            lines.append(json.dumps(case, separators=(",", ":")))
    save_file({"rows": torch.tensor(rows)}, out / "rows.safetensors")
    write(out / "warpers.json", "cases", lines)
    return len(lines)


def write(file: Path, name: str, lines: list[str]) -> None:
    """Writes one case per line."""
    head = json.dumps(
        {
            "written_by": "sdk/kit/src/test/python/decoding_goldens.py",
            "versions": {library: version(library) for library in ("transformers", "torch")},
        },
        indent=2,
    )[:-2]
    body = ",\n".join("    " + line for line in lines)
    file.write_text(f'{head},\n  "{name}": [\n{body}\n  ]\n}}\n', "ascii")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write (default: %(default)s)")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    chance = torch.Generator().manual_seed(3)
    last, before = (torch.randn(VOCABULARY, VOCABULARY, generator=chance) * 1.5 for _ in range(2))
    save_file({"last": last, "before": before}, out / "tables.safetensors")
    model = TableModel(last, before)
    shaken = [
        TableModel(last + torch.randn(last.shape, generator=chance) * NOISE, before) for _ in range(2)
    ]
    with torch.no_grad():
        print(f"{write_decodings(model, shaken, out)} decodings of {len(cases())}")
        print(f"{write_warpers(model, out)} warped rows")


if __name__ == "__main__":
    main()
