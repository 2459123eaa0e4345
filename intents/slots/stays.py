"""How often in hospital, and whether away from the city."""

from __future__ import annotations

import re

from intents.slots.numerals import numbers
from intents.slots.utterance import Utterance
from intents.types import Slot

_STAYS = re.compile(
    r"(?:住|进)了?(?P<after>[两二三四五六2-6])[次回趟](?:医?院)?|(?P<before>[两二三四五六2-6])[次回趟](?:住院|开刀|手术)|住院(?:了)?(?P<last>[两二三四五六2-6])[次回趟]"
)
_ELSEWHERE = re.compile(
    r"(?:外地|异地|省外|外省|市外|老家|上海|杭州|宁波|北京)的?(?:[^,。 ]{0,6}?)(?:医院|住院|看病|看的|开刀|手术|就医|治疗|就诊)|在(?:上海|杭州|宁波|北京|老家|外地|异地)[^,。]{0,8}住[的了过]?院|转院?到?(?:上海|杭州|宁波|外地)"
)


def find_stays(utterance: Utterance) -> list[Slot]:
    """`stays` and `hospital`."""
    slots = []
    if found := _STAYS.search(utterance.text):
        count = next(numbers(found["after"] or found["before"] or found["last"]))
        slots.append(utterance.slot("stays", int(count.value), *found.span()))
    if found := _ELSEWHERE.search(utterance.text):
        slots.append(utterance.slot("hospital", "elsewhere", *found.span()))
    return slots
