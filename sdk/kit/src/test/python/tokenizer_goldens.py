"""Writes the golden tokenizer: a CLIP-format vocabulary and what transformers makes of difficult strings.

``strings.json`` is for the small vocabulary that lies beside it. ``full_vocabulary_ids.json`` has the same strings for
CLIP's published vocabulary of 49,408 tokens, which is built from its list of merges and is not kept here. Run it with
PYTHONPATH=plugins/training from the root of the repository.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import unicodedata
from importlib.metadata import version
from pathlib import Path

from transformers import CLIPTokenizer

from clip_vocabulary import clip_tokenizer, save_slow_files, train_clip_tokenizer

OUT = Path("sdk/kit/src/test/resources/goldens/tokenizer")
CORPUS = Path(__file__).with_name("tokenizer_corpus.txt")
CONTEXT = 77
MERGES = 2000
PUBLISHED_MERGES = 48_894

WHITESPACE = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)

ENGLISH = """
a photo of a cat
a photo of a red circle.
A Photo Of A Dog
THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG
itap of a plastic bag.
a jpeg corrupted photo of a hard-to-see, close-up sculpture
hello world
Hello, World!
supercalifragilisticexpialidocious
photography typography cartography
mother-in-law
state-of-the-art
snake_case_name camelCaseName SCREAMING_CASE
x
.
!?
...
…
(a) [b] {c} <d>
"quoted" 'single' “curly” ‘curly’ «guillemets» „low“
em—dash en–dash minus−sign hyphen‐hyphen
a/b\\c|d
#hashtag @mention
C++ C# F# .NET
e.g. i.e. etc.
U.S.A. Ph.D.
end.Start
no!!!!!! way??!
under_score__double
* bullet * points *
~tilde~ `tick` ^caret^
100% sure & ready
"""

CONTRACTIONS = """
don't
DON'T
Don’t
it's
IT'S
's
'S
they're we've I'm you'll he'd
THEY'RE WE'VE I'M YOU'LL HE'D
rock'n'roll
o'clock
'tis the season
'twas
l'été d'hier s'il qu'on
the dogs' bowls
'''
it''s
' s
x's's
'd'd
'LL 'll
y'all'd've
should'nt've
I'M
'ſ
"""

DIGITS = """
0
7
42
1234567890
3.14159
1,000,000
2026-11-23
12:30:45
v1.2.3-rc4
room101
4x4
1st 2nd 3rd
0x1F600
½ ⅓ ¼
x² y³ z₁
Ⅳ Ⅷ
①②③
٠١٢٣٤٥
०१२३
１２３４
৪৫৬
"""

LANGUAGES = """
Straße
STRASSE
ß
ẞ
Ärger Öl Übung
naïve café résumé
NAÏVE CAFÉ
garçon français
El Niño mañana
São Paulo não
Žluťoučký kůň
Zażółć gęślą jaźń
İstanbul
İ
I ı i İ
İİİ
DİYARBAKIR
Iğdır ışık
Ǆ ǅ ǆ
ŉ ǰ ΐ ΰ
Σίσυφος
ΣΊΣΥΦΟΣ
ΟΔΟΣ
σς Σ
ΑΣ ΑΣ.
привет мир
ПРИВЕТ МИР
ёлка ЙОД
Київ ґанок їжак
שלום עולם
שָׁלוֹם
مرحبا بالعالم
السَّلَامُ عَلَيْكُم
سلام دنیا
می‌خواهم
नमस्ते दुनिया
क्षत्रिय
हिन्दी में
বাংলা ভাষা
தமிழ் மொழி
తెలుగు
ಕನ್ನಡ
മലയാളം
ไทย
สวัสดีชาวโลก
ภาษาไทยไม่มีช่องว่าง
ລາວ
မြန်မာ
ខ្មែរ
བོད་ཡིག
ქართული
ᲥᲐᲠᲗᲣᲚᲘ
Հայերեն
አማርኛ
你好，世界！
小女孩画了一个红色的圆
漢字仮名交じり文
こんにちは世界
コンピュータ
ｺﾝﾋﾟｭｰﾀ
カ゚ が
안녕하세요 세계
한글 ᄒ ᅡ ᆫ
Tiếng Việt có dấu
𠮷野家 𩸽
𐍈𐌰𐌹 gothic
𝓗𝓮𝓵𝓵𝓸 𝕎𝕠𝕣𝕝𝕕 𝟙𝟚𝟛
ⓗⓔⓛⓛⓞ
"""

EMOJI = """
🙂
😀😃😄
I ❤️ you
❤
❤️
👍🏽
👩‍💻
👨‍👩‍👧‍👦
🏳️‍🌈
🏴‍☠️
🏴󠁧󠁢󠁥󠁮󠁧󠁿
🇩🇪🇯🇵
🇩 🇪
1️⃣2️⃣3️⃣
#️⃣
©️ ® ™
☀️ ☁️ ☂
a🙂b🙂c
🙂.🙂!
🧑🏿‍🚀🧑🏻‍🚀
⭐ red star ⭐
✓ ✗ → ← ⇒
♠♥♦♣
"""

FULL_WIDTH_AND_LIGATURES = """
ｆｕｌｌ ｗｉｄｔｈ
ＦＵＬＬ　ＷＩＤＴＨ
ﬁne ﬂow oﬀice eﬃcient ﬄ ﬆ
Œuvre œuf Æther æon
ĳsselmeer Ĳ
\u212a vs K, \u212b vs Å, \u2126 vs Ω
µ vs μ
ﷺ
㎏ ㎡ ㏒
℡ №
"""

MARKUP = """
&lt;b&gt;bold&lt;/b&gt;
&amp;amp; &amp;
&quot;hello&quot; &#39;x&#39;
&nbsp;&nbsp;
<p>text</p>
<|endoftext|>
<|startoftext|>
a <|endoftext|> b
<|startoftext|>a photo<|endoftext|>
<|ENDOFTEXT|>
< |endoftext| >
<|endoftext|><|endoftext|><|endoftext|>
x<|endoftext|>y
  <|endoftext|>  spaced  
photo</w>
</w>
a</w> b</w>
<unk> <pad> [CLS] [MASK] <s>
Ġhello Ċ Ģ
â€™ mojibake Ã©
https://example.org/a?b=c&d=%20#e
someone@example.org
C:\\Users\\photo.jpg
{"json": [1, 2.5, null]}
SELECT * FROM t WHERE a='b';
"""


def strings() -> list[str]:
    """All strings, each once."""
    found = [""]
    for block in (ENGLISH, CONTRACTIONS, DIGITS, LANGUAGES, EMOJI, FULL_WIDTH_AND_LIGATURES, MARKUP):
        found += block.strip("\n").split("\n")
    composed = ("naïve café résumé", "Zażółć", "한글", "Ångström", "İ", "Tiếng Việt có dấu", "שָׁלוֹם", "हिन्दी")
    found += [unicodedata.normalize("NFD", text) for text in composed]
    found += [unicodedata.normalize(form, "Ǖ ṩ ộ ﬁ ｶﾞ Å 가") for form in ("NFC", "NFD", "NFKC", "NFKD")]
    found += ["a\u0323\u0307b", "a\u0307\u0323b", "\u0301leading mark", "x" + "\u0301" * 20, "q\u0307\u0323"]
    found += [f"a{space}photo" for space in WHITESPACE]
    found += [f"{space}edge{space}" for space in "\t\n\u00a0\u2003\u3000"]
    found += ["a   lot \t of \r\n\r\n space ", " ", "   ", "\n", "\t\r\n \u3000", "a. b .c . d"]
    found += [f"a{control}b" for control in "\x00\x01\x07\x08\x1b\x7f\x80\x9f\u00ad\u200c\u200d\u200e\u202e\ufffd"]
    found += ["\ufffe", "\U0010ffff", "\ue000 private", "e\u200dx", "\ufe0f", "\u20e3"]
    found += ["a" * 100, "ab" * 60, "z" * 300, "ß" * 50, "日" * 60, "🙂" * 30, "!" * 90, "1" * 90, "\u0e01" * 40]
    found += ["word " * 74 + "end", "word " * 75 + "end", "word " * 76, "a " * 75, "a " * 76, "a " * 100]
    found += [" ".join(f"{i}th red circle" for i in range(40)), " ".join(CORPUS.read_text("utf-8").split()[:120])]
    found += ["a photo of " * 20 + "<|endoftext|> again", " ".join("日本語 русский עברית हिन्दी".split() * 30)]
    return list(dict.fromkeys(found))


def describe(tokenizer: CLIPTokenizer) -> dict:
    """Ids of all strings: ``ids`` in full, ``padded`` cut or filled to the context, of which ``length`` count."""
    cases = []
    for text in strings():
        cut = tokenizer(text, padding="max_length", truncation=True, max_length=CONTEXT)
        case = {"text": text, "ids": tokenizer(text).input_ids, "padded": cut.input_ids}
        cases.append(case | {"length": sum(cut.attention_mask)})
    return {
        "written_by": "sdk/kit/src/test/python/tokenizer_goldens.py",
        "versions": {name: version(name) for name in ("transformers", "tokenizers")},
        "vocabulary": len(tokenizer),
        "context": CONTEXT,
        "start": tokenizer.bos_token_id,
        "end": tokenizer.eos_token_id,
        "pad": tokenizer.pad_token_id,
        "strings": cases,
    }


def published_tokenizer(merges_file: Path) -> CLIPTokenizer:
    """CLIP's own vocabulary, from bpe_simple_vocab_16e6.txt.gz."""
    lines = gzip.decompress(merges_file.read_bytes()).decode("utf-8").split("\n")
    merges = [tuple(line.split()) for line in lines[1 : PUBLISHED_MERGES + 1]]
    tokenizer = clip_tokenizer(merges, CONTEXT)
    if tokenizer("a photo of a cat").input_ids != [49406, 320, 1125, 539, 320, 2368, 49407]:
        raise ValueError(f"{merges_file}: not CLIP's published merges")
    return tokenizer


def write_json(file: Path, value: dict) -> None:
    """Writes one string per line; everything outside ASCII is escaped, so that no editor can change it."""
    cases = value.pop("strings")
    head = json.dumps(value, indent=2)[:-2]
    lines = ",\n".join("    " + json.dumps(case, separators=(",", ":")) for case in cases)
    file.write_text(f'{head},\n  "strings": [\n{lines}\n  ]\n}}\n', "ascii")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("merges", type=Path, help="bpe_simple_vocab_16e6.txt.gz of the CLIP repository")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write (default: %(default)s)")
    arguments = parser.parse_args()
    out = arguments.out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    small = train_clip_tokenizer(CORPUS.read_text("utf-8").splitlines(), MERGES, CONTEXT)
    small.save_pretrained(out)
    save_slow_files(small, out)
    write_json(out / "strings.json", describe(CLIPTokenizer.from_pretrained(out)))
    write_json(out / "full_vocabulary_ids.json", describe(published_tokenizer(arguments.merges)))
    print(f"{len(small)} tokens, {len(strings())} strings")


if __name__ == "__main__":
    main()
