"""Writes texts with what dalle-mini's ``TextNormalizer`` makes of them, for the test of ours.

python normalized_texts.py SOURCES, a folder with dalle-mini's ``src/dalle_mini/model/text.py``; needs ``emoji``. Texts are
ASCII without hashtags, which the packages ftfy and unidecode leave as they are: neither they nor the list of words are
needed.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

OUT = Path("plugins/dalle/src/test/resources/goldens/tokenizer/normalized.json")

TEXTS = (
    "a red circle",
    "  A Red   Circle. ",
    "a cat, a dog; and (maybe) a bird!",
    "The cat's hat isn't John's, they're 'quoted' and \"so\" `on`",
    "1,234,567 people paid $3.50 on 12/31/2020 for 50% of A&B",
    "see https://example.org/a?b=c and http://x.y",
    "<b>bold</b> &amp; &lt;i&gt; &quot;x&quot; &amp;amp;",
    "<PERSON>, <PERSON> and <PERSON> in a park",
    "[12] a reference [3]",
    "sooooo coool!!!! wow......",
    "a-b c - d e--f well-known x_y_z back\\slash",
    "price=3+4~5 {set} [list] a|b",
    "version 3.14 of file.txt at e.g. home",
    ",comma first and last,",
    "tabs\tand\nlines\r\n",
    "CAPS and MiXeD",
    "...",
    "5/6 and a/b and 1 / 2",
    "rock 'n' roll, o'clock, 'tis I'd I'm we've we'll",
    "100*200 = 20000",
)


def normalizer(sources: Path):
    for name, attribute in (("ftfy", "fix_text"), ("unidecode", "unidecode"), ("huggingface_hub", "hf_hub_download")):
        stub = ModuleType(name)
        setattr(stub, attribute, lambda text, *_, **__: text)
        sys.modules[name] = stub
    spec = importlib.util.spec_from_file_location("text", sources / "src/dalle_mini/model/text.py")
    text = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(text)
    text.HashtagProcessor = lambda: lambda word: word
    text.replace_person_token.__globals__["person_token"] = [("a person", 1)]
    return text.TextNormalizer()


def main() -> None:
    normalize = normalizer(Path(sys.argv[1]))
    OUT.write_text(json.dumps({text: normalize(text) for text in TEXTS}, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
