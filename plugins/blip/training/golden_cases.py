"""The golden checkpoints: what each of them is, and its random weights."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from transformers import (
    BertTokenizer,
    BlipConfig,
    BlipForConditionalGeneration,
    BlipForImageTextRetrieval,
    BlipForQuestionAnswering,
    PreTrainedModel,
)

from wordpiece_vocabulary import train_wordpiece_tokenizer

PIECES = 150
CONTEXT = 40

CORPUS = """
a photo of a red circle. a picture of a blue square above a green star. the quick brown fox jumps over the lazy dog.
two cats are sleeping on a pink couch, and a dog is looking at them. what color is the circle? is there a star? yes no
how many objects are there? a street at night with many people and cars. an orange cross left of a triangle. one two
""".strip().splitlines()


@dataclass(frozen=True)
class Case:
    """One golden folder: what is saved, and how it is saved."""

    name: str
    model: type[PreTrainedModel]
    text: dict
    vision: dict
    projection: int = 24
    processor: dict = field(default_factory=dict)
    dtype: torch.dtype = torch.float32
    shard_size: str = "1GB"
    blip_tokens: bool = True
    tokenizer_files: tuple[str, ...] = ("tokenizer.json", "vocab.txt")
    ids: dict = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    old_tensors: bool = False
    sep_bias: float = 0.0
    notes: tuple[str, ...] = ()

    def tokenizer(self) -> BertTokenizer:
        return train_wordpiece_tokenizer(CORPUS, PIECES, CONTEXT, blip_tokens=self.blip_tokens)

    def new_model(self, seed: int) -> PreTrainedModel:
        tokenizer = self.tokenizer()
        size = len(tokenizer) + (0 if self.blip_tokens else 2)
        ids = {"bos_token_id": size - 2, "sep_token_id": tokenizer.sep_token_id, "pad_token_id": tokenizer.pad_token_id}
        text = {"vocab_size": size, "max_position_embeddings": CONTEXT} | ids | self.ids | self.text
        config = BlipConfig(
            text_config={"eos_token_id": tokenizer.sep_token_id} | text,
            vision_config=self.vision,
            projection_dim=self.projection,
            image_text_hidden_size=self.projection,
        )
        return randomise(self.model(config), seed, self.sep_bias)


def sizes(hidden: int, heads: int, ff: int, layers: int, **more) -> dict:
    names = ("hidden_size", "num_attention_heads", "intermediate_size", "num_hidden_layers")
    return dict(zip(names, (hidden, heads, ff, layers), strict=True)) | more


CASES = (
    Case(
        name="blip-caption",
        model=BlipForConditionalGeneration,
        text=sizes(36, 4, 43, 2),
        vision=sizes(40, 5, 47, 2, image_size=30, patch_size=6),
        sep_bias=1.6,
        notes=("vision and text have different widths", "head width 9 in the text model"),
    ),
    Case(
        name="blip-caption-fp16",
        model=BlipForConditionalGeneration,
        text=sizes(32, 4, 37, 3),
        vision=sizes(42, 3, 53, 1, image_size=32, patch_size=6, layer_norm_eps=1e-6),
        processor={"resample": 2, "image_mean": [0.5, 0.45, 0.4], "image_std": [0.25, 0.3, 0.35]},
        dtype=torch.float16,
        shard_size="80KB",
        blip_tokens=False,
        ids={"eos_token_id": 2},
        old_tensors=True,
        sep_bias=1.6,
        notes=(
            "F16 weights in shards, with position_ids buffers (I64) and a copy of the tied matrix and bias",
            "the tokenizer ends before [DEC] and [ENC], as published ones do; bos_token_id is beyond its vocabulary",
            "eos_token_id is 2, which never ends a text; sep_token_id does",
            "layer_norm_eps 1e-6 in the vision tower, patches of 6 do not divide an image of 32, bilinear resize",
        ),
    ),
    Case(
        name="blip-vqa",
        model=BlipForQuestionAnswering,
        text=sizes(28, 4, 31, 2),
        vision=sizes(28, 2, 37, 2, image_size=30, patch_size=6),
        sep_bias=1.6,
        notes=("questions keep [CLS] as their first token", "head width 9 in the text models, 12 in the vision tower"),
    ),
    Case(
        name="blip-vqa-bf16",
        model=BlipForQuestionAnswering,
        text=sizes(40, 8, 37, 1),
        vision=sizes(40, 5, 53, 3, image_size=33, patch_size=11, layer_norm_eps=1e-5),
        dtype=torch.bfloat16,
        ids={"eos_token_id": 2},
        absent=("text_config.num_attention_heads", "text_config.layer_norm_eps", "vision_config.hidden_act"),
        sep_bias=1.4,
        notes=(
            "BF16 weights",
            "num_attention_heads, layer_norm_eps and hidden_act are absent where they are the class's defaults",
        ),
    ),
    Case(
        name="blip-itm",
        model=BlipForImageTextRetrieval,
        text=sizes(36, 4, 43, 2),
        vision=sizes(40, 5, 47, 2, image_size=30, patch_size=6),
        notes=("vision and text have different widths", "head width 9 in the text model"),
    ),
    Case(
        name="blip-itm-fp16",
        model=BlipForImageTextRetrieval,
        text=sizes(44, 2, 39, 1),
        vision=sizes(42, 6, 57, 2, image_size=28, patch_size=7),
        projection=17,
        processor={"size": 28},
        dtype=torch.float16,
        tokenizer_files=("vocab.txt",),
        old_tensors=True,
        notes=(
            "F16 weights with position_ids buffers (I64)",
            "vocab.txt, no tokenizer.json",
            "size is a bare number",
        ),
    ),
)


def randomise(model: PreTrainedModel, seed: int, sep_bias: float) -> PreTrainedModel:
    """Overwrites every parameter, those that start at zero or one too; special tokens other than [SEP] become rare."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if "norm" in name.lower() and name.endswith("weight"):
                parameter.copy_(1 + 0.1 * noise)
            elif parameter.ndim < 2 or "class_embedding" in name:
                parameter.copy_(0.1 * noise)
            elif "position_embedding" in name:
                parameter.copy_(0.4 * noise)
            else:
                gain = 1.8 if "crossattention" in name else 0.9
                parameter.copy_(gain / parameter[0].numel() ** 0.5 * noise)
            if name.endswith("cls.predictions.bias"):
                text = model.config.text_config
                parameter[: text.sep_token_id + 2] = -6
                parameter[text.bos_token_id :] = -6
                parameter[text.sep_token_id] = sep_bias
    model.tie_weights()
    return model.eval()
