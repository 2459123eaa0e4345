"""Phrases as people mistype them: same-sounding characters, dropped ones, fillers, traditional ones."""

from __future__ import annotations

from random import Random

from intents.text import character_sound
from knowledge.characters import same_sounding, syllable, traditional

#: Only the common characters of a syllable are ever typed by mistake.
_COMMON = 12
_FILLERS = ("嗯", "那个", "请问", "你好", "啊", "我想问一下", "师傅", "就是")


def same_sound(text: str, random: Random) -> str:
    """`text` with one character exchanged for another of the same sound."""
    places = [i for i, char in enumerate(text) if syllable(char)]
    if not places:
        return text
    at = random.choice(places)
    others = [c for c in alike(text[at]) if c != text[at]]
    return text[:at] + random.choice(others) + text[at + 1 :] if others else text


def alike(char: str) -> str:
    """Common characters that sound like `char`."""
    return common_same_sounding().get(syllable(char), "")


def noisy(text: str, random: Random) -> str:
    """`text` with one or two of the mistakes that people make."""
    for _ in range(random.choice((1, 1, 2))):
        kind = random.random()
        if kind < 0.5:
            text = same_sound(text, random)
        elif kind < 0.7 and len(text) > 4:
            at = random.randrange(len(text))
            text = text[:at] + text[at + 1 :]
        elif kind < 0.85:
            text = random.choice(_FILLERS) + text
        elif kind < 0.93:
            text = text.rstrip("？?。！!").replace("，", " ")
        else:
            text = traditional(text)
    return text


def common_same_sounding() -> dict[str, str]:
    """Syllable → its characters that ordinary writing uses (those of GB 2312's first level)."""
    if not _CACHE:
        for name, characters in same_sounding().items():
            usual = [char for char in characters if _is_usual(char)]
            _CACHE[name] = "".join(usual[:_COMMON])
    return _CACHE


_CACHE: dict[str, str] = {}


def _is_usual(char: str) -> bool:
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return 0xB0 <= code[0] <= 0xD7 and bool(character_sound(char))
