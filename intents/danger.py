"""A person who may be in danger, and requests for what is not his: seen before anything else."""

from __future__ import annotations

import re
from functools import lru_cache

from intents.text import fold
from intents.topics import CRISIS
from intents.types import Context, Reply
from knowledge.base import Knowledge

#: The numbers that a warning may name, and whose they are in contacts.csv.
WARNING_CONTACTS = {
    "rescue": "emergency",
    "police": "police",
    "union": "union",
    "legal": "legal_aid",
    "care": "psychological",
}


def urgent(context: Context, text: str) -> Reply | None:
    """What cannot wait, whatever else matched: a life, a threat, a fraud; then what nobody may be told.

    None where `text` names nothing of that. Who spoke of wanting to die is met with care for the rest of the session.
    """
    knowledge, memory = context.knowledge, context.session.memory
    for kind in ("hurt", "worried"):
        if names(knowledge, f"crisis.{kind}", text):
            memory["care"] = True
            return Reply(_warning(knowledge, kind), intent="human", why=(kind,))
    if in_danger(knowledge, text):
        memory["care"] = True
        answer = next(one for one in knowledge.answers if one.id == CRISIS)
        return Reply(answer.text, intent="human", why=("danger",))
    for kind, label in (
        ("emergency", "legal"),
        ("violence", "legal"),
        ("beaten", "legal"),
        ("scam", "human"),
    ):
        if names(knowledge, f"crisis.{kind}", text):
            return Reply(_warning(knowledge, kind), intent=label, why=(kind,))
    if memory.get("care") and names(knowledge, "crisis.low", text):
        return Reply(_warning(knowledge, "care_again"), intent="human", why=("low",))
    if names(knowledge, "private.requests", text):
        return Reply(knowledge.text("talk.private"), intent="oos", why=("private",))
    return None


def _warning(knowledge: Knowledge, kind: str) -> str:
    numbers = {name: knowledge.contacts[contact].number for name, contact in WARNING_CONTACTS.items()}
    return knowledge.text(f"talk.{kind}", **numbers)


def in_danger(knowledge: Knowledge, text: str) -> bool:
    """Whether the text speaks of wanting to die; figures of speech such as 「累死了」 do not count."""
    harmless = _any_of(knowledge.words.get("crisis.not_danger", ()))
    return names(knowledge, "crisis.danger", harmless.sub("。", fold(text)))


def names(knowledge: Knowledge, concept: str, text: str) -> bool:
    """Whether the text has a word of a concept of content/words."""
    return _any_of(knowledge.words.get(concept, ())).search(fold(text)) is not None


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, the longest first; of no words, nothing."""
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)")
