"""Writes the golden WordPiece tokenizer: a BERT-format vocabulary and what transformers makes of difficult strings.

For every string ``strings.json`` has the ``ids`` cut at the model's limit of 512, the ``padded`` ones cut or filled to
BLIP's 35 of which ``length`` count, and the text of ``ids`` decoded without special tokens and with them. Run it with
PYTHONPATH=plugins/training from the root of the repository.
"""

from __future__ import annotations

import argparse
import shutil
from importlib.metadata import version
from pathlib import Path
from string import digits, punctuation

from transformers import BertTokenizer

from tokenizer_goldens import CORPUS, strings, write_json
from wordpiece_vocabulary import save_vocabulary, train_wordpiece_tokenizer

OUT = Path("sdk/kit/src/test/resources/goldens/wordpiece")
LIMIT = 512
CONTEXT = 35
PIECES = 1200

SPECIAL_TOKENS = """
[SEP]
[CLS] a red circle [SEP]
a [SEP] b [PAD] c [UNK] d [MASK] e
[DEC] a picture of [ENC]
[dec] [sep] [Cls]
[ SEP ] [SEP [SEP]] [[SEP]]
x[SEP]y
[SEP][SEP][SEP]
[DEC]a red circle
[MASK]s and [MASK]ed
[unused0] [NOTSPECIAL]
"""

DECODING = """
a red circle , a blue square .
what color is the circle?
is there a blue star ? no !
do not don't can not can't won ' t
it 's i 'm we 've they 're
' quoted ' 'quoted'
three-legged #tag ##ing ## # ##
1 , 2 . 3
"""

LETTERS = """
naïve NAÏVE nai\u0308ve
ÀÉÎÕÜ àéîõü çñ ß ẞ ø Ø đ ł Ł
\u0130stanbul \u0130 i\u0307 I\u0307
e\u0301\u0302 \u0301e a\u0300\u0301\u0302b
Ǆ ǆ ﬁ ﬂ
한글 한글
ｱｲｳ ｶﾞ ガ
日本語red円circle
\u4e00\u9fff\u3400\u4dbf\uf900\ufaff
\U00020000\U0002a6df\U0002b81f\U0002f800
\u3040\u30ff\u3000\u3001\u3002
a\u0000b\ufffdc\u200bd\u00ade\ufefff
tab\treturn\rnbsp\u00a0line\u2028para\u2029
punct\u2010\u2014\u2026\u3010\uff01\u00a1\u00bf\u00a7\u00b6\u00ab\u0964
symbols$+<=>^`|~ €£¥ ©® °± ×÷
"""


def all_strings() -> list[str]:
    """CLIP's strings and the ones that concern BERT, each once."""
    found = strings()
    for block in (SPECIAL_TOKENS, DECODING, LETTERS):
        found += block.strip("\n").split("\n")
    found += [("word " * count).strip() for count in (32, 33, 34, 509, 510, 511, 512, 600)]
    found += ["red" * 33 + "x" * extra for extra in (0, 1, 2, 100)]
    found += ["circle" + "\u0301" * 200, "e\u0301" * 60, "日" * 120, "!" * 120, "\u0130" * 60, "\U0001d400" * 101]
    found += ["new\nline", "line feeds\r\n\r\nand returns\r", "\u2028\u2029\x85"]
    found += [" ".join(["a red circle above a blue square,"] * 90), "unaffable " * 200]
    return list(dict.fromkeys(found))


def describe(tokenizer: BertTokenizer) -> dict:
    """Ids and decoded text of all strings."""
    cases = []
    for text in all_strings():
        ids = tokenizer(text, truncation=True, max_length=LIMIT).input_ids
        cut = tokenizer(text, padding="max_length", truncation=True, max_length=CONTEXT)
        case = {"text": text, "ids": ids, "padded": cut.input_ids, "length": sum(cut.attention_mask)}
        decoded = tokenizer.decode(ids, skip_special_tokens=True)
        cases.append(case | {"decoded": decoded, "decoded_with_specials": tokenizer.decode(ids)})
    return {
        "written_by": "sdk/kit/src/test/python/wordpiece_goldens.py",
        "versions": {name: version(name) for name in ("transformers", "tokenizers")},
        "vocabulary": len(tokenizer),
        "limit": LIMIT,
        "context": CONTEXT,
        "pad": tokenizer.pad_token_id,
        "unknown": tokenizer.unk_token_id,
        "start": tokenizer.cls_token_id,
        "end": tokenizer.sep_token_id,
        "decode": tokenizer.bos_token_id,
        "strings": cases,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write (default: %(default)s)")
    out = parser.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    texts = [*CORPUS.read_text("utf-8").splitlines(), " ".join(punctuation + digits), "don can n't 's €£¥ “ ” … – —"]
    tokenizer = train_wordpiece_tokenizer(texts, PIECES, LIMIT)
    tokenizer.save_pretrained(out)
    save_vocabulary(tokenizer, out)
    write_json(out / "strings.json", describe(BertTokenizer.from_pretrained(out)))
    print(f"{len(tokenizer)} tokens, {len(all_strings())} strings")


if __name__ == "__main__":
    main()
