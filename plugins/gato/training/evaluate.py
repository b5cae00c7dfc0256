"""Measures a saved checkpoint: episodes with seeds, and pictures, that training never drew."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from checkpoints import load
from environments import ENVIRONMENTS, Box, Environment, Values
from experts import EXPERTS
from network import Gato
from player import Player, captions
from shapes_world.pictures import RENDERERS
from shapes_world.scenes import one_thing
from shapes_world.splits import HELD_OUT_PAIRS, generator

FIRST_SEED = {"validation": 1_000_000, "test": 0}
EPISODES = {"cartpole": 100, "grid": 500, "pendulum": 100}


def play(worlds: list[Environment], seeds: range, act) -> tuple[list[float], list[bool]]:
    """Plays one episode in each world; answers the returns, and whether it was terminated."""
    observations = [world.reset(seed) for world, seed in zip(worlds, seeds, strict=True)]
    policy = act(worlds)
    returns, terminated, over = [0.0] * len(worlds), [False] * len(worlds), [False] * len(worlds)
    while not all(over):
        for i, action in enumerate(policy(observations)):
            if not over[i]:
                step = worlds[i].step(action)
                observations[i], returns[i] = step.observation, returns[i] + step.reward
                terminated[i], over[i] = step.terminated, step.terminated or step.truncated
    return returns, terminated


def expert(worlds: list[Environment]):
    return lambda observations: [EXPERTS[type(world)](world) for world in worlds]


def at_random(worlds: list[Environment]):
    rng = np.random.default_rng(0)

    def action(world: Environment) -> Values:
        return {
            name: rng.uniform(space.low, space.high) if isinstance(space, Box) else rng.integers(space.size, size=1)
            for name, space in world.action.items()
        }

    return lambda observations: [action(world) for world in worlds]


def measure_task(name: str, model: Gato, words: Tokenizer, config: dict, seeds: range) -> dict:
    """Returns of the network beside the expert's and chance's, on the same seeds."""

    def network(worlds: list[Environment]):
        return Player(model, words, config, worlds).act

    found, all_returns = {}, {}
    for who, act in (("model", network), ("expert", expert), ("chance", at_random)):
        returns, terminated = play([ENVIRONMENTS[name]() for _ in seeds], seeds, act)
        all_returns[who] = np.array(returns)
        found[who] = {"mean return": round(float(np.mean(returns)), 3), "least return": round(min(returns), 3)}
        if name == "grid":
            found[who]["success"] = round(float(np.mean(terminated)), 4)
    if name == "grid":
        found["model"]["without a detour"] = round(float(np.mean(all_returns["model"] >= all_returns["expert"])), 4)
    mean = {who: part["mean return"] for who, part in found.items()}
    share = (mean["model"] - mean["chance"]) / (mean["expert"] - mean["chance"])
    return {"episodes": len(seeds), "first seed": seeds[0], **found, "share of expert above chance": round(share, 4)}


def measure_captions(model: Gato, words: Tokenizer, config: dict, split: str, count: int) -> dict:
    """Exactly right captions of one thing, by the renderer."""
    found = {}
    for stream, (name, draw) in enumerate(RENDERERS.items()):
        rng = generator(split, 700 + stream)
        scenes = [one_thing(rng) for _ in range(count)]
        pictures = np.stack([draw(scene, config["image_size"], rng) for scene in scenes])
        said = captions(model, words, config["caption_prompt"], config["eos_token_id"], pictures)
        right = np.array([text == scene.caption for text, scene in zip(said, scenes, strict=True)])
        held_out = np.array([scene.things[0].pair in HELD_OUT_PAIRS for scene in scenes])
        parts = {"all": right, "seen pairs": right[~held_out], "held-out pairs": right[held_out]}
        found[name] = {"count": count} | {part: round(float(rows.mean()), 4) for part, rows in parts.items()}
    return found


def measure(folder: Path, split: str, share: float = 1.0) -> dict:
    """All tasks with one set of weights; a share below 1 takes as much less of everything."""
    model, words, config = load(folder)
    measures = {"split": split}
    for name, count in EPISODES.items():
        seeds = range(FIRST_SEED[split], FIRST_SEED[split] + max(4, round(share * count)))
        measures[name] = measure_task(name, model, words, config, seeds)
    measures["captions"] = measure_captions(model, words, config, split, round(share * 1000))
    return measures


def summary(measures: dict) -> dict:
    """The figures that a glance wants."""
    return {
        "cartpole": measures["cartpole"]["model"]["mean return"],
        "grid": [measures["grid"]["model"][part] for part in ("success", "without a detour")],
        "pendulum": [measures["pendulum"]["model"]["mean return"], measures["pendulum"]["share of expert above chance"]],
        "captions": [[part["seen pairs"], part["held-out pairs"]] for part in measures["captions"].values()],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--split", choices=tuple(FIRST_SEED), default="test")
    parser.add_argument("--share", type=float, default=1.0, help="of the episodes and pictures")
    parser.add_argument("--brief", action="store_true", help="print what a glance wants")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    measures = measure(arguments.checkpoint, arguments.split, arguments.share)
    print(json.dumps(summary(measures) if arguments.brief else measures, indent=2))


if __name__ == "__main__":
    main()
