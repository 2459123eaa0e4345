"""Short answers: yes, no, don't know; the second one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intents.slots.numerals import numbers
from intents.slots.utterance import Utterance
from intents.types import Slot

_CIRCLED = {chr(0x2460 + i): i + 1 for i in range(20)} | {chr(0x2776 + i): i + 1 for i in range(10)}
_NTH = re.compile(r"(?:第|排第) ?(?=[\d一二三四五六七八九十两])")
_NTH_OF = re.compile(r" ?(?:个|项|条|家|场|种|行|号)?(?![次天届期层人日年月周季回节类代])")
_LAST = re.compile(r"最后(?:面?那?)?一?(?:个|项|家|场|条)")
_WHOLE = re.compile(
    r"(?:我?(?:要|选|就|报|那就|嗯|是)*) ?(?P<number>[\d一二三四五六七八九十]{1,2}) ?(?:号|吧|\.|、|。|号吧)?"
)
_END = re.compile(r" ?(?:吧|的|呢|啊|!|。)*")


def find_ordinals(utterance: Utterance) -> list[Slot]:
    """`ordinal`: 第二个, the last one (-1), and a message that is nothing but a small number (2, ２, 二, ②)."""
    text = utterance.text.strip()
    offset = utterance.text.find(text)
    bare = text.rstrip("吧的。.!、 ")
    if len(bare) == 1 and bare in _CIRCLED:
        return [utterance.slot("ordinal", _CIRCLED[bare], offset, offset + 1)]
    whole = _WHOLE.fullmatch(text)
    if whole:
        value = int(next(numbers(whole["number"])).value)
        return [
            utterance.slot("ordinal", value, offset + whole.start("number"), offset + whole.end("number"))
        ]
    if last := _LAST.search(utterance.text):
        return [utterance.slot("ordinal", -1, *last.span())]
    found = []
    for nth in _NTH.finditer(utterance.text):
        number = next(numbers(utterance.text[nth.end() : nth.end() + 3]), None)
        if number is None or number.start:
            continue
        after = _NTH_OF.match(utterance.text, nth.end() + number.end)
        if after and 0 < number.value <= 30:
            found.append(utterance.slot("ordinal", int(number.value), nth.start(), after.end()))
    return found


class AnswerFinder:
    """yes_no: True, False, or None for 不知道; only where the message, or its first part, is such an answer."""

    def __init__(self, yes: Sequence[str], no: Sequence[str], unsure: Sequence[str]) -> None:
        def words(group: Sequence[str]) -> str:
            return "|".join(re.escape(word) for word in sorted(group, key=len, reverse=True))

        opening = (
            r"[\s,.。!嗯呃额哦啊唉哎噢喔那]*(?:我|应该|可能|大概|好像|当然|都|肯定|早就|其实|目前|暂时|现在)*"
        )
        topic = r"(?:医保|社保|会费|保险)?"
        ending = r"(?:[的了呀啊哦呢吧哒滴嘛哈啦过都噻嘞~]|一直|一样)*"
        self._answer = re.compile(
            rf"{opening}{topic}(?P<said>(?P<unsure>{words(unsure)})|(?P<no>{words(no)})|(?P<yes>{words(yes)}))"
            rf"{ending}(?=$|[\s,.。!?;:~…、]|[^\w]|(?P=said))"
        )

    def find(self, utterance: Utterance) -> list[Slot]:
        """At most one slot."""
        found = self._answer.match(utterance.text)
        if not found or "?" in utterance.text[found.end() : found.end() + 1]:
            return []
        value = {"yes": True, "no": False, "unsure": None}[
            next(name for name in ("yes", "no", "unsure") if found[name])
        ]
        return [utterance.slot("yes_no", value, *found.span("said"))]
