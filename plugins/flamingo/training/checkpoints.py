"""The demo checkpoint: its configuration, where its weights start, and how it is saved."""

from __future__ import annotations

import copy
import json
import platform
from importlib.metadata import version
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import load_file
from transformers import IdeficsConfig, IdeficsForVisionText2Text, PreTrainedTokenizerFast
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD

from shapes_world.splits import SEEDS
from vocabulary import ADDED, CONTEXT, END_OF_UTTERANCE, FAKE, IMAGE

FLAMINGO = Path("plugins/flamingo/models/flamingo-shapes/1")
CLIP = Path("plugins/clip/models/clip-shapes/1")
SIDE = 48


def new_model(words: PreTrainedTokenizerFast, clip: Path = CLIP) -> IdeficsForVisionText2Text:
    """A small Flamingo on the frozen vision tower of clip-shapes.

    The gates start open, as there is no trained text model to protect. Keys start equal to queries, and what attention
    writes starts as what it read: a token then looks for those that resemble it, and says what they say, as words are
    read and written by one table. That is what learning from a prompt needs.
    """
    model = IdeficsForVisionText2Text(new_config(words))
    tower = {
        name.removeprefix("vision_model."): tensor.float()
        for name, tensor in load_file(clip / "model.safetensors").items()
        if name.startswith("vision_model.")
    }
    model.model.vision_model.load_state_dict(tower)
    model.model.vision_model.requires_grad_(False)
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.q_proj.weight.normal_(0, 0.25)
            layer.self_attn.k_proj.weight.copy_(layer.self_attn.q_proj.weight)
            torch.nn.init.orthogonal_(layer.self_attn.v_proj.weight)
            layer.self_attn.o_proj.weight.copy_(layer.self_attn.v_proj.weight.T)
    return model


def new_config(words: PreTrainedTokenizerFast) -> IdeficsConfig:
    vision = {
        "embed_dim": 96,
        "image_size": SIDE,
        "patch_size": 8,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "intermediate_size": 256,
        "hidden_act": "quick_gelu",
    }
    perceiver = {
        "use_resampler": True,
        "resampler_depth": 1,
        "resampler_head_dim": 24,
        "resampler_n_heads": 4,
        "resampler_n_latents": 8,
    }
    return IdeficsConfig(
        vocab_size=len(words) - len(ADDED),
        additional_vocab_size=len(ADDED),
        hidden_size=64,
        intermediate_size=160,
        num_hidden_layers=4,
        num_attention_heads=4,
        cross_layer_interval=1,
        qk_layer_norms=False,
        use_resampler=True,
        alpha_type="float",
        alpha_initializer="ones",
        initializer_range=0.1,
        tie_word_embeddings=True,
        freeze_text_layers=False,
        freeze_vision_layers=False,
        max_position_embeddings=CONTEXT,
        pad_token_id=words.unk_token_id,
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
        vision_config=vision,
        perceiver_config=perceiver,
    )


def save(model: IdeficsForVisionText2Text, words: PreTrainedTokenizerFast, folder: Path) -> None:
    """Writes a complete checkpoint with float16 weights."""
    folder.mkdir(parents=True, exist_ok=True)
    copy.deepcopy(model).half().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    words.save_pretrained(folder)
    processor = {
        "image_processor_type": "IdeficsImageProcessor",
        "image_num_channels": 3,
        "image_size": SIDE,
        "resample": int(Image.Resampling.BICUBIC),
        "image_mean": OPENAI_CLIP_MEAN,
        "image_std": OPENAI_CLIP_STD,
    }
    write_json(folder / "preprocessor_config.json", processor)
    write_json(folder / "generation_config.json", generation_config(words))


def generation_config(words: PreTrainedTokenizerFast) -> dict:
    """Greedy, until the end of the turn; a picture cannot be said."""
    return {
        "bos_token_id": words.bos_token_id,
        "eos_token_id": words.convert_tokens_to_ids(END_OF_UTTERANCE),
        "pad_token_id": words.unk_token_id,
        "bad_words_ids": [[words.convert_tokens_to_ids(FAKE)], [words.convert_tokens_to_ids(IMAGE)]],
        "max_new_tokens": 20,
        "transformers_version": version("transformers"),
    }


def provenance(model: IdeficsForVisionText2Text, **facts) -> dict:
    """Where a checkpoint comes from, for its metrics.json."""
    names = ("torch", "transformers", "tokenizers", "numpy", "pillow")
    return {
        "recipe": "plugins/flamingo/training/train.py",
        **facts,
        "world_seeds": SEEDS,
        "parameters": model.num_parameters(),
        "weights": "float16",
        "versions": {"python": platform.python_version()} | {name: version(name) for name in names},
    }


def write_json(file: Path, value: dict) -> None:
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")
