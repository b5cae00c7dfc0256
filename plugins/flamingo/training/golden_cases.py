"""The golden checkpoints: what each of them is, its random weights, and what it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from transformers import IdeficsConfig, IdeficsForVisionText2Text, PreTrainedTokenizerFast

from vocabulary import ADDED, SPACE, llama_tokenizer, word_merges

WORDS = "what is this a red circle dog blue star above and the of picture cat yes no Question: Answer:".split()
CONTEXT = 160

Item = str | int
"""A text, or the number of a picture."""

PLAIN: tuple[tuple[Item, ...], ...] = (
    ("a picture of",),
    (0, "a picture of"),
    ("Question: what is this?", 1, "Answer: a dog", 0, "Answer:"),
    (0, 1, 2, "what is above?"),
    ("a red circle", 2, "a cat</s>", "the dog", 1, "a", 0, "is"),
    (2, "a</s>", "no picture of the"),
    (0, "a", 1, "dog", 2, 0, "the naïve star, 日本", 1, "is"),
)
"""None to five pictures, side by side and apart, and texts that end before a picture and after it."""

TURNS: tuple[tuple[tuple[Item, ...], ...], ...] = (
    (("what is this?", 0),),
    (("what is this?", 0), ("a dog",), ("what is this?", 1)),
    ((0, 1, "and this?"), ("a red circle",), ("yes",), ("no",), ("what is the", 2, 0, 1)),
)
"""Conversations, the user's turn first."""


@dataclass(frozen=True)
class Case:
    """One golden folder: what is saved, and how it is saved."""

    name: str
    sizes: dict
    vision: dict
    perceiver: dict
    added: tuple[str, ...] = ADDED[:2]
    dtype: torch.dtype = torch.float32
    shard_size: str = "1GB"
    old_processor: bool = False
    absent: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    inside: bool = field(default=False)
    """Whether the vocabulary has the tokens of pictures, and none are added to it."""

    @property
    def conversational(self) -> bool:
        return len(self.added) == 3

    def tokenizer(self) -> PreTrainedTokenizerFast:
        words = [SPACE + word for word in WORDS] + ([SPACE + "\nAssistant:"] if self.conversational else [])
        merges = word_merges(words)
        letters = [chr(code) for code in range(33, 127)]
        pieces = [*letters, SPACE, "\n", *("".join(merge) for merge in merges)]
        return llama_tokenizer(list(dict.fromkeys(pieces)), list(dict.fromkeys(merges)), self.added)

    def new_model(self, seed: int) -> IdeficsForVisionText2Text:
        words = self.tokenizer()
        added = 0 if self.inside else len(self.added)
        config = IdeficsConfig(
            vocab_size=len(words) - added,
            additional_vocab_size=added,
            max_position_embeddings=CONTEXT,
            pad_token_id=words.unk_token_id,
            bos_token_id=words.bos_token_id,
            eos_token_id=words.eos_token_id,
            alpha_initializer="ones",
            vision_config=self.vision,
            perceiver_config=self.perceiver,
            use_resampler=self.perceiver["use_resampler"],
            **self.sizes,
        )
        return randomise(IdeficsForVisionText2Text(config), seed)


def text(hidden: int, heads: int, inner: int, layers: int, **more) -> dict:
    names = ("hidden_size", "num_attention_heads", "intermediate_size", "num_hidden_layers")
    return dict(zip(names, (hidden, heads, inner, layers), strict=True)) | more


def vision(width: int, heads: int, inner: int, layers: int, **more) -> dict:
    names = ("embed_dim", "num_attention_heads", "intermediate_size", "num_hidden_layers")
    return dict(zip(names, (width, heads, inner, layers), strict=True)) | more


def perceiver(depth: int, heads: int, head: int, latents: int, normed: bool) -> dict:
    return {
        "use_resampler": True,
        "resampler_depth": depth,
        "resampler_n_heads": heads,
        "resampler_head_dim": head,
        "resampler_n_latents": latents,
        "qk_layer_norms_perceiver": normed,
    }


CASES = (
    Case(
        name="idefics",
        sizes=text(32, 4, 43, 4, cross_layer_interval=2, qk_layer_norms=True, alpha_type="vector"),
        vision=vision(40, 4, 47, 2, image_size=30, patch_size=6, hidden_act="gelu"),
        perceiver=perceiver(2, 3, 11, 7, True),
        notes=("norms of queries and keys everywhere", "a gate for each number", "the resampler is narrower than D"),
    ),
    Case(
        name="idefics-chat-fp16",
        sizes=text(36, 2, 37, 3, cross_layer_interval=1, qk_layer_norms=False, alpha_type="float", rms_norm_eps=1e-5),
        vision=vision(42, 3, 53, 1, image_size=32, patch_size=6, hidden_act="quick_gelu", layer_norm_eps=1e-6),
        perceiver=perceiver(1, 5, 12, 5, False),
        added=ADDED,
        dtype=torch.float16,
        shard_size="80KB",
        old_processor=True,
        notes=(
            "F16 weights in shards, and a token that ends turns",
            "the preprocessor's size is image_size, as in published files",
            "the resampler is wider than D, patches of 6 do not divide an image of 32",
        ),
    ),
    Case(
        name="idefics-bare",
        sizes=text(28, 2, 31, 3, cross_layer_interval=3, qk_layer_norms=True, alpha_type="float", tie_word_embeddings=True),
        vision=vision(20, 2, 37, 2, image_size=21, patch_size=7, hidden_act="gelu"),
        perceiver={"use_resampler": False},
        absent=("rms_norm_eps", "hidden_act"),
        notes=("no resampler", "logits are made with the tables of the tokens"),
    ),
    Case(
        name="idefics-inside-bf16",
        sizes=text(24, 3, 29, 2, cross_layer_interval=1, qk_layer_norms=True, alpha_type="vector"),
        vision=vision(30, 5, 31, 1, image_size=20, patch_size=5, hidden_act="gelu"),
        perceiver=perceiver(1, 2, 9, 3, True),
        dtype=torch.bfloat16,
        inside=True,
        notes=("BF16 weights", "no token is added to the vocabulary"),
    ),
)


def randomise(model: IdeficsForVisionText2Text, seed: int) -> IdeficsForVisionText2Text:
    """Overwrites every parameter, those that start at zero or one too; gates are wide open or far negative."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if "alpha" in name:
                parameter.copy_(noise)
            elif "norm" in name.lower() and name.endswith("weight") or name.endswith("ln.weight"):
                parameter.copy_(1 + 0.1 * noise)
            elif parameter.ndim < 2 or "class_embedding" in name:
                parameter.copy_(0.1 * noise)
            elif "position_embedding" in name:
                parameter.copy_(0.4 * noise)
            elif "embed_tokens" in name or name.endswith("latents"):
                parameter.copy_(0.7 * noise)
            else:
                gain = 1.6 if "lm_head" in name or "cross_attn." in name else 0.9
                parameter.copy_(gain / parameter[0].numel() ** 0.5 * noise)
    model.tie_weights()
    return model.eval()


def written(turns: tuple[tuple[Item, ...], ...]) -> tuple[Item, ...]:
    """A conversation as the items that the processor of IDEFICS takes."""
    items: list[Item] = []
    pending = ""
    for number, turn in enumerate(turns):
        pending += ("User:" if number == 0 else "\nUser:") if number % 2 == 0 else "\nAssistant:"
        spaced = True
        for item in turn:
            if isinstance(item, int):
                items += [pending] * (pending != "") + [item]
                pending = ""
                spaced = False
            else:
                pending += (" " if spaced else "") + item
        pending += ADDED[2]
    return (*items, pending + "\nAssistant:")


