"""Vocabularies in BERT's format: WordPiece whose continuations start with ``##``, with BLIP's two tokens at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from transformers import BertTokenizer

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
DECODE, ENCODE = "[DEC]", "[ENC]"
CONTINUATION = "##"


def train_wordpiece_tokenizer(texts: Iterable[str], size: int, context: int, **options) -> BertTokenizer:
    """Learns at most the given number of pieces from texts; the same texts always give the same vocabulary.

    Every letter of the texts is a piece, alone and as a continuation. Then come the most frequent words, and of all
    beginnings and endings of words those that save the most letters.
    """
    backend = BertTokenizer().backend_tokenizer
    words: Counter[str] = Counter()
    for text in texts:
        clean = backend.normalizer.normalize_str(text)
        words.update(word for word, _ in backend.pre_tokenizer.pre_tokenize_str(clean))
    letters = sorted({letter for word in words for letter in word})
    pieces = dict.fromkeys(letters + [CONTINUATION + letter for letter in letters])
    gains = Counter({word: len(word) * count for word, count in words.items()})
    for word, count in words.items():
        for cut in range(2, len(word) - 1):
            gains[word[:cut]] += (cut - 1) * count
            gains[CONTINUATION + word[cut:]] += (len(word) - cut - 1) * count
    for piece, _ in sorted(gains.items(), key=lambda item: (-item[1], item[0])):
        if len(pieces) >= size:
            break
        pieces.setdefault(piece)
    return wordpiece_tokenizer(list(pieces), context, **options)


def wordpiece_tokenizer(pieces: Sequence[str], context: int, blip_tokens: bool = True) -> BertTokenizer:
    """The lower-casing tokenizer that a list of pieces stands for.

    The ids are: BERT's five special tokens, the pieces, and then [DEC], which starts what BLIP decodes, and [ENC].
    Without ``blip_tokens`` these two are missing, as in published files that stop at BERT's own vocabulary.
    """
    extra = {"bos_token": DECODE, "extra_special_tokens": [ENCODE]} if blip_tokens else {}
    tokens = [*SPECIALS, *pieces, *([DECODE, ENCODE] if blip_tokens else [])]
    if len(set(tokens)) != len(tokens):
        raise ValueError("pieces: one of them occurs twice")
    return BertTokenizer(
        vocab={token: i for i, token in enumerate(tokens)},
        model_max_length=context,
        model_input_names=["input_ids", "attention_mask"],
        **extra,
    )


def save_vocabulary(tokenizer: BertTokenizer, folder: Path) -> None:
    """Writes vocab.txt, which older readers want."""
    tokens = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token, _ in tokens), "utf-8")
