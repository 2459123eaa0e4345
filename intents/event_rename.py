"""A name put right after the place was taken: 「名字打错了，是王海平」. Another person's name is no correction."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intents.event_answers import other_name
from intents.event_mine import what_words
from intents.event_named import named, remember, remembered
from intents.event_people import bare_names, can_be_a_name, persons
from intents.event_view import contact_of, same_event, title_of
from intents.text import fold, sounds
from intents.types import AlreadySignedUp, Context, Form, Reply, SignUp

#: 「名字打错了」, 「把姓名改一下」.
NAME_CHANGE = re.compile(
    "(名字|姓名|报名人|名儿).{0,6}(改|换|错|更正|不对)|(改|换|错|更正).{0,4}(名字|姓名)|[一个]?字(打|写|输|弄)?错了?"
)
#: 「是平安的平，不是浮萍的萍」 names no name; 「是王海平不是王海萍」 does.
_NOT = re.compile("不是|打错|写错|错了|搞错|弄错|改成|换成|改为|应该是")


def wants_new_name(context: Context) -> bool:
    """Whether the message puts a name right on what is signed up."""
    text, mine = fold(context.match.text), context.signups.mine()
    if not mine or context.match.slot("phone"):
        return False
    if NAME_CHANGE.search(text):
        return True
    return bool(_NOT.search(text)) and _pair(context, mine) is not None


def change_name(context: Context) -> Reply:
    """Put the name right where it is clear whose; ask for what is missing."""
    mine = _meant(context)
    pair = _pair(context, mine)
    if pair is not None:
        return _rename(context, *pair)
    new = _told(context, mine)
    if new and len(mine) == 1:
        return _rename(context, mine[0], new)
    say = context.knowledge.text
    names = list(dict.fromkeys(one.name for one in mine))
    form = Form("events", "new_name", {"label": "event_mine", "ids": [one.id for one in mine]})
    form.slots["title"] = say("events.name_title")
    context.session.form = form
    key = "events.name_ask" if len(names) == 1 else "events.name_ask_whose"
    return Reply(say(key, name=names[0], names="、".join(names)), intent="event_mine")


def new_name(context: Context, form: Form) -> Reply:
    """The answer to 「正确的名字是什么」."""
    ids = set(form.slots["ids"])
    mine = [one for one in context.signups.mine() if one.id in ids]
    pair = _pair(context, mine)
    new = _told(context, mine) or _bare(context)
    if pair is None and new and (like := [one for one in mine if resembles(one.name, new)] or mine):
        pair = (like[0], new)
    if pair is None:
        names = list(dict.fromkeys(one.name for one in mine))
        key = "events.name_ask" if len(names) == 1 else "events.name_ask_whose"
        return Reply(context.knowledge.text(key, name=names[0] if names else "", names="、".join(names)))
    return _rename(context, *pair)


def is_name(context: Context, form: Form) -> bool:
    """Whether the message is a name, or says which becomes which."""
    if context.match.slot("phone"):
        return False
    ids = set(form.slots["ids"])
    mine = [one for one in context.signups.mine() if one.id in ids]
    return bool(_pair(context, mine) or _told(context, mine) or _bare(context))


def resembles(old: str, new: str) -> bool:
    """Whether `new` may be what `old` was meant to be: half of its characters at least, or all of its sounds, are there."""
    if sounds(old)[0] == sounds(new)[0]:
        return True
    same = sum(a == b for a, b in zip(old, new, strict=False))
    return same * 2 >= max(len(old), len(new)) and abs(len(old) - len(new)) <= 1


def _rename(context: Context, signup: SignUp, new: str) -> Reply:
    say, event = context.knowledge.text, context.knowledge.event(signup.event_id)
    context.session.form = None
    contact = contact_of(event, context)
    if new == signup.name:
        return Reply(say("events.name_is", name=new, what=what_words(context, [signup])), intent="event_mine")
    if not resembles(signup.name, new):
        text = say("events.name_of_another", old=signup.name, new=new, contact=contact)
        return Reply(text, intent="event_mine")
    try:
        changed = context.signups.change_name(signup.id, new)
    except AlreadySignedUp as error:
        text = say("events.name_taken", name=new, title=title_of(error.signup, context), contact=contact)
        return Reply(text, intent="event_mine")
    if event is not None:
        remember(context, event)
    text = say("events.name_changed", old=signup.name, new=new, what=what_words(context, changed))
    return Reply(text, intent="event_mine")


def _meant(context: Context) -> list[SignUp]:
    """His sign-ups of the event named or just talked of; of those the one whose name is in the message; else all."""
    mine = list(context.signups.mine())
    event = named(context).only or remembered(context)
    held = [one for one in mine if event and same_event(one.event_id, event.id)] or mine
    called = [one for one in held if one.name in context.match.text]
    return called or held


def _pair(context: Context, mine: Sequence[SignUp]) -> tuple[SignUp, str] | None:
    """The sign-up and its right name, where the message holds the wrong name or one that is like it."""
    changed = other_name(context.match.text, [one.name for one in mine])
    if changed:
        return next((one, changed[1]) for one in mine if one.name == changed[0])
    new = _told(context, mine)
    if not new:
        return None
    wrong = [one for one in mine if one.name in context.match.text]
    like = wrong if len(wrong) == 1 else [one for one in mine if resembles(one.name, new)]
    return (like[0], new) if len({one.name for one in like}) == 1 else None


_TOLD = re.compile(
    '(?:应该是|改成|改为|换成|是叫|是|叫)[“「"]?(?P<name>[一-鿿]{2,4}?)[”」"]?(?:才对|吧|的|[,，。 !！]|不是|$)'
)


def _told(context: Context, mine: Sequence[SignUp]) -> str:
    """The name that is not one of those signed up."""
    held = {one.name for one in mine}
    found = [name for name in persons(context) if name not in held]
    found += [one["name"] for one in _TOLD.finditer(context.match.text) if one["name"] not in held]
    return next((name for name in found if can_be_a_name(name)), "")


def _bare(context: Context) -> str:
    names = bare_names(context)
    return names[0] if len(names) == 1 else ""
