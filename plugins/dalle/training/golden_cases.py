"""The golden checkpoints: what each of them is, and the texts of the golden tokenizer."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from network import BartConfig
from vqgan import VqganConfig

CORPUS = """
a photo of a red circle. a picture of a blue square above a green star. the quick brown fox jumps over the lazy dog.
two cats are sleeping on a pink couch, and a dog is looking at them. an avocado armchair. panda with a top hat, oil
painting. nuclear explosion broccoli. a street at night with many people and cars. an orange cross left of a triangle
""".strip().splitlines()

PIECES = 150
EXTRA_ROWS = 3
"""Rows of the text embedding that no piece uses; the published files have such rows."""


@dataclass(frozen=True)
class Case:
    """One golden folder: the sizes, and how it is saved."""

    name: str
    bart: BartConfig
    vqgan: VqganConfig
    start: int
    seed: int
    changes: dict
    generation: dict
    dtype: torch.dtype = torch.float32
    shards: int = 1
    notes: tuple[str, ...] = ()


def cases(text_rows: int) -> tuple[Case, ...]:
    return (
        Case(
            name="dalle",
            bart=BartConfig(24, 2, 3, 3, 2, 34, 34, text_rows, 41, 25, 19),
            vqgan=VqganConfig(9, 41, 8, (1, 2, 3), 2, (5,), 11, 20, 1e-6, 4),
            start=41,
            seed=1374,
            changes={"glu_dim": 34, "encoder_ffn_dim": 51, "decoder_ffn_dim": 51},
            generation={"guidance_scale": 3.0, "temperature": 0.9, "top_k": 7},
            notes=(
                "glu_dim is not the ffn_dim, as in DALL-E mini's published files",
                "the start token is the last row; attention on the coarsest level; z_channels is not embed_dim",
            ),
        ),
        Case(
            name="dalle-fp16",
            bart=BartConfig(30, 3, 2, 5, 6, 40, 52, text_rows, 37, 9, 21),
            vqgan=VqganConfig(10, 33, 6, (1, 1, 2, 4), 1, (3, 12), 10, 24, 1e-5, 3),
            start=32,
            seed=1260,
            changes={"encoder_ffn_dim": 40, "decoder_ffn_dim": 52},
            generation={"guidance_scale": 2.5, "temperature": 1.0, "top_k": 5},
            dtype=torch.float16,
            shards=2,
            notes=(
                "no glu_dim: the widths are the ffn_dims', different in encoder and decoder",
                "fewer codes than rows of the image vocabulary, and a start token that is a code, as min-dalle has it",
                "F16 in two shards; attention on two levels; GroupNorm with min-dalle's epsilon",
            ),
        ),
    )


PROMPTS = ("a red circle above a blue square", "Panda with a TOP hat, oil painting", "nuclear broccoli")

EMOJI = (
    "a 🐼 with a 🎩",
    "🥑🪑",
    "I ❤️ you",
    "🙂",
    "👍🏽 ok",
    "🇩🇪 flag",
    "👨‍👩‍👧‍👦 family",
    "red🔴circle",
    "☀ sun ☕️",
    "1️⃣ one",
)

ODD_TEXTS = (
    "",
    " ",
    "   ",
    "a",
    "A",
    " a  red   circle ",
    "a red circle ",
    "RED CIRCLE",
    "a\tred\tcircle",
    "a red\ncircle",
    "a\u00a0red\u00a0circle",
    "a\u3000red circle",
    "naïve café",
    "Ünïcödé",
    "日本語",
    "a 日本 circle",
    "İstanbul",
    "straße",
    "ǅ and ﬁne",
    "Ġcircle",
    "Ġ",
    "<s> a red circle </s>",
    "<pad>",
    "<unk> </s>",
    "it's 2026: don't panic!",
    "100% (sure)?",
    "x=1; y=[2,3]; z={4}",
    "semi;colon:dash-under_score/slash\\back|pipe",
    "quote \"double\" 'single' `tick`",
    "tilde~caret^hash#at@and&star*plus+",
    "e\u0301 and é",
    "zero\u200bwidth",
    "soft\u00adhyphen",
    "bell\u0007 and del\u007f",
    "\ufeffbom",
    "aaaaaaaaaaaaaaaaaaaaaaaaa",
    "circlecirclecircle",
    "redred bluegreen",
    "ththththth",
    "the the the the",
    "antidisestablishmentarianism",
    "qqq zzz xxx",
    "0123456789",
    "3.14159 2,71828",
    "https://example.org/a?b=c&d=e#f",
    "CamelCaseWord snake_case_word kebab-case-word",
    "a" * 200,
    " ".join(["word"] * 80),
)
