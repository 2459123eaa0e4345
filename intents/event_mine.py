"""My sign-ups: what this account holds, whether it is done, and another telephone number for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intents.event_list import BY_OTHERS, by_others
from intents.event_named import named, remember, remembered
from intents.event_people import TRIED_PHONE, persons, wrong_phone
from intents.event_view import (
    contact_of,
    is_over,
    others_open,
    same_event,
    signup_line,
    standing_words,
    title_of,
)
from intents.text import fold
from intents.types import AlreadySignedUp, Context, Form, Reply, SignUp
from knowledge.base import Event

CHANGE = re.compile("改|换|错|应该是|新号|更正|更新|填的?旧")
PHONE = re.compile("手机|电话|号码|联系方式|尾号")
#: 「改好了没」: it asks, and wants nothing changed.
CHANGED = re.compile("(改|换|更新)(好|过来?|成功|成)?了?(没有?|吗|么|伐|不)|(改|换)(好|过来|成功)")
#: 「刚才那个到底报上没」, 「轮到我没有」: about the event that was talked of.
#: 「真取消了吗」, and not 「有人退了吗」.
CANCELLED = re.compile("(?<!人)(取消|退|撤)(了|好|掉|成功)+(没有?|吗|么|伐)")
STATE_ASKED = re.compile(
    "轮到|转正|排到|排第|排?第几(?![节课期次天个场])|前面(还)?有|前面.{0,2}几|成功(了)?(没|吗|么|不)|成了(没|吗)|(报|约|抢|登记|登)(上|好|进|成|到)(去)?了?(没|吗|么|不|伐)|"
    "(报|抢)没(报|抢)(上|进|好)|算报|到底.{0,6}(报|成|算)|(现在|上面|名单上?)?(写|报)的是?谁|还没报|报重|重复报|有我(名字)?(没|吗|么)"
)
#: 「会发短信吗」
TOLD = re.compile("(有|会|发|给|到时).{0,4}(消息|短信|通知|提醒)|怎么(通知|提醒|知道)|(通知|提醒|联系)我")
ALL_OF_MINE = re.compile("哪些|哪几|都报|全部|所有|几个(活动|报名)|几项|我的报名|我报了(啥|什么)|报名记录")


def show_mine(context: Context) -> Reply:
    """This worker's active sign-ups: those of the event that he means, else all, and what he can do with them."""
    say, text = context.knowledge.text, fold(context.match.text)
    if BY_OTHERS.search(text):
        return by_others(context)
    if TOLD.search(text) and (context.signups.mine() or remembered(context)):
        return Reply(say("events.how_told"), intent="event_mine")
    if CANCELLED.search(text) and (what := context.session.memory.get("events", {}).get("cancelled")):
        return Reply(
            "\n".join([say("events.cancelled_is", what=what), *_rest(context, context.signups.mine())]),
            intent="event_mine",
        )
    if CHANGED.search(text) and context.session.memory.get("events", {}).get("phone_changed"):
        return _phones(context)
    mine = _sorted(context.signups.mine(), context)
    event = _event_in_talk(context)
    if event is not None:
        held = [one for one in mine if same_event(one.event_id, event.id)]
        if held:
            return Reply(_state_of(context, held), intent="event_mine")
        if named(context).only or mine:
            return _not_signed_up(context, event, mine)
    asked = named(context).asked
    if asked and event is None:
        lead = say("events.mine_not", asked=asked, contact=contact_of(None, context))
        return Reply("\n".join([lead, *_rest(context, mine)]), intent="event_mine")
    if not mine:
        return Reply(say("events.mine_none", contact=contact_of(None, context)), intent="event_mine")
    lines = [signup_line(one, context) for one in mine]
    return Reply("\n".join([say("events.mine"), *lines, say("events.mine_after")]), intent="event_mine")


def _event_in_talk(context: Context) -> Event | None:
    """The event that is named; else the one just talked of where the question is about one."""
    found = named(context)
    if found.only or found.asked:
        return found.only
    text = fold(context.match.text)
    return remembered(context) if STATE_ASKED.search(text) and not ALL_OF_MINE.search(text) else None


def _sorted(signups: Sequence[SignUp], context: Context) -> list[SignUp]:
    """What is to come first."""

    def over(one: SignUp) -> bool:
        event = context.knowledge.event(one.event_id)
        return event is not None and is_over(event, context)

    return sorted(signups, key=over)


def _state_of(context: Context, held: Sequence[SignUp]) -> str:
    say = context.knowledge.text
    if all(one.status == "confirmed" for one in held):
        lead = say("events.state_is_confirmed")
    elif all(one.status == "waiting" for one in held):
        lead = say("events.state_is_waiting")
    else:
        lead = say("events.mine")
    return "\n".join([lead, *(signup_line(one, context) for one in held), say("events.mine_after")])


def _not_signed_up(context: Context, event: Event, mine: Sequence[SignUp]) -> Reply:
    say, contact = context.knowledge.text, contact_of(event, context)
    if is_over(event, context):
        lead, choices = others_open(context, event)
        state = standing_words(event, context)
        refused = say("events.refused", title=event.title, state=state, contact=contact)
        return Reply(refused + lead, intent="event_mine", choices=choices)
    remember(context, event)  # 「想改成读书会」, and then name and number
    text = say("events.mine_not", asked=event.title, contact=contact)
    return Reply("\n".join([text, *_rest(context, mine)]), intent="event_mine")


def _rest(context: Context, mine: Sequence[SignUp]) -> list[str]:
    if not mine:
        return []
    return [context.knowledge.text("events.mine_rest"), *(signup_line(one, context) for one in mine)]


# ---------------------------------------------------------------- another telephone number


def wants_new_phone(context: Context) -> bool:
    """Whether the message asks for another number on what was signed up."""
    text = fold(context.match.text)
    if not CHANGE.search(text) or (CHANGED.search(text) and not context.match.slot("phone")):
        return False
    return bool(context.match.slot("phone") or context.match.slot("phone_invalid") or PHONE.search(text))


def change_phone(context: Context) -> Reply:
    """Put the new number on the sign-ups that are meant; ask for it where it is missing."""
    say = context.knowledge.text
    signups = _meant_signups(context)
    if not signups:
        return Reply(say("events.phone_none", contact=contact_of(None, context)), intent="event_mine")
    phone = _phone_to_be(context, signups)
    if phone is None:
        ids = [one.id for one in signups]
        context.session.form = Form(
            "events", "new_phone", {"label": "event_mine", "ids": ids, "title": say("events.phone_title")}
        )
        return Reply(wrong_phone(context) or say("events.phone_change_ask"), intent="event_mine")
    return _change_to(context, signups, phone, "event_mine")


_NEW_END = re.compile(
    r"(?:尾巴|尾号|末尾|最后|后[两三四]位|后面)(?:[几两三四]位)?(?:应该|其实)?是? ?(\d{2,4})(?!\d)"
)


def _phone_to_be(context: Context, signups: Sequence[SignUp]) -> str | None:
    """Of two numbers in 「19900000001 改成 19900000002」 the one that he does not have yet, else the last."""
    held = {one.phone for one in signups}
    if (
        len(held) == 1
        and not context.match.slot("phone")
        and (end := _NEW_END.search(fold(context.match.text)))
    ):
        (old,) = held  # 「尾巴是 713 不是 712」
        return old[: -len(end[1])] + end[1]
    given = [str(slot.value) for slot in context.match.all("phone")]
    return next((one for one in reversed(given) if one not in held), given[-1] if given else None)


def _meant_signups(context: Context) -> list[SignUp]:
    """Of the event named, of the people named, of the event just talked of where he says 刚才; else all."""
    mine, found = context.signups.mine(), named(context)
    if found.asked:
        mine = [one for one in mine if any(one.event_id == event.id for event in found.events)]
    elif re.search("刚才|刚刚|刚报", context.match.text):
        current = remembered(context)
        mine = [one for one in mine if current and one.event_id == current.id] or mine
    people = persons(context)
    return [one for one in mine if one.name in people or one.name in context.match.text] or mine


def is_phone(context: Context) -> bool:
    """Whether the message gives a number, right or wrong."""
    return bool(
        any(map(context.match.slot, ("phone", "phone_invalid")))
        or TRIED_PHONE.search(fold(context.match.text))
    )


def new_phone(context: Context, form: Form) -> Reply:
    """The answer to 「新的手机号是多少」."""
    ids = set(form.slots["ids"])
    signups = [one for one in context.signups.mine() if one.id in ids]
    phone = _phone_to_be(context, signups)
    if phone is None or not signups:
        return Reply(wrong_phone(context) or context.knowledge.text("events.phone_change_ask"))
    return _change_to(context, signups, phone, None)


def _change_to(context: Context, signups: Sequence[SignUp], phone: str, intent: str | None) -> Reply:
    say = context.knowledge.text
    context.session.form = None
    try:
        changed = context.signups.change_phone([one.id for one in signups], phone)
    except AlreadySignedUp as error:
        title = title_of(error.signup, context)
        return Reply(
            say("events.phone_taken", name=error.signup.name, title=title, phone=phone), intent=intent
        )
    event = context.knowledge.event(changed[0].event_id)
    if event is not None:
        remember(context, event)
    context.session.memory.setdefault("events", {})["phone_changed"] = [one.id for one in changed]
    return Reply(say("events.phone_changed", phone=phone, what=what_words(context, changed)), intent=intent)


def _phones(context: Context) -> Reply:
    """「改好了没」: the numbers as they stand."""
    ids = context.session.memory["events"]["phone_changed"]
    changed = [one for one in context.signups.mine() if one.id in ids]
    if not changed:
        return Reply(
            context.knowledge.text("events.mine_none", contact=contact_of(None, context)), intent="event_mine"
        )
    text = context.knowledge.text(
        "events.phone_is", phone=changed[0].phone, what=what_words(context, changed)
    )
    return Reply(text, intent="event_mine")


def what_words(context: Context, signups: Sequence[SignUp]) -> str:
    """「健步走（李丽）、健步走（王小舟）」."""
    say = context.knowledge.text
    return "、".join(say("events.what", title=title_of(one, context), name=one.name) for one in signups)
