"""The answers to what a sign-up asked: who comes, yes or no, how many."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from intents import event_extra
from intents.event_named import by_ordinal, named
from intents.event_people import (
    NO_FULL_NAME,
    bare_names,
    can_be_a_name,
    gives_who,
    is_kin,
    kin_said,
    note_who,
    persons,
    relations_of,
)
from intents.event_refusals import NOT_MEMBER, refuse_answer, refuse_not_member
from intents.event_sessions import says_session
from intents.event_signup import choose_event, choose_session, give_up, gone, sign_up_for
from intents.event_view import event_of
from intents.text import fold
from intents.types import Context, Form, Reply


def take_who(context: Context, form: Form) -> Reply:
    """The answer to the question for name and telephone."""
    event = event_of(context, form)
    if event is None:
        return gone(context)
    before = dict(form.slots)
    if form.slots.pop("redo", False) and persons(context):
        form.slots |= {"names": [], "people": 1}
    note_who(context, form)
    answer = context.match.slot("yes_no")
    if before == form.slots and answer is not None and answer.value is False:
        return give_up(context, form)
    if before != form.slots:
        form.asked = 1
    return sign_up_for(context, event, form, first=False)


def confirm(context: Context, form: Form) -> Reply:
    """Yes to the waiting list, to being a member, or to the summary; a no or another name or number."""
    event = event_of(context, form)
    if event is None:
        return gone(context)
    said = _said_yes(context, form)
    if said is True:
        form.slots[form.awaiting] = True
        return sign_up_for(context, event, form, first=False)
    people = context.match.slot("people")
    if people is not None and not persons(context) and 0 < people.value < len(form.slots["names"]):
        names = "、".join(form.slots["names"])
        return Reply(context.knowledge.text("events.who_of_them", names=names))
    corrected = _correct(context, form)
    if not corrected and said is False and form.awaiting == "sure":
        form.awaiting = "who"
        form.slots["redo"] = True
        return Reply(context.knowledge.text("events.what_is_wrong"))
    if not corrected and said is False:
        return refuse_not_member(context, form) if form.awaiting == "member" else give_up(context, form)
    return sign_up_for(context, event, form, first=False)


def _said_yes(context: Context, form: Form) -> bool | None:
    text, say = context.match.text.strip(), context.knowledge.text
    yes, no = {
        "waits": ("events.waits_yes", "events.waits_no"),
        "member": ("events.member_yes", "events.member_no"),
        "sure": ("events.confirm_yes", "events.confirm_no"),
    }[form.awaiting]
    if text in (say(yes), say(no)):
        return text == say(yes)
    if form.awaiting == "member" and NOT_MEMBER.search(fold(text)):
        return False
    answer = context.match.slot("yes_no")
    return answer.value if answer is not None else None


def _correct(context: Context, form: Form) -> bool:
    """Another name or number in the place of an answer replaces what was given."""
    before = dict(form.slots)
    given, names = persons(context), list(form.slots["names"])
    meant = [name for name in names if len(given) == 1 and _is_misspelt(name, given[0])]
    other = other_name(context.match.text, names)
    if other:
        form.slots |= {"names": [other[1] if name == other[0] else name for name in names], "corrected": True}
        form.slots["sure"] = False
        return True
    if len(meant) == 1:
        names[names.index(meant[0])] = given[0]
        form.slots |= {"names": names, "corrected": True, "sure": False}
    elif given:
        form.slots |= {"names": [], "people": 1, "corrected": True}
    note_who(context, form)
    return before != form.slots


def other_name(text: str, names: Sequence[str]) -> tuple[str, str] | None:
    """「王五改成赵六」: the name that is there, and the one in its place."""
    for name in names:
        found = re.search(
            re.escape(name) + "(?:改成|换成|改为|改|应该是|错了?[,， ]?(?:是|叫))([一-鿿]{2,4})$",
            text.strip(),
        )
        if found and can_be_a_name(found[1]):
            return name, found[1]
    return None


def _is_misspelt(name: str, other: str) -> bool:
    """王小宝 for 王晓宝: one character is another, the rest as it was."""
    return len(name) == len(other) > 1 and sum(a != b for a, b in zip(name, other, strict=True)) == 1


def fewer(context: Context, form: Form) -> Reply:
    """The answer to 「只剩 1 个名额」: how many come, who comes, or all wait."""
    event = event_of(context, form)
    if event is None:
        return gone(context)
    say, text = context.knowledge.text, context.match.text.strip()
    left, answer = context.signups.places_left(event.id), context.match.slot("yes_no")
    people, names = context.match.slot("people"), form.slots["names"]
    chosen = [name for name in names if name in text]
    number = (
        people.value
        if people is not None
        else left
        if text == say("events.fewer_choice", left=left)
        else None
    )
    if event.waiting_list and (
        text == say("events.wait_choice") or re.search("候补|都排|一起排|等", fold(text))
    ):
        form.slots["waits"] = True
    elif chosen:
        form.slots |= {"names": chosen, "people": len(chosen)}
    elif isinstance(number, int) and 0 < number <= left:
        form.slots |= {"people": number, "names": names if len(names) <= number else []}
        form.awaiting = "event"
    elif answer is not None and answer.value is False:
        return give_up(context, form)
    return sign_up_for(context, event, form, first=False)


#: Above this a longer message that means something else is no answer in free words.
SURE, SHORT = 0.8, 12


def take_extra(context: Context, form: Form) -> Reply:
    """The answer to what the event asks beside name and telephone, checked as it is given."""
    event = event_of(context, form)
    if event is None:
        return gone(context)
    answer = event_extra.given(context, form)
    cannot = event_extra.take(form, event, answer) if answer is not None else None
    if cannot is not None:
        return refuse_answer(context, event, cannot)
    if answer is not None:
        form.asked = 1
    return sign_up_for(context, event, form, first=False)


#: 「我老婆不去了」, 「退她一个」, while several are being signed up.
_LEAVES = re.compile("不[去来带]了?|不带他|不带她|来不了|去不[了成]|不参加|退|少|减|去掉|拿掉|不报了?|不用报")
_ONE = re.compile("[一1]个|[他她]")
_ALL = re.compile("都|全|一起|我们|两个人?不|算了")


def one_leaves(context: Context, form: Form) -> bool:
    """Whether one of those in hand is not to come after all."""
    text = fold(context.match.text)
    if int(form.slots.get("people", 1)) < 2 or not _LEAVES.search(text) or _ALL.search(text):
        return False
    named_one = any(name in context.match.text for name in form.slots["names"])
    return bool(named_one or context.match.slot("relation") or _ONE.search(text))


def drop_one(context: Context, form: Form) -> Reply:
    """The others are signed up all the same; who stays is asked where no name tells."""
    event = event_of(context, form)
    if event is None:
        return gone(context)
    names = form.slots["names"]
    kin = kin_said(context)
    theirs = [
        name
        for name, word in zip(names, relations_of(form, names), strict=True)
        for one in kin
        if is_kin(one, word)
    ]
    staying = [name for name in names if name not in context.match.text and name not in theirs]
    if (
        names
        and len(staying) == len(names) == int(form.slots["people"]) - 1
        and context.match.slot("relation")
    ):
        form.slots["people"] = len(names)  # the one whose name was still missing
    elif names and len(staying) == len(names):
        form.awaiting = "sure"
        return Reply(context.knowledge.text("events.who_of_them", names="、".join(names)))
    left = len(staying) if names else int(form.slots["people"]) - 1
    form.slots |= {"names": staying, "people": left, "corrected": True, "sure": False}
    return sign_up_for(context, event, form, first=False)


#: What is awaited → who takes the answer.
ANSWERS: dict[str, Callable[[Context, Form], Reply]] = {
    "event": choose_event,
    "session": choose_session,
    "who": take_who,
    "fewer": fewer,
    "extra": take_extra,
    "waits": confirm,
    "member": confirm,
    "sure": confirm,
}


def answers(context: Context, form: Form) -> bool:
    """Whether the message is an answer to what the form awaits."""
    slot, text = context.match.slot, context.match.text.strip()
    if form.awaiting == "event":
        found = named(context)
        return bool(
            found.asked
            or found.events
            or by_ordinal(context)
            or (slot("yes_no") and len(context.session.offered) == 1)
        )
    if form.awaiting == "session":
        return says_session(context, form) or gives_who(context)
    if form.awaiting == "who":
        return bool(
            gives_who(context)
            or slot("people")
            or slot("yes_no")
            or bare_names(context)
            or NO_FULL_NAME.search(text)
        )
    if form.awaiting == "extra":
        other = context.match.decision == "answer" and context.match.confidence > SURE
        answered = event_extra.given(context, form) is not None or slot("yes_no") is not None
        return answered and not (other and len(text) > SHORT)
    if form.awaiting == "fewer":
        offered = text in [one["label"] for one in context.session.offered]
        named_one = any(name in text for name in form.slots["names"])
        return bool(offered or slot("people") or slot("yes_no") or "候补" in text or named_one)
    other = other_name(text, form.slots["names"]) is not None
    return other or gives_who(context) or _said_yes(context, form) is not None
