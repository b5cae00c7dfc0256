"""Trains the demo checkpoint ``blip-caption-shapes``: pictures of the shapes world and their captions."""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import BertTokenizer, BlipForConditionalGeneration

from checkpoints import CAPTION, new_config, provenance, save, start_vision_from_clip, write_json
from evaluate import measure_captions, summary
from loop import IGNORED, Recipe, fit, pixel_values
from shapes_world.bank import Bank
from shapes_world.splits import generator
from vocabulary import PROMPTS, tokenizer

PROMPTED = 0.25
MASKED = 0.3


class Captions:
    """Batches of pictures and captions, a quarter of them after a prompt.

    Of the words that the decoder reads, three in ten are masked: it has to look at the picture for a shape, instead of
    guessing it from the colour before it.
    """

    def __init__(self, bank: Bank, words: BertTokenizer, size: int, seed: int):
        self.bank, self.words, self.size = bank, words, size
        self.rng = generator("train", 10 + seed)

    def loss(self, model: BlipForConditionalGeneration) -> Tensor:
        scenes, pictures = self.bank.sample(self.size, self.rng)
        prompts = [
            PROMPTS[self.rng.integers(len(PROMPTS))] + " " if self.rng.random() < PROMPTED else "" for _ in scenes
        ]
        texts = [prompt + scene.caption for prompt, scene in zip(prompts, scenes, strict=True)]
        tokens = self.words(texts, padding=True, return_tensors="pt")
        ids = tokens.input_ids
        ids[:, 0] = self.words.bos_token_id
        labels = ids.masked_fill(tokens.attention_mask == 0, IGNORED)
        for row, prompt in enumerate(prompts):
            labels[row, : 1 + len(prompt.split())] = IGNORED
        return model.text_decoder(
            input_ids=self.masked(ids),
            attention_mask=tokens.attention_mask,
            encoder_hidden_states=model.vision_model(pixel_values(pictures)).last_hidden_state,
            labels=labels,
        ).loss

    def masked(self, ids: Tensor) -> Tensor:
        chosen = torch.from_numpy(self.rng.random(ids.shape) < MASKED)
        special = [self.words.bos_token_id, self.words.sep_token_id, self.words.pad_token_id]
        return ids.masked_fill(chosen & ~torch.isin(ids, torch.tensor(special)), self.words.mask_token_id)


def main() -> None:
    recipe, arguments = Recipe.read(__doc__, CAPTION, steps=3500)
    words = tokenizer()
    model = BlipForConditionalGeneration(new_config(words))
    bank = recipe.bank(arguments.bank)
    start_vision_from_clip(model, pixel_values(bank.first(200)))
    batches = Captions(bank, words, recipe.batch, recipe.seed)

    def report() -> dict:
        save(model, words, arguments.out)
        return summary(measure_captions(arguments.out, "validation", 100))

    seconds = fit(model, recipe, lambda: batches.loss(model), arguments.report, report)
    facts = provenance("train_caption.py", model, **vars(recipe), seconds=seconds, threads=arguments.threads)
    write_json(arguments.out / "metrics.json", {"training": facts} | measure_captions(arguments.out, "test", 1000))


if __name__ == "__main__":
    main()
