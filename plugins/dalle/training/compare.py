"""Times min-dalle's own modules on PyTorch for a full-size checkpoint: seconds per picture, alone and side by side."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import torch
from torch import Tensor, nn

from checkpoints import load_weights, read_config
from reference import MinDalle, Reference
from vocabulary import read_files

PROMPT = "a red circle above a blue square"


@dataclass(frozen=True)
class Times:
    """Seconds of one run, for all of its pictures."""

    text: float
    codes: float
    pixels: float

    @property
    def total(self) -> float:
        return self.text + self.codes + self.pixels


@torch.inference_mode()
def draw(
    model: Reference, detokenizer: nn.Module, ids: list[int], pictures: int, settings: Tensor, timed: int
) -> Times:
    """Draws pictures of one prompt as min-dalle's ``generate_images`` does, all of them in one batch.

    Only the first codes are drawn and timed, as many as asked; the time is then that of all of them, in proportion.
    """
    started = time.monotonic()
    rows = model.rows(ids)
    states = model.states(rows)
    after_text = time.monotonic()
    expanded = [0] * pictures + [1] * pictures
    states, mask = states[expanded], rows[expanded].ne(1)[:, None, None, :]
    cache = model.cache(pictures)
    length = model.config.image_length
    codes = torch.full((pictures, length + 1), model.config.image_vocab_size - 1)
    for place in range(timed):
        codes[:, place + 1], cache = model.decoder.sample_tokens(
            settings=settings,
            attention_mask=mask,
            encoder_state=states,
            attention_state=cache,
            prev_tokens=codes[:, [place]],
            token_index=torch.tensor([place]),
        )
    after_codes = time.monotonic()
    for one in codes[:, 1:]:
        detokenizer(False, one[None])
    return Times(after_text - started, (after_codes - after_text) * length / timed, time.monotonic() - after_codes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="folder that full_size.py wrote")
    parser.add_argument("sources", type=Path, help="folder of kuprel/min-dalle's sources, which needs emoji installed")
    parser.add_argument("--pictures", type=int, nargs="+", default=[1, 4, 8], help="how many side by side")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--codes", type=int, default=256, help="codes to time; the rest in proportion")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--top-k", type=int, default=256)
    parser.add_argument("--guidance-scale", type=float, default=10.0)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    reference = MinDalle(arguments.sources)
    config, _, _ = read_config(arguments.checkpoint)
    weights = load_weights(arguments.checkpoint)
    model = reference.bart(config, weights)
    detokenizer = reference.detokenizer_class().eval()
    prefix = "detokenizer."
    detokenizer.load_state_dict({k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)})
    del weights
    ids = reference.tokenizer_class(*read_files(arguments.checkpoint)).tokenize(PROMPT)
    settings = torch.tensor([1.0, arguments.top_k, arguments.guidance_scale])
    found = []
    for pictures in arguments.pictures:
        runs = [draw(model, detokenizer, ids, pictures, settings, arguments.codes) for _ in range(arguments.runs)]
        best = statistics.median(run.total for run in runs)
        middle = min(runs, key=lambda run: abs(run.total - best))
        line = {
            "pictures": pictures,
            "seconds": round(middle.total, 2),
            "seconds per picture": round(middle.total / pictures, 2),
            "codes per second": round(pictures * config.image_length / middle.codes, 1),
            "text": round(middle.text, 3),
            "codes": round(middle.codes, 2),
            "pixels": round(middle.pixels, 2),
        }
        print(json.dumps(line), flush=True)
        found.append(line)
    names = ("threads", "runs", "codes", "top_k", "guidance_scale")
    facts = {name: getattr(arguments, name) for name in names}
    versions = {"python": platform.python_version(), "torch": version("torch")}
    print(json.dumps(facts | {"versions": versions, "medians": found}))


if __name__ == "__main__":
    main()
