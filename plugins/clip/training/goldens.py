"""Writes the golden checkpoints: small folders as a stranger would bring them, with what transformers makes of them.

Every case is first saved as a complete Hugging Face folder and then read back from it, so that ``golden.safetensors``
holds what the reference computes from the very files that are under test. Every parameter is random and no size is
round, so that a transposed, swapped or forgotten weight cannot pass.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import (
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    CLIPTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    SiglipConfig,
    SiglipImageProcessorPil,
    SiglipModel,
)
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD

from clip_vocabulary import END, START, save_slow_files, train_clip_tokenizer

OUT = Path("plugins/clip/src/test/resources/goldens")
SEED = 1234

CORPUS = """
a photo of a red circle. a picture of a blue square above a green star. the quick brown fox jumps over the lazy dog.
two cats are sleeping on a pink couch, and a dog is looking at them. it's a photo of the small one, isn't it?
a street at night with many people, cars and bicycles. a bowl of soup with bread. an orange cross left of a triangle.
""".strip().splitlines()

TEXTS = (
    "a photo of a red circle.",
    "Two CATS, sleeping   on a pink couch",
    "it's 2026: naïve café 日本 🙂",
    "",
    "the quick brown fox jumps over the lazy dog and over the small green star and over the cross, again and again",
)


@dataclass(frozen=True)
class Case:
    """One golden folder: what is saved, and how it is saved."""

    name: str
    model: Callable[[], PreTrainedModel]
    processor: dict
    context: int
    dtype: torch.dtype = torch.float32
    shard_size: str = "1GB"
    slow_tokenizer_only: bool = False
    legacy: bool = False
    specials: tuple[str, str] = (START, END)
    notes: list[str] = field(default_factory=list)


def clip(text: dict, vision: dict, **shared) -> CLIPModel:
    """A CLIP model with random parameters; ``shared`` goes to both towers and to the model."""
    return randomise(CLIPModel(CLIPConfig(text_config=text | shared, vision_config=vision | shared, **shared)))


def siglip(text: dict, vision: dict) -> SiglipModel:
    return randomise(SiglipModel(SiglipConfig(text_config=text, vision_config=vision)))


def randomise(model: PreTrainedModel) -> PreTrainedModel:
    """Overwrites every parameter, those that start at zero or one too."""
    generator = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if name.endswith("logit_scale"):
                parameter.fill_(2.6592)
            elif name.endswith("logit_bias"):
                parameter.fill_(-1.7)
            elif "norm" in name and name.endswith("weight"):
                parameter.copy_(1 + 0.1 * noise)
            elif parameter.ndim < 2 or "position_embedding" in name:
                parameter.copy_(0.1 * noise)
            else:
                parameter.copy_(0.9 / parameter[0].numel() ** 0.5 * noise)
    return model.eval()


CLIP_TOKENIZER_MERGES = 90


def with_tokenizer(text: dict, tokenizer: CLIPTokenizer) -> dict:
    ids = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    return {"vocab_size": len(tokenizer), "pad_token_id": tokenizer.pad_token_id} | ids | text


def clip_processor(**changes) -> dict:
    """A CLIP preprocessor_config.json."""
    return {
        "image_processor_type": "CLIPImageProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "do_center_crop": True,
        "resample": 3,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": OPENAI_CLIP_MEAN,
        "image_std": OPENAI_CLIP_STD,
    } | changes


def clip_cases() -> list[Case]:
    """The CLIP folders; see the notes for what each of them is there to catch."""

    def text(context: int, hidden: int, heads: int, ff: int, layers: int, specials=(START, END), **ids) -> dict:
        return with_tokenizer(
            {
                "hidden_size": hidden,
                "num_attention_heads": heads,
                "intermediate_size": ff,
                "num_hidden_layers": layers,
                "max_position_embeddings": context,
            }
            | ids,
            clip_tokenizer_for(context, specials),
        )

    def vision(image: int, patch: int, hidden: int, heads: int, ff: int, layers: int) -> dict:
        return {
            "image_size": image,
            "patch_size": patch,
            "hidden_size": hidden,
            "num_attention_heads": heads,
            "intermediate_size": ff,
            "num_hidden_layers": layers,
        }

    return [
        Case(
            name="clip-eos-pooling",
            model=lambda: clip(
                text(20, 36, 4, 43, 2, specials=(END, START)),
                vision(30, 6, 40, 5, 47, 2),
                hidden_act="quick_gelu",
                projection_dim=24,
            ),
            processor=clip_processor(size={"shortest_edge": 30}, crop_size={"height": 30, "width": 30}),
            context=20,
            specials=(END, START),
            notes=[
                "pools the first token whose id is eos_token_id; it is not the largest id, which starts every text",
                "head width 9 in the text tower",
            ],
        ),
        Case(
            name="clip-legacy-pooling",
            model=lambda: clip(
                text(16, 32, 4, 37, 2, bos_token_id=0, eos_token_id=2, pad_token_id=1),
                vision(28, 7, 48, 3, 61, 2),
                hidden_act="gelu",
                projection_dim=20,
            ),
            processor={
                "feature_extractor_type": "CLIPFeatureExtractor",
                "do_resize": True,
                "size": 28,
                "resample": 3,
                "do_center_crop": True,
                "crop_size": 28,
                "do_normalize": True,
                "image_mean": OPENAI_CLIP_MEAN,
                "image_std": OPENAI_CLIP_STD,
            },
            context=16,
            legacy=True,
            notes=[
                "eos_token_id 2 pools the first largest id",
                "text_config_dict and vision_config_dict override text_config and vision_config",
                "position_ids buffers (I64) in the weights",
                "size and crop_size are bare numbers; do_rescale, rescale_factor and do_convert_rgb are absent",
            ],
        ),
        Case(
            name="clip-fp16",
            model=lambda: clip(
                text(18, 40, 5, 53, 2),
                vision(32, 6, 36, 3, 45, 2),
                hidden_act="gelu",
                projection_dim=28,
                layer_norm_eps=1e-6,
            ),
            processor=clip_processor(
                size={"shortest_edge": 37},
                crop_size={"height": 32, "width": 32},
                resample=2,
                image_mean=[0.5, 0.45, 0.4],
                image_std=[0.25, 0.3, 0.35],
            ),
            context=18,
            dtype=torch.float16,
            shard_size="90KB",
            notes=[
                "F16 weights in two shards",
                "layer_norm_eps 1e-6",
                "patches of 6 do not divide an image of 32",
                "resize (bilinear) is larger than the crop",
            ],
        ),
        Case(
            name="clip-bf16",
            model=lambda: clip(
                text(24, 44, 2, 39, 3), vision(33, 11, 42, 6, 57, 1), hidden_act="quick_gelu", projection_dim=30
            ),
            processor=clip_processor(size={"height": 33, "width": 33}, do_center_crop=False),
            context=24,
            dtype=torch.bfloat16,
            slow_tokenizer_only=True,
            notes=[
                "BF16 weights",
                "vocab.json and merges.txt, no tokenizer.json",
                "three text layers, one vision layer",
                "resize to a square without a crop",
            ],
        ),
    ]


def clip_tokenizer_for(context: int, specials: tuple[str, str] = (START, END)) -> CLIPTokenizer:
    return train_clip_tokenizer(CORPUS, CLIP_TOKENIZER_MERGES, context, specials)


def write_clip(case: Case, folder: Path) -> None:
    """Writes one CLIP folder and its golden file."""
    tokenizer = clip_tokenizer_for(case.context, case.specials)
    tokenizer.save_pretrained(folder)
    if case.slow_tokenizer_only:
        (folder / "tokenizer.json").unlink()
        save_slow_files(tokenizer, folder)
    save_weights(case, case.model(), folder)
    write_json(folder / "preprocessor_config.json", case.processor)
    if case.legacy:
        make_legacy(folder)
    golden(
        case,
        folder,
        model=CLIPModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval(),
        processor=CLIPImageProcessorPil.from_pretrained(folder),
        tokenizer=CLIPTokenizer.from_pretrained(folder),
    )


def make_legacy(folder: Path) -> None:
    """Turns a folder into the form of the first published ones."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    for tower in ("text_config", "vision_config"):
        config[f"{tower}_dict"] = config[tower]
        config[tower] = config[tower] | {"hidden_size": 512, "num_hidden_layers": 12, "hidden_act": "quick_gelu"}
    write_json(folder / "config.json", config)
    weights = load_file(folder / "model.safetensors")
    for tower in ("text_model", "vision_model"):
        positions = len(weights[f"{tower}.embeddings.position_embedding.weight"])
        weights[f"{tower}.embeddings.position_ids"] = torch.arange(positions)[None]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def siglip_case() -> Case:
    def model() -> SiglipModel:
        text = {
            "vocab_size": siglip_tokenizer().vocab_size,
            "hidden_size": 36,
            "num_attention_heads": 4,
            "intermediate_size": 43,
            "num_hidden_layers": 2,
            "max_position_embeddings": 16,
            "projection_size": 40,
            "pad_token_id": 1,
            "eos_token_id": 1,
            "bos_token_id": 1,
        }
        vision = {
            "hidden_size": 40,
            "num_attention_heads": 5,
            "intermediate_size": 47,
            "num_hidden_layers": 2,
            "image_size": 30,
            "patch_size": 6,
        }
        return siglip(text, vision)

    return Case(
        name="siglip",
        model=model,
        processor={
            "image_processor_type": "SiglipImageProcessor",
            "do_convert_rgb": True,
            "do_resize": True,
            "size": {"height": 30, "width": 30},
            "resample": 3,
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": True,
            "image_mean": [0.5, 0.5, 0.5],
            "image_std": [0.5, 0.5, 0.5],
        },
        context=16,
        notes=[
            "texts are padded to the context with </s> (id 1) and used without an attention mask",
            "lower case, punctuation removed",
            "probabilities are sigmoids, each text on its own",
            "vision_last_hidden_state is taken after post_layernorm, unlike CLIP's",
        ],
    )


def siglip_tokenizer() -> PreTrainedTokenizerFast:
    """A small Unigram tokenizer with SigLIP's text clean-up."""
    clean_up = normalizers.Sequence(
        [
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"[!-/:-@\[-`{-~]"), ""),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer = Tokenizer(Unigram(unigram_pieces(clean_up.normalize_str(" ".join(CORPUS)).split()), unk_id=2))
    tokenizer.normalizer = clean_up
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="</s>", pad_token="</s>", unk_token="<unk>", model_max_length=16
    )


def unigram_pieces(words: list[str], longest: int = 6) -> list[tuple[str, float]]:
    """The specials, then every repeated piece of a word with its log frequency; single letters stay in any case."""
    counts = Counter(
        piece
        for word in words
        for start in range(len(word) + 1)
        for end in range(start + 1, min(start + longest, len(word) + 1) + 1)
        if (piece := f"▁{word}"[start:end])
    )
    kept = sorted((piece for piece in counts if counts[piece] > 1 or len(piece) == 1), key=lambda p: (-counts[p], p))
    total = sum(counts.values())
    return [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((p, math.log(counts[p] / total)) for p in kept)]


def write_siglip(case: Case, folder: Path) -> None:
    """Writes the SigLIP folder and its golden file."""
    siglip_tokenizer().save_pretrained(folder)
    save_weights(case, case.model(), folder)
    write_json(folder / "preprocessor_config.json", case.processor)
    golden(
        case,
        folder,
        model=SiglipModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval(),
        processor=SiglipImageProcessorPil.from_pretrained(folder),
        tokenizer=PreTrainedTokenizerFast.from_pretrained(folder),
    )


def save_weights(case: Case, model: PreTrainedModel, folder: Path) -> None:
    model.to(case.dtype).save_pretrained(folder, max_shard_size=case.shard_size)


@torch.inference_mode()
def golden(case: Case, folder: Path, model: PreTrainedModel, processor, tokenizer) -> None:
    """Runs the reference on texts and pictures and saves inputs and outputs; SigLIP gets no attention mask."""
    is_siglip = isinstance(model, SiglipModel)
    tokens = dict(
        tokenizer(list(TEXTS), padding="max_length", truncation=True, max_length=case.context, return_tensors="pt")
    )
    if is_siglip:
        tokens = {"input_ids": tokens["input_ids"]}
    pictures = save_pictures(folder / "pictures")
    images = [Image.open(folder / "pictures" / name) for name in pictures]
    pixel_values = processor(images=images, return_tensors="pt").pixel_values
    output = model(pixel_values=pixel_values, **tokens)
    logits = output.logits_per_image
    tensors = tokens | {
        "pixel_values": pixel_values,
        "image_embeds": output.image_embeds,
        "text_embeds": output.text_embeds,
        "cosine": output.image_embeds @ output.text_embeds.T,
        "logits_per_image": logits,
        "probabilities": logits.sigmoid() if is_siglip else logits.softmax(dim=-1),
        "vision_last_hidden_state": output.vision_model_output.last_hidden_state,
        "text_last_hidden_state": output.text_model_output.last_hidden_state,
    }
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "golden.safetensors")
    description = {
        "texts": list(TEXTS),
        "pictures": pictures,
        "notes": case.notes,
        "written_by": "plugins/clip/training/goldens.py",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "transformers", "tokenizers", "pillow")},
    }
    write_json(folder / "golden.json", description)
    print(case.name, {name: list(tensor.shape) for name, tensor in tensors.items()})
    print(tensors["cosine"].numpy().round(3).tolist())


def save_pictures(folder: Path) -> list[str]:
    """Draws a landscape, a portrait and a square picture of odd sizes."""
    folder.mkdir()
    rng = np.random.default_rng(SEED)
    sizes = {"landscape.png": (61, 43), "portrait.png": (37, 59), "square.png": (31, 31)}
    for name, (width, height) in sizes.items():
        Image.fromarray(waves_and_disc(width, height, rng)).save(folder / name, optimize=True)
    return list(sizes)


def waves_and_disc(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Smooth colours, one sharp edge and some noise, uint8 (height, width, 3)."""
    x = np.linspace(0, 1, width)[None, :, None]
    y = np.linspace(0, 1, height)[:, None, None]
    frequencies, phases = rng.uniform(-2, 2, (2, 3)), rng.uniform(0, 1, 3)
    waves = 0.5 + 0.45 * np.sin(2 * np.pi * (x * frequencies[0] + y * frequencies[1] + phases))
    centre_x, centre_y = rng.uniform(0.3, 0.7, 2)
    disc = np.hypot((x - centre_x) * width, (y - centre_y) * height) < 0.25 * min(width, height)
    picture = np.where(disc, rng.uniform(0, 1, 3), waves) * 255 + rng.normal(0, 4, (height, width, 3))
    return np.clip(picture, 0, 255).astype(np.uint8)


def write_json(file: Path, value: dict) -> None:
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write the cases to (default: %(default)s)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for case in [*clip_cases(), siglip_case()]:
        folder = arguments.out / case.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write = write_siglip if case.name == "siglip" else write_clip
        write(case, folder)
        for file in folder.glob("*.safetensors"):
            file.chmod(0o644)


if __name__ == "__main__":
    main()
