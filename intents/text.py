"""What a message says, whatever it was typed with: width, script, case, fillers, repeats, emoji, dialect.

`fold` keeps every character's place, so that what is found in it can be shown as typed. `normalise` is for
matching alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from knowledge.characters import same_sounding, simplified, simplify, syllable

#: More than this is never read: a message of 100,000 characters costs no more than one of 200.
LONGEST = 200

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


@cache
def _folded() -> dict[int, str]:
    """What each character folds to in one step, where that is another one."""
    table = {code: simple.lower() for code, simple in simplified().items()}
    table.update((code, simplify(chr(half)).lower()) for code, half in _WIDTH.items())
    return table


@lru_cache(maxsize=64)  # a message is asked for again and again on its way; it is not kept for long
def fold(text: str) -> str:
    """`text` half width, simplified and in lower case, character for character: the length stays."""
    text = text.translate(_folded())
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


# Speech that only some regions use, and what it is elsewhere. Longer ones first; single characters that are
# part of ordinary words do not belong here.
_SPOKEN = {
    "阿里搭": "哪里", "啥地方": "哪里", "嘎哈": "干什么", "哪疙瘩": "哪里", "哪旮旯": "哪里",
    "哪旮沓": "哪里", "有木有": "有没有", "有冇": "有没有", "啷个": "怎么", "咋个": "怎么", "哪能": "怎么",
    "点样": "怎么", "撒子": "什么", "啥子": "什么", "么子": "什么", "爪子": "什么", "边度": "哪里",
    "哪搭": "哪里", "几钿": "多少钱", "几多": "多少", "铜钿": "钱", "钞票": "钱", "白相": "玩",
    "呒没": "没有", "呒有": "没有", "木有": "没有", "晓得": "知道", "晓不晓得": "知道吗", "阿拉": "我们",
    "拉倒": "算了", "咋整": "怎么办", "中不中": "行不行", "今朝": "今天", "明朝": "明天", "后日": "后天",
    "今儿": "今天", "明儿": "明天", "葛": "的", "搿": "这", "啥": "什么", "咋": "怎么", "侬": "你",
    "俺": "我", "恩": "嗯", "勿": "不", "冇": "没有", "莫得": "没得", "没得": "没有", "帐": "账",
}  # fmt: skip
_SPOKEN_PATTERN = re.compile("|".join(sorted(_SPOKEN, key=len, reverse=True)))
_QUESTION_ENDING = re.compile(r"(?:伐啦|伐|不啦|噻|哇|嘞|捏|嚒|么|嘛)(?=$|[\s,.!?;,。!?…])")
_FILLERS = re.compile(
    r"嗯+|呃+|(?<![名金余差总限])额(?![度外头])|[啊呀哦噢唉诶欸哎喔]+|就是说|我想问一?下|我想问问?|想问一?下|问一?下|请问|麻烦问|"
    r"请教一?下|咨询一?下|那个那个|这个这个|(?<=[,.])(?:那个|这个|然后|就是)"
)
_OPENING = re.compile(
    r"^(?:[\s,.!]|那个|这个|然后|就是|你好|您好|在吗|哈喽|师傅|老师好?|同志|打扰一?下?|麻烦一?下|hello|hi\b)+"
)
_CLOSING = re.compile(r"(?:[\s,.!]|谢谢你?们?了?|多谢了?|感谢|麻烦你?们?了|辛苦了|拜托了?|在线等|求解答)+$")
# What is left of a message without its courtesies must still say something: 好的 before 谢谢 is one itself.
_SAYS_SOMETHING = re.compile(
    r"(?!(?:好|行|嗯|哦|噢|可以|知道|明白|收到|了解|懂|没事|没有|没了|不用|不了|是的|对的|ok|那|先|就|再|解决|清楚|够|麻烦|辛苦|在|有人|有没有人|"
    r"早|大家|小舟|工会|师傅|老师|谢|感谢|多谢)[^,]{0,3}$).{2,}"
)
_NOT_TEXT = re.compile(r"[^\w\s?!.,:+%¥@\-]|[_]")
_REPEATED = re.compile(r"(.)\1{2,}")
_REPEATED_MARK = re.compile(r"([?!.,\s])[?!.,\s]+")
_PUNCTUATION = str.maketrans("。、…~;【】\n", ".,..,   ")
_SPACE_BETWEEN_CHARACTERS = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


def normalise(text: str) -> str:
    """`text` ready for matching: folded, at most LONGEST characters, one of many ways of saying."""
    text = fold(text[:LONGEST]).translate(_PUNCTUATION)
    text = _NOT_TEXT.sub("", text)
    text = _REPEATED.sub(r"\1\1", text)
    text = _QUESTION_ENDING.sub("吗", text)
    text = _SPOKEN_PATTERN.sub(lambda found: _SPOKEN[found.group()], text)
    text = _FILLERS.sub("", text).strip(" .,") or text
    for courtesy in (_OPENING, _CLOSING):
        rest = courtesy.sub("", text)
        text = rest if _SAYS_SOMETHING.match(rest) else text
    text = _REPEATED_MARK.sub(r"\1", text)
    return _SPACE_BETWEEN_CHARACTERS.sub(",", text).strip(" .,")


_MARKS = re.compile(r"(?<![0-9])[,.](?![0-9])|[,.](?![0-9])|[?!]")


def without_marks(text: str) -> str:
    """A normalised text without punctuation, which people leave out as they like; decimal points stay."""
    return _MARKS.sub("", text)


# ---------------------------------------------------------------- sounds

# What the ear of a southerner, and his keyboard, does not tell apart.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@cache
def sound(pinyin: str) -> str:
    """A syllable without the differences that are often not heard: zh/z, ch/c, sh/s, n/l, eng/en, ing/in."""
    for full, short in _ALIKE:
        if pinyin.startswith(full):
            pinyin = short + pinyin[len(full) :]
    if pinyin.startswith("n") and len(pinyin) > 1:
        pinyin = "l" + pinyin[1:]
    return pinyin[:-1] if pinyin.endswith(("eng", "ing")) else pinyin


@cache
def character_sound(char: str) -> str:
    """`sound` of a character; the character itself where it is not a Chinese one."""
    read = syllable(char)
    return sound(read) if read else char


_LETTERS = re.compile(r"[a-zü']+")


@cache
def _syllable_names() -> frozenset[str]:
    return frozenset(name for name in same_sounding() if len(name) > 1) | {"a", "e"}


def latin_syllables(word: str) -> list[str]:
    """`word` cut into pinyin syllables ("kunnan" → kun, nan), or [] where it is not pinyin."""
    names = _syllable_names()
    ways: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before = ways[start]
            if before is not None and word[start:end] in names:
                way = [*before, word[start:end]]
                best = ways[end]
                if best is None or len(way) < len(best):
                    ways[end] = way
    return ways[-1] or []


@cache
def _signs() -> dict[int, str]:
    """Each Chinese character's code → the one sign that stands for how it sounds."""
    signs = {name: chr(_FIRST_SIGN + i) for i, name in enumerate(_sound_names())}
    return {ord(char): signs[sound(name)] for name, chars in same_sounding().items() for char in chars}


#: Signs for sounds lie where no script has characters.
_FIRST_SIGN = 0xE000


@cache
def _sound_names() -> tuple[str, ...]:
    return tuple(sorted(set(map(sound, same_sounding()))))


def heard(text: str) -> str:
    """A folded text with one sign for each character's sound; what has none stays. The length stays."""
    return text.translate(_signs())


def spelled(signs: str) -> str:
    """Signs of `heard` as pinyin, to be read by people."""
    names = _sound_names()
    places = (ord(sign) - _FIRST_SIGN for sign in signs)
    return " ".join(names[i] if 0 <= i < len(names) else sign for i, sign in zip(places, signs, strict=True))


def sounds(text: str) -> tuple[str, Sequence[int]]:
    """The signs of a normalised text's sounds and where each begins in it; what is typed in pinyin is heard too."""
    signs = heard(text)
    if not _LETTERS.search(text):
        if " " not in signs:
            return signs, range(len(signs))
        places = [i for i, sign in enumerate(signs) if sign != " "]
        return signs.replace(" ", ""), places
    parts: list[str] = []
    places = []
    at = 0
    for letters in _LETTERS.finditer(text):
        _hear(signs, at, letters.start(), parts, places)
        at = letters.end()
        word = letters.group().replace("'", "").replace("ü", "v")
        syllables = latin_syllables(word) if len(word) <= 40 else []
        if syllables:
            parts += [_sign_of(name) for name in syllables]
            places += [letters.start()] * len(syllables)
        else:
            _hear(signs, letters.start(), at, parts, places)
    _hear(signs, at, len(text), parts, places)
    return "".join(parts), places


def _hear(signs: str, start: int, end: int, parts: list[str], places: list[int]) -> None:
    parts.extend(sign for sign in signs[start:end] if sign != " ")
    places.extend(i for i in range(start, end) if signs[i] != " ")


@cache
def _sign_of(name: str) -> str:
    return chr(_FIRST_SIGN + _sound_names().index(sound(name)))
