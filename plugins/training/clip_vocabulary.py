"""Vocabularies in CLIP's format: byte-level BPE whose words end in ``</w>``."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from tokenizers.pre_tokenizers import ByteLevel
from transformers import CLIPTokenizer

START, END, WORD_END = "<|startoftext|>", "<|endoftext|>", "</w>"

Merge = tuple[str, str]


def train_clip_tokenizer(
    texts: Iterable[str], merges: int, context: int, specials: tuple[str, str] = (START, END)
) -> CLIPTokenizer:
    """Learns at most the given number of merges from texts; the same texts always give the same vocabulary."""
    backend = clip_tokenizer([], context).backend_tokenizer
    words: Counter[str] = Counter()
    for text in texts:
        clean = backend.normalizer.normalize_str(text)
        words.update(word for word, _ in backend.pre_tokenizer.pre_tokenize_str(clean))
    return clip_tokenizer(learn_merges(words, merges), context, specials)


def learn_merges(words: Counter[str], limit: int) -> list[Merge]:
    """Byte-pair encoding: merges the most frequent pair until none is left; ties go to the first in order."""
    spelling = {word: [*word[:-1], word[-1] + WORD_END] for word in words}
    counts: Counter[Merge] = Counter()
    containing: defaultdict[Merge, set[str]] = defaultdict(set)

    def count(word: str, times: int) -> None:
        for pair in pairwise(spelling[word]):
            counts[pair] += times
            containing[pair].add(word)

    for word, times in words.items():
        count(word, times)
    merges: list[Merge] = []
    while len(merges) < limit:
        best = min(counts, key=lambda pair: (-counts[pair], pair), default=None)
        if best is None or counts[best] < 1:
            break
        merges.append(best)
        for word in containing.pop(best):
            count(word, -words[word])
            spelling[word] = apply_merge(spelling[word], best)
            count(word, words[word])
        del counts[best]
    return merges


def apply_merge(symbols: list[str], merge: Merge) -> list[str]:
    """Joins every occurrence of a pair, from left to right."""
    joined: list[str] = []
    i = 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == merge:
            joined.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            joined.append(symbols[i])
            i += 1
    return joined


def clip_tokenizer(merges: list[Merge], context: int, specials: tuple[str, str] = (START, END)) -> CLIPTokenizer:
    """The tokenizer that a list of merges stands for.

    As in the published vocabulary the ids are: 256 bytes, 256 bytes that end a word, the merges, start, end; the order
    of the last two can be changed.
    """
    alphabet = sorted(ByteLevel.alphabet())
    tokens = alphabet + [letter + WORD_END for letter in alphabet]
    tokens += ["".join(merge) for merge in merges] + list(specials)
    if len(set(tokens)) != len(tokens):
        raise ValueError("merges: two of them make the same token")
    return CLIPTokenizer(
        vocab={token: i for i, token in enumerate(tokens)},
        merges=merges,
        model_max_length=context,
        pad_token=END,
    )


def save_slow_files(tokenizer: CLIPTokenizer, folder: Path) -> None:
    """Writes vocab.json and merges.txt, which older readers want."""
    model = json.loads(tokenizer.backend_tokenizer.to_str())["model"]
    vocabulary = dict(sorted(model["vocab"].items(), key=lambda item: item[1]))
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
    lines = ["#version: 0.2", *(" ".join(merge) for merge in model["merges"])]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", "utf-8")
