"""What an event asks beside name and telephone: text, one of several, a number, a child's grade, a yes.

An admin writes 「孩子年级:年级、尺码:S/M/L、同来几人:数字、同意拍照:同意、备注」; without a kind it is text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from intents.event_view import event_of
from intents.text import fold
from intents.types import Choice, Context, Form, Reply
from knowledge.base import Event

Kind = Literal["text", "choice", "number", "grade", "consent"]
KINDS: dict[str, Kind] = {"数字": "number", "年级": "grade", "同意": "consent", "文字": "text"}

_DIGITS = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "两": 2,
    "零": 0,
}
_NUMBER = re.compile(
    r"\D{0,6}?(\d{1,4}|[一二三四五六七八九十两零])(个人|个|人|位|岁|件|双|名|号|码|辆|公斤|斤|厘米)?[^\d一-鿿]*"
)
_GRADE = re.compile(r"(幼儿园)?[大中小托]班|(小学|初中|高中|小|初|高)?([一二三四五六七八九1-9])(年级)?")
_SCHOOL = re.compile("^(小学|初中|高中|小|初|高|大班|中班|小班|托班|幼儿园|[一二三四五六七八九1-9](年级)?$)")
_YES = re.compile("^(我)?(同意|好|可以|行|是|愿意|没问题|嗯|对)")
_NO = re.compile("不同意|不行|不可以|不愿意|不好|^不|^否")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that an event asks."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()


def questions_of(event: Event) -> tuple[Question, ...]:
    """What an event asks, in its order."""
    return tuple(map(_question, event.questions))


def _question(words: str) -> Question:
    name, _, kind = words.replace("：", ":").partition(":")
    choices = tuple(part.strip() for part in kind.split("/") if part.strip())
    if len(choices) > 1:
        return Question(name.strip(), "choice", choices)
    return Question(name.strip(), KINDS.get(kind.strip(), "text"))


def read(question: Question, text: str) -> str | None:
    """The answer that a message gives; None where it is none. 「不同意」 stands for a no."""
    text = fold(text).strip(" 。.!！,，")
    if question.kind == "choice":
        said = [one for one in question.choices if fold(one) in text]
        longest = max(said, key=len, default=None)
        return longest if longest and all(one in longest for one in said) else None
    if question.kind == "number":
        found = _NUMBER.fullmatch(text)
        return None if found is None else str(_DIGITS.get(found[1], found[1]))
    if question.kind == "grade":
        return _grade(text)
    if question.kind == "consent":
        return "不同意" if _NO.search(text) else "同意" if _YES.search(text) else None
    return text[:100] or None


def _grade(text: str) -> str | None:
    """「三年级」 for 3, 小三 and 读三年级了; 初二, 大班."""
    text = re.sub("^(孩子|他|她|在?读|上|今年|现在|是|念)+|(了|的|吧|上|学期)+$", "", text)
    found = _GRADE.fullmatch(text)
    if found is None or not _SCHOOL.search(text):
        return None
    if found[3] is None:
        return text
    number = "零一二三四五六七八九"[int(found[3])] if found[3].isdigit() else found[3]
    school = (found[2] or "")[:1].replace("小", "")
    limit = 3 if school else 9
    if "一二三四五六七八九".index(number) >= limit:
        return None
    return f"{school}{number}" if school else f"{number}年级"


# ---------------------------------------------------------------- in the chat


def ask_extra(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
    """The first question that has no answer yet."""
    left = _unanswered(form, questions_of(event))
    if left is None:
        return None
    again = form.awaiting == "extra" and form.asked > 1
    form.awaiting = "extra"
    say = context.knowledge.text
    text = say(f"events.extra_{left.kind}", name=left.name)
    choices = left.choices or (("同意", "不同意") if left.kind == "consent" else ())
    if not choices:
        context.session.offered = []  # a number is the answer, not one of the choices before
    return Reply(
        f"{say('events.extra_again')}{text}" if again else text,
        intent="event_signup" if first else None,
        choices=tuple(map(Choice, choices)),
    )


def given(context: Context, form: Form) -> str | None:
    """The answer that the message gives to the question in hand."""
    event = event_of(context, form)
    question = _unanswered(form, questions_of(event)) if event else None
    return read(question, context.match.text) if question else None


def take(form: Form, event: Event, answer: str) -> bool:
    """Put the answer into the form; False for a consent refused."""
    question = _unanswered(form, questions_of(event))
    if question is None or (question.kind == "consent" and answer == "不同意"):
        return False
    form.slots["answers"] = {**form.slots.get("answers", {}), question.name: answer}
    return True


def _unanswered(form: Form, questions: Sequence[Question]) -> Question | None:
    answers = form.slots.get("answers", {})
    return next((one for one in questions if one.name not in answers), None)
