"""The experts whose episodes the demo checkpoint learns from: what a good action is, from the state itself."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from environments import CartPole, Environment, Grid, Pendulum, Values

UPRIGHT_ENERGY = 15.0
NEAR_ANGLE, NEAR_SPIN = 0.6, 3.0


def balance(world: CartPole) -> Values:
    """Pushes to the side that the pole falls to, and a little towards the middle."""
    x, speed, angle, spin = world.state
    return {"push": np.array([int(0.3 * x + 0.6 * speed + 10 * angle + 2 * spin > 0)])}


def walk(world: Grid) -> Values:
    """Goes sideways first, then up or down."""
    goal = world.places[world.goal]
    dx, dy = goal[0] - world.agent[0], goal[1] - world.agent[1]
    return {"move": np.array([(0 if dx > 0 else 1) if dx else (2 if dy > 0 else 3)])}


def swing(world: Pendulum) -> Values:
    """Brings the energy to that of standing still upright, then holds."""
    angle = (world.angle + math.pi) % (2 * math.pi) - math.pi
    if abs(angle) < NEAR_ANGLE and abs(world.spin) < NEAR_SPIN:
        torque = -(10 * angle + 2.5 * world.spin)
    else:
        missing = UPRIGHT_ENERGY - (0.5 * world.spin**2 + UPRIGHT_ENERGY * math.cos(angle))
        torque = missing * min(1.0, max(-1.0, 2 * world.spin))
    return {"torque": np.array([min(2.0, max(-2.0, torque))])}


EXPERTS: dict[type[Environment], Callable[..., Values]] = {CartPole: balance, Grid: walk, Pendulum: swing}
