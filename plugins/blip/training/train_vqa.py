"""Trains the demo checkpoint ``blip-vqa-shapes``: pictures of the shapes world, questions and one-word answers."""

from __future__ import annotations

from torch import Tensor
from transformers import BertTokenizer, BlipForConditionalGeneration, BlipForQuestionAnswering

from checkpoints import CAPTION, VQA, new_config, provenance, save, start_from_captioner, write_json
from evaluate import measure_answers, summary
from loop import IGNORED, Recipe, fit, pixel_values
from shapes_world.bank import Bank
from shapes_world.questions import Question, ask
from shapes_world.scenes import Scene
from shapes_world.splits import SEEN_PAIRS, generator
from vocabulary import tokenizer

QUESTIONS = 4
KINDS = {"color": 0.13, "shape": 0.13, "count": 0.08, "part count": 0.16, "yes/no": 0.2, "relation": 0.3}
YES_OR_NO = {"yes", "no"}


class Questions:
    """Batches of pictures with four questions each; yes and no come in pairs, for questions that differ by a word."""

    def __init__(self, bank: Bank, words: BertTokenizer, size: int, seed: int):
        self.bank, self.words, self.size = bank, words, size
        self.rng = generator("train", 20 + seed)

    def loss(self, model: BlipForQuestionAnswering) -> Tensor:
        scenes, pictures = self.bank.sample(self.size, self.rng)
        asked = [question for scene in scenes for question in self.questions(scene)]
        questions = self.words([question.text for question in asked], padding=True, return_tensors="pt")
        answers = self.words([question.answer for question in asked], padding=True, return_tensors="pt")
        answers.input_ids[:, 0] = self.words.bos_token_id
        vision = model.vision_model(pixel_values(pictures)).last_hidden_state
        states = model.text_encoder(
            **questions, encoder_hidden_states=vision.repeat_interleave(QUESTIONS, 0)
        ).last_hidden_state
        return model.text_decoder(
            **answers,
            encoder_hidden_states=states,
            encoder_attention_mask=questions.attention_mask,
            labels=answers.input_ids.masked_fill(answers.attention_mask == 0, IGNORED),
        ).loss

    def questions(self, scene: Scene) -> list[Question]:
        found: list[Question] = []
        while len(found) < QUESTIONS:
            question = ask(scene, str(self.rng.choice(list(KINDS), p=list(KINDS.values()))), self.rng, SEEN_PAIRS)
            if question is not None:
                found.append(question)
                if question.answer in YES_OR_NO:
                    found.append(self.opposite(scene, question))
        return found[:QUESTIONS]

    def opposite(self, scene: Scene, question: Question) -> Question:
        """A question of the same form with the other answer."""
        while True:
            other = ask(scene, question.kind, self.rng, SEEN_PAIRS)
            same_form = other is not None and other.text.split()[:2] == question.text.split()[:2]
            if same_form and {other.answer, question.answer} == YES_OR_NO:
                return other


def main() -> None:
    recipe, arguments = Recipe.read(__doc__, VQA, steps=4500, batch=24, start=CAPTION)
    words = tokenizer()
    model = BlipForQuestionAnswering(new_config(words))
    captioner = BlipForConditionalGeneration.from_pretrained(arguments.start, dtype="float32")
    start_from_captioner(model, captioner)
    batches = Questions(recipe.bank(arguments.bank), words, recipe.batch, recipe.seed)

    def report() -> dict:
        save(model, words, arguments.out)
        return summary(measure_answers(arguments.out, "validation", 100))

    seconds = fit(model, recipe, lambda: batches.loss(model), arguments.report, report)
    facts = provenance("train_vqa.py", model, **vars(recipe), seconds=seconds, threads=arguments.threads)
    write_json(arguments.out / "metrics.json", {"training": facts} | measure_answers(arguments.out, "test", 1000))


if __name__ == "__main__":
    main()
