"""Checkpoints of the network in the layout of Hugging Face: config.json, model.safetensors, tokenizer.json."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from itertools import product
from pathlib import Path
from string import ascii_lowercase

from PIL import Image
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertTokenizer, GPT2Config

from environments import ENVIRONMENTS, Grid
from episodes import CAPTION_PROMPT
from network import Gato, Patches
from shapes_world.scenes import COLOURS, SHAPES, with_article
from shapes_world.splits import SEEDS
from tokens import Layout
from wordpiece_vocabulary import CONTINUATION, save_vocabulary, wordpiece_tokenizer

DEMO = Path("plugins/gato/models/gato-shapes/1")
KEPT = ("n_embd", "n_layer", "n_head", "n_inner", "n_positions", "vocab_size", "activation_function")


def vocabulary(context: int) -> BertTokenizer:
    """Whole words for what the tasks say, and letters for the rest."""
    texts = [with_article(f"{colour} {shape}") for colour, shape in product(COLOURS, SHAPES)]
    texts += [f"go to the {colour} {shape}" for colour, shape in product(Grid.COLOURS, Grid.SHAPES)]
    texts += [world.instruction for world in ENVIRONMENTS.values()] + [CAPTION_PROMPT]
    spelt = [*ascii_lowercase, *(CONTINUATION + letter for letter in ascii_lowercase)]
    said = sorted({word for text in texts for word in text.split()} - {*ascii_lowercase})
    return wordpiece_tokenizer([*spelt, *said], context, blip_tokens=False)


def layout_of(text_size: int, discrete_size: int = 64, bins: int = 1024, places: int = 64) -> Layout:
    """Texts first, then whole numbers, then bins, then the separator; nothing shares ids, unlike in the paper."""
    continuous = text_size + discrete_size
    return Layout(text_size, text_size, discrete_size, continuous, bins, continuous + bins, 100.0, 256.0, places)


def decoder_config(layout: Layout, **sizes) -> GPT2Config:
    return GPT2Config(
        vocab_size=layout.size, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=0, eos_token_id=0, **sizes
    )


def config_json(model: Gato, kept_timesteps: int, end: int) -> dict:
    """What config.json says: GPT-2's keys, and how tokens are laid out."""
    layout, patches, decoder = model.layout, model.patches, model.config
    return {
        "model_type": "gato",
        "architectures": ["Gato"],
        **{key: getattr(decoder, key) for key in KEPT if getattr(decoder, key) is not None},
        "n_inner": decoder.n_inner or 4 * decoder.n_embd,
        "layer_norm_epsilon": decoder.layer_norm_epsilon,
        "text_size": layout.text_size,
        "discrete_start": layout.discrete_start,
        "discrete_size": layout.discrete_size,
        "continuous_start": layout.continuous_start,
        "continuous_bins": layout.continuous_bins,
        "separator_token_id": layout.separator,
        "eos_token_id": end,
        "mu": layout.mu,
        "mu_law_largest": layout.largest,
        "local_positions": layout.places,
        "image_size": patches.image_size,
        "patch_size": patches.patch_size,
        "patch_intervals": patches.intervals,
        **({"patch_channels": patches.channels} if patches.channels else {}),
        "kept_timesteps": kept_timesteps,
        "caption_prompt": CAPTION_PROMPT,
        "tie_word_embeddings": True,
    }


def save(model: Gato, words: BertTokenizer, kept_timesteps: int, folder: Path) -> None:
    """Writes a complete checkpoint with float16 weights."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    words.save_pretrained(folder)
    save_vocabulary(words, folder)
    write_json(folder / "config.json", config_json(model, kept_timesteps, words.sep_token_id))
    processor = {
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"height": model.patches.image_size, "width": model.patches.image_size},
        "resample": int(Image.Resampling.BICUBIC),
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
    }
    write_json(folder / "preprocessor_config.json", processor)


def load(folder: Path) -> tuple[Gato, Tokenizer, dict]:
    """Reads a checkpoint: the network with float32 weights, the tokenizer, and config.json."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    layout = Layout(
        *(config[key] for key in ("text_size", "discrete_start", "discrete_size", "continuous_start")),
        *(config[key] for key in ("continuous_bins", "separator_token_id", "mu", "mu_law_largest", "local_positions")),
    )
    patches = Patches(
        *(config[key] for key in ("image_size", "patch_size", "patch_intervals")), config.get("patch_channels", 0)
    )
    sizes = {key: config[key] for key in (*KEPT, "layer_norm_epsilon") if key != "vocab_size"}
    model = Gato(decoder_config(layout, **sizes), layout, patches)
    model.load_state_dict({name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()})
    return model.eval(), Tokenizer.from_file(str(folder / "tokenizer.json")), config


def provenance(model: Gato, **facts) -> dict:
    """Where a checkpoint comes from, for its metrics.json."""
    names = ("torch", "transformers", "tokenizers", "numpy", "pillow")
    return {
        "recipe": "plugins/gato/training/train.py",
        **facts,
        "world_seeds": SEEDS,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "weights": "float16",
        "versions": {"python": platform.python_version()} | {name: version(name) for name in names},
    }


def write_json(file: Path, value: dict) -> None:
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")
