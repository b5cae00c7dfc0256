"""Writes a tiny DALL-E as min-dalle and as dalle-mini publish theirs, for the tests of ``sensorium convert``.

PyTorch's files come from ``torch.save``; those of flax from ``flax.serialization``, by names and orders as in
dalle-mini's modules. What both are to become lies beside them as ``expected.safetensors``. Wants flax, which nothing else
here does: ``pip install flax``.
"""

from __future__ import annotations

import argparse
import collections
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from flax.serialization import msgpack_serialize
from safetensors.torch import save_file
from torch import Tensor

from checkpoints import config_json, randomise, weights_of
from network import BartConfig, DalleBart
from vqgan import Detokenizer, VqganConfig

OUT = Path("sdk/cli/src/test/resources/convert")
BART = BartConfig(8, 2, 3, 2, 4, 10, 10, 13, 7, 16, 6)
VQGAN = VqganConfig(5, 7, 4, (1, 2), 1, (4,), 6, 8, 1e-6, 2)

ENCODER = {
    "pre_self_attn_layer_norm": "LayerNorm_0",
    "self_attn_layer_norm": "LayerNorm_1",
    "self_attn": "FlaxBartAttention_0",
    "glu": "GLU_0",
}
DECODER = {
    **ENCODER,
    "pre_encoder_attn_layer_norm": "LayerNorm_2",
    "encoder_attn_layer_norm": "LayerNorm_3",
    "encoder_attn": "FlaxBartAttention_1",
}
GLU = {"ln0": "LayerNorm_0", "ln1": "LayerNorm_1", "fc0": "Dense_0", "fc1": "Dense_1", "fc2": "Dense_2"}


def part(weights: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}


def write_torch(weights: dict[str, Tensor], folder: Path) -> None:
    """min-dalle's files; one tensor lies in a part of its storage and turned, another is a parameter."""
    encoder, decoder = part(weights, "encoder."), part(weights, "decoder.")
    name = "layers.0.self_attn.q_proj.weight"
    turned = torch.full((BART.d_model + 1, BART.d_model), 9.0)
    turned[1:] = encoder[name].T
    encoder[name] = turned[1:].T
    decoder["lm_head.weight"] = torch.nn.Parameter(decoder["lm_head.weight"])
    decoder["embed_positions.weight"] = decoder["embed_positions.weight"].half()
    torch.save(collections.OrderedDict(encoder), folder / "encoder_mini.pt")
    torch.save(decoder, folder / "decoder_mini.pt")
    training = {"epoch": 3, "model_state_dict": {"perceiver.latents": encoder["embed_positions.weight"]}, "optimizer": [1]}
    torch.save(training, folder / "checkpoint.pt")
    torch.save(Detokenizer(VQGAN).state_dict() | part(weights, "detokenizer."), folder / "detoker.pt")


def put(tree: dict, path: list[str], value: np.ndarray) -> None:
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
    tree[path[-1]] = np.ascontiguousarray(value)


def flax_leaf(path: list[str], value: np.ndarray) -> tuple[str, np.ndarray]:
    if path[-1] == "bias":
        return "bias", value
    if path[-2].startswith("embed_"):
        return "embedding", value
    if value.ndim == 1:
        return "scale", value
    return "kernel", value.T if value.ndim == 2 else value.transpose(2, 3, 1, 0)


def transformer_tree(weights: dict[str, Tensor]) -> dict:
    """Flax's parameters of encoder and decoder, all layers in one array."""
    tree: dict = {}
    for side, names, layers in (("encoder", ENCODER, BART.encoder_layers), ("decoder", DECODER, BART.decoder_layers)):
        for name, value in part(weights, side + ".").items():
            path = name.split(".")
            if path[0] == "lm_head":
                put(tree, ["lm_head", "kernel"], value.numpy().T)
            elif path[0] != "layers":
                leaf, numbers = flax_leaf(path, value.numpy())
                put(tree, ["model", side, *path[:-1], leaf], numbers)
            elif path[1] == "0":
                stack = [weights[f"{side}.layers.{i}." + ".".join(path[2:])].numpy() for i in range(layers)]
                leaf, _ = flax_leaf(path, stack[0])
                inner = [names[path[2]], *(GLU.get(step, step) for step in path[3:-1])]
                numbers = np.stack([flax_leaf(path, value)[1] for value in stack])
                put(tree, ["model", side, "layers", f"FlaxBart{side.title()}Layers", *inner, leaf], numbers)
    return tree


def vqgan_tree(weights: dict[str, Tensor]) -> dict:
    """Flax's parameters of the VQGAN, with one of those that only encode pictures."""
    tree: dict = {}
    for name, value in part(weights, "detokenizer.").items():
        path = name.split(".")
        if path[0] == "embedding":
            put(tree, ["quantize", "embedding", "embedding"], value.numpy())
            continue
        joined: list[str] = []
        for step in path[:-1]:
            if step.isdigit():
                joined[-1] += "_" + step
            else:
                joined.append(step)
        leaf, numbers = flax_leaf(path, value.numpy())
        put(tree, [*joined, leaf], numbers)
    put(tree, ["encoder", "conv_in", "kernel"], np.ones((3, 3, 3, 4), np.float32))
    put(tree, ["quant_conv", "bias"], np.ones(6, np.float32))
    return tree


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    out = parser.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    bart, detokenizer = DalleBart(BART), Detokenizer(VQGAN)
    randomise(bart, 1)
    randomise(detokenizer, 2)
    weights = {name: value.detach().float().contiguous() for name, value in weights_of(bart, detokenizer).items()}
    for name in ("min-dalle", "dalle-mini", "vqgan"):
        (out / name).mkdir(parents=True)
    write_torch(weights, out / "min-dalle")
    (out / "dalle-mini/flax_model.msgpack").write_bytes(msgpack_serialize(transformer_tree(weights)))
    (out / "vqgan/flax_model.msgpack").write_bytes(msgpack_serialize(vqgan_tree(weights)))
    config = config_json(BART, VQGAN, normalize_text=True)
    del config["vqgan"], config["glu_dim"]
    (out / "dalle-mini/config.json").write_text(json.dumps(config, indent=2) + "\n")
    vocabulary = json.dumps({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "Ġ": 4, "a": 5, "Ġa": 6})
    for folder, suffix in (("min-dalle", "_mini"), ("dalle-mini", "")):
        (out / folder / f"vocab{suffix}.json").write_text(vocabulary)
        (out / folder / f"merges{suffix}.txt").write_text("#version: 0.2\nĠ a\n")
    save_file(weights, out / "expected.safetensors")


if __name__ == "__main__":
    main()
