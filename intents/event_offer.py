"""「接受名额」「放弃名额」: a place that is held for one who waits is taken up or given to the next."""

from __future__ import annotations

import re

from intents.event_view import contact_of, signup_line, title_of
from intents.text import fold
from intents.types import Context, Reply, SignUp

_AROUND = r"[我要就那好的吧了啊呀,，。!！ ]*"
TAKES = re.compile(
    rf"{_AROUND}(接受|确认|保留|要)(这个|那个|候补的?)?(名额|位置|位子|候补){_AROUND}|{_AROUND}接受{_AROUND}"
)
GIVES_UP = re.compile(rf"{_AROUND}(放弃|让出|不要|不接受)(这个|那个|候补的?)?(名额|位置|位子|候补)?{_AROUND}")


def answers(context: Context) -> bool:
    """Whether the message takes up or gives up a place, and one is held for this worker."""
    text = fold(context.match.text)
    if not (TAKES.fullmatch(text) or GIVES_UP.fullmatch(text)):
        return False
    return bool(_held(context))


def handle(context: Context) -> Reply:
    """Take it up, or give it to the next."""
    say, held = context.knowledge.text, _held(context)
    if GIVES_UP.fullmatch(fold(context.match.text)):
        context.signups.cancel([one.id for one in held])
        titles = "、".join(dict.fromkeys(title_of(one, context) for one in held))
        return Reply(say("events.offer_given_up", title=titles), intent="event_cancel")
    kept = context.signups.accept([one.id for one in held])
    if not kept:
        event = context.knowledge.event(held[0].event_id)
        text = say("events.offer_too_late", contact=contact_of(event, context))
        return Reply(text, intent="event_mine")
    lines = "\n".join(signup_line(one, context) for one in kept)
    return Reply(say("events.offer_taken", lines=lines), intent="event_mine")


def _held(context: Context) -> list[SignUp]:
    return [one for one in context.signups.mine() if one.offered_until is not None]
