"""The three environments that the demo checkpoint acts in, with the conventions of Gymnasium, exact to the last draw.

==========  =====================================================  ============================================
name        observation                                            action
==========  =====================================================  ============================================
cartpole    ``state``: Box(4): position, velocity, angle, angular  ``push``: Discrete(2): 0 left, 1 right
            velocity; low and high as in CartPole-v1, velocities
            without bounds
grid        ``objects``: MultiDiscrete([16, 11, 11] * 3): of each  ``move``: Discrete(4): 0 right (x + 1),
            of three objects its kind (4 * colour + shape), then   1 left, 2 down (y + 1), 3 up
            x and y seen from the agent, plus 5
pendulum    ``state``: Box(3): cosine and sine of the angle, which  ``torque``: Box(1), -2 to 2
            is 0 when upright, and angular velocity; low
            [-1, -1, -8], high [1, 1, 8]
==========  =====================================================  ============================================

==========  ================================  ==============================================================
name        instruction                       end
==========  ================================  ==============================================================
cartpole    "balance the pole"                terminated when it falls or leaves, truncated at 500 steps;
                                              reward 1 per step
grid        "go to the red square"            terminated when the agent stands on what the instruction names
                                              (success), truncated at 24 steps; reward 1 - 0.9 * steps / 24 on
                                              success, else 0. Objects do not block; walls keep the agent
                                              where it is
pendulum    "swing up the pendulum"           truncated at 200 steps; reward as in Pendulum-v1
==========  ================================  ==============================================================

An observation is float32 or whole numbers; states are float64. ``reset(seed)`` draws from :class:`Draws` and from nothing
else, in the order of the code, so that a seed means the same episode in every language.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

Values = Mapping[str, np.ndarray]
MASK = (1 << 64) - 1


class Draws:
    """SplitMix64: the same numbers from the same seed everywhere."""

    def __init__(self, seed: int):
        self.state = seed & MASK

    def bits(self) -> int:
        """The next 64 bits."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def uniform(self, low: float, high: float) -> float:
        """A number from low to high, high excluded: 53 bits of the next draw."""
        return low + (high - low) * ((self.bits() >> 11) * 2.0**-53)

    def below(self, size: int) -> int:
        """A whole number from 0 to size - 1."""
        return int(self.uniform(0.0, size))

    def distinct(self, count: int, size: int) -> list[int]:
        """Different whole numbers below size: drawn one by one, again where a number came before."""
        found: list[int] = []
        while len(found) < count:
            number = self.below(size)
            if number not in found:
                found.append(number)
        return found


@dataclass(frozen=True)
class Discrete:
    """One of the numbers 0 to size - 1."""

    size: int


@dataclass(frozen=True)
class MultiDiscrete:
    """Several numbers, each below a size of its own."""

    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Box:
    """Real numbers within bounds, which may be infinite."""

    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Text:
    """A text of so many characters at most."""

    max_length: int


Space = Discrete | MultiDiscrete | Box | Text


@dataclass(frozen=True)
class Step:
    """What comes of an action: the next observation, the reward, and whether and how the episode is over."""

    observation: Values
    reward: float
    terminated: bool
    truncated: bool


class Environment(Protocol):
    """One episode at a time: ``reset`` begins it, ``step`` goes on until terminated or truncated."""

    observation: ClassVar[Mapping[str, Space]]
    action: ClassVar[Mapping[str, Space]]
    instruction: str

    def reset(self, seed: int) -> Values: ...

    def step(self, action: Values) -> Step: ...


class CartPole:
    """A pole on a cart (Gymnasium's CartPole-v1, Euler steps of 0.02 s)."""

    observation = {"state": Box((-4.8, -math.inf, -0.41887903, -math.inf), (4.8, math.inf, 0.41887903, math.inf))}
    action = {"push": Discrete(2)}
    instruction = "balance the pole"

    STEPS = 500
    TIME = 0.02
    FORCE = 10.0
    GRAVITY = 9.8
    POLE_MASS = 0.1
    TOTAL_MASS = 1.1
    HALF_LENGTH = 0.5
    MOST_X = 2.4
    MOST_ANGLE = 12 * 2 * math.pi / 360

    def reset(self, seed: int) -> Values:
        draws = Draws(seed)
        self.state = tuple(draws.uniform(-0.05, 0.05) for _ in range(4))
        self.steps = 0
        return self._observe()

    def step(self, action: Values) -> Step:
        x, speed, angle, spin = self.state
        force = self.FORCE if int(action["push"][0]) == 1 else -self.FORCE
        cos, sin = math.cos(angle), math.sin(angle)
        pole = self.POLE_MASS * self.HALF_LENGTH
        push = (force + pole * spin * spin * sin) / self.TOTAL_MASS
        inertia = self.HALF_LENGTH * (4.0 / 3.0 - self.POLE_MASS * cos * cos / self.TOTAL_MASS)
        spin_change = (self.GRAVITY * sin - cos * push) / inertia
        speed_change = push - pole * spin_change * cos / self.TOTAL_MASS
        self.state = (
            x + self.TIME * speed,
            speed + self.TIME * speed_change,
            angle + self.TIME * spin,
            spin + self.TIME * spin_change,
        )
        self.steps += 1
        terminated = abs(self.state[0]) > self.MOST_X or abs(self.state[2]) > self.MOST_ANGLE
        return Step(self._observe(), 1.0, terminated, not terminated and self.steps >= self.STEPS)

    def _observe(self) -> Values:
        return {"state": np.array(self.state, np.float32)}


class Grid:
    """Three coloured shapes on 6 x 6 cells; the agent is to go to the one that the instruction names."""

    SIDE = 6
    OBJECTS = 3
    STEPS = 24
    COLOURS = ("red", "green", "blue", "yellow")
    SHAPES = ("circle", "square", "triangle", "star")
    MOVES = ((1, 0), (-1, 0), (0, 1), (0, -1))

    observation = {"objects": MultiDiscrete((16, 11, 11) * OBJECTS)}
    action = {"move": Discrete(4)}
    instruction = ""

    def reset(self, seed: int) -> Values:
        """Draws the cells of the agent and the objects (cell = 6 * y + x), then the kinds, then which one to go to."""
        draws = Draws(seed)
        cells = [(cell % self.SIDE, cell // self.SIDE) for cell in draws.distinct(1 + self.OBJECTS, self.SIDE**2)]
        self.agent, self.places = cells[0], cells[1:]
        self.kinds = draws.distinct(self.OBJECTS, len(self.COLOURS) * len(self.SHAPES))
        self.goal = draws.below(self.OBJECTS)
        kind = self.kinds[self.goal]
        self.instruction = f"go to the {self.COLOURS[kind // 4]} {self.SHAPES[kind % 4]}"
        self.steps = 0
        return self._observe()

    def step(self, action: Values) -> Step:
        dx, dy = self.MOVES[int(action["move"][0])]
        last = self.SIDE - 1
        self.agent = (min(last, max(0, self.agent[0] + dx)), min(last, max(0, self.agent[1] + dy)))
        self.steps += 1
        terminated = self.agent == self.places[self.goal]
        reward = 1.0 - 0.9 * self.steps / self.STEPS if terminated else 0.0
        return Step(self._observe(), reward, terminated, not terminated and self.steps >= self.STEPS)

    def _observe(self) -> Values:
        numbers = []
        for kind, (x, y) in zip(self.kinds, self.places, strict=True):
            numbers += [kind, x - self.agent[0] + self.SIDE - 1, y - self.agent[1] + self.SIDE - 1]
        return {"objects": np.array(numbers, np.int64)}


class Pendulum:
    """A pendulum that is too heavy to be lifted at once (Gymnasium's Pendulum-v1, g = 10)."""

    observation = {"state": Box((-1.0, -1.0, -8.0), (1.0, 1.0, 8.0))}
    action = {"torque": Box((-2.0,), (2.0,))}
    instruction = "swing up the pendulum"

    STEPS = 200
    TIME = 0.05
    GRAVITY = 10.0
    MOST_SPIN = 8.0
    MOST_TORQUE = 2.0

    def reset(self, seed: int) -> Values:
        draws = Draws(seed)
        self.angle = draws.uniform(-math.pi, math.pi)
        self.spin = draws.uniform(-1.0, 1.0)
        self.steps = 0
        return self._observe()

    def step(self, action: Values) -> Step:
        torque = min(self.MOST_TORQUE, max(-self.MOST_TORQUE, float(action["torque"][0])))
        bent = (self.angle + math.pi) % (2 * math.pi) - math.pi
        cost = bent * bent + 0.1 * self.spin * self.spin + 0.001 * torque * torque
        spin = self.spin + (1.5 * self.GRAVITY * math.sin(self.angle) + 3.0 * torque) * self.TIME
        self.spin = min(self.MOST_SPIN, max(-self.MOST_SPIN, spin))
        self.angle += self.spin * self.TIME
        self.steps += 1
        return Step(self._observe(), -cost, False, self.steps >= self.STEPS)

    def _observe(self) -> Values:
        return {"state": np.array([math.cos(self.angle), math.sin(self.angle), self.spin], np.float32)}


ENVIRONMENTS: dict[str, type[Environment]] = {"cartpole": CartPole, "grid": Grid, "pendulum": Pendulum}
