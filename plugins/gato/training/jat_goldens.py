"""Writes JAT's golden checkpoints of the tests: odd sizes, every parameter random, and what the reference makes of it.

``plugins/gato/training/jat_goldens.py CLONE``, where CLONE is a clone of github.com/huggingface/jat.
"""

from __future__ import annotations

import argparse
import copy
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from torch import Tensor, nn
from transformers import PreTrainedTokenizerFast

from checkpoints import write_json
from jat_reference import Box, Discrete, TupleCache, reference

OUT = Path("plugins/gato/src/test/resources/goldens")
STEPS = 200
MARGIN = 0.02
"""By how much the most likely action is ahead, so that rounding cannot change it."""
END = "<|endoftext|>"
TEXTS = ("go to the red ball", "pick up a key", "", "put the box next to the door, then open it!")
TEXT_TOKENS, INTEGERS, NUMBERS, MOVES, ACTIONS = 64, 7, 5, 3, 6
TWINS = ("transformer.wte.weight", "single_discrete_encoder.weight", "multi_discrete_encoder.0.weight")

SIZES = {
    "vocab_size": 277,
    "bos_token_id": 262,
    "eos_token_id": 262,
    "max_position_embeddings": 62,
    "num_heads": 3,
    "window_size": 11,
    "layer_norm_epsilon": 3e-5,
    "max_continuous_size": 17,
    "max_discrete_value": INTEGERS + TEXT_TOKENS,
    "image_size": 8,
    "patch_size": 4,
}


def words() -> PreTrainedTokenizerFast:
    """A byte-level BPE as GPT-2's, of few merges, padded as JAT's is."""
    merges = [("t", "h"), ("th", "e"), ("Ġ", "the"), ("o", "p"), ("g", "o"), ("Ġ", "b")]
    pieces = [*sorted(pre_tokenizers.ByteLevel.alphabet()), *("".join(pair) for pair in merges), END]
    tokenizer = Tokenizer(models.BPE({piece: i for i, piece in enumerate(pieces)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END, pad_token=END, model_max_length=62)


def model_of(jat: SimpleNamespace, **sizes) -> nn.Module:
    """A model with random parameters, float16 exactly; the picture's large matrix has few different ones."""
    model = jat.model(jat.config(**SIZES, **sizes)).eval()
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            fan_in = parameter[0].numel() if parameter.dim() > 1 else 1
            if ".ln_" in name and name.endswith("weight"):
                noise = 1 + 0.2 * noise
            elif name == "image_encoder.module.fc.weight":
                noise = noise.mul(2).round().div(2) * 2.0**-6
            elif parameter.dim() > 1 and not any(table in name for table in ("wte", "wpe")):
                sharp = "q_proj" in name or "k_proj" in name  # what is sharper magnifies rounding a hundredfold
                noise = noise * ((0.65 if sharp else 1.3) / fan_in**0.5)
            else:
                noise = 0.3 * noise
            parameter.copy_(noise.half().float())
    model.transformer = TupleCache(model.transformer)
    model.transformer.wte = model.transformer.model.wte
    return model


def processor_of(jat: SimpleNamespace, tokenizer: PreTrainedTokenizerFast | None):
    """The reference's processor, without one for pictures of other kinds."""
    processor = object.__new__(jat.processor)
    processor.tokenizer = tokenizer
    return processor


def save(model: nn.Module, tokenizer: PreTrainedTokenizerFast, table: str, folder: Path, pictures: bool) -> None:
    """Writes a checkpoint as ``save_pretrained`` does, which keeps one of the names that a table has."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for name, tensor in model.state_dict().items():
        name = name.replace("transformer.model.", "transformer.")
        if name.startswith("image_decoder.") or (name.startswith("image_encoder.") and not pictures):
            continue
        if name not in TWINS or name == table:
            tensors[name] = tensor.half().contiguous()
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    tokenizer.save_pretrained(folder)
    keys = (*SIZES, "hidden_size", "num_layers", "attention_types", "attention_layers", "intermediate_size")
    keys += ("activation_function", "observation_loss_coef", "action_loss_coef")
    write_json(
        folder / "config.json",
        {"model_type": "jat", "architectures": ["JatModel"], **{key: getattr(model.config, key) for key in keys}},
    )


def text_ids(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    return tokenizer(text, max_length=TEXT_TOKENS, padding="max_length")["input_ids"]


def picture(step: int) -> np.ndarray:
    """A picture that is easily made again: (84, 84, 4) bytes."""
    index = np.arange(84 * 84 * 4, dtype=np.int64)
    mixed = (index * 7919 + (index // 336) * (step * 31 + 17) * 13 + step * 101) % 65537
    return (mixed % 256).astype(np.uint8).reshape(84, 84, 4)


def sequences(model: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
    """Whole sequences in one run: what is predicted after each observation and after each action."""
    count = 29
    numbers = torch.from_numpy(rng.normal(size=(1, count, NUMBERS)).astype(np.float32))
    moves = torch.from_numpy(rng.normal(size=(1, count, MOVES)).astype(np.float32))
    rewards = torch.from_numpy(rng.normal(size=(1, count)).astype(np.float32))
    integers = torch.from_numpy(rng.integers(0, 277, size=(1, count, INTEGERS + TEXT_TOKENS)))
    chosen = torch.from_numpy(rng.integers(0, ACTIONS, size=(1, count)))
    real = model(continuous_observations=numbers, continuous_actions=moves, rewards=rewards, return_loss=False)
    whole = model(discrete_observations=integers, discrete_actions=chosen, rewards=rewards, return_loss=False)
    return {
        "numbers": numbers[0],
        "moves": moves[0],
        "rewards": rewards[0],
        "integers": integers[0],
        "chosen": chosen[0],
        "predicted_numbers": real.pred_observations[0],
        "predicted_moves": real.pred_actions[0],
        "logits": whole.pred_actions[0],
    }


class Player:
    """The reference's control loop, which can be put back by a step."""

    STATE = ("_last_key_values", *(f"last_{kind}_observation" for kind in ("discrete", "continuous", "text", "image")))
    STATE += ("last_discrete_action", "last_continuous_action", "last_reward")

    def __init__(self, model: nn.Module, processor, window: int | None, space: Box | Discrete):
        self.model, self.processor, self.window, self.space = model, processor, window, space
        self.margin = np.inf
        model.reset_rl()
        forward = type(model).forward

        def watched(*args, **kwargs):
            outputs = forward(model, *args, **kwargs)
            if isinstance(space, Discrete):
                best = outputs.pred_actions[0, -1, : space.n].topk(2).values
                self.margin = float(best[0] - best[1])
            return outputs

        model.forward = watched

    def act(self, reward: float | None, **observation):
        return self.model.get_next_action(
            self.processor,
            **copy.deepcopy(observation),
            reward=reward,
            action_space=self.space,
            deterministic=True,
            context_window=self.window,
        )

    def play(self, observe, steps: int) -> tuple[list[dict], list[float], list]:
        """Observations, rewards and actions; where a choice is not clear, something else is observed."""
        observations, rewards, actions = [], [], []
        trial = 0
        while len(actions) < steps:
            before = {name: copy.copy(getattr(self.model, name)) for name in self.STATE}
            observation, reward = observe(trial)
            trial += 1
            action = self.act(reward if actions else None, **observation)
            if self.margin < MARGIN:
                self.model.__dict__.update(before)
                continue
            observations.append({**observation, "trial": trial - 1})
            rewards.append(reward)
            actions.append(action)
        return observations, rewards, actions


def episodes(model: nn.Module, processor, rng: np.random.Generator) -> dict[str, Tensor]:
    """An episode of numbers, cut by the positions, and one of integers and texts, cut by a context window of 20."""

    def numbers(_: int):
        return {"continuous_observation": rng.normal(size=NUMBERS).astype(np.float32)}, float(np.float32(rng.normal()))

    def integers(trial: int):
        seen = {"discrete_observation": rng.integers(0, 9, size=INTEGERS), "text_observation": TEXTS[trial % 4]}
        return seen, float(np.float32(rng.normal()))

    seen, rewards, moves = Player(model, processor, None, Box(MOVES)).play(numbers, STEPS)
    read, gains, chosen = Player(model, processor, 20, Discrete(ACTIONS)).play(integers, STEPS)
    return {
        "episode_numbers": torch.tensor(np.array([step["continuous_observation"] for step in seen])),
        "episode_rewards": torch.tensor(rewards),
        "episode_moves": torch.tensor(moves),
        "read_integers": torch.tensor(np.array([step["discrete_observation"] for step in read])),
        "read_texts": torch.tensor([step["trial"] % 4 for step in read]),
        "read_rewards": torch.tensor(gains),
        "read_chosen": torch.tensor(chosen),
    }


def pictures(model: nn.Module, processor) -> dict[str, Tensor]:
    """A sequence of three pictures, and an episode of them with JAT's window of 32."""
    seen = torch.stack([torch.from_numpy(picture(step)).permute(2, 0, 1).float() / 255 for step in range(3)])
    rewards, chosen = torch.zeros(1, 3), torch.tensor([[4, 0, 2]])
    images = ((seen - 0.5) / 0.5)[None]
    outputs = model(image_observations=images, discrete_actions=chosen, rewards=rewards, return_loss=False)

    def look(trial: int):
        return {"image_observation": picture(trial)}, 0.5

    steps, _, actions = Player(model, processor, 32, Discrete(ACTIONS)).play(look, 60)
    return {
        "encoded": model.image_encoder(images)[0],
        "chosen": chosen[0],
        "logits": outputs.pred_actions[0],
        "episode_pictures": torch.tensor([step["trial"] for step in steps]),
        "episode_chosen": torch.tensor(actions),
    }


def write(golden: dict[str, Tensor], texts: list[str], folder: Path) -> None:
    save_file({name: tensor.contiguous() for name, tensor in golden.items()}, folder / "golden.safetensors")
    write_json(folder / "golden.json", {"texts": texts})
    for file in folder.iterdir():
        file.chmod(0o644)
    print(folder, json.dumps({name: list(tensor.shape) for name, tensor in golden.items()}))


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path, help="a clone of github.com/huggingface/jat")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write (default: %(default)s)")
    args = parser.parse_args()
    torch.set_num_threads(1)
    jat = reference(args.clone)
    tokenizer = words()
    rng = np.random.default_rng(11)

    model = model_of(
        jat, hidden_size=102, num_layers=2, attention_types=[[["global", "local"], 1]], intermediate_size=77
    )
    save(model, tokenizer, TWINS[0], args.out / "jat", pictures=False)
    golden = sequences(model, rng) | episodes(model, processor_of(jat, tokenizer), rng)
    golden["text_ids"] = torch.tensor([text_ids(tokenizer, text) for text in TEXTS])
    write(golden, list(TEXTS), args.out / "jat")

    model = model_of(
        jat, hidden_size=51, num_layers=2, attention_types=[[["local"], 1], [["global"], 1]], intermediate_size=None
    )
    save(model, tokenizer, TWINS[2], args.out / "jat-pictures", pictures=True)
    write(pictures(model, processor_of(jat, tokenizer)), [], args.out / "jat-pictures")


if __name__ == "__main__":
    main()
