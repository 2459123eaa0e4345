"""A person who may be in danger, and requests for what is not his: seen before anything else."""

from __future__ import annotations

from intents.text import fold
from knowledge.base import Knowledge


def in_danger(knowledge: Knowledge, text: str) -> bool:
    """Whether the text speaks of wanting to die; figures of speech such as 「累死了」 do not count."""
    text = fold(text)
    for harmless in knowledge.words.get("crisis.not_danger", ()):
        text = text.replace(harmless, "。")
    return any(word in text for word in knowledge.words.get("crisis.danger", ()))


def wants_secrets(knowledge: Knowledge, text: str) -> bool:
    """Whether the text asks for other people's data or tells the bot to drop its rules."""
    text = fold(text)
    return any(word in text for word in knowledge.words.get("private.requests", ()))


def speaks_of_illness(knowledge: Knowledge, text: str) -> bool:
    """Whether the text may hold sensitive personal data, so that nothing of it is kept for staff."""
    text = fold(text)
    return any(word in text for word in knowledge.words.get("private.illness", ()))
