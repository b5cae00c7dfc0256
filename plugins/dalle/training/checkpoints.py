"""DALL-E checkpoints: the folder's files, written from the networks here and read back."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from network import BartConfig, DalleBart
from shapes_world.splits import SEEDS
from vocabulary import Vocabulary
from vqgan import Detokenizer, VqganConfig

SHAPES = Path("plugins/dalle/models/dalle-shapes/1")
WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
PARTS = ("encoder", "decoder", "detokenizer")


def config_json(bart: BartConfig, vqgan: VqganConfig, **changes) -> dict:
    """``config.json`` with DALL-E mini's keys, the width of the GLUs and the VQGAN's sizes."""
    sizes = asdict(bart)
    inner = sizes.pop("encoder_glu_dim"), sizes.pop("decoder_glu_dim")
    return {
        "model_type": "dallebart",
        **sizes,
        "encoder_ffn_dim": inner[0] * 3 // 2,
        "decoder_ffn_dim": inner[1] * 3 // 2,
        "glu_dim": inner[0],
        "decoder_start_token_id": bart.image_vocab_size,
        "activation_function": "gelu",
        "is_encoder_decoder": True,
        "ln_positions": "normformer",
        "ln_type": "layernorm",
        "normalize_text": False,
        "scale_embedding": False,
        "tie_word_embeddings": False,
        "use_absolute_position_embeddings": True,
        "use_bias": False,
        "use_cosine_attention": False,
        "use_final_ln_decoder": True,
        "use_final_ln_encoder": True,
        "use_glu": True,
        "use_head_scale": False,
        "vqgan": asdict(vqgan),
        **changes,
    }


def generation_json(guidance_scale: float, temperature: float, top_k: int) -> dict:
    return {"do_sample": True, "guidance_scale": guidance_scale, "temperature": temperature, "top_k": top_k}


def weights_of(bart: DalleBart, detokenizer: Detokenizer) -> dict[str, Tensor]:
    """All tensors under the names of the file."""
    parts = zip(PARTS, (bart.encoder, bart.decoder, detokenizer), strict=True)
    return {f"{part}.{name}": tensor for part, module in parts for name, tensor in module.state_dict().items()}


def save(folder: Path, config: dict, generation: dict, weights: dict[str, Tensor], words: Vocabulary) -> None:
    """Writes a complete checkpoint in one file."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", config)
    write_json(folder / "generation_config.json", generation)
    save_weights(folder / WEIGHTS, weights)
    words.save(folder)


def save_weights(file: Path, weights: dict[str, Tensor]) -> None:
    save_file({name: tensor.contiguous() for name, tensor in weights.items()}, file, metadata={"format": "pt"})
    file.chmod(0o644)


def save_shards(folder: Path, weights: dict[str, Tensor], count: int) -> None:
    """Writes the weights in several files and the index that finds them."""
    names = sorted(weights)
    files = {f"model-{i + 1:05}-of-{count:05}.safetensors": names[i::count] for i in range(count)}
    for file, part in files.items():
        save_weights(folder / file, {name: weights[name] for name in part})
    size = sum(tensor.nbytes for tensor in weights.values())
    places = {name: file for file, part in files.items() for name in part}
    write_json(folder / INDEX, {"metadata": {"total_size": size}, "weight_map": places})


def load_weights(folder: Path) -> dict[str, Tensor]:
    """All tensors of a folder, from one file or from several, in float32."""
    files = sorted(folder.glob("model*.safetensors"))
    return {name: tensor.float() for file in files for name, tensor in load_file(file).items()}


def read_config(folder: Path) -> tuple[BartConfig, VqganConfig, dict]:
    """The sizes that ``config.json`` tells; the widths of the GLUs are those of the weights."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    weights = load_weights(folder)
    inner = {f"{part}_glu_dim": len(weights[f"{part}.layers.0.glu.fc0.weight"]) for part in PARTS[:2]}
    names = BartConfig.__dataclass_fields__.keys() - inner.keys()
    vqgan = {key: tuple(value) if isinstance(value, list) else value for key, value in config["vqgan"].items()}
    return BartConfig(**{name: config[name] for name in names}, **inner), VqganConfig(**vqgan), config


def load(folder: Path) -> tuple[DalleBart, Detokenizer]:
    """The networks of a checkpoint, in float32, ready to answer."""
    bart_config, vqgan_config, _ = read_config(folder)
    bart, detokenizer = DalleBart(bart_config), Detokenizer(vqgan_config)
    weights = load_weights(folder)
    for part, module in zip(PARTS, (bart.encoder, bart.decoder, detokenizer), strict=True):
        prefix = f"{part}."
        own = {name.removeprefix(prefix): tensor for name, tensor in weights.items() if name.startswith(prefix)}
        module.load_state_dict(own)
    return bart.eval(), detokenizer.eval()


def randomise(module: torch.nn.Module, seed: int) -> None:
    """Overwrites every parameter, so that none is zero, one or left out without a difference."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(module.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if "embed" in name:
                parameter.copy_(0.7 * noise)
            elif parameter.ndim > 1:
                parameter.copy_(0.9 * noise / parameter[0].numel() ** 0.5)
            else:
                parameter.copy_((1.0 if name.endswith("weight") else 0.0) + 0.15 * noise)


def provenance(recipe: str, **facts) -> dict:
    """Where a checkpoint comes from, for its metrics.json."""
    names = ("torch", "safetensors", "tokenizers", "numpy", "pillow")
    return {
        "recipe": f"plugins/dalle/training/{recipe}",
        **facts,
        "world_seeds": SEEDS,
        "weights": "float16",
        "versions": {"python": platform.python_version()} | {name: version(name) for name in names},
    }


def write_json(file: Path, value: dict) -> None:
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")
