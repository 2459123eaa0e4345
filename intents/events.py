"""Events: the service. What there is, signing up, my sign-ups, giving a place back, each in a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from intents import (
    event_answers,
    event_aside,
    event_cancel,
    event_follow,
    event_mine,
    event_rename,
)
from intents.event_wishes import LABELS, begin
from intents.types import Context, Form, Reply

TAKE: dict[str, Callable[[Context, Form], Reply]] = {
    **event_answers.ANSWERS,
    "cancel": event_cancel.choose_cancel,
    "new_phone": event_mine.new_phone,
    "new_name": event_rename.new_name,
}


class Events:
    """Serves everything about events."""

    name = "events"
    labels = LABELS

    def handle(self, context: Context) -> Reply:
        form = context.session.form
        if form is None or form.service != self.name:
            return begin(context)
        aside = event_aside.aside_of(context, form)
        return aside(context, form) if aside else TAKE[form.awaiting](context, form)

    def accepts(self, context: Context) -> bool:
        form = context.session.form
        if form is None:
            return False
        return event_aside.aside_of(context, form) is not None or event_aside.answers(context, form)

    def continues(self, context: Context) -> bool:
        """A few words that only mean something after what was just shown."""
        label = event_follow.label_of(context)
        if label:
            context.match = replace(context.match, intent=label, decision="answer", also=())
        return bool(label)


EVENTS = Events()
