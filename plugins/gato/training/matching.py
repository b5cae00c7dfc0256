"""Gives two heads of a checkpoint a start at matching an instruction's words with the kinds of the grid's objects.

Which object is meant depends on word and kind together, neither of them tells anything alone: the network does not find
out by itself within many thousand steps. So a head of the first layer looks, from the kind of an object, at the
instruction's colour if it is the object's own, else at its first word, and says which; another one does so for the shape.
Their matrices are least squares over what the heads read. Training goes on from there.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import normalize

from checkpoints import load, save, vocabulary
from environments import Grid
from episodes import Batch, Windows
from network import Gato

WORDS = (Grid.COLOURS, Grid.SHAPES)
"""The last words of an instruction, "go to the red square"."""

LENGTH = 5
"""How many words it has."""

FITTING, PROMPTED, FIRST = 12.0, 12.0, 4.0
"""What the head's attention adds up to for the word that fits, for each word of the instruction, and for the first one."""


@torch.no_grad()
def states_before(model: Gato, batch: Batch, layer: int) -> Tensor:
    """What the heads of a layer read, (B, T, D)."""
    read: list[Tensor] = []
    hook = model.transformer.h[layer].ln_1.register_forward_hook(lambda _, __, out: read.append(out))
    model.states(batch.ids, batch.places, batch.pixels)
    hook.remove()
    return read[0]


def fitted(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The matrix and the bias of the line through x (N, D) and y (N, E) with the least squares."""
    ones = torch.cat([x, torch.ones(len(x), 1)], dim=1).double()
    eye = torch.eye(ones.shape[1], dtype=torch.float64) * 1e-3 * len(x) / ones.shape[1]
    solved = torch.linalg.solve(ones.T @ ones + eye, ones.T @ y.double()).float()
    return solved[:-1], solved[-1]


@torch.no_grad()
def give(model: Gato, words: Tokenizer, batch: Batch, layer: int, head: int, word: int) -> None:
    """Rewrites a head: word 0 is the colour, 1 the shape."""
    x = states_before(model, batch, layer).flatten(0, 1)
    block, width = model.transformer.h[layer], model.config.n_embd
    size = width // model.config.n_head
    for part, wished in enumerate(wishes(model, words, batch, word, size)):
        at = slice(part * width + head * size, part * width + (head + 1) * size)
        block.attn.c_attn.weight[:, at], block.attn.c_attn.bias[at] = fitted(x, wished.flatten(0, 1))
    rows = block.attn.c_proj.weight[head * size : (head + 1) * size]
    rows.zero_()
    rows[0] = normalize(torch.randn(width), dim=0) * width**0.5 * spread(model, batch, layer)


def wishes(model: Gato, words: Tokenizer, batch: Batch, word: int, size: int) -> list[Tensor]:
    """What queries, keys and values (B, T, size) are to be."""
    ids, places, names = batch.ids, batch.places, WORDS[word]
    query, key, value = (torch.zeros(*ids.shape, size) for _ in range(3))
    kind = ids - model.layout.discrete_start
    own = kind // len(Grid.SHAPES) if word == 0 else kind % len(Grid.SHAPES)
    objects = (places < 3 * Grid.OBJECTS) & (places % 3 == 0)
    at = torch.arange(ids.shape[1])
    prompt = (places == model.layout.prompt_place) & (at < LENGTH)
    for i, name in enumerate(names):
        token = words.encode(name, add_special_tokens=False).ids[0]
        query[..., i] = FITTING * (objects & (own == i))
        key[..., i] = prompt & (ids == token)
        value[..., 0] += key[..., i]
    query[..., len(names)], key[..., len(names)] = PROMPTED, prompt.float()
    query[..., len(names) + 1], key[..., len(names) + 1] = FIRST, (prompt & (at == 0)).float()
    return [query * size**0.5, key, value]


def spread(model: Gato, batch: Batch, layer: int) -> float:
    """How large the numbers are that go into a layer: their deviation."""
    read: list[Tensor] = []
    hook = model.transformer.h[layer].register_forward_pre_hook(lambda _, given: read.append(given[0]))
    model.states(batch.ids, batch.places, batch.pixels)
    hook.remove()
    return float(read[0].std())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("start", type=Path, help="checkpoint to start from")
    parser.add_argument("out", type=Path, help="checkpoint folder to write")
    parser.add_argument("--heads", default="0.0,0.1", help="layer.head of the colour and of the shape")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model, words, config = load(arguments.start)
    tokenizer = vocabulary(model.config.n_positions)
    windows = Windows(model.layout, words, model.config.n_positions, 50)
    batch = windows.batch([windows.window(Grid) for _ in range(96)], tokenizer.pad_token_id)
    for word, at in enumerate(arguments.heads.split(",")):
        layer, head = map(int, at.split("."))
        give(model, words, batch, layer, head, word)
    save(model, tokenizer, config["kept_timesteps"], arguments.out)


if __name__ == "__main__":
    main()
