"""Writes the names of emoji that the tokenizer puts in their place, as the package `emoji` 2.16.0 has them.

python emoji_names.py > ../src/main/resources/dev/sensorium/plugin/dalle/emoji.txt
"""

import emoji

print("# English names of emoji, those of the Unicode CLDR (Unicode License v3), made by training/emoji_names.py:")
print("# code points in hexadecimal, and the name.")
for sequence in sorted(emoji.EMOJI_DATA):
    points = "-".join(f"{ord(c):x}" for c in sequence)
    print(points, emoji.EMOJI_DATA[sequence]["en"][1:-1])
