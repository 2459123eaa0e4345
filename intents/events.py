"""Events: the service. What there is, signing up, my sign-ups, giving a place back, each in a file of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from intents import event_cancel, event_mine, event_signup
from intents.event_list import BY_OTHERS, EXCEPTION, MORE, answer_question, show_events
from intents.event_named import by_ordinal, named, remembered, rest_of_list
from intents.event_question import BARE, asked_about
from intents.event_signup import GIVES_UP
from intents.text import fold
from intents.types import Context, Form, Reply

#: 「报吧」, 「那就这个」 after an event was shown.
SIGN_UP = re.compile(
    "^(好|行|可以|嗯|那|就|我|要|想|帮我?|给我|来|[,。 ])*(报名|报吧|报了|报一个|报这个|报它|报上|给我报|参加|就这个|就它|要了|登记|算我)"
)
BEGIN: dict[str, Callable[[Context], Reply]] = {
    "event_list": show_events,
    "event_signup": event_signup.begin_signup,
    "event_mine": event_mine.show_mine,
    "event_cancel": event_cancel.begin_cancel,
}
TAKE: dict[str, Callable[[Context, Form], Reply]] = {
    **event_signup.ANSWERS,
    "cancel": event_cancel.choose_cancel,
    "new_phone": event_mine.new_phone,
}


class Events:
    """Serves everything about events."""

    name = "events"
    labels = ("event_list", "event_signup", "event_mine", "event_cancel")

    def handle(self, context: Context) -> Reply:
        form = context.session.form
        if form is None or form.service != self.name:
            return _begin(context)
        aside = _aside(context, form)
        return aside(context, form) if aside else TAKE[form.awaiting](context, form)

    def accepts(self, context: Context) -> bool:
        form = context.session.form
        return form is not None and (_aside(context, form) is not None or _answers(context, form))

    def continues(self, context: Context) -> bool:
        """A few words that only mean something after what was just shown."""
        label = _label_of_title(context)
        if not label and context.session.last_intent in self.labels:
            label = _follow_up_label(context)
        if label:
            context.match = replace(context.match, intent=label, decision="answer", also=())
        return bool(label)


def _begin(context: Context) -> Reply:
    if event_mine.wants_new_phone(context):
        return event_mine.change_phone(context)
    return BEGIN[context.match.intent](context)


def _label_of_title(context: Context) -> str:
    """Somebody tapped an event of a list, or 「报名…」 below its details."""
    text, say = context.match.text.strip(), context.knowledge.text
    for event in context.knowledge.events:
        if text == event.title:
            return "event_list"
        if text in (
            say("events.sign_up_choice", title=event.title),
            say("events.others_choice", title=event.title),
        ):
            return "event_signup"
    return ""


def _follow_up_label(context: Context) -> str:
    text, match = fold(context.match.text), context.match
    if EXCEPTION.search(text):
        return "event_list"
    if BY_OTHERS.search(text) or event_mine.wants_new_phone(context):
        return "event_mine"
    if event_mine.CHANGED.search(text) or event_mine.STATE_ASKED.search(text):
        return "event_mine"
    if MORE.search(text) and rest_of_list(context):
        return "event_list"
    current = remembered(context)
    if current is not None and BARE.fullmatch(text):
        return "event_list"
    if match.decision == "answer" and match.intent not in Events.labels and match.confidence > 0.8:
        return ""
    if by_ordinal(context):
        return "event_signup" if SIGN_UP.search(text) or "报" in text else "event_list"
    if current is None:
        return ""
    if GIVES_UP.search(text) and any(one.event_id == current.id for one in context.signups.mine()):
        return "event_cancel"
    if SIGN_UP.search(text):
        return "event_signup"
    return "event_list" if len(text) <= 16 and asked_about(text) else ""


# ---------------------------------------------------------------- while a question waits


def _answers(context: Context, form: Form) -> bool:
    if form.awaiting == "cancel":
        return event_cancel.answers(context, form)
    if form.awaiting == "new_phone":
        return any(map(context.match.slot, ("phone", "phone_invalid")))
    return event_signup.answers(context, form)


def _aside(context: Context, form: Form) -> Callable[[Context, Form], Reply] | None:
    """What a message wants that does not answer the question in hand, where that is ours to serve."""
    match, text = context.match, fold(context.match.text)
    signing_up = form.awaiting in event_signup.ANSWERS
    if GIVES_UP.search(text):
        return event_signup.give_up if signing_up else _drop
    ours = match.decision == "answer" and match.intent in Events.labels
    if signing_up and form.slots.get("event"):
        others = [one for one in named(context).events if one.id != form.slots["event"]]
        if others and ours:
            return _start_afresh
        if ours and match.intent == "event_cancel" and not _answers(context, form):
            return _cancel_form
        in_passing = (
            match.decision == "answer" and not ours and match.confidence > 0.8 and not BARE.fullmatch(text)
        )
        if asked_about(text) and len(text) <= 30 and not in_passing and not _gives_who(context):
            return _question
        if EXCEPTION.search(text):
            return _serve_and_ask_again
    if _answers(context, form):
        return None
    if ours and match.confidence >= 0.6 and match.intent != form.slots.get("label"):
        return _serve_and_ask_again if match.intent in ("event_mine", "event_list") else _start_afresh
    return None


def _gives_who(context: Context) -> bool:
    return any(map(context.match.slot, ("person", "phone", "phone_invalid")))


def _start_afresh(context: Context, form: Form) -> Reply:
    """Another event, or another wish of ours, in the place of the one in hand; who comes is kept."""
    context.session.form = None
    reply = _begin(context)
    started = context.session.form
    if started is not None and started.awaiting in event_signup.ANSWERS and form.slots.get("names"):
        kept = {key: form.slots[key] for key in ("names", "phone", "people") if form.slots.get(key)}
        if not started.slots.get("names"):
            started.slots |= kept
            return replace(event_signup.ask_again(context, started), intent=reply.intent)
    return reply


def _cancel_form(context: Context, form: Form) -> Reply:
    """「取消报名」 while signing up: what is in hand is dropped; what was signed up before stays."""
    held = [one for one in event_cancel.to_come(context) if one.event_id == form.slots["event"]]
    if held:
        return _start_afresh(context, form)
    return event_signup.give_up(context, form)


def _question(context: Context, form: Form) -> Reply:
    """「要钱吗」 in the middle is answered, and the question in hand asked again."""
    event = named(context).only or context.knowledge.event(str(form.slots["event"]))
    if event is None:
        return event_signup.ask_again(context, form)
    first = answer_question(context, event)
    return _then_ask_again(context, form, first)


def _serve_and_ask_again(context: Context, form: Form) -> Reply:
    first = _begin(context)
    return _then_ask_again(context, form, first)


def _then_ask_again(context: Context, form: Form, first: Reply) -> Reply:
    """The answer, then the question in hand with its own choices."""
    context.session.form = form
    if form.awaiting not in event_signup.ANSWERS:
        return replace(first, text=first.text + "\n\n" + context.knowledge.text("events.continue"))
    again = event_signup.ask_again(context, form)
    return Reply(f"{first.text}\n\n{again.text}", intent=first.intent, choices=again.choices)


def _drop(context: Context, form: Form) -> Reply:
    context.session.form = None
    return Reply(context.knowledge.text("events.left_as_is"))


EVENTS = Events()
