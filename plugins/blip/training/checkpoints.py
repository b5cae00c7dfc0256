"""Small BLIP checkpoints: their configuration, where their weights start, and how they are saved."""

from __future__ import annotations

import copy
import json
import platform
from importlib.metadata import version
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor
from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, PreTrainedModel
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD

from shapes_world.splits import SEEDS
from vocabulary import CONTEXT
from wordpiece_vocabulary import save_vocabulary

MODELS = Path("plugins/blip/models")
CAPTION, VQA, ITM = (MODELS / f"blip-{task}-shapes" / "1" for task in ("caption", "vqa", "itm"))
CLIP = Path("plugins/clip/models/clip-shapes/1")
SIDE = 48


def new_config(tokenizer: BertTokenizer) -> BlipConfig:
    """A vision tower of clip-shapes' sizes and a text model as wide; the ids are the tokenizer's.

    The class would start the vision tower at 1e-10, from where it never learns, and the text model too small for its
    width.
    """
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": 96,
        "intermediate_size": 256,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "max_position_embeddings": CONTEXT,
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
        "initializer_range": 0.08,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.sep_token_id,
        "sep_token_id": tokenizer.sep_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "projection_dim": 64,
    }
    vision = {
        "hidden_size": 96,
        "intermediate_size": 256,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "image_size": SIDE,
        "patch_size": 8,
        "initializer_range": 0.02,
        "projection_dim": 64,
    }
    return BlipConfig(text_config=text, vision_config=vision, projection_dim=64, image_text_hidden_size=64)


def start_vision_from_clip(model: PreTrainedModel, pixel_values: Tensor, folder: Path = CLIP) -> None:
    """Copies a CLIP checkpoint's vision tower, as far as BLIP's is the same.

    BLIP has one matrix for q, k and v. It has no layer norm before the first layer: that one goes into the embeddings,
    with the mean deviation over the given pictures in place of every token's own.
    """
    file = load_file(folder / "model.safetensors")
    clip = {
        name.removeprefix("vision_model."): tensor.float()
        for name, tensor in file.items()
        if name.startswith("vision_model.")
    }
    scale, shift = clip.pop("pre_layrnorm.weight"), clip.pop("pre_layrnorm.bias")
    weights: dict[str, Tensor] = {}
    for name, tensor in clip.items():
        if "q_proj" in name:
            parts = [clip[name.replace("q_proj", f"{part}_proj")] for part in "qkv"]
            weights[name.replace("q_proj", "qkv")] = torch.cat(parts)
        elif "k_proj" not in name and "v_proj" not in name:
            weights[name.replace("out_proj", "projection")] = tensor
    patches = weights["embeddings.patch_embedding.weight"]
    places = weights.pop("embeddings.position_embedding.weight")
    embedded = torch.nn.functional.conv2d(pixel_values, patches, stride=patches.shape[-1]).flatten(2).mT
    deviation = (embedded + places[1:]).std(dim=-1, correction=0).mean()
    start = torch.nn.functional.layer_norm(weights["embeddings.class_embedding"] + places[0], scale.shape) * scale
    places = (places - places.mean(-1, keepdim=True)) * scale / deviation + shift
    places[0] = shift
    patches = (patches - patches.mean(0)) * scale[:, None, None, None] / deviation
    weights |= {
        "embeddings.patch_embedding.weight": patches,
        "embeddings.patch_embedding.bias": torch.zeros_like(shift),
        "embeddings.class_embedding": start[None, None],
        "embeddings.position_embedding": places[None],
    }
    model.vision_model.load_state_dict(weights)


def start_from_captioner(model: PreTrainedModel, captioner: BlipForConditionalGeneration) -> None:
    """Copies the vision tower, and the text decoder into every text model that there is."""
    model.vision_model.load_state_dict(captioner.vision_model.state_dict())
    model.text_encoder.load_state_dict(captioner.text_decoder.bert.state_dict())
    if hasattr(model, "text_decoder"):
        model.text_decoder.load_state_dict(captioner.text_decoder.state_dict())


def save(model: PreTrainedModel, tokenizer: BertTokenizer, folder: Path) -> None:
    """Writes a complete checkpoint with float16 weights."""
    folder.mkdir(parents=True, exist_ok=True)
    copy.deepcopy(model).half().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save_pretrained(folder)
    save_vocabulary(tokenizer, folder)
    processor = {
        "image_processor_type": "BlipImageProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"height": SIDE, "width": SIDE},
        "resample": int(Image.Resampling.BICUBIC),
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": OPENAI_CLIP_MEAN,
        "image_std": OPENAI_CLIP_STD,
    }
    write_json(folder / "preprocessor_config.json", processor)
    if (folder / "generation_config.json").exists():
        write_json(folder / "generation_config.json", generation_config(tokenizer))


def generation_config(tokenizer: BertTokenizer) -> dict:
    """What transformers' generate does for BLIP by itself: greedy, at most 20 tokens, until [SEP]."""
    return {
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.sep_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "max_length": 20,
        "transformers_version": version("transformers"),
    }


def provenance(recipe: str, model: PreTrainedModel, **facts) -> dict:
    """Where a checkpoint comes from, for its metrics.json."""
    names = ("torch", "transformers", "tokenizers", "numpy", "pillow")
    return {
        "recipe": f"plugins/blip/training/{recipe}",
        **facts,
        "world_seeds": SEEDS,
        "parameters": model.num_parameters(),
        "weights": "float16",
        "versions": {"python": platform.python_version()} | {name: version(name) for name in names},
    }


def write_json(file: Path, value: dict) -> None:
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")
