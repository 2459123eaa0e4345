"""Several people in one talk about claims: each is looked at alone, and 「先算她的」 says whose turn it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intents.claim_sums import LEAST, Numbers

_ANOTHER = re.compile("她|他(?!们)|老婆|老公|爱人|媳妇|对象|另一个|另外一个|另一位")
_HIMSELF = re.compile("我的|我自己|我本人|算我|我呢|看我")
_NTH = re.compile(r"第([一二三四五六七八九\d])(?:个|位|名)")
_DIGITS = "一二三四五六七八九"
_ALL_TOGETHER = re.compile("(?:合|加|放|并)[在到]?一[起块]|合起来|加起来|合并|分开|各算各")

_OF_ALL = re.compile(r"[都全们]|[两二三四五六七八九几\d](?:个|位|名)|两口子|夫妻|俩")
#: 「那我婆婆呢」, also while something is still asked about himself.
AND_ANOTHER = re.compile("^那?我[^,，。 我]{1,4}呢")
#: A longer message tells a story of its own.
_SHORT = 24


def whose(people: Sequence[int], mine: int, text: str, sums: Numbers) -> int | None:
    """Which of the people a short message means: by his sum, by his place in the row, or he of two."""
    said = [int(number.value * 100) for number in sums]
    named = [at for at, fen in enumerate(people) if fen in said]
    if len(text) > _SHORT or len(named) > 1 or any(fen >= LEAST and fen in people for fen in said[1:]):
        return None
    if named:
        return named[0]
    if place := _NTH.search(text):
        at = _DIGITS.find(place[1]) if place[1] in _DIGITS else int(place[1]) - 1
        return at if 0 <= at < len(people) else None
    if len(people) != 2 or mine < 0 or any(fen >= LEAST for fen in said):
        return None
    if _ANOTHER.search(text):
        return 1 - mine
    return mine if _HIMSELF.search(text) else None


def named_for_all(text: str) -> bool:
    """Whether what a text ends with is said of all the people: 「我们都是跑外卖的」「三个骑手」."""
    return _OF_ALL.search(text) is not None


def asks_whether_together(text: str) -> bool:
    """「合在一起算还是分开」 of several people."""
    return _ALL_TOGETHER.search(text) is not None
