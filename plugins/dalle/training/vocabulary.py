"""Vocabularies in min-dalle's form: byte-pair encoding of words that start with ``Ġ``, lower case, ASCII only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from string import ascii_lowercase, digits, punctuation

from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.trainers import BpeTrainer

from drawings import LEAD_INS, OPPOSITES
from network import PAD
from shapes_world.scenes import COLOURS, POSITIONS, SHAPES

START, PADDING, END, UNKNOWN = SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
WORD_START = "Ġ"
LETTERS = ascii_lowercase + digits + punctuation

OTHER_WORDS = (
    "the with on in at to of it this that one two three four picture photo drawing image color colour shape small big "
    "large little near next under over behind front between beside side middle corner upper lower pink brown black "
    "gray grey dark light background rectangle diamond heart moon sun dog cat person car tree house"
).split()


class Vocabulary:
    """Pieces and merges; texts become ids as with min-dalle's tokenizer, without its names for emoji."""

    def __init__(self, pieces: Sequence[str], merges: Sequence[tuple[str, str]]):
        self.pieces, self.merges = list(pieces), list(merges)
        self.ids = {piece: i for i, piece in enumerate(pieces)}
        if self.ids[PADDING] != PAD:
            raise ValueError(f"{PADDING}: {self.ids[PADDING]} (expected: {PAD})")
        self.words: dict[str, list[int]] = {}
        self.model = BPE(vocab=self.ids, merges=self.merges, unk_token=UNKNOWN)

    def __len__(self) -> int:
        return len(self.pieces)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, with the start and the end."""
        clean = text.lower().encode("ascii", "ignore").decode()
        words = [word for word in clean.split(" ") if word]
        return [self.ids[START], *(i for word in words for i in self._word(word)), self.ids[END]]

    def _word(self, word: str) -> list[int]:
        if word not in self.words:
            self.words[word] = [token.id for token in self.model.tokenize(WORD_START + word)]
        return self.words[word]

    def save(self, folder: Path) -> None:
        """Writes vocab.json and merges.txt."""
        (folder / "vocab.json").write_text(json.dumps(self.ids, ensure_ascii=False) + "\n", "utf-8")
        lines = ["#version: 0.2", *(" ".join(merge) for merge in self.merges)]
        (folder / "merges.txt").write_text("\n".join(lines) + "\n", "utf-8")


def read_files(folder: Path) -> tuple[dict[str, int], list[str]]:
    """The vocabulary and the merges' lines, as min-dalle reads them."""
    merges = (folder / "merges.txt").read_text("utf-8").split("\n")[1:-1]
    return json.loads((folder / "vocab.json").read_text("utf-8")), merges


def train_vocabulary(texts: Iterable[str], size: int) -> Vocabulary:
    """Learns at most the given number of pieces; the letters of ASCII are always among them."""
    backend = Tokenizer(BPE(unk_token=UNKNOWN))
    backend.pre_tokenizer = WhitespaceSplit()
    letters = [WORD_START, *LETTERS]
    trainer = BpeTrainer(vocab_size=size, special_tokens=list(SPECIALS), initial_alphabet=letters, show_progress=False)
    marked = (" ".join(WORD_START + word for word in text.split()) for text in texts)
    backend.train_from_iterator(marked, trainer)
    model = json.loads(backend.to_str())["model"]
    pieces = sorted(model["vocab"], key=model["vocab"].get)
    return Vocabulary(pieces, [tuple(merge) for merge in model["merges"]])


def shapes_vocabulary(size: int = 320) -> Vocabulary:
    """Whole words for everything that the world says, and letters for the rest."""
    relations = [*OPPOSITES, *OPPOSITES.values()]
    names = [f"{colour} {shape}" for colour, shape in product(COLOURS, SHAPES)]
    texts = [f"a {name} {relation} an {name}" for name, relation in product(names, relations)]
    return train_vocabulary(texts + [*LEAD_INS, *POSITIONS, *OTHER_WORDS] * 20, size)
