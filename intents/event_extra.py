"""What an event asks beside name and telephone, of each who comes: text, one of several, a number, a grade, a yes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from intents.event_view import event_of
from intents.slots.numerals import numbers
from intents.text import fold
from intents.types import Choice, Context, Form, Reply
from knowledge.base import Event
from knowledge.questions import Question, questions_of

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


def read(question: Question, text: str) -> str | None:
    """The answer that a message gives; None where it is none. 「不同意」 stands for a no."""
    text = fold(text).strip(" 。.!！,，")
    if question.kind == "choice":
        said = [one for one in question.choices if fold(one) in text]
        longest = max(said, key=len, default=None)
        return longest if longest and all(one in longest for one in said) else None
    if question.kind == "number":
        values = [int(one.value) for one in numbers(text) if not one.approx]
        found = _NUMBER.fullmatch(text)
        if len(values) == 1 and len(text) <= 12 and 0 <= values[0] < 10000:
            return str(values[0])
        return str(_DIGITS.get(found[1], found[1])) if found else None
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

#: Who a consent is of: it is given once, for all.
ALL = ""


def ask_extra(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
    """The first question that has no answer yet, of the first who has none."""
    left = _unanswered(form, event)
    if left is None:
        return None
    whom, question = left
    again = form.awaiting == "extra" and form.asked > 1
    form.awaiting = "extra"
    say = context.knowledge.text
    name = say("events.extra_whom", name=question.name, whom=whom) if _several(form, whom) else question.name
    age = question.kind == "number" and question.name.endswith("年龄")
    text = say("events.extra_age" if age else f"events.extra_{question.kind}", name=name)
    choices = question.choices or (("同意", "不同意") if question.kind == "consent" else ())
    if question.limit and question.kind == "choice":
        choices = (*choices, say("events.limit_none"))
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
    left = _unanswered(form, event) if event else None
    if left is None:
        return None
    question, text = left[1], context.match.text
    answer = _place_among(context, question) or read(question, text)
    if answer is None and question.limit and question.kind == "choice":
        no = context.match.slot("yes_no")
        none = text.strip() == context.knowledge.text("events.limit_none") or _NONE.search(fold(text))
        return NONE if none or (no is not None and no.value is False) else None
    if answer is not None and not question.limit and not question.fits(answer) and question.kind != "choice":
        return None if question.kind != "consent" else answer
    return answer


def _place_among(context: Context, question: Question) -> str | None:
    """「我在临城上班」, where 定海区 may and 岱山县 may not; None where the question is not of places."""
    slot, known = context.match.slot("place"), context.knowledge.place
    if question.kind != "choice" or slot is None or not all(map(known, question.choices)):
        return None
    around, here = [str(slot.value)], known(str(slot.value))
    while here is not None and here.parent and here.parent not in around:
        around.append(here.parent)
        here = known(here.parent)
    said = {known(one).name: one for one in question.choices if known(one)}  # type: ignore[union-attr]
    found = next((said[one] for one in around if one in said), None)
    return found or (NONE if question.limit else None)


#: The answer of one who is none of those that may come.
NONE = "都不是"
_NONE = re.compile("^(都|哪个都|我)?不(是|在)|以上都不")


def take(form: Form, event: Event, answer: str) -> Question | None:
    """Put the answer into the form; the question where it means that he cannot come."""
    left = _unanswered(form, event)
    if left is None:
        return None
    whom, question = left
    if (question.kind == "consent" and answer == "不同意") or (question.limit and not question.fits(answer)):
        return question
    answers: dict[str, dict[str, str]] = form.slots.setdefault("answers", {})
    answers.setdefault(whom, {})[question.name] = answer
    return None


def answers_of(form: Form, names: Sequence[str]) -> list[dict[str, str]]:
    """What each of them has answered, with what was agreed to for all."""
    answers = form.slots.get("answers", {})
    said = form.slots.get("said", {}) if len(names) == 1 else {}
    return [{**said, **answers.get(name, {}), **answers.get(ALL, {})} for name in names]


def answers_words(answers: Mapping[str, str]) -> str:
    """「孩子年级 三年级，尺码 M」."""
    return "，".join(f"{name} {answer}" for name, answer in answers.items())


def fitting(event: Event, answers: Mapping[str, str]) -> dict[str, str]:
    """Of the answers given to another event those that answer what this one asks."""
    asked = {one.name: one for one in questions_of(event)}
    return {
        name: said
        for name, said in answers.items()
        if name in asked and read(asked[name], said) == said and asked[name].fits(said)
    }


def who_with_answers(form: Form) -> str:
    """「王小明（孩子年级 三年级）、王小红（孩子年级 一年级）」."""
    names = form.slots["names"]
    each = zip(names, answers_of(form, names), strict=True)
    return "、".join(f"{name}（{answers_words(said)}）" if said else name for name, said in each)


def _unanswered(form: Form, event: Event) -> tuple[str, Question] | None:
    answers, questions, said = form.slots.get("answers", {}), questions_of(event), form.slots.get("said", {})
    for name in form.slots["names"]:
        for one in questions:
            whom = ALL if one.kind == "consent" else name
            if one.name in answers.get(whom, {}) or (len(form.slots["names"]) == 1 and one.name in said):
                continue
            return whom, one
    return None


def _several(form: Form, whom: str) -> bool:
    return len(form.slots["names"]) > 1 and whom != ALL


# ---------------------------------------------------------------- said before it is asked

_AGE = re.compile(r"(?<!\d)(\d{1,2})\s*(?:周?岁|了(?=能|可以|还能|要|$|[,，。?？ ]))(?!以|及|或|到|-)")
_GRADE_SAID = re.compile(
    "(?:小学|初中|高中|小|初|高)?[一二三四五六七八九1-9]年级|[初高][一二三]|幼儿园[大中小]班|[大中小]班的?$"
)


def says_age(text: str) -> bool:
    """「我62了能报吗」."""
    return _AGE.search(fold(text)) is not None


def said_unfit(text: str, event: Event) -> Question | None:
    """The limit that what was said outright does not fit: 「我16岁，想报健步走」."""
    return next((one for one, answer in _said(text, event) if one.limit and not one.fits(answer)), None)


def note_said(text: str, form: Form, event: Event) -> Question | None:
    """Put into the form what was said before it was asked; the limit that it does not fit, where there is one."""
    for one, answer in _said(text, event):
        if one.fits(answer):
            form.slots.setdefault("said", {})[one.name] = answer
    return said_unfit(text, event)


def _said(text: str, event: Event) -> Iterator[tuple[Question, str]]:
    """Ages and grades that are said outright."""
    for one in questions_of(event):
        age = one.kind == "number" and one.name.endswith("年龄")
        if age and (found := _AGE.search(fold(text))):
            yield one, found[1]
        if (
            one.kind == "grade"
            and (found := _GRADE_SAID.search(fold(text)))
            and (said := _grade(found.group()))
        ):
            yield one, said
