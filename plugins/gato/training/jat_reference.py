"""JAT's own modules (huggingface/jat, folder ``jat``), made to run beside today's transformers, without gymnasium.

They are not part of this repository: ``reference`` takes the folder of a clone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import torch
import transformers
from torch import Tensor, nn
from transformers import DynamicCache, GPTNeoConfig

POSITIONAL = (
    *("vocab_size", "max_position_embeddings", "hidden_size", "num_layers", "attention_types", "num_heads"),
    *("intermediate_size", "window_size", "activation_function", "resid_dropout", "embed_dropout"),
    *("attention_dropout", "classifier_dropout", "layer_norm_epsilon", "initializer_range", "use_cache"),
    *("bos_token_id", "eos_token_id"),
)
"""The arguments that JAT hands to ``GPTNeoConfig`` by their places, which took them so once."""


class PositionalGPTNeoConfig(GPTNeoConfig):
    def __init__(self, *args, **kwargs):
        super().__init__(**dict(zip(POSITIONAL, args)), **kwargs)


class Box:
    def __init__(self, size: int):
        self.shape = (size,)


class Discrete:
    def __init__(self, n: int):
        self.n = n


def to_tensor(picture: np.ndarray) -> Tensor:
    """Does as torchvision does with bytes (H, W, C): (C, H, W), 0 to 1."""
    return torch.from_numpy(picture).permute(2, 0, 1).contiguous().float() / 255


class TupleCache(nn.Module):
    """A ``GPTNeoModel`` whose keys and values come and go as tuples, as they once did."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, past_key_values=None, **kwargs):
        cache = DynamicCache()
        for layer, (keys, values) in enumerate(past_key_values or ()):
            cache.update(keys, values, layer)
        outputs = self.model(past_key_values=cache, **kwargs)
        outputs.past_key_values = tuple((layer.keys, layer.values) for layer in cache.layers)
        return outputs


def reference(clone: Path) -> SimpleNamespace:
    """Imports ``JatConfig``, ``JatModel`` and ``JatProcessor``."""
    stub("gymnasium", spaces=SimpleNamespace(Box=Box, Discrete=Discrete))
    functional = stub("torchvision.transforms.functional", to_tensor=to_tensor)
    stub("torchvision.transforms", functional=functional)
    stub("torchvision")
    transformers.GPTNeoConfig = PositionalGPTNeoConfig
    stub("jat").__path__ = [str(clone / "jat")]
    from jat.configuration_jat import JatConfig  # ty: ignore[unresolved-import]
    from jat.modeling_jat import JatModel  # ty: ignore[unresolved-import]
    from jat.processing_jat import JatProcessor  # ty: ignore[unresolved-import]

    return SimpleNamespace(config=JatConfig, model=JatModel, processor=JatProcessor)


def stub(name: str, **members) -> ModuleType:
    module = sys.modules[name] = ModuleType(name)
    module.__dict__.update(members)
    return module
