"""Trains the demo checkpoint ``blip-itm-shapes``: which text belongs to which picture of the shapes world."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize
from transformers import BertTokenizer, BlipForConditionalGeneration, BlipForImageTextRetrieval

from checkpoints import CAPTION, ITM, new_config, provenance, save, start_from_captioner, write_json
from evaluate import measure_matches, summary
from loop import Recipe, fit, pixel_values
from shapes_world.bank import Bank
from shapes_world.negatives import CHANGES, hard_negative, reworded_caption
from shapes_world.scenes import Scene
from shapes_world.splits import SEEN_PAIRS, generator
from vocabulary import PROMPTS, tokenizer

TEMPERATURE = 0.05
PROMPTED = 0.2
REWORDED = 0.3


class Matches:
    """Batches of pictures with different captions, each with a true text and a false one of almost the same words."""

    def __init__(self, bank: Bank, words: BertTokenizer, size: int, seed: int):
        self.bank, self.words, self.size = bank, words, size
        self.rng = generator("train", 30 + seed)

    def loss(self, model: BlipForImageTextRetrieval) -> Tensor:
        """Contrastive and matching loss, as in the original; the matching head also gets the closest wrong text."""
        scenes, pictures = self.different_scenes()
        true, false = zip(*[self.texts(scene) for scene in scenes], strict=True)
        vision = model.vision_model(pixel_values(pictures)).last_hidden_state
        tokens = self.words([*true, *false], padding=True, return_tensors="pt")
        cosine = cosines(model, vision, tokens)
        ambiguous = torch.tensor([[text == other for text in false] for other in true])
        logits = torch.cat([cosine[:, : self.size], cosine[:, self.size :].masked_fill(ambiguous, -1)], 1) / TEMPERATURE
        right = torch.arange(self.size)
        contrast = (cross_entropy(logits, right) + cross_entropy(logits[:, : self.size].T, right)) / 2
        closest = logits[:, : self.size].detach().fill_diagonal_(-torch.inf).softmax(dim=-1)
        wrong = torch.from_numpy(np.array([self.rng.choice(self.size, p=self.exact(row)) for row in closest.numpy()]))
        chosen = torch.cat([right, right + self.size, wrong])
        states = model.text_encoder(
            input_ids=tokens.input_ids[chosen],
            attention_mask=tokens.attention_mask[chosen],
            encoder_hidden_states=vision.repeat(3, 1, 1),
        ).last_hidden_state
        matching = model.itm_head(states[:, 0])
        match, no_match = matching[: self.size], matching[self.size :]
        return (
            contrast
            + cross_entropy(match, torch.ones(len(match), dtype=torch.long))
            + cross_entropy(no_match, torch.zeros(len(no_match), dtype=torch.long))
        )

    @staticmethod
    def exact(probabilities: np.ndarray) -> np.ndarray:
        """Probabilities that sum to 1 in double precision."""
        return probabilities.astype(np.float64) / probabilities.astype(np.float64).sum()

    def different_scenes(self) -> tuple[list[Scene], np.ndarray]:
        scenes, pictures = self.bank.sample(self.size + self.size // 2, self.rng)
        places = list({scene.caption: i for i, scene in enumerate(scenes)}.values())[: self.size]
        if len(places) < self.size:
            return self.different_scenes()
        return [scenes[i] for i in places], pictures[places]

    def texts(self, scene: Scene) -> tuple[str, str]:
        """A true text and a false one in the same wording."""
        false = None
        while false is None:
            false = hard_negative(scene, str(self.rng.choice(list(CHANGES))), self.rng, SEEN_PAIRS)
        word = reworded_caption if self.rng.random() < REWORDED else lambda scene: scene.caption
        prompt = PROMPTS[self.rng.integers(len(PROMPTS))] + " " if self.rng.random() < PROMPTED else ""
        return prompt + word(scene), prompt + word(false)


def cosines(model: BlipForImageTextRetrieval, vision: Tensor, tokens: dict[str, Tensor]) -> Tensor:
    """Cosines of pictures (rows) and texts, which do not see each other."""
    states = model.text_encoder(**tokens).last_hidden_state
    texts = normalize(model.text_proj(states[:, 0]), dim=-1)
    return normalize(model.vision_proj(vision[:, 0]), dim=-1) @ texts.T


def main() -> None:
    recipe, arguments = Recipe.read(__doc__, ITM, steps=4000, batch=32, start=CAPTION)
    words = tokenizer()
    model = BlipForImageTextRetrieval(new_config(words))
    captioner = BlipForConditionalGeneration.from_pretrained(arguments.start, dtype="float32")
    start_from_captioner(model, captioner)
    batches = Matches(recipe.bank(arguments.bank), words, recipe.batch, recipe.seed)

    def report() -> dict:
        save(model, words, arguments.out)
        return summary(measure_matches(arguments.out, "validation", 50))

    seconds = fit(model, recipe, lambda: batches.loss(model), arguments.report, report)
    facts = provenance("train_itm.py", model, **vars(recipe), seconds=seconds, threads=arguments.threads)
    write_json(arguments.out / "metrics.json", {"training": facts} | measure_matches(arguments.out, "test", 1000))


if __name__ == "__main__":
    main()
