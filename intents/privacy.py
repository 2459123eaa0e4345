"""「我的信息」 shows what is kept of a worker, 「删除我的信息」 erases it after asking."""

from __future__ import annotations

import re

from intents.event_view import signup_line
from intents.said import names
from intents.types import Choice, Context, Form, Reply

#: Purposes for which something may be kept with his consent, and the sentence that names it.
#: A plain yes to erasing says 删 or 确定; 「好」 alone erases nothing.
_SURE = re.compile(
    "(是的?|对|嗯)?[，, ]*(确定|确认|肯定)(要)?(删除?|删掉)?(吧|了|的)?|(是的?|对|嗯)?[，, ]*(删除?|删掉)(吧|了)"
)
KEPT = {"claims": "talk.my_data_kept"}


class Privacy:
    """Serves no label: it is asked for outright, before anything is guessed."""

    name = "privacy"
    labels: tuple[str, ...] = ()

    def wants(self, context: Context) -> bool:
        """Whether the message asks to see or to erase what is kept of him, or to be left in peace."""
        return any(_names(context, f"private.{kind}") for kind in ("erase", "my_data", "secrecy", "quiet"))

    def handle(self, context: Context) -> Reply:
        say = context.knowledge.text
        form = context.session.form
        if form is not None and form.service == self.name:
            return _erase(context)
        for kind in ("secrecy", "quiet"):
            if _names(context, f"private.{kind}"):
                return Reply(say(f"talk.{kind}"))
        lines = _lines(context)
        if not _names(context, "private.erase"):
            text = say("talk.my_data", lines="\n".join(lines)) if lines else say("talk.my_data_none")
            return Reply(text)
        context.session.form = Form(self.name, "sure", {"title": say("talk.erase_title")})
        places = "\n".join(signup_line(one, context) for one in context.signups.mine())
        gives_up = say("talk.erase_gives_up", lines=places) if places else ""
        return Reply(
            say("talk.erase_ask", lines=gives_up), choices=(Choice(say("talk.erase_yes")), Choice("取消"))
        )

    def accepts(self, context: Context) -> bool:
        """Anything answers; only a plain yes to it erases."""
        return bool(context.match.text)


def _names(context: Context, concept: str) -> bool:
    return names(context.knowledge, concept, context.match.text)


def _lines(context: Context) -> list[str]:
    kept = [context.knowledge.text(key) for purpose, key in KEPT.items() if context.people.recall(purpose)]
    return [*(signup_line(one, context) for one in context.signups.mine()), *kept]


def _erase(context: Context) -> Reply:
    say = context.knowledge.text
    context.session.form = None
    if not _SURE.fullmatch(context.match.text.strip(" 。！!")):
        return Reply(say("talk.erase_kept"))
    context.people.erase()
    return Reply(say("talk.erased"))


PRIVACY = Privacy()
