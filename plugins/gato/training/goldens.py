"""Writes the golden checkpoints of the tests: odd sizes, every parameter random, and what the reference makes of them.

``gato`` projects patches and acts in numbers; ``residual`` has the paper's block of convolutions, and acts in texts too.
"""

from __future__ import annotations

import argparse
import copy
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import BertTokenizer

from checkpoints import decoder_config, save, write_json
from environments import Box, Discrete, MultiDiscrete, Space, Text, Values
from network import Gato, Patches
from player import Player
from tokens import Layout, Tokens, action_ids, observation_tokens, prompt_tokens
from wordpiece_vocabulary import wordpiece_tokenizer

OUT = Path("plugins/gato/src/test/resources/goldens")
PAPER = Layout(32000, 0, 1024, 32000, 1024, 33024, 100.0, 256.0, 512)
CONTEXT, KEPT, STEPS = 61, 2, 200
MARGIN = 0.02
"""By how much the most likely token of an action is ahead, so that rounding cannot change it."""


def words() -> BertTokenizer:
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = [*letters, *(f"##{letter}" for letter in letters), "go", "to", "the", "red", "square", "reach", "goal"]
    return wordpiece_tokenizer(pieces, CONTEXT, blip_tokens=False)


def model_of(text_size: int, patches: Patches, width: int) -> Gato:
    """Integers share the ids of texts, as in the paper."""
    layout = Layout(text_size, 0, 23, text_size + 3, 33, text_size + 36, 55.0, 31.0, 19)
    config = decoder_config(
        layout, n_embd=width, n_layer=2, n_head=3, n_inner=50, n_positions=CONTEXT, layer_norm_epsilon=3e-5
    )
    model = Gato(config, layout, patches).eval()
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 4 and patches.channels:  # one convolution after the other
                noise *= 3 / parameter[0].numel() ** 0.5
            parameter.copy_(1 + 0.2 * noise if is_gain(name) else 0.3 * noise)
            parameter.copy_(parameter.half().float())
    return model


def is_gain(name: str) -> bool:
    """Whether a parameter is what a norm multiplies by."""
    return name.endswith("weight") and (".ln_" in name or ".norm_" in name)


class Played:
    """What a player is asked: the spaces and the instruction of an environment."""

    observation: dict[str, Space] = {
        "b": MultiDiscrete((5, 23, 2)),
        "a": Box((-2.0, -9.0), (2.0, 9.0)),
        "c": Discrete(7),
    }
    action: dict[str, Space] = {"turn": Box((-1.5, 0.0), (0.5, 4.0)), "jump": Discrete(3)}
    instruction = "go to the red square"


class Told(Played):
    """The same with two texts before the last numbers: one that a part of the context ends, and a short one."""

    action: dict[str, Space] = {**Played.action, "note": Text(40), "say": Text(9)}


def observe(rng: np.random.Generator) -> Values:
    return {
        "a": rng.uniform([-2, -9], [2, 9]).astype(np.float32),
        "b": rng.integers([5, 23, 2]),
        "c": rng.integers(7, size=1),
    }


class Sure(Player):
    """A player that tells how sure it is."""

    margin = np.inf

    def among(self, start: int, count: int) -> torch.Tensor:
        logits = super().among(start, count)
        best = logits[0].topk(2).values
        self.margin = min(self.margin, float(best[0] - best[1]))
        return logits


def episode(model: Gato, tokenizer: Tokenizer, end: int, world: type[Played]) -> tuple[dict[str, torch.Tensor], list[str]]:
    """Observations and the actions that follow, and the texts of these; of unclear choices another one is drawn."""
    rng = np.random.default_rng(11)
    player = Sure(model, tokenizer, {"kept_timesteps": KEPT, "eos_token_id": end}, [world()])
    observations, actions, texts = [], [], []
    while len(actions) < STEPS:
        trial, seen = copy.deepcopy(player), observe(rng)
        trial.margin = np.inf
        action = trial.act([seen])[0]
        if trial.margin > MARGIN:
            player = trial
            observations.append(np.concatenate([seen[name] for name in sorted(seen)]))
            actions.append(np.concatenate([action[name] for name in sorted(Played.action)]))
            texts += [text for text in action.values() if isinstance(text, str)]
    return {
        "episode_observations": torch.tensor(np.array(observations), dtype=torch.float32),
        "episode_actions": torch.tensor(np.array(actions), dtype=torch.float32),
    }, texts


def edges(layout: Layout) -> dict[str, torch.Tensor]:
    """Numbers at the edges of all bins and the ones next to them, for observations and for actions."""
    y = np.arange(layout.continuous_bins + 1) / layout.continuous_bins * 2 - 1
    x = np.sign(y) * ((layout.largest * layout.mu + 1) ** np.abs(y) - 1) / layout.mu
    found = {}
    for name, centres in (("observed", x), ("acted", y)):
        at = centres.astype(np.float32)
        below, above = np.nextafter(at, np.float32(-np.inf)), np.nextafter(at, np.float32(np.inf))
        numbers = np.concatenate([at, below, above, [np.float32(-3e38), np.float32(3e38), 0.0]]).astype(np.float32)
        squashed = layout.squash(numbers) if name == "observed" else numbers
        found[name] = torch.from_numpy(numbers)
        found[name + "_bins"] = torch.from_numpy(layout.bins(squashed))
    return found


@torch.inference_mode()
def sequence(model: Gato, tokenizer: Tokenizer) -> dict[str, torch.Tensor]:
    """The logits of a whole row that has everything: a text, a picture, numbers, actions."""
    layout = model.layout
    tokens: Tokens = prompt_tokens(layout, tokenizer, "reach the goal")
    tokens.extend(observation_tokens(layout, {}, {}, range(model.patches.count)))
    tokens.add(tokenizer.encode("a red square", add_special_tokens=False).ids, layout.action_place)
    rng = np.random.default_rng(5)
    while len(tokens) < CONTEXT - 10:
        tokens.extend(observation_tokens(layout, Played.observation, observe(rng)))
        done = {"turn": np.array([-0.3, 2.1]), "jump": np.array([2])}
        tokens.add(action_ids(layout, Played.action, done), layout.action_place)
    side = model.patches.image_size
    pixels = torch.from_numpy(rng.uniform(-1, 1, (1, 3, side, side)).astype(np.float32))
    ids, places = torch.tensor([tokens.ids]), torch.tensor([tokens.places])
    return {
        "ids": ids[0],
        "places": places[0],
        "pixels": pixels[0].permute(1, 2, 0).contiguous(),
        "patches": model.patch_embedding(pixels)[0],
        "logits": model.logits(model.states(ids, places, pixels)[0]),
    }


def write(out: Path, tokenizer: BertTokenizer, model: Gato, end: int, world: type[Played], more: dict) -> None:
    """Writes a checkpoint and what the reference makes of it."""
    save(model, tokenizer, KEPT, out)
    (out / "vocab.txt").unlink()
    config = json.loads((out / "config.json").read_text("utf-8"))
    write_json(out / "config.json", config | {"eos_token_id": end})
    backend = tokenizer.backend_tokenizer
    played, said = episode(model, backend, end, world)
    golden = sequence(model, backend) | played | more
    save_file({name: tensor.contiguous() for name, tensor in golden.items()}, out / "golden.safetensors")
    (out / "golden.safetensors").chmod(0o644)
    write_json(out / "golden.json", {"instruction": Played.instruction, "texts": said or ["reach the goal"]})
    print(json.dumps({name: list(tensor.shape) for name, tensor in golden.items()}), said[:20])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write (default: %(default)s)")
    out = parser.parse_args().out
    torch.set_num_threads(1)
    tokenizer = words()
    model = model_of(len(tokenizer), Patches(image_size=20, patch_size=6, intervals=17), 42)
    more = edges(model.layout) | {f"paper_{name}": tensor for name, tensor in edges(PAPER).items()}
    write(out / "gato", tokenizer, model, tokenizer.sep_token_id, Played, more)
    model = model_of(len(tokenizer), Patches(image_size=20, patch_size=6, intervals=17, channels=64), 24)
    often = tokenizer.convert_tokens_to_ids("##j")
    write(out / "residual", tokenizer, model, often, Told, {})


if __name__ == "__main__":
    main()
