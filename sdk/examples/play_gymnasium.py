"""Lets a model on a Sensorium server play an environment with Gymnasium's conventions.

    python play_gymnasium.py --target localhost:9000 --environment CartPole-v1 --episodes 3

Needs grpcio-tools and numpy; without gymnasium it plays the CartPole at the end of this file. The messages are made from
policy_service.proto when this starts, so there is nothing to generate.
"""

from __future__ import annotations

import argparse
import math
import queue
import sys
from collections import namedtuple
from pathlib import Path

import grpc
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "proto" / "src" / "main" / "proto"))
wire, services = grpc.protos_and_services("sensorium/v1/policy_service.proto")

Box = namedtuple("Box", "low high shape dtype")
Discrete = namedtuple("Discrete", "n start")


def parts(tree, name: str, outer: str = "") -> dict:
    """The parts of a space or of a value by their names: those of a dictionary, "outer.inner" within one; or itself."""
    inner = tree if isinstance(tree, dict) else getattr(tree, "spaces", None)
    if not isinstance(inner, dict):
        return {name: tree}
    found = {}
    for key, branch in inner.items():
        found |= parts(branch, outer + key, f"{outer}{key}.")
    return found


def tree(values: dict):
    """The value that `parts` took apart."""
    whole: dict = {}
    for name, value in values.items():
        *outer, last = name.split(".")
        branch = whole
        for key in outer:
            branch = branch.setdefault(key, {})
        branch[last] = value
    return whole


def space_message(space) -> wire.Space:
    """A space of Gymnasium in the words of the wire."""
    kind = type(space).__name__
    if kind == "Discrete":
        return wire.Space(discrete=wire.DiscreteSpace(size=int(space.n)))
    if kind == "MultiDiscrete":
        return wire.Space(multi_discrete=wire.MultiDiscreteSpace(sizes=[int(n) for n in np.ravel(space.nvec)]))
    if kind == "MultiBinary":
        return wire.Space(multi_discrete=wire.MultiDiscreteSpace(sizes=[2] * int(np.prod(space.shape))))
    if kind == "Text":
        return wire.Space(text=wire.TextSpace(max_length=space.max_length))
    if kind == "Box" and space.dtype == np.uint8 and len(space.shape) == 3:
        height, width, channels = space.shape
        return wire.Space(image=wire.ImageSpace(height=height, width=width, channels=channels))
    if kind == "Box":
        low, high = (np.broadcast_to(bound, space.shape).ravel().tolist() for bound in (space.low, space.high))
        return wire.Space(box=wire.BoxSpace(shape=list(space.shape), low=low, high=high))
    raise ValueError(f"space: {kind} (expected: Discrete, MultiDiscrete, MultiBinary, Text or Box)")


def value_message(space, value) -> wire.Value:
    """A value of a space in the words of the wire."""
    kind = type(space).__name__
    if kind == "Text":
        return wire.Value(text=value)
    if kind == "Box" and space.dtype == np.uint8 and len(space.shape) == 3:
        return wire.Value(pixels=np.ascontiguousarray(value, np.uint8).tobytes())
    numbers = np.ravel(value) - np.ravel(getattr(space, "start", 0))
    return wire.Value(numbers=wire.Numbers(values=numbers.astype(np.float32).tolist()))


def value_of(space, message: wire.Value):
    """The value of a space that a message holds."""
    kind = type(space).__name__
    if kind == "Text":
        return message.text
    numbers = np.array(message.numbers.values, np.float32)
    if kind == "Discrete":
        return int(round(float(numbers[0]))) + int(space.start)
    return (numbers.reshape(space.shape) + getattr(space, "start", 0)).astype(space.dtype)


class Episode:
    """One episode at the server: `act` takes an observation and returns the action that follows."""

    def __init__(self, channel, env, task: wire.PolicyTask, names: tuple[str, str]):
        self.names = names
        self.observation = parts(env.observation_space, names[0])
        self.action = parts(env.action_space, names[1])
        for name, space in self.observation.items():
            task.observation_spaces[name].CopyFrom(space_message(space))
        for name, space in self.action.items():
            task.action_spaces[name].CopyFrom(space_message(space))
        self.requests = queue.SimpleQueue()
        self.requests.put(wire.ActRequest(task=task))
        self.responses = services.PolicyServiceStub(channel).Act(iter(self.requests.get, None))
        self.model = next(self.responses).started.model

    def act(self, observation, reward: float | None = None):
        message = wire.PolicyObservation(reward=reward)
        for name, value in parts(observation, self.names[0]).items():
            message.values[name].CopyFrom(value_message(self.observation[name], value))
        self.requests.put(wire.ActRequest(observation=message))
        taken = next(self.responses).action.action.values
        values = {name: value_of(space, taken[name]) for name, space in self.action.items()}
        return values[self.names[1]] if list(values) == [self.names[1]] else tree(values)

    def finish(self) -> wire.EpisodeFinished:
        self.requests.put(None)
        return next(self.responses).finished


def play(channel, env, seed: int, task: wire.PolicyTask, names: tuple[str, str]) -> tuple[str, float, int]:
    """Plays one episode; returns the model that acted, the return and the number of steps."""
    observation, _ = env.reset(seed=seed)
    episode = Episode(channel, env, task, names)
    total, steps, reward = 0.0, 0, None
    while True:
        observation, reward, terminated, truncated, _ = env.step(episode.act(observation, reward))
        total, steps = total + float(reward), steps + 1
        if terminated or truncated:
            episode.finish()
            return episode.model, total, steps


class CartPole:
    """A pole on a cart, as Gymnasium's CartPole-v1, for those who have not installed it."""

    observation_space = Box(
        np.array([-4.8, -np.inf, -0.41887903, -np.inf], np.float32),
        np.array([4.8, np.inf, 0.41887903, np.inf], np.float32),
        (4,),
        np.dtype(np.float32),
    )
    action_space = Discrete(2, 0)

    def reset(self, seed: int):
        self.state = np.random.default_rng(seed).uniform(-0.05, 0.05, 4)
        self.steps = 0
        return self.state.astype(np.float32), {}

    def step(self, action: int):
        x, speed, angle, spin = self.state
        cos, sin = math.cos(angle), math.sin(angle)
        push = ((10.0 if action == 1 else -10.0) + 0.05 * spin**2 * sin) / 1.1
        spin_change = (9.8 * sin - cos * push) / (0.5 * (4.0 / 3.0 - 0.1 * cos**2 / 1.1))
        speed_change = push - 0.05 * spin_change * cos / 1.1
        self.state = self.state + 0.02 * np.array([speed, speed_change, spin, spin_change])
        self.steps += 1
        terminated = bool(abs(self.state[0]) > 2.4 or abs(self.state[2]) > math.pi / 15)
        return self.state.astype(np.float32), 1.0, terminated, self.steps >= 500, {}


def make(name: str):
    """The environment of a name: Gymnasium's, or the one above."""
    try:
        import gymnasium
    except ImportError:
        if name != "CartPole-v1":
            sys.exit(f"{name}: pip install gymnasium first (without it there is CartPole-v1 alone)")
        return CartPole()
    return gymnasium.make(name)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--target", default="localhost:9000", help="the server")
    options.add_argument("--model", default="", help="NAME or NAME/VERSION; the only one that acts unless given")
    options.add_argument("--environment", default="CartPole-v1", help="of Gymnasium")
    options.add_argument("--instruction", default="balance the pole", help="what is to be done, in words")
    options.add_argument("--observation", default="state", help="what the model calls an observation of one part")
    options.add_argument("--action", default="push", help="what the model calls an action of one part")
    options.add_argument("--episodes", type=int, default=1)
    options.add_argument("--seed", type=int, default=0, help="of the first episode; each after it has the next one")
    given = options.parse_args()
    env = make(given.environment)
    with grpc.insecure_channel(given.target) as channel:
        for seed in range(given.seed, given.seed + given.episodes):
            task = wire.PolicyTask(model=given.model, instruction=given.instruction)
            model, total, steps = play(channel, env, seed, task, (given.observation, given.action))
            print(f"{model}  seed {seed}  return {total:.2f}  {steps} steps")


if __name__ == "__main__":
    main()
