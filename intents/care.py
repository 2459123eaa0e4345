"""What is said to somebody whose life may be in danger, at once and for the half hour after; and what else cannot wait."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from intents.danger import Sign, is_injured, sign_of
from intents.said import names
from intents.text import fold
from intents.topics import CRISIS, INJURY, named_answer
from intents.types import Context, Reply
from knowledge.base import Knowledge

#: The numbers that a sentence may name, and whose they are in contacts.csv.
CONTACTS = {
    "rescue": "emergency",
    "police": "police",
    "union": "union",
    "legal": "legal_aid",
    "labour": "labour",
    "care": "psychological",
}
#: So long after the last word of it the care goes on, whatever he says, unless he asks a clear other thing.
IN_HAND = timedelta(minutes=30)

#: What else cannot wait: a word of crisis.toml and of talk.toml, and the label it counts under.
URGENT = (("emergency", "legal"), ("violence", "legal"), ("beaten", "legal"), ("scam", "human"))

#: What he may say to care: words of care.toml and what answers them, tried in this order.
KINDS = "no_answer refuse_phone let_be machine person pay debt call useless alone"
ANSWERS = {f"care.{kind}": kind for kind in KINDS.split()} | {
    "danger.high": "brink",
    "danger.waterside": "brink",
    "crisis.low": "low",
}
#: The same of who is hurt: nothing but the wound and the ambulance.
HURT_ANSWERS = {"care.alone": "hurt_alone", "care.waiting": "hurt_wait"} | dict.fromkeys(
    (one for one in ANSWERS if one != "care.alone"), "hurt_again"
)
#: What may be said again word for word, since it is what he asks for.
AGAIN = ("person",)
#: What is said the second time.
SECOND = {"pay": "pay_again", "rush": "rush_again"}
#: News of another that makes it urgent.
WORSE = ("danger.missing", "danger.farewell", "danger.sorry", "danger.jump", "care.worse")
#: With these 「我想通了」 is no good news.
LEAVING = ("danger.farewell", "danger.sorry", "danger.going")
#: What is said when the sentence that fits was said already, or none fits.
STAY = ("stay_1", "stay_2", "stay_3", "stay_4")
STAY_OTHER = ("worried_again", "worried_still")
STAY_HURT = ("hurt_again", "hurt_wait", "hurt_alone")
STAY_OTHER_HURT = ("hurt_other_wait",)

#: Talk that asks for nothing.
TALK = ("human", "greet", "thanks", "oos")
#: He asks; he does not only tell.
ASKS = re.compile(
    "[?？吗么]|怎么|找个|找一|哪|什么|啥|多少|几|能不能|能报|可不可以|有没有|是不是|想问|查|报名|取消|退|补助|补贴|赔偿|申请|办理|政策|条件|材料"
)
#: Who is hard pressed asks for these: 「实在撑不住了，能不能帮一把」.
HARDSHIP = ("aid", "legal")
#: Services without topics of their own, by name.
SERVICE = re.compile("报名|活动|驿站|互助|报销|能报|托班|充电|厕所")
#: 「1」「……」, where nothing was offered.
WORDLESS = re.compile("[^a-zA-Z\u4e00-\u9fff]{1,6}")
#: What names a service: slots.
NAMING = ("facility", "station_kind", "event", "amount")
#: He wants to see what there is; 「你懂什么」 does not.
HELP = re.compile("(帮助|菜单|功能|主菜单|你?(能|会|可以)(做|干|帮我)(些)?(什么|啥)|怎么用)[呀啊吗?？]*")
#: A wish less sure than this is not clear enough to leave the care for.
CLEAR = 0.9


@dataclass(slots=True)
class Care:
    """Care in hand: for whom, since when, and what was said; nothing of what he wrote."""

    at: str  # ISO time of our last word
    of_another: bool = False
    hurt: bool = False
    open: bool = True  # until he asks a clear other thing
    said: list[str] = field(default_factory=list)  # the sentences, the last one last


def urgent(context: Context, text: str) -> Reply | None:
    """What cannot wait, whatever else matched: a life, a threat, a fraud; then what nobody may be told.

    None where `text` names nothing of that.
    """
    knowledge, care = context.knowledge, _care(context)
    sign = sign_of(knowledge, text)
    if sign is not None and not _beside(context, care, sign, text):
        return _meet(context, care, sign, text)
    for kind, label in URGENT:
        if names(knowledge, f"crisis.{kind}", text):
            return Reply(knowledge.text(f"talk.{kind}", **_numbers(knowledge)), intent=label, why=(kind,))
    if names(knowledge, "danger.bleeding", text) and not _is_clear(context):
        return _say(context, care or Care("", open=False), "hurt_again" if care and care.hurt else "bleeding")
    if care is not None and (reply := _go_on(context, care, text)) is not None:
        return reply
    if names(knowledge, "private.requests", text):
        return Reply(knowledge.text("talk.private"), intent="oos", why=("private",))
    return _injury(context, text)


def _injury(context: Context, text: str) -> Reply | None:
    """「手被钢板砸了」 where no other topic is clear: 120, and what to do after an accident at work."""
    knowledge, match = context.knowledge, context.match
    topic = match.decision == "answer" and match.intent not in TALK
    if match.intent == "legal":
        topic = named_answer(knowledge, match, "legal") is not None
    topic = topic or match.slot("amount") is not None or context.session.form is not None
    injury = next((one for one in knowledge.answers if one.id == INJURY), None)
    if topic or injury is None or not is_injured(knowledge, text):
        return None
    return Reply(injury.text, intent="legal", why=("injured",))


def stay(context: Context, answered: Callable[[], bool]) -> Reply | None:
    """While care is in hand, what is said to anything that is no clear other wish; None otherwise.

    `answered`: whether the message answers the question that another service has in hand.
    """
    care = _care(context)
    if care is None or not care.open or not _in_hand(context, care) or _passes(context):
        return None
    if answered() or _is_clear(context):
        _leave(context, care)
        return None
    return _say(context, care)


def _passes(context: Context) -> bool:
    """Thanks have words of their own, and so has who leaves a note."""
    match = context.match
    thanks = match.intent == "thanks" and "谢" in match.text
    return thanks or names(context.knowledge, "care.note", match.text)


def thanked(context: Context) -> Reply | None:
    """What is said to the thanks of somebody who was met with care; None to anybody else's."""
    care = _care(context)
    if care is None:
        return None
    key = "thanks_other" if care.of_another else "thanks"
    return Reply(_sentence(context.knowledge, key), intent="thanks", why=("danger", key))


def _numbers(knowledge: Knowledge) -> dict[str, str]:
    return {name: knowledge.contacts[contact].number for name, contact in CONTACTS.items()}


def _care(context: Context) -> Care | None:
    kept = context.session.memory.get("care")
    return Care(**kept) if isinstance(kept, dict) else None


def _in_hand(context: Context, care: Care) -> bool:
    return bool(care.at) and context.now - datetime.fromisoformat(care.at) <= IN_HAND


def _say(context: Context, care: Care, *keys: str, close: bool = False) -> Reply:
    """The first of the sentences that was not said yet, else one that stays with him, else the one said longest ago."""
    ways = [way for key in keys for way in (key, SECOND.get(key, key))]
    if "rush" not in keys:
        ways += _staying(care)
    key = next((one for one in ways if one not in care.said or one in AGAIN), None)
    key = key or min(ways, key=care.said.index)
    care.said = [*(one for one in care.said if one != key), key]
    care.at = context.now.isoformat()
    context.session.memory["care"] = asdict(care)
    if close:
        del context.session.memory["care"]
    return Reply(_sentence(context.knowledge, key), intent="human", why=("danger", key))


def _staying(care: Care) -> tuple[str, ...]:
    if care.of_another:
        return STAY_OTHER_HURT if care.hurt else STAY_OTHER
    return STAY_HURT if care.hurt else STAY


def _sentence(knowledge: Knowledge, key: str) -> str:
    if key == CRISIS:
        return next(one for one in knowledge.answers if one.id == CRISIS).text
    return knowledge.text(f"care.{key}", **_numbers(knowledge))


# ---------------------------------------------------------------- a sign of danger


def _meet(context: Context, care: Care | None, sign: Sign, text: str) -> Reply:
    """The first words, and other ones when he says it again."""
    care = care or Care("")
    # 「刚发消息说活着没意思」 after a workmate was spoken of: still he.
    still_he = care.of_another and "我" not in text and _in_hand(context, care)
    care.of_another, care.open = sign.of_another or still_he, True
    care.hurt = care.hurt or sign.kind == "hurt"
    missing = names(context.knowledge, "danger.missing", text)
    if care.of_another and sign.kind == "hurt":
        return _say(context, care, "hurt_other", "rush")
    if care.of_another and (sign.kind == "brink" or missing):
        return _say(context, care, "rush")
    if care.of_another:
        return _say(context, care, "worried")
    first = {"wish": CRISIS, "brink": "brink", "hurt": "hurt", "asked": "asked"}[sign.kind]
    return _say(context, care, first, *(() if care.hurt else ("again",)))


# ---------------------------------------------------------------- the half hour after


def _go_on(context: Context, care: Care, text: str) -> Reply | None:
    """What he says to care, while it is in hand; low words also later."""
    knowledge = context.knowledge
    if not _in_hand(context, care):
        low = names(knowledge, "crisis.low", text) and not _is_clear(context)
        return _say(context, _opened(care), "low") if low else None
    if care.open and (unread := _unread(context)):
        return _say(context, care, "rush" if care.of_another and unread == "where" else unread)
    well = "well_other" if care.of_another else "well"
    if names(knowledge, f"care.{well}", text) and not any(names(knowledge, one, text) for one in LEAVING):
        return _say(context, care, well, close=True)
    if care.of_another and any(names(knowledge, one, text) for one in WORSE):
        return _say(context, _opened(care), "rush")
    if _is_clear(context):
        _leave(context, care)
        return None
    if care.of_another:
        return None
    answers = HURT_ANSWERS if care.hurt else ANSWERS
    key = next((key for one, key in answers.items() if names(knowledge, one, text)), None)
    return _say(context, _opened(care), key) if key else None


def _leave(context: Context, care: Care) -> None:
    """He goes on to another thing: a word of the care stands before what he gets."""
    if care.open:
        context.made["before"] = _sentence(context.knowledge, "still_other" if care.of_another else "still")
    care.open = False
    context.session.memory["care"] = asdict(care)


def _beside(context: Context, care: Care | None, sign: Sign, text: str) -> bool:
    """Whether what he asks is served, with a word of care before it: what is past, or may be no danger."""
    clear = _is_clear(context)
    if names(context.knowledge, "danger.past", text) and clear:
        _leave(context, care or Care(context.now.isoformat()))
        return True
    if sign.kind == "wish" and clear and names(context.knowledge, "danger.exaggerates", text):
        return _serve_beside(context)
    if sign.kind != "asked" or (care is not None and care.open and _in_hand(context, care)):
        return False
    match = context.match
    asks = match.decision == "answer" and ASKS.search(fold(match.text)) is not None
    if asks and match.intent in HARDSHIP:
        return _serve_beside(context)
    return _names_service(context)


def _serve_beside(context: Context) -> bool:
    context.made["before"] = _sentence(context.knowledge, "beside")
    context.session.memory["care"] = asdict(Care(context.now.isoformat(), open=False))
    return True


def _opened(care: Care) -> Care:
    care.open = True
    return care


def _unread(context: Context) -> str:
    """The sentence for a place, or for what holds no words."""
    message, match, session = context.message, context.match, context.session
    if message.kind == "location":
        return "where"
    if WORDLESS.fullmatch(message.text) and not session.offered and session.form is None:
        return "not_heard" if message.kind == "text" else ""
    if message.kind not in ("text", "event") and not message.text.strip():
        return "not_heard"
    only_place = match.slot("place") is not None and not any(map(match.slot, NAMING))
    return "where" if only_place and not ASKS.search(fold(match.text)) else ""


def _is_clear(context: Context) -> bool:
    """Whether he surely asks for one of our services, and names it."""
    if context.message.kind == "event":
        return True
    text = fold(context.match.text)
    if context.match.intent == "help":
        return HELP.fullmatch(text) is not None
    return ASKS.search(text) is not None and _names_service(context)


def _names_service(context: Context) -> bool:
    match = context.match
    if match.decision != "answer" or match.intent in (*TALK, "help") or match.confidence < CLEAR:
        return False
    named = any(map(match.slot, NAMING)) or SERVICE.search(fold(match.text)) is not None
    return named or named_answer(context.knowledge, match, match.intent) is not None
