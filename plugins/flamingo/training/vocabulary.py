"""The demo's vocabulary: words of the shapes world, names that mean nothing, and the tokens of a dialogue.

In the format of published IDEFICS checkpoints, which is LLaMA's: byte-pair encoding whose words start with ``▁``, with a
token for every byte that no piece covers, and the tokens for pictures and turns added at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from clip_vocabulary import apply_merge
from tokenizers import Tokenizer, decoders, models, normalizers, processors
from transformers import PreTrainedTokenizerFast

from shapes_world.scenes import COLOURS, POSITIONS, RELATIONS, SHAPES

UNKNOWN, START, END = "<unk>", "<s>", "</s>"
FAKE, IMAGE, END_OF_UTTERANCE = "<fake_token_around_image>", "<image>", "<end_of_utterance>"
ADDED = (FAKE, IMAGE, END_OF_UTTERANCE)
CONTEXT = 512
SPACE = "▁"

DIRECTIONS = ("left", "right", "up", "down")
NAMING = "what is this?"
DESCRIBING = "Describe this image."
PLACING = "where is the {}?"
WATCHING = "where does the {} go?"

NAMES = tuple(
    "dax blick wug toma fep gazzer zup modi koba tulver pim noop blap kiki bouba lorp snig vim tarn quib jex mell rilk osk".split()
)
"""Words that mean nothing but what a prompt says. Any of them may be the name of anything: none is ever the same twice."""


def tokenizer() -> PreTrainedTokenizerFast:
    """The tokenizer of the demo checkpoint."""
    merges = word_merges(known_words())
    letters = [chr(code) for code in range(33, 127)]
    pieces = [*letters, SPACE, "\n", *("".join(merge) for merge in merges)]
    return llama_tokenizer(list(dict.fromkeys(pieces)), list(dict.fromkeys(merges)))


def llama_tokenizer(
    pieces: Sequence[str], merges: Sequence[tuple[str, str]], added: Sequence[str] = ADDED
) -> PreTrainedTokenizerFast:
    """The tokenizer that pieces and merges stand for: three special tokens, 256 bytes, the pieces, the added tokens."""
    tokens = [UNKNOWN, START, END, *(f"<0x{byte:02X}>" for byte in range(256)), *pieces]
    model = models.BPE(
        vocab={token: i for i, token in enumerate(tokens)},
        merges=list(merges),
        unk_token=UNKNOWN,
        fuse_unk=True,
        byte_fallback=True,
    )
    backend = Tokenizer(model)
    backend.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    backend.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    backend.post_processor = processors.TemplateProcessing(
        single=f"{START} $A", special_tokens=[(START, tokens.index(START))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        unk_token=UNKNOWN,
        bos_token=START,
        eos_token=END,
        pad_token=UNKNOWN,
        additional_special_tokens=list(added),
        model_max_length=CONTEXT,
        padding_side="left",
    )


def known_words() -> list[str]:
    """Every word that a prompt of the shapes world has, each with what stands before it."""
    texts = [NAMING, DESCRIBING, WATCHING, "where do they go? what color shape is the object? how many are there? yes no"]
    texts += [*COLOURS, *SHAPES, *POSITIONS, *RELATIONS, *DIRECTIONS, *NAMES, "a an and the one two three picture video"]
    words = {SPACE + word.rstrip("?.,") for text in texts for word in text.replace("{}", "").split()}
    return [*sorted(words), SPACE + "User:", SPACE + "\nUser:", SPACE + "\nAssistant:"]


def word_merges(words: Sequence[str]) -> list[tuple[str, str]]:
    """Merges that make a piece of every word, the most frequent pairs first."""
    spelling = {word: list(word) for word in words}
    merges: list[tuple[str, str]] = []
    while True:
        counts = Counter(
            pair for symbols in spelling.values() for pair in zip(symbols, symbols[1:], strict=False)
        )
        if not counts:
            return merges
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        merges.append(best)
        spelling = {word: apply_merge(symbols, best) for word, symbols in spelling.items()}
