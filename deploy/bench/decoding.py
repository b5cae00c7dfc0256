"""Writes a GPT-2 small with random weights, and times transformers' greedy `generate` of it on the CPU."""

import argparse
import json
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel

PROMPT = 32
TOKENS = 96
SECONDS = 15


def write(folder: Path) -> None:
    """Writes it as transformers reads it, and beside that with matrices (out, in), as the benchmark's layers do."""
    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config(initializer_range=0.05))
    model.save_pretrained(folder / "transformers")
    tensors = {}
    for name, tensor in model.transformer.state_dict().items():
        conv1d = ".c_" in name and name.endswith(".weight")
        tensors[name] = (tensor.T if conv1d else tensor).contiguous()
    save_file(tensors, folder / "model.safetensors")


def measure(folder: Path, dtype: str, rows: list[int]) -> None:
    model = GPT2LMHeadModel.from_pretrained(folder / "transformers", dtype=getattr(torch, dtype)).eval()
    model.generation_config.eos_token_id = None
    prompts = [[(1 + row) * (7 + i * i) % 50257 for i in range(PROMPT)] for row in range(max(rows))]
    for count in rows:
        ids = torch.tensor(prompts[:count])
        mask = torch.ones_like(ids)
        rates, end = [], time.perf_counter() + SECONDS
        while time.perf_counter() < end or len(rates) < 3:
            start = time.perf_counter()
            out = model.generate(
                ids, attention_mask=mask, max_new_tokens=TOKENS, min_new_tokens=TOKENS, do_sample=False, pad_token_id=0
            )
            rates.append(count * TOKENS / (time.perf_counter() - start))
        rates.sort()
        line = {"program": "transformers", "dtype": dtype, "requests": count, "tokens_per_second": round(rates[len(rates) // 2], 1)}
        print(json.dumps(line | {"best": round(rates[-1], 1), "tokens": out[0, PROMPT : PROMPT + 6].tolist()}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("dtype", choices=["write", "float32", "bfloat16"], help="'write' writes the folder")
    parser.add_argument("rows", nargs="*", type=int)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.dtype == "write":
        write(arguments.folder)
    else:
        measure(arguments.folder, arguments.dtype, arguments.rows)


if __name__ == "__main__":
    main()
