"""The vocabulary that the three demo checkpoints share, and the wordings in which they meet captions."""

from __future__ import annotations

from itertools import product
from string import ascii_lowercase, digits, punctuation

from transformers import BertTokenizer

from shapes_world.negatives import OPPOSITES
from shapes_world.questions import NUMBERS
from shapes_world.scenes import COLOURS, POSITIONS, SHAPES
from wordpiece_vocabulary import train_wordpiece_tokenizer

CONTEXT = 64
PIECES = 400
PROMPTS: tuple[str, ...] = ("a picture of", "a photo of", "an image of", "there is")

QUESTION_WORDS = (
    "what color is the object? what shape is red? what is the shape? how many objects are there? how many shapes are "
    "there? how many circles squares triangles stars crosses are there? is there a star? what is above the square? "
    "what is left of the circle? what is right of the cross? what is below the triangle? is the red star yes no"
)

OTHER_WORDS = (
    "and with on in at to it this that these those not one four five picture photo drawing image colour which where "
    "who thing things big small large little near next under over behind front between both same different any "
    "pink brown black gray grey dark light background rectangle diamond heart moon sun dog cat person car tree"
).split()


def tokenizer() -> BertTokenizer:
    """Whole words for everything the world says, and letters for the rest."""
    names = [f"{colour} {shape}" for colour, shape in product(COLOURS, SHAPES)]
    texts = [f"a {name} {relation} an {name}" for name, relation in product(names, OPPOSITES)]
    texts += [QUESTION_WORDS, *NUMBERS, *PROMPTS, *POSITIONS] * 20
    texts += OTHER_WORDS * 20
    texts += [" ".join(ascii_lowercase + digits + punctuation)]
    return train_wordpiece_tokenizer(texts, PIECES, CONTEXT)
